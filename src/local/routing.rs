//! Routing: finds the operation of a request, and parses its input from path, query string, headers
//! and body by the model. `constraints` and `operations` validate the values.

use http::{HeaderMap, Method, Request};
use hyper::body::Bytes;
use serde_json::{Map, Value as Json};

use super::lone_surrogates;
use super::service_error::ServiceError;
use crate::model::{
    COGNITO_IDENTITY, COGNITO_SYNC, Location, Member, Operation, Protocol, Service, Shape,
    ShapeKind, Structure, all_operations,
};
use crate::percent_encoding;

/// The maximum number of values in a body. An update of the 1,024 records that a dataset may have
/// has 6,200.
const MAX_VALUES: usize = 100_000;

/// The header by which JSON 1.1 names service and operation.
const TARGET_HEADER: &str = "x-amz-target";

/// A request whose operation is known.
#[derive(Debug)]
pub(super) struct RoutedRequest {
    pub operation: &'static Operation,
    /// The values of the path by member.
    path: Vec<(&'static str, String)>,
}

/// Returns the service that a request is for: Cognito Identity if its target says so, or else
/// Cognito Sync. With a path the target is ignored, since old clients of Cognito Sync send one.
pub(super) fn route_service<B>(request: &Request<B>) -> &'static Service {
    let is_rpc = request.method() == Method::POST && request.uri().path() == "/";
    match target_name(request.headers(), &COGNITO_IDENTITY) {
        Some(_) if is_rpc => &COGNITO_IDENTITY,
        _ => &COGNITO_SYNC,
    }
}

/// Returns the operation in `X-Amz-Target`, without the service's prefix.
fn target_name<'a>(headers: &'a HeaderMap, service: &Service) -> Option<&'a str> {
    let Protocol::Json11 { target_prefix } = service.protocol else {
        return None;
    };
    let target = headers.get(TARGET_HEADER)?.to_str().ok()?;
    target.strip_prefix(target_prefix)?.strip_prefix('.')
}

/// Finds the operation, by target or by path as the service's protocol requires.
pub(super) fn route(request: &Request<Bytes>) -> Result<RoutedRequest, ServiceError> {
    let service = route_service(request);
    match service.protocol {
        Protocol::RestJson => route_by_path(request.method(), request.uri().path()),
        Protocol::Json11 { .. } => route_by_target(request, service),
    }
}

fn route_by_target(
    request: &Request<Bytes>,
    service: &Service,
) -> Result<RoutedRequest, ServiceError> {
    let name = target_name(request.headers(), service).unwrap_or_default();
    let found = service_operations(service).find(|operation| operation.name == name);
    let operation = found.ok_or_else(|| {
        let message = format!("There is no operation {name} of {}.", service.signing_name);
        ServiceError::new("UnknownOperationException", message)
    })?;
    Ok(RoutedRequest {
        operation,
        path: Vec::new(),
    })
}

fn service_operations(service: &Service) -> impl Iterator<Item = &'static Operation> {
    let id = service.id;
    all_operations().filter(move |operation| operation.service.id == id)
}

fn route_by_path(method: &Method, path: &str) -> Result<RoutedRequest, ServiceError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let segments: Vec<&str> = path.split('/').collect();
    if segments.len() > 1 && segments[0] == "identitypools" && segments[1].is_empty() {
        let message = "Identity pool id is missing or incorrect in the request URI.";
        return Err(ServiceError::new("BadRequest", message));
    }
    for operation in service_operations(&COGNITO_SYNC) {
        if operation.method == method.as_str()
            && let Some(values) = match_template(operation.path, &segments)
        {
            let path = values
                .into_iter()
                .map(|(name, raw)| Ok((name, percent_decode(raw)?)))
                .collect::<Result<_, ServiceError>>()?;
            return Ok(RoutedRequest { operation, path });
        }
    }
    let message = format!("There is no operation {method} /{path}.");
    Err(ServiceError::new("UnknownOperationException", message))
}

/// Returns the raw values at the template's placeholders, or `None` if the path does not match.
fn match_template<'a>(
    template: &'static str,
    segments: &[&'a str],
) -> Option<Vec<(&'static str, &'a str)>> {
    let mut values = Vec::new();
    let mut sent = segments.iter();
    for expected in template.split('/').skip(1) {
        let segment = sent.next()?;
        match expected.strip_prefix('{').and_then(|e| e.strip_suffix('}')) {
            Some(name) => values.push((name, *segment)),
            None if expected == *segment => {}
            None => return None,
        }
    }
    sent.next().is_none().then_some(values)
}

