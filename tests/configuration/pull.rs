//! `pull`: which pools are read, what is printed and what is reported.

use serde_json::{Value, json};

use super::pool_server::{OmittedSection, PoolServer, id, object, service_error};
use crate::support::outcome::{Outcome, run};
use crate::support::stub::{Stub, ok};

/// The ids of the pools of a state file in JSON.
#[track_caller]
fn ids(outcome: &Outcome) -> Vec<String> {
    let pools = outcome.json()["pools"].clone();
    let pools = pools.as_array().expect("a list").iter();
    pools
        .map(|pool| {
            pool["IdentityPoolId"]
                .as_str()
                .unwrap_or_default()
                .to_string()
        })
        .collect()
}

#[test]
fn prints_pools_sorted_and_once() {
    let server = PoolServer::new((0..3).map(|number| {
        (
            id(number),
            json!({"CognitoStreams": {"StreamName": format!("s{number}"), "DisabledReason": "x"}}),
        )
    }));
    let (first, second, third) = (id(0), id(1), id(2));
    let args = [
        "pull",
        "--identity-pool-id",
        &third,
        &first,
        "--identity-pool-id",
        &second,
        "--identity-pool-id",
        &first,
        "--concurrency",
        "1",
    ];
    let outcome = server.run(&args);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    let requests = [&first, &second, &third].map(|id| {
        ["configuration", "events"].map(|kind| format!("GET /identitypools/{id}/{kind}"))
    });
    assert_eq!(server.requests(), requests.concat());
    assert_eq!(server.stub.connections(), 1);
    assert!(!outcome.stdout.contains("DisabledReason"), "{outcome:?}");
    let other_order = server.run(&["pull", "--identity-pool-id", &second, &third, &first]);
    assert_eq!(other_order.stdout, outcome.stdout);
    let json = server.run(&[
        "--output",
        "json",
        "pull",
        "--identity-pool-id",
        &third,
        &first,
    ]);
    assert_eq!(ids(&json), [first, third]);
    assert_eq!(
        json.json()["pools"][1]["CognitoStreams"],
        json!({"StreamName": "s2"})
    );
}

#[test]
fn reads_all_pages_of_list() {
    let stub_pages = |repeats: bool| {
        PoolServer::with(
            (1..=3).map(|number| (id(number), json!({}))),
            OmittedSection::Kept,
            move |received| {
                if received.request.path != "/identitypools" {
                    return None;
                }
                let query = received.request.query();
                let token = query.iter().find(|(name, _)| name == "nextToken");
                let page = match token.map(|(_, token)| token.as_str()) {
                    None => {
                        json!({"IdentityPoolUsages": [{"IdentityPoolId": id(3)}], "NextToken": "a/b"})
                    }
                    Some("a/b") => json!({"IdentityPoolUsages": [], "NextToken": "c"}),
                    Some("c") if repeats => json!({"IdentityPoolUsages": [], "NextToken": "a/b"}),
                    Some(_) => json!({"IdentityPoolUsages": [{"IdentityPoolId": id(1)}]}),
                };
                Some(ok(&page.to_string()))
            },
        )
    };
    let args = ["pull", "--all", "--region", "us-east-1", "--output", "json"];
    let outcome = stub_pages(false).run(&args);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(ids(&outcome), [id(1), id(3)]);

    let server = stub_pages(true);
    let outcome = server.run(&args);
    assert_eq!((outcome.status, &*outcome.stdout), (255, ""));
    assert!(
        outcome.stderr.starts_with("us-east-1 failed: "),
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.contains("the same NextToken twice"),
        "{outcome:?}"
    );
    // The second circle is known for one.
    assert!(server.requests().len() < 6);
}

#[test]
fn prints_what_could_be_read() {
    let denied = format!("/{}/events", id(2).replace(':', "%3A"));
    let server = PoolServer::with(
        (1..=3).map(|number| (id(number), json!({}))),
        OmittedSection::Kept,
        move |received| {
            let is_denied = received.request.path.ends_with(&denied);
            is_denied.then(|| service_error(400, "NotAuthorizedException"))
        },
    );
    let failure = format!(
        "{} failed: NotAuthorizedException: NotAuthorizedException happened (required permissions: \
         cognito-sync:GetCognitoEvents)\n",
        id(2)
    );
    let outcome = server.run(&["pull", "--all", "--region", "us-east-1", "--output", "json"]);
    assert_eq!((outcome.status, &*outcome.stderr), (254, &*failure));
    assert_eq!(ids(&outcome), [id(1), id(3)]);
    // A file that output is redirected to must not look like the state of no pools.
    let outcome = server.run(&["pull", "--identity-pool-id", &id(2)]);
    assert_eq!(
        (outcome.status, &*outcome.stdout, &*outcome.stderr),
        (254, "", &*failure)
    );
}

