//! Signature checks and kinds of credentials. The program itself signs the valid requests;
//! `clients` tests the signatures of other clients.

use serde_json::json;

use super::{Dataset, Headers, IDENTITY, POOL, pool, replace};
use crate::support::child::ChildExit;
use crate::support::service::Service;

/// Lists identity pools with this key, and returns the exit status and the error message.
fn list(service: &Service, id: &str, secret: &str) -> (ChildExit, String) {
    let mut command = service.command(&["list-identity-pool-usage"]);
    command
        .env("AWS_ACCESS_KEY_ID", id)
        .env("AWS_SECRET_ACCESS_KEY", secret)
        .env("AWS_MAX_ATTEMPTS", "1");
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (ChildExit::from_status(output.status), text)
}

#[test]
fn accepts_only_valid_signatures_of_known_keys() {
    let options = [
        "--credentials",
        "KEY1:s3cret/+=",
        "--credentials",
        "KEY2:other",
    ];
    let service = Service::start(&options);
    assert_eq!(
        list(&service, "KEY1", "s3cret/+="),
        (ChildExit::Status(0), String::new())
    );
    assert_eq!(
        list(&service, "KEY2", "other"),
        (ChildExit::Status(0), String::new())
    );
    let (ending, message) = list(&service, "KEY1", "other");
    assert_eq!(ending, ChildExit::Status(254));
    assert!(
        message.contains("(InvalidSignatureException)")
            && message.contains("The request signature we calculated does not match"),
        "{message}"
    );
    let (ending, message) = list(&service, "KEY3", "other");
    assert_eq!(ending, ChildExit::Status(254));
    let want = "(UnrecognizedClientException) when calling the ListIdentityPoolUsage operation \
                (reached max retries: 0): The security token included in the request is invalid.";
    assert!(message.contains(want), "{message}");
}

#[test]
fn checks_signature_over_path_query_and_body_of_every_operation() {
    let service = Service::start(&["--credentials", "AKIDEXAMPLE:secret"]);
    let ids = ["--identity-pool-id", POOL, "--identity-id", IDENTITY];
    let words = |first: &[&'static str], more: &[&'static str]| [first, &ids, more].concat();
    let listed = service.run(&words(
        &["list-records"],
        &["--dataset-name", "a.b:c", "--last-sync-count", "0"],
    ));
    assert_eq!(
        listed.exit,
        ChildExit::Status(0),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let set = service.run(&[
        "set-identity-pool-configuration",
        "--identity-pool-id",
        POOL,
        "--cognito-streams",
        "StreamName=ünicode,StreamingStatus=DISABLED",
    ]);
    assert_eq!(
        set.exit,
        ChildExit::Status(0),
        "{}",
        String::from_utf8_lossy(&set.stderr)
    );
}

#[test]
fn reports_what_is_wrong_with_authorization() {
    let service = Service::start(&["--credentials", "A:s"]);
    let authorization = |scope: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=A/{scope}, SignedHeaders=host;x-amz-date, Signature=00"
        )
    };
    let good_scope = authorization("20261124/us-east-1/cognito-sync/aws4_request");
    let wrong_service = authorization("20261124/us-east-1/s3/aws4_request");
    let old = ("x-amz-date", "20200101T000000Z");
    let late = ("x-amz-date", "20900101T000000Z");
    let table: [(Headers<'_>, &str, &str); 7] = [
        (
            &[],
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            &[("authorization", "Basic x")],
            "IncompleteSignatureException",
            "AWS4-HMAC-SHA256",
        ),
        (
            &[("authorization", "AWS4-HMAC-SHA256 Credential=A/x")],
            "IncompleteSignatureException",
            "KEY/DATE/REGION/SERVICE/aws4_request",
        ),
        (
            &[("authorization", &wrong_service), old],
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'cognito-sync'.",
        ),
        (
            &[("authorization", &good_scope)],
            "IncompleteSignatureException",
            "'X-Amz-Date'",
        ),
        (
            &[("authorization", &good_scope), old],
            "InvalidSignatureException",
            "Signature expired: 20200101T000000Z is now earlier than ",
        ),
        (
            &[("authorization", &good_scope), late],
            "InvalidSignatureException",
            "Signature not yet current: 20900101T000000Z is still later than ",
        ),
    ];
    for (headers, code, part) in table {
        let response = service.request_with("GET", "/identitypools", headers, None);
        let refusal = response.error();
        assert_eq!((refusal.0, refusal.1.as_str()), (403, code), "{headers:?}");
        assert!(refusal.2.contains(part), "{refusal:?}");
    }
}

#[test]
fn limits_key_of_identity_to_its_own_data() {
    let key = format!("AKIDEXAMPLE:secret:{IDENTITY}");
    let service = Service::start(&["--credentials", &key]);
    let list = |identity: &str| {
        service.run(&[
            "list-datasets",
            "--identity-pool-id",
            POOL,
            "--identity-id",
            identity,
        ])
    };
    assert_eq!(list(IDENTITY).exit, ChildExit::Status(0));
    let other = list("us-east-1:0");
    assert_eq!(other.exit, ChildExit::Status(254));
    let message = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(message.contains("(NotAuthorizedException)"), "{message}");
}

#[test]
fn strict_checks_kind_of_credentials() {
    let service = Service::start(&["--strict"]);
    let session = [("x-amz-security-token", "t")];
    let device = pool(&format!("/identity/{IDENTITY}/device"));
    let body = || Some(json!({"Platform": "GCM", "Token": "t"}));
    assert_eq!(
        service.request("POST", &device, body()).error().1,
        "NotAuthorizedException"
    );
    let of_identity = service
        .request_with("POST", &device, &session, body())
        .error();
    assert_eq!(
        of_identity.1, "InvalidConfigurationException",
        "it is let through"
    );
    let configuration = pool("/configuration");
    let rejected = service.request_with("POST", &configuration, &session, Some(json!({})));
    let (status, code, message) = rejected.error();
    assert_eq!((status, code.as_str()), (403, "NotAuthorizedException"));
    assert!(message.contains("SetIdentityPoolConfiguration takes credentials of a developer"));
    service
        .request("POST", &configuration, Some(json!({})))
        .json();
    Dataset::new(&service, "d")
        .update(json!([replace("k", "v", 0)]))
        .json();

    let lenient = Service::start(&[]);
    lenient
        .request_with("POST", &configuration, &session, Some(json!({})))
        .json();
}