impl RoutedRequest {
    /// Returns a value of the path.
    pub fn path_value(&self, member: &str) -> Option<&str> {
        let found = self.path.iter().find(|(name, _)| *name == member);
        found.map(|(_, value)| value.as_str())
    }

    /// Parses the input document; its members are in the model's order.
    pub fn input(&self, request: &Request<Bytes>) -> Result<Map<String, Json>, ServiceError> {
        let structure = self.operation.input;
        let mut body = parse_body(structure, request.body())?;
        let query = request.uri().query().unwrap_or_default();
        let mut input = Map::new();
        for member in structure.members {
            let value = match member.location {
                Location::Body => body.remove(member.name),
                Location::Path => self.path_value(member.name).map(Json::from),
                Location::Query(wire) => query_value(member, wire, query)?,
                Location::Header(wire) => header_value(wire, request.headers()),
            };
            if let Some(value) = value.filter(|value| !value.is_null()) {
                input.insert(member.name.to_string(), value);
            }
        }
        Ok(input)
    }
}

/// Parses the body's members. The body is ignored if the operation has none.
fn parse_body(structure: &Structure, bytes: &[u8]) -> Result<Map<String, Json>, ServiceError> {
    let in_body = |m: &&Member| m.location == Location::Body;
    if bytes.is_empty() || !structure.members.iter().any(|m| in_body(&m)) {
        return Ok(Map::new());
    }
    if estimate_value_count(bytes) > MAX_VALUES {
        let message = format!("The body has more than {MAX_VALUES} values.");
        return Err(ServiceError::new("SerializationException", message));
    }
    let parsed = lone_surrogates::parse_json(bytes).map_err(|why| {
        ServiceError::new(
            "SerializationException",
            format!("The body is not JSON: {why}"),
        )
    })?;
    let Json::Object(mut members) = parsed else {
        return Err(type_mismatch("The body", "structure", &parsed));
    };
    for member in structure.members.iter().filter(in_body) {
        if let Some(value) = members.get_mut(member.name) {
            check_type(&lower_camel_case(member.name), member.shape, value)?;
        }
    }
    Ok(members)
}

