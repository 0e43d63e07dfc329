//! The request of every operation with every member of its input: method, path, query, headers and
//! body by the model. Unusual values are in the corpora.

use cognito_sync::model::{Location, OPERATIONS, Operation, Shape, ShapeKind, Structure};
use serde_json::{Map, Value, json};

use crate::support::http::{Request, Response};
use crate::support::run::Run;

/// Returns a value of the shape that is unique to the member.
fn value(shape: &Shape, name: &str) -> Value {
    match shape.kind {
        ShapeKind::String { .. } => Value::from(format!("{name} é/+&?=:%").repeat(2)),
        ShapeKind::Integer => Value::from(2_000_000_000),
        ShapeKind::Long => Value::from(9_000_000_000_000_i64),
        ShapeKind::Boolean => Value::from(true),
        ShapeKind::Timestamp => Value::from(1_407_456_000),
        ShapeKind::List(item) => json!([value(item, &format!("{name} 1")), value(item, name)]),
        ShapeKind::Map { value: shape, .. } => json!({ "SyncTrigger": value(shape, name) }),
        ShapeKind::Structure(structure) => Value::Object(document(structure, name)),
    }
}

pub(crate) fn document(structure: &Structure, prefix: &str) -> Map<String, Value> {
    let member = |name: &str, shape: &Shape| {
        // Headers are not escaped, so this value is ASCII only.
        let text = if name == "ClientContext" {
            json!("context")
        } else {
            value(shape, &format!("{prefix}{name}"))
        };
        (name.to_string(), text)
    };
    structure
        .aws_cli_members()
        .map(|m| member(m.name, m.shape))
        .collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

/// Returns the members of the input that are sent in a location, under their names on the wire.
/// `location` returns the name, empty for the member's own, or `None` for other locations.
fn members_in<'a>(
    operation: &'a Operation,
    input: &'a Map<String, Value>,
    location: impl Fn(Location) -> Option<&'static str> + 'a,
) -> impl Iterator<Item = (&'static str, &'a Value)> + 'a {
    operation.input.aws_cli_members().filter_map(move |member| {
        let wire = location(member.location)?;
        Some((
            if wire.is_empty() { member.name } else { wire },
            &input[member.name],
        ))
    })
}

fn assert_request(operation: &Operation, input: &Map<String, Value>, request: &Request) {
    let name = operation.name;
    assert_eq!(request.method, operation.method, "{name}");
    let mut path = operation.path.to_string();
    let in_path = |l| (l == Location::Path).then_some("");
    for (member, value) in members_in(operation, input, in_path) {
        path = path.replace(&format!("{{{member}}}"), &text(value));
    }
    let sent = percent_decoded(&request.path);
    assert_eq!(sent, path, "{name}");
    let in_query = |l| {
        if let Location::Query(wire) = l {
            Some(wire)
        } else {
            None
        }
    };
    let query: Vec<_> = members_in(operation, input, in_query)
        .map(|(n, v)| (n.to_string(), text(v)))
        .collect();
    assert_eq!(request.query(), query, "{name}");
    let in_header = |l| {
        if let Location::Header(wire) = l {
            Some(wire)
        } else {
            None
        }
    };
    for (header, value) in members_in(operation, input, in_header) {
        let sent = request.header(&header.to_lowercase());
        assert_eq!(sent, value.as_str(), "{name}");
    }
    let in_body = |l| (l == Location::Body).then_some("");
    let body: Map<_, _> = members_in(operation, input, in_body)
        .map(|(n, v)| (n.to_string(), v.clone()))
        .collect();
    match body.is_empty() {
        true => assert!(request.body.is_empty(), "{name} has a body"),
        false => assert_eq!(request.json(), Some(Value::Object(body)), "{name}"),
    }
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let hex = |b: Option<u8>| {
            b.and_then(|b| char::from(b).to_digit(16))
                .expect("a hex digit")
        };
        bytes.push(match byte {
            b'%' => (hex(rest.next()) * 16 + hex(rest.next())) as u8,
            other => other,
        });
    }
    String::from_utf8(bytes).expect("paths are UTF-8")
}

#[test]
fn sends_every_member_of_every_operation() {
    for operation in &OPERATIONS {
        let input = document(operation.input, "");
        let command = operation.command();
        let args = [
            command.as_str(),
            "--cli-input-json",
            &Value::Object(input.clone()).to_string(),
        ];
        let observed = Run::new(args).responses([Response::body("{}")]).capture();
        assert_eq!(observed.stderr, "", "{command}");
        assert_eq!(observed.requests.len(), 1, "{command}");
        assert_request(operation, &input, &observed.requests[0]);
    }
}

#[test]
fn requires_every_required_member() {
    for operation in &OPERATIONS {
        let required = operation.input.required;
        let command = operation.command();
        let observed =
            Run::new([&command, "--cli-input-json", "{}"]).responses([Response::body("{}")]);
        let observed = observed.capture();
        let missing: Vec<_> = observed
            .stderr
            .matches("Missing required parameter")
            .collect();
        assert_eq!(
            missing.len(),
            required.len(),
            "{command}: {}",
            observed.stderr
        );
        assert_eq!(
            observed.requests.is_empty(),
            !required.is_empty(),
            "{command}"
        );
    }
}
