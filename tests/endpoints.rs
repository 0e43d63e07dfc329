//! Custom endpoints: the request target and its signature, the region of the signature, and
//! rejected endpoint URLs.

use crate::support::http::{Request, Response};
use crate::support::run::Run;
use crate::support::sigv4::assert_signed_as_received;

/// A call to this endpoint.
fn call(endpoint: &str) -> Run {
    Run::new([
        "bulk-publish",
        "--identity-pool-id",
        "p:1",
        "--output",
        "off",
    ])
    .env("AWS_ENDPOINT_URL", endpoint)
    .env("AWS_MAX_ATTEMPTS", "1")
}

/// A call whose request has a query.
fn call_with_query(endpoint: &str) -> Run {
    let ids = [
        "--identity-pool-id",
        "p:1",
        "--identity-id",
        "i",
        "--output",
        "off",
    ];
    let args = ["list-datasets", "--max-results", "2"];
    Run::new(args.iter().chain(&ids).copied()).env("AWS_ENDPOINT_URL", endpoint)
}

fn expect_target(target: String) -> impl Fn(&Request) {
    move |request| {
        assert_eq!(request.target(), target);
        assert_signed_as_received(request);
    }
}

#[test]
fn encodes_and_signs_endpoint_path() {
    let table = [
        ("", ""),
        ("/", ""),
        ("/base/", "/base"),
        ("/s x", "/s%20x"),
        ("/é/日本/", "/%C3%A9/%E6%97%A5%E6%9C%AC"),
        ("/%c3%a9%20", "/%C3%A9%20"),
        ("/%", "/%25"),
        ("/a|b\"<>{}^`", "/a%7Cb%22%3C%3E%7B%7D%5E%60"),
        ("/a;b=c:d@e,f!$&'()*+~", "/a;b=c:d@e,f!$&'()*+~"),
        ("/s # comment", "/s%20"),
        ("#fragment", ""),
    ];
    for (typed, sent) in table {
        call(&format!("{{ENDPOINT}}{typed}"))
            .request(expect_target(format!(
                "{sent}/identitypools/p%3A1/bulkpublish"
            )))
            .succeeds();
    }
}

#[test]
fn puts_endpoint_query_before_request_query() {
    let table = [
        ("?q", "q"),
        ("/?q=1", "q=1"),
        ("/?b=2&a=1", "b=2&a=1"),
        ("/?x=a b&é", "x=a%20b&%C3%A9"),
        ("/?x=%zz", "x=%25zz"),
        ("/?x=/?#f", "x=/?"),
    ];
    for (typed, sent) in table {
        let endpoint = format!("{{ENDPOINT}}{typed}");
        call(&endpoint)
            .request(expect_target(format!(
                "/identitypools/p%3A1/bulkpublish?{sent}"
            )))
            .succeeds();
        call_with_query(&endpoint)
            .request(expect_target(format!(
                "/identitypools/p%3A1/identities/i/datasets?{sent}&maxResults=2"
            )))
            .succeeds();
    }
    // The AWS CLI puts the request's query behind the fragment, where it is lost; here it is sent.
    call_with_query("{ENDPOINT}/e#f")
        .request(expect_target(
            "/e/identitypools/p%3A1/identities/i/datasets?maxResults=2".into(),
        ))
        .succeeds();
    // A number outside the SDK's integer type is sent by the untyped path.
    let ids = [
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
        "--output",
        "off",
    ];
    let args = ["list-datasets", "--max-results", "99999999999"];
    Run::new(args.iter().chain(&ids).copied())
        .env("AWS_ENDPOINT_URL", "{ENDPOINT}?q=1")
        .request(expect_target(
            "/identitypools/p/identities/i/datasets?q=1&maxResults=99999999999".into(),
        ))
        .succeeds();
}

#[test]
fn sends_endpoint_query_to_sts() {
    let config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n\
                  [profile keys]\naws_access_key_id = A\naws_secret_access_key = s\n";
    call("{ENDPOINT}")
        .env("AWS_ENDPOINT_URL_STS", "{ENDPOINT}/sts?q=1")
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", config)
        .respond_with(|_| {
            let error = "<ErrorResponse><Error><Code>No</Code><Message>no</Message></Error></ErrorResponse>";
            Response::body(error).status(403)
        })
        .request(|request| assert_eq!(request.target(), "/sts/?q=1"))
        .stderr_contains("An error occurred (No) when calling the AssumeRole operation")
        .fails(254);
}