/// Returns an upper bound of the number of values in JSON. Parsed values take many times the memory
/// of their text.
fn estimate_value_count(json: &[u8]) -> usize {
    let (mut values, mut in_string, mut is_escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

/// Rejects a value of another type than the shape's. Removes unknown members and null members of
/// structures.
fn check_type(path: &str, shape: &Shape, value: &mut Json) -> Result<(), ServiceError> {
    if value.is_null() {
        return Ok(());
    }
    match (&shape.kind, &mut *value) {
        (ShapeKind::String { .. }, Json::String(_))
        | (ShapeKind::Boolean, Json::Bool(_))
        | (ShapeKind::Timestamp, Json::Number(_)) => Ok(()),
        (ShapeKind::Integer | ShapeKind::Long, Json::Number(number)) => {
            let parse_integer = parse_integer(number).filter(|n| match shape.kind {
                ShapeKind::Integer => i32::try_from(*n).is_ok(),
                _ => true,
            });
            *value = Json::from(
                parse_integer.ok_or_else(|| type_mismatch(path, shape.kind.type_name(), value))?,
            );
            Ok(())
        }
        (ShapeKind::List(item), Json::Array(items)) => {
            let mut numbered = items.iter_mut().zip(1..);
            numbered
                .try_for_each(|(value, n)| check_type(&format!("{path}.{n}.member"), item, value))
        }
        (ShapeKind::Map { value: item, .. }, Json::Object(entries)) => entries
            .iter_mut()
            .try_for_each(|(key, value)| check_type(&format!("{path}.{key}"), item, value)),
        (ShapeKind::Structure(structure), Json::Object(members)) => {
            members.retain(|name, value| !value.is_null() && is_member(structure, name));
            members.iter_mut().try_for_each(|(name, value)| {
                let member = structure.members.iter().find(|m| m.name == name);
                let path = format!("{path}.{}", lower_camel_case(name));
                member.map_or(Ok(()), |m| check_type(&path, m.shape, value))
            })
        }
        (kind, _) => Err(type_mismatch(path, kind.type_name(), value)),
    }
}

/// Whether a request may contain this member; those that the AWS CLI's model lacks occur in
/// responses only.
fn is_member(structure: &Structure, name: &str) -> bool {
    structure.member(name).is_some()
}

/// Returns a whole number in any form, such as `5.0`, which some languages write.
fn parse_integer(number: &serde_json::Number) -> Option<i64> {
    /// Beyond 2^53, a double does not represent every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let of_double = |n: &f64| n.fract() == 0.0 && n.abs() < EXACT;
    number
        .as_i64()
        .or_else(|| number.as_f64().filter(of_double).map(|n| n as i64))
}

fn type_mismatch(path: &str, wanted: &str, value: &Json) -> ServiceError {
    let found = match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) if wanted == ShapeKind::Long.type_name() => "a number out of range",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    let message = format!("{path} must be of type {wanted}, but is {found}.");
    ServiceError::new("SerializationException", message)
}

/// Parses a value of the query string. A plus sign stands for itself, since tokens contain some.
fn query_value(member: &Member, wire: &str, query: &str) -> Result<Option<Json>, ServiceError> {
    let pairs = query
        .split('&')
        .map(|p| p.split_once('=').unwrap_or((p, "")));
    let Some((_, raw)) = pairs.into_iter().find(|(name, _)| *name == wire) else {
        return Ok(None);
    };
    let text = percent_decode(raw)?;
    if matches!(member.shape.kind, ShapeKind::String { .. }) {
        return Ok(Some(Json::from(text)));
    }
    let number = match member.shape.kind {
        ShapeKind::Integer => text.parse::<i32>().ok().map(i64::from),
        _ => text.parse::<i64>().ok(),
    };
    number.map(|n| Some(Json::from(n))).ok_or_else(|| {
        ServiceError::invalid(format!(
            "Value '{text}' at '{wire}' is not an integer in the valid range."
        ))
    })
}

fn header_value(wire: &str, headers: &HeaderMap) -> Option<Json> {
    let value = headers.get(wire)?;
    Some(Json::from(String::from_utf8_lossy(value.as_bytes())))
}

/// Decodes `%XX`; the bytes must be UTF-8.
fn percent_decode(raw: &str) -> Result<String, ServiceError> {
    let not_utf8 = || ServiceError::new("BadRequest", format!("'{raw}' in the URI is not UTF-8."));
    String::from_utf8(percent_encoding::decode(raw)).map_err(|_| not_utf8())
}

/// Returns a member's name in the form that messages use.
pub(super) fn lower_camel_case(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{INTERNAL_OPERATIONS, OPERATIONS};
    use serde_json::json;

    fn read(method: &str, uri: &str, body: &str) -> Result<(String, Json), &'static str> {
        read_with(method, uri, None, body)
    }

    /// Returns the operation and its input, or the error code.
    fn read_with(
        method: &str,
        uri: &str,
        target: Option<&str>,
        body: &str,
    ) -> Result<(String, Json), &'static str> {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(target) = target {
            request = request.header(TARGET_HEADER, target);
        }
        let body = Bytes::copy_from_slice(body.as_bytes());
        let request = request.body(body).expect("the request is sound");
        route(&request)
            .and_then(|routed| {
                let input = routed.input(&request)?;
                Ok((routed.operation.name.to_string(), Json::Object(input)))
            })
            .map_err(|error| error.code)
    }

    #[test]
    fn parses_requests_by_the_model() {
        let dataset = "/identitypools/r%3Ap/identities/r:i/datasets/a%2Fb";
        let (name, input) = read(
            "GET",
            &format!("{dataset}/records?lastSyncCount=5&syncSessionToken=a%2Bb+c%3D&x=1"),
            "",
        )
        .expect("it is read");
        assert_eq!(name, "ListRecords");
        let want = json!({"IdentityPoolId": "r:p", "IdentityId": "r:i", "DatasetName": "a/b",
            "LastSyncCount": 5, "SyncSessionToken": "a+b+c="});
        assert_eq!(input, want);
        let body = r#"{"RecordPatches": [{"Op": "replace", "Key": "k", "SyncCount": 0,
            "Value": null, "More": 1}], "SyncSessionToken": "t", "DeviceId": null}"#;
        let (name, input) = read("POST", dataset, body).expect("it is read");
        assert_eq!(name, "UpdateRecords");
        assert_eq!(
            input["RecordPatches"],
            json!([{"Op": "replace", "Key": "k", "SyncCount": 0}])
        );
        assert_eq!(input.get("DeviceId"), None);
    }

    #[test]
    fn rejects_bodies_with_too_many_values() {
        let configuration = "/identitypools/p/configuration";
        let body = |item: &str, count: usize| {
            let items = vec![item; count].join(",");
            format!(r#"{{"PushSync": {{"ApplicationArns": [{items}]}}}}"#)
        };
        assert!(read("POST", configuration, &body(r#""a,[{\",""#, 60_000)).is_ok());
        for item in ["0", "{}", "[]", r#""""#] {
            let rejected = read("POST", configuration, &body(item, 100_000));
            assert_eq!(rejected, Err("SerializationException"), "{item}");
        }
    }

    #[test]
    fn routes_every_operation_by_its_path() {
        for operation in &OPERATIONS {
            let path = operation.path.replace(['{', '}'], "");
            let method = operation.method.parse().expect("a method");
            let routed = route_by_path(&method, &path).expect("it is found");
            assert_eq!(routed.operation.name, operation.name);
        }
    }

    #[test]
    fn routes_post_of_root_by_target() {
        for operation in &INTERNAL_OPERATIONS {
            let target = format!("AWSCognitoIdentityService.{}", operation.name);
            let (name, input) = read_with("POST", "/", Some(&target), r#"{"MaxResults": 5.0}"#)
                .expect("it is read");
            assert_eq!(
                (name.as_str(), input),
                (operation.name, json!({"MaxResults": 5}))
            );
        }
        let target = Some("AWSCognitoIdentityService.ListIdentities");
        let (name, _) = read_with("GET", "/identitypools", target, "").expect("it is read");
        assert_eq!(name, "ListIdentityPoolUsage");
        for target in [
            "AWSCognitoIdentityService.GetId",
            "AWSCognitoIdentityService.",
            "AWSCognitoIdentityService.ListDatasets",
            "AWSCognitoIdentityService.listidentities",
            "AWSCognitoIdentityServiceListIdentities",
            "AWSCognitoSyncService.ListDatasets",
            "",
        ] {
            let rejected = read_with("POST", "/", Some(target), "{}");
            assert_eq!(rejected, Err("UnknownOperationException"), "{target}");
        }
    }

    #[test]
    fn rejects_malformed_requests() {
        let configuration = "/identitypools/p/configuration";
        let dataset = "/identitypools/a:0/identities/a:0/datasets/d";
        let patch = |count: &str| format!("{{\"RecordPatches\":[{{\"SyncCount\":{count}}}]}}");
        for count in ["5", "5.0", "5e0"] {
            let (_, input) = read("POST", dataset, &patch(count)).expect("it is read");
            assert_eq!(input["RecordPatches"][0]["SyncCount"], 5, "{count}");
        }
        for count in ["5.5", "1e300", "\"5\"", "true"] {
            assert_eq!(
                read("POST", dataset, &patch(count)),
                Err("SerializationException")
            );
        }
        let table = [
            ("GET", "/", "", "UnknownOperationException"),
            ("PUT", "/identitypools", "", "UnknownOperationException"),
            ("GET", "/identitypools//configuration", "", "BadRequest"),
            ("GET", "/identitypools/", "", "BadRequest"),
            ("GET", "/identitypools/%FF", "", "BadRequest"),
            ("POST", configuration, "{", "SerializationException"),
            ("POST", configuration, "[]", "SerializationException"),
            (
                "POST",
                configuration,
                r#"{"PushSync": {"RoleArn": 1}}"#,
                "SerializationException",
            ),
            (
                "GET",
                "/identitypools?maxResults=1.5",
                "",
                "InvalidParameterException",
            ),
            (
                "GET",
                "/identitypools?maxResults=3000000000",
                "",
                "InvalidParameterException",
            ),
        ];
        for (method, uri, body, code) in table {
            assert_eq!(read(method, uri, body), Err(code), "{method} {uri} {body}");
        }
    }
}
