//! Cognito Identity of `serve`: the identities and identity pools of its store.

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, pool, replace};
use crate::support::service::{Service, ServiceResponse};

const JSON_11: &str = "application/x-amz-json-1.1";

/// Calls an operation of Cognito Identity.
fn call(service: &Service, operation: &str, input: Value) -> ServiceResponse {
    let target = format!("AWSCognitoIdentityService.{operation}");
    let headers = [("content-type", JSON_11), ("x-amz-target", target.as_str())];
    service.request_with("POST", "/", &headers, Some(input))
}

/// Returns status, code and message of an error, whose code must be the same in body and header.
#[track_caller]
fn error_details(response: &ServiceResponse) -> (u16, String, String) {
    let error_details = response.error();
    let body: Value = serde_json::from_str(&response.body).expect("the body is JSON");
    assert_eq!(body["__type"], error_details.1.as_str(), "{response:?}");
    assert_eq!(response.header("content-type"), Some(JSON_11));
    error_details
}

/// Adds a dataset of the identity, so that pool and identity are known.
#[track_caller]
fn add_dataset(service: &Service, identity: &str, name: &str) {
    let path = pool(&format!("/identities/{identity}/datasets/{name}"));
    let listed = service
        .request("GET", &format!("{path}/records"), None)
        .json();
    let token = listed["SyncSessionToken"].as_str().expect("a token");
    let body = json!({"SyncSessionToken": token, "RecordPatches": [replace("k", "v", 0)]});
    service.request("POST", &path, Some(body)).json();
}

fn texts(list: &Value, member: &str) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    let text = |item: &Value| item[member].as_str().expect("text").to_string();
    items.map(text).collect()
}

/// Reads all pages of this size, and returns the length of each and all ids.
fn pages(
    service: &Service,
    operation: &str,
    input: &Value,
    list: &str,
    id: &str,
) -> (Vec<usize>, Vec<String>) {
    let (mut lengths, mut ids) = (Vec::new(), Vec::new());
    let mut input = input.clone();
    loop {
        let page = call(service, operation, input.clone()).json();
        let of_page = texts(&page[list], id);
        lengths.push(of_page.len());
        ids.extend(of_page);
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return (lengths, ids),
        }
    }
}

#[test]
fn lists_identities_of_datasets() {
    let service = Service::start(&["--clock", "+1h"]);
    Dataset::new(&service, "notes")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let created = Dataset::new(&service, "notes").describe().json();
    let created = created["Dataset"]["CreationDate"].clone();
    add_dataset(&service, IDENTITY, "settings");
    add_dataset(&service, "us-east-1:0b", "notes");
    let input = json!({"IdentityPoolId": POOL, "MaxResults": 60, "HideDisabled": true});
    let response = call(&service, "ListIdentities", input);
    assert_eq!(response.header("content-type"), Some(JSON_11));
    let listed = response.json();
    assert_eq!(listed["IdentityPoolId"], POOL);
    assert_eq!(listed.get("NextToken"), None);
    assert_eq!(
        texts(&listed["Identities"], "IdentityId"),
        ["us-east-1:0b", IDENTITY]
    );
    let identity = listed["Identities"][1].as_object().expect("an object");
    let members: Vec<_> = identity.keys().map(String::as_str).collect();
    assert_eq!(members, ["CreationDate", "IdentityId", "LastModifiedDate"]);
    assert_eq!(identity["CreationDate"], created);
    let usage = pool(&format!("/identities/{IDENTITY}"));
    let usage = service.request("GET", &usage, None).json();
    let last_modified = &usage["IdentityUsage"]["LastModifiedDate"];
    assert_eq!(&identity["LastModifiedDate"], last_modified);
    // Seconds with a fraction, as Java prints doubles.
    let (_, rest) = response
        .body
        .split_once("\"LastModifiedDate\":")
        .expect("a date");
    let date = rest.split('}').next().unwrap_or_default();
    assert!(date.starts_with("1.") && date.ends_with("E9"), "{date}");
}

#[test]
fn keeps_identities_whose_datasets_are_deleted() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "notes");
    dataset.update(json!([replace("k", "v", 0)])).json();
    dataset.delete().json();
    let input = json!({"IdentityPoolId": POOL, "MaxResults": 1});
    let listed = call(&service, "ListIdentities", input).json();
    assert_eq!(texts(&listed["Identities"], "IdentityId"), [IDENTITY]);
}

#[test]
fn pages_identities_in_order() {
    let service = Service::start(&[]);
    let identities: Vec<_> = (0..131).map(|n| format!("us-east-1:{n:04x}")).collect();
    for identity in &identities {
        add_dataset(&service, identity, "d");
    }
    for (length, lengths) in [(60, vec![60, 60, 11]), (50, vec![50, 50, 31])] {
        let input = json!({"IdentityPoolId": POOL, "MaxResults": length});
        let found = pages(
            &service,
            "ListIdentities",
            &input,
            "Identities",
            "IdentityId",
        );
        assert_eq!(found, (lengths, identities.clone()));
    }
    // The page with the last identity has no token.
    let input = json!({"IdentityPoolId": POOL, "MaxResults": 1});
    let (lengths, _) = pages(
        &service,
        "ListIdentities",
        &input,
        "Identities",
        "IdentityId",
    );
    assert_eq!(lengths, vec![1; 131]);
}