#[test]
fn drops_userinfo_and_lowercases_endpoint_host() {
    for (before, behind) in [
        ("http://u:p@", "/"),
        ("HTTP://u@", ""),
        ("//", "/"),
        (" http://", ""),
    ] {
        let script = format!(
            "AWS_ENDPOINT_URL=\"{before}${{AWS_ENDPOINT_URL#http://}}{behind}\" \
             \"$0\" bulk-publish --identity-pool-id p:1 --output off"
        );
        Run::with_program("sh", ["-c", &*script, env!("CARGO_BIN_EXE_cognito-sync")])
            .request(expect_target("/identitypools/p%3A1/bulkpublish".into()))
            .succeeds();
    }
}

#[test]
fn rejects_invalid_endpoints() {
    let table = [
        ("foo", "Invalid endpoint: foo"),
        ("http:/h/", "Invalid endpoint: http:/h/"),
        ("http://é/", "Invalid endpoint: http://é/"),
        ("http://a_b/", "Invalid endpoint: http://a_b/"),
        ("http://[::1/", "Invalid IPv6 URL"),
        (
            "http://[x]/",
            "'x' does not appear to be an IPv4 or IPv6 address",
        ),
        ("http://h:65536/", "Port out of range 0-65535"),
        (
            "http://h:x/",
            "Port could not be cast to integer value as 'x'",
        ),
        (
            "http://h:1 ",
            "Port could not be cast to integer value as '1 '",
        ),
        (
            "ftp://h/",
            "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp",
        ),
    ];
    for (endpoint, message) in table {
        call(endpoint)
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(255);
    }
    // Ports are validated when a request is signed, which takes credentials.
    call("http://h:65536/")
        .without_env("AWS_ACCESS_KEY_ID")
        .stderr_contains("Unable to locate credentials")
        .fails(253);
    for (typed, shown) in [
        ("h/x", "h/x"),
        ("//h/", "//h/"),
        ("1http://h/", "1http://h/"),
        ("ht tp://h/", "ht tp://h/"),
        ("//user:password@h/", "//***:***@h/"),
    ] {
        Run::new([
            "bulk-publish",
            "--identity-pool-id",
            "p",
            "--endpoint-url",
            typed,
        ])
        .stderr_contains(&format!(
            "Bad value for --endpoint-url \"{shown}\": scheme is missing."
        ))
        .fails(252);
    }
}

#[test]
fn shows_endpoint_as_typed_in_errors() {
    let table = [
        ("http://127.0.0.1:1/%zz", "http://127.0.0.1:1/%zz{}"),
        (
            "HTTP://LOCALHOST:1/s x/?q é#f",
            "http://LOCALHOST:1/s x{}?q é#f",
        ),
        ("http://u:p@127.0.0.1:01/", "http://127.0.0.1:01{}"),
    ];
    for (endpoint, shown) in table {
        let shown = shown.replace("{}", "/identitypools/p%3A1/bulkpublish");
        call(endpoint)
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: Could not connect to the endpoint URL: \"{shown}\"\n"
            ))
            .fails(255);
    }
}

#[test]
fn signs_fips_region_without_fips() {
    for region in ["fips-us-east-1", "us-east-1-fips", "us-fips-east-1"] {
        call("{ENDPOINT}")
            .env("AWS_REGION", region)
            .request(expect_target("/identitypools/p%3A1/bulkpublish".into()))
            .succeeds();
    }
    // Without a custom endpoint, the request goes to the FIPS endpoint; the proxy does not exist.
    Run::new(["bulk-publish", "--identity-pool-id", "p", "--debug"])
        .env("AWS_REGION", "us-east-1-fips")
        .env("AWS_ENDPOINT_URL", "")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .stderr_contains("POST https://cognito-sync-fips.us-east-1.amazonaws.com/identitypools/p/")
        .stderr_contains("/us-east-1/cognito-sync/aws4_request")
        .fails(255);
}
