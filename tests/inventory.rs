//! `inventory`.

use serde_json::{Value, json};

use crate::support::child::ChildExit;
use crate::support::http::{Request, Response};
use crate::support::run::{Run, RunOutput};
use crate::support::service::Service;

fn id(region: &str, number: usize) -> String {
    format!("{region}:0000000{number}-0000-0000-0000-000000000000")
}

fn refuse(code: &str) -> Response {
    let response = Response::body(r#"{"message":"no","__type":"X"}"#).status(400);
    response.header("x-amzn-errortype", code)
}

/// The region that a request was signed for.
fn region(request: &Request) -> String {
    let header = request.header("authorization").expect("a signature");
    let scope = header.split('/').nth(2).expect("a credential scope");
    scope.to_string()
}

/// Two pools of us-east-1, on two pages, and one of eu-west-1.
fn account(request: &Request) -> Response {
    let region = region(request);
    let body = match (request.path.as_str(), region.as_str()) {
        ("/", _) => json!({"IdentityPools": [
            {"IdentityPoolId": id(&region, 2), "IdentityPoolName": format!("app of {region}")},
            {"IdentityPoolId": id(&region, 9), "IdentityPoolName": "without data"},
        ]}),
        ("/identitypools", "us-east-1") if request.raw_query.is_empty() => json!({
            "Count": 1,
            "IdentityPoolUsages": [{
                "DataStorage": 0,
                "IdentityPoolId": id("us-east-1", 1),
                "LastModifiedDate": 1407456000.5,
                "SyncSessionsCount": null,
            }],
            "NextToken": "t",
        }),
        ("/identitypools", "us-east-1") => json!({"IdentityPoolUsages": [{
            "DataStorage": 48,
            "IdentityPoolId": id("us-east-1", 2),
            "LastModifiedDate": 1719835200,
            "SyncSessionsCount": 7,
        }]}),
        ("/identitypools", "eu-west-1") => json!({"IdentityPoolUsages": [{
            "DataStorage": 5,
            "IdentityPoolId": id("eu-west-1", 2),
        }]}),
        ("/identitypools", _) => json!({"IdentityPoolUsages": []}),
        (path, _) => details(path),
    };
    Response::body(body.to_string())
}

/// The configuration of a pool.
fn details(path: &str) -> Value {
    let is_second = path.contains("00000002-");
    match path.rsplit('/').next() {
        Some("configuration") if is_second => json!({
            "PushSync": {"ApplicationArns": ["a", "b"], "RoleArn": "r"},
            "CognitoStreams": {
                "StreamName": "updates",
                "StreamingStatus": "DISABLED",
                "DisabledReason": "no role",
            },
        }),
        Some("configuration") => json!({"PushSync": {"ApplicationArns": []}}),
        Some("events") if is_second => json!({"Events": {"SyncTrigger": "arn:f"}}),
        Some("events") => json!({"Events": {}}),
        _ => json!({"BulkPublishStatus": "NOT_STARTED", "IdentityPoolId": "x"}),
    }
}

fn inventory(args: &[&str]) -> Run {
    Run::new([&["inventory"], args].concat()).respond_with(account)
}

#[track_caller]
fn document(observed: &RunOutput) -> Value {
    serde_json::from_str(&observed.stdout).unwrap_or_else(|error| panic!("{error}: {observed}"))
}

#[test]
fn lists_pools_of_the_region() {
    let observed = inventory(&[]).capture();
    assert_eq!(
        (observed.exit, &*observed.stderr),
        (ChildExit::Status(0), ""),
        "{observed}"
    );
    let want = json!({
        "IdentityPools": [
            {
                "Region": "us-east-1",
                "IdentityPoolId": id("us-east-1", 2),
                "IdentityPoolName": "app of us-east-1",
                "DataStorage": 48,
                "SyncSessionsCount": 7,
                "LastModifiedDate": "2024-07-01T12:00:00+00:00",
                "PushSync": true,
                "PushSyncApplications": 2,
                "StreamingStatus": "DISABLED",
                "StreamName": "updates",
                "DisabledReason": "no role",
                "BulkPublishStatus": "NOT_STARTED",
                "Events": {"SyncTrigger": "arn:f"},
            },
            {
                "Region": "us-east-1",
                "IdentityPoolId": id("us-east-1", 1),
                "DataStorage": 0,
                "LastModifiedDate": "2014-08-08T00:00:00.500000+00:00",
                "PushSync": false,
                "PushSyncApplications": 0,
                "BulkPublishStatus": "NOT_STARTED",
            },
        ],
        "Summary": {"Regions": 1, "IdentityPools": 2, "IdentityPoolsWithData": 1, "DataStorage": 48},
        "Errors": [],
    });
    // As text, for the order of members.
    assert_eq!(document(&observed).to_string(), want.to_string());
    let mut requests: Vec<_> = observed
        .requests
        .iter()
        .map(|r| format!("{} {}", r.method, r.target()))
        .collect();
    requests.sort();
    let pool = |number| id("us-east-1", number).replace(':', "%3A");
    let mut expected = vec![
        "POST /".to_string(),
        "GET /identitypools".to_string(),
        "GET /identitypools?nextToken=t".to_string(),
    ];
    for number in [1, 2] {
        let path = format!("/identitypools/{}", pool(number));
        expected.push(format!("GET {path}/configuration"));
        expected.push(format!("GET {path}/events"));
        expected.push(format!("POST {path}/getBulkPublishDetails"));
    }
    expected.sort();
    assert_eq!(requests, expected);
    let names = observed
        .requests
        .iter()
        .find(|request| request.path == "/")
        .expect("names");
    assert_eq!(names.json(), Some(json!({"MaxResults": 60})));
    assert_eq!(
        names.header("x-amz-target"),
        Some("AWSCognitoIdentityService.ListIdentityPools")
    );
}

#[test]
fn lists_pools_of_all_regions_sorted() {
    let query = "[IdentityPools[].IdentityPoolId, [to_string(Summary)]]";
    let observed = inventory(&["--all-regions", "--query", query, "--output", "text"]).capture();
    let want = format!(
        "{}\t{}\t{}\n{}\n",
        id("eu-west-1", 2),
        id("us-east-1", 2),
        id("us-east-1", 1),
        r#"{"Regions":11,"IdentityPools":3,"IdentityPoolsWithData":2,"DataStorage":53}"#
    );
    assert_eq!(
        (&*observed.stdout, &*observed.stderr),
        (&*want, ""),
        "{observed}"
    );
    let mut regions: Vec<_> = observed.requests.iter().map(region).collect();
    regions.sort();
    regions.dedup();
    assert_eq!(regions.len(), 11);
}

#[test]
fn prints_every_output_format() {
    for (format, part) in [
        ("yaml", "Summary:\n  DataStorage: 48\n"),
        ("yaml-stream", "- Errors: []\n"),
        ("text", "SUMMARY\t48\t2\t1\t1\n"),
        ("table", "|||  SyncTrigger "),
    ] {
        let observed = inventory(&["--output", format]).capture();
        assert!(observed.stdout.contains(part), "{format}: {observed}");
        let by_variable = inventory(&[]).env("AWS_DEFAULT_OUTPUT", format).capture();
        assert_eq!(by_variable.stdout, observed.stdout);
    }
    assert_eq!(inventory(&["--output", "off"]).capture().stdout, "");
    let wire = inventory(&[
        "--query",
        "IdentityPools[].LastModifiedDate",
        "--output",
        "text",
    ])
    .file(".aws/config", "[default]\ncli_timestamp_format = wire\n")
    .capture();
    assert_eq!(wire.stdout, "1719835200\t1407456000.5\n");
}

#[test]
fn names_what_could_not_be_read_and_reads_the_rest() {
    let observed = inventory(&["--all-regions"])
        .respond_with(
            |request| match (request.path.as_str(), region(request).as_str()) {
                ("/", _) => refuse("NotAuthorizedException"),
                ("/identitypools", "eu-west-1") => refuse("AccessDeniedException"),
                ("/identitypools", "eu-west-2") => Response::body("[]"),
                (path, _) if path.contains("00000001-") && path.ends_with("configuration") => {
                    refuse("ResourceNotFoundException")
                }
                _ => account(request),
            },
        )
        .capture();
    assert_eq!(observed.exit, ChildExit::Status(254), "{observed}");
    let document = document(&observed);
    assert_eq!(document["Summary"]["Regions"], 9);
    let errors = document["Errors"].as_array().expect("a list");
    assert_eq!(
        errors[0],
        json!({
            "Region": "eu-west-1",
            "Operation": "ListIdentityPoolUsage",
            "Code": "AccessDeniedException",
            "Message": "no",
            "Permission": "cognito-sync:ListIdentityPoolUsage",
        })
    );
    assert_eq!(errors[1]["Region"], "eu-west-2");
    assert_eq!(
        errors[2],
        json!({
            "Region": "us-east-1",
            "IdentityPoolId": id("us-east-1", 1),
            "Operation": "GetIdentityPoolConfiguration",
            "Code": "ResourceNotFoundException",
            "Message": "no",
        })
    );
    assert_eq!(errors.len(), 3);
    let pools = document["IdentityPools"].as_array().expect("a list");
    // Whether push sync is on is not known where the configuration could not be read.
    assert_eq!(pools[1].get("PushSync"), None, "{observed}");
    assert_eq!(pools[1]["BulkPublishStatus"], "NOT_STARTED");
    assert_eq!(pools[0].get("IdentityPoolName"), None);
    let lines: Vec<_> = observed.stderr.lines().collect();
    assert_eq!(
        lines[0],
        "eu-west-1: ListIdentityPoolUsage failed: AccessDeniedException: no; it needs the permission \
         cognito-sync:ListIdentityPoolUsage"
    );
    assert_eq!(
        lines[2],
        format!(
            "{}: GetIdentityPoolConfiguration failed: ResourceNotFoundException: no",
            id("us-east-1", 1)
        )
    );
}

#[test]
fn reports_some_of_many_failures_each_on_a_line() {
    let observed = inventory(&["--query", "length(Errors)"])
        .respond_with(|request| match request.path.as_str() {
            "/identitypools" => {
                let pools = (0..9).map(|number| json!({"IdentityPoolId": id("us-east-1", number)}));
                let pools: Vec<_> = pools.collect();
                Response::body(json!({"IdentityPoolUsages": pools}).to_string())
            }
            "/" => account(request),
            _ => {
                let response = Response::body(r#"{"message":"\u001b[31mno\nline"}"#).status(400);
                response.header("x-amzn-errortype", "AccessDeniedException")
            }
        })
        .capture();
    assert_eq!(observed.stdout, "27\n");
    let lines: Vec<_> = observed.stderr.lines().collect();
    assert_eq!(lines.len(), 21, "{observed}");
    assert!(
        lines[0].contains("AccessDeniedException: \\x1b[31mno\\x0aline; it needs"),
        "{observed}"
    );
    assert_eq!(
        lines[20],
        "7 more calls failed. `Errors` of the document has all."
    );
}

#[test]
fn endless_list_is_an_error_of_the_region() {
    let observed = inventory(&["--query", "Errors[].[Region, Code]", "--output", "text"])
        .respond_with(|request| match request.path.as_str() {
            "/identitypools" => Response::body(r#"{"IdentityPoolUsages":[],"NextToken":"t"}"#),
            _ => account(request),
        })
        .capture();
    assert_eq!(observed.exit, ChildExit::Status(254));
    assert!(
        observed.stderr.contains("the same NextToken twice"),
        "{observed}"
    );
    assert!(observed.stdout.starts_with("us-east-1\t"), "{observed}");
}

#[test]
fn reads_the_local_service() {
    let service = Service::start(&[]);
    let pool = id("us-east-1", 1);
    let set = service.run(&[
        "set-cognito-events",
        "--identity-pool-id",
        &pool,
        "--events",
        "SyncTrigger=arn:aws:lambda:us-east-1:123456789012:function:sync",
    ]);
    assert_eq!(String::from_utf8_lossy(&set.stderr), "");
    for args in [
        &[][..],
        &["--local"],
        &["--all-regions"],
        &["--local", "--all-regions"],
    ] {
        let query = [
            "inventory",
            "--query",
            "IdentityPools[].[Region, IdentityPoolId, Events.SyncTrigger]",
            "--output",
            "text",
        ];
        let listed = service.run(&[&query, args].concat());
        assert_eq!(
            String::from_utf8_lossy(&listed.stdout),
            format!("us-east-1\t{pool}\tarn:aws:lambda:us-east-1:123456789012:function:sync\n"),
            "{args:?}: {}",
            String::from_utf8_lossy(&listed.stderr)
        );
    }
}

#[test]
fn refuses_invalid_arguments() {
    Run::new(["inventory", "--query", "a["])
        .stderr_contains("Bad value for --query a[")
        .fails(252);
    Run::new(["inventory", "stray"])
        .stderr_contains("stray")
        .fails(252);
    Run::new(["inventory"])
        .without_env("AWS_REGION")
        .stderr_contains("region")
        .fails(253);
}