#[test]
fn lists_identity_pools_with_names() {
    let mut options = Vec::new();
    let pools: Vec<_> = (0..3).map(|n| format!("eu-west-1:{n:02x}")).collect();
    for pool in &pools {
        options.extend(["--pool", pool.as_str()]);
    }
    let service = Service::start(&options);
    let listed = call(&service, "ListIdentityPools", json!({"MaxResults": 60})).json();
    let want: Vec<_> = pools
        .iter()
        .map(
            |pool| json!({"IdentityPoolId": pool, "IdentityPoolName": &pool["eu-west-1:".len()..]}),
        )
        .collect();
    assert_eq!(listed, json!({"IdentityPools": want}));
    let input = json!({"MaxResults": 2});
    let found = pages(
        &service,
        "ListIdentityPools",
        &input,
        "IdentityPools",
        "IdentityPoolId",
    );
    assert_eq!(found, (vec![2, 1], pools));
}

#[test]
fn rejects_what_cognito_identity_rejects() {
    let service = Service::start(&["--pool", POOL]);
    let pattern = r"[\w-]+:[0-9a-f-]+";
    let range = |number: i32, bound: &str| {
        format!(
            "1 validation error detected: Value '{number}' at 'maxResults' failed to satisfy \
             constraint: Member must have value {bound}"
        )
    };
    let table = [
        (
            "ListIdentities",
            json!({"IdentityPoolId": "us-east-1:00", "MaxResults": 1}),
            (
                "ResourceNotFoundException",
                "IdentityPool 'us-east-1:00' not found.".to_string(),
            ),
        ),
        (
            "ListIdentities",
            json!({"IdentityPoolId": POOL, "MaxResults": 0}),
            (
                "ValidationException",
                range(0, "greater than or equal to 1"),
            ),
        ),
        (
            "ListIdentityPools",
            json!({"MaxResults": 61}),
            ("ValidationException", range(61, "less than or equal to 60")),
        ),
        (
            "ListIdentities",
            json!({"IdentityPoolId": "INVALID"}),
            (
                "ValidationException",
                format!(
                    "2 validation errors detected: Value 'INVALID' at 'identityPoolId' failed to \
                     satisfy constraint: Member must satisfy regular expression pattern: {pattern}; \
                     Value null at 'maxResults' failed to satisfy constraint: Member must not be null"
                ),
            ),
        ),
        (
            "ListIdentityPools",
            json!({"MaxResults": 1, "NextToken": "?"}),
            ("InvalidParameterException", "Invalid NextToken".to_string()),
        ),
        (
            "ListIdentityPools",
            json!({"MaxResults": "1"}),
            (
                "SerializationException",
                "maxResults must be of type integer, but is a string.".to_string(),
            ),
        ),
        (
            "GetId",
            json!({"IdentityPoolId": POOL}),
            (
                "UnknownOperationException",
                "There is no operation GetId of cognito-identity.".to_string(),
            ),
        ),
    ];
    for (operation, input, (code, message)) in table {
        let rejected = error_details(&call(&service, operation, input.clone()));
        assert_eq!(rejected, (400, code.into(), message), "{operation} {input}");
    }
}

#[test]
fn fails_list_identities_by_fault() {
    let service = Service::start(&[
        "--fault",
        "list-identities=TooManyRequestsException:0.5",
        "--fault",
        "ListIdentityPools=InternalErrorException",
    ]);
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let input = json!({"IdentityPoolId": POOL, "MaxResults": 1});
    call(&service, "ListIdentities", input.clone()).json();
    let (status, code, message) = error_details(&call(&service, "ListIdentities", input));
    // Cognito Sync would respond with 429.
    assert_eq!((status, code.as_str()), (400, "TooManyRequestsException"));
    assert_eq!(message, "ListIdentities fails because of --fault.");
    let (status, code, _) = error_details(&call(
        &service,
        "ListIdentityPools",
        json!({"MaxResults": 1}),
    ));
    assert_eq!((status, code.as_str()), (500, "InternalErrorException"));
}

#[test]
fn strict_requires_developer_for_lists() {
    let service = Service::start(&["--strict"]);
    let headers = [
        (
            "x-amz-target",
            "AWSCognitoIdentityService.ListIdentityPools",
        ),
        ("x-amz-security-token", "t"),
    ];
    let input = json!({"MaxResults": 1});
    let rejected = service.request_with("POST", "/", &headers, Some(input.clone()));
    let (status, code, message) = error_details(&rejected);
    assert_eq!((status, code.as_str()), (400, "NotAuthorizedException"));
    assert!(message.starts_with("ListIdentityPools takes credentials of a developer"));
    call(&service, "ListIdentityPools", input).json();
}

#[test]
fn checks_signatures_for_cognito_identity() {
    let service = Service::start(&["--credentials", "A:s"]);
    let scope = |name: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=A/20261124/us-east-1/{name}/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=00"
        )
    };
    let table = [
        (
            None,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            Some(scope("cognito-sync")),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'cognito-identity'.",
        ),
        (
            Some(scope("cognito-identity")),
            "InvalidSignatureException",
            "Signature expired: 20200101T000000Z is now earlier than ",
        ),
    ];
    for (authorization, code, message) in table {
        let mut headers = vec![
            (
                "x-amz-target",
                "AWSCognitoIdentityService.ListIdentityPools",
            ),
            ("x-amz-date", "20200101T000000Z"),
        ];
        headers.extend(
            authorization
                .as_deref()
                .map(|value| ("authorization", value)),
        );
        let rejected = service.request_with("POST", "/", &headers, Some(json!({"MaxResults": 1})));
        let rejected = error_details(&rejected);
        assert_eq!((rejected.0, rejected.1.as_str()), (400, code));
        assert!(rejected.2.starts_with(message), "{rejected:?}");
    }
}