#[test]
fn reads_all_regions_of_service() {
    let pools = ["us-east-1:1", "eu-west-1:2", "eu-west-1:3", "x:4"];
    let stub = PoolServer::with(
        pools.map(|id| (id.to_string(), json!({}))),
        OmittedSection::Kept,
        |received| {
            let is_down = region_of(&received.request) == "ap-south-1";
            is_down.then(|| service_error(400, "UnrecognizedClientException"))
        },
    );
    let outcome = stub.run(&["pull", "--all-regions", "--output", "json"]);
    assert_eq!(outcome.status, 254, "{outcome:?}");
    assert_eq!(
        outcome.stderr,
        "ap-south-1 failed: UnrecognizedClientException: UnrecognizedClientException happened\n"
    );
    let mut read = ids(&outcome);
    read.sort();
    let mut want = pools.to_vec();
    want.sort_unstable();
    assert_eq!(read, want);
    let requests = stub.stub.requests();
    let lists = requests
        .iter()
        .filter(|request| request.path == "/identitypools");
    let mut regions: Vec<_> = lists.map(region_of).collect();
    regions.sort();
    assert_eq!(regions.len(), 11, "{regions:?}");
    assert!(
        regions.windows(2).all(|pair| pair[0] < pair[1]),
        "{regions:?}"
    );
    for request in requests
        .iter()
        .filter(|request| request.path.contains("eu-west-1%3A"))
    {
        assert_eq!(region_of(request), "eu-west-1");
    }
}

/// The region that a request is signed for.
fn region_of(request: &crate::support::http::Request) -> String {
    let authorization = request.header("authorization").unwrap_or_default();
    let scope = authorization
        .split("Credential=")
        .nth(1)
        .unwrap_or_default();
    scope.split('/').nth(2).unwrap_or_default().to_string()
}

#[test]
fn rejects_responses_that_are_no_configuration() {
    for body in [
        "[]",
        "<html>",
        r#"{"PushSync": []}"#,
        r#"{"PushSync": {"RoleArn": 7}}"#,
    ] {
        let server = PoolServer::with([], OmittedSection::Kept, move |_| Some(ok(body)));
        let outcome = server.run(&["pull", "--identity-pool-id", &id(1)]);
        assert_eq!((outcome.status, &*outcome.stdout), (255, ""), "{body}");
        let start = format!("{} failed: The response of the service ", id(1));
        assert!(outcome.stderr.starts_with(&start), "{body} {outcome:?}");
    }
}

#[test]
fn reads_local_service() {
    let stub = Stub::new(|_| ok("{}"));
    let server = PoolServer::new([]);
    let local = |args: &[&str]| {
        let mut command = server.command(args);
        command
            .env("AWS_ENDPOINT_URL", stub.endpoint())
            .env("AWS_REGION", "eu-north-1");
        run(command, "")
    };
    let set = |id: &str| {
        let stream = "StreamName=s,RoleArn=arn:aws:iam::123456789012:role/r";
        let args = [
            "set-identity-pool-configuration",
            "--identity-pool-id",
            id,
            "--cognito-streams",
            stream,
            "--local",
        ];
        assert_eq!(local(&args).status, 0);
    };
    set("us-east-1:2f1c6e5e-0d3b-4a6f-9c52-000000000001");
    set("eu-west-1:2f1c6e5e-0d3b-4a6f-9c52-000000000002");
    let outcome = local(&["--local", "pull", "--all", "--output", "json"]);
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    let mut found = ids(&outcome);
    found.sort();
    assert_eq!(
        found,
        [
            "eu-west-1:2f1c6e5e-0d3b-4a6f-9c52-000000000002",
            "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-000000000001"
        ]
    );
    let all_regions = local(&["pull", "--local", "--all-regions", "--output", "json"]);
    assert_eq!(all_regions.stdout, outcome.stdout);
    let pools = outcome.json()["pools"].clone();
    for pool in pools.as_array().expect("a list") {
        assert!(!object(pool.clone()).contains_key("Region"), "{pool}");
    }
    assert_eq!(stub.requests().len(), 0);
}

#[test]
fn rejects_invalid_arguments() {
    let table: [(&[&str], &str); 7] = [
        (
            &["pull", "--identity-pool-id", ""],
            "argument --identity-pool-id: invalid value '', expected the id of an identity pool",
        ),
        (
            &["pull"],
            "--identity-pool-id ID, of --all or of --all-regions",
        ),
        (
            &["pull", "--identity-pool-id"],
            "argument --identity-pool-id: expected at least one argument",
        ),
        (
            &["pull", "--identity-pool-id", "x", "--all"],
            "--identity-pool-id cannot be used with --all",
        ),
        (
            &["pull", "--all", "--output", "text"],
            "valid ones are: yaml, json\n\n",
        ),
        (
            &["pull", "--all", "--format", "terraform"],
            "argument --format: Found invalid choice 'terraform', valid ones are: state, cloudformation",
        ),
        (
            &["pull", "--all", "--query", "x"],
            "--query means nothing to pull",
        ),
    ];
    let server = PoolServer::new([]);
    server.assert_rejects(&table);
    let outcome = server.run(&["pull", "--all"]);
    outcome.assert_fails(253, "You must specify a region.");
    assert_eq!(server.writes(), Vec::<Value>::new());
    assert_eq!(server.requests(), Vec::<String>::new());
}
