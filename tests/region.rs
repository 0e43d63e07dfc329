//! Which region a call goes to, seen in what its request is signed for; and what a person is told of
//! it. The order of options, variables and profile is the corpus's (area `config`).

use crate::support::http::{Request, Response};
use crate::support::peer::{Peer, PeerBehavior};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

const GET: &str = "get-identity-pool-configuration";

fn signed_for(region: &'static str) -> impl Fn(&Request) {
    move |request| {
        let authorization = request.header("authorization").unwrap_or_default();
        let scope = format!("/{region}/cognito-sync/aws4_request");
        assert!(authorization.contains(&scope), "{authorization}");
    }
}

/// A call that nothing says a region for but perhaps the pool.
fn call(words: &[&str]) -> Run {
    let all = [GET].into_iter().chain(words.iter().copied());
    Run::new(all.chain(["--output", "off"])).without_env("AWS_REGION")
}

#[test]
fn the_identity_pool_sets_the_region_where_nothing_else_does() {
    let pool = ["--identity-pool-id", "eu-west-1:1"];
    call(&pool).request(signed_for("eu-west-1")).succeeds();
    call(&["--cli-input-json", r#"{"IdentityPoolId": "eu-west-1:1"}"#])
        .request(signed_for("eu-west-1"))
        .succeeds();
    call(&["--cli-input-yaml", "file://input.yaml"])
        .file("input.yaml", "IdentityPoolId: eu-west-1:1\n")
        .request(signed_for("eu-west-1"))
        .succeeds();
    // What is set wins, and a script hears nothing of it.
    call(&pool)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .request(signed_for("us-east-1"))
        .succeeds();
    call(&pool)
        .file(".aws/config", "[default]\nregion = us-east-2\n")
        .request(signed_for("us-east-2"))
        .succeeds();
    for other in ["1:1", "x-1:y", "us-east-1"] {
        call(&["--identity-pool-id", other])
            .stderr_contains("You must specify a region")
            .fails(253);
    }
}

/// What the metadata service of an instance answers.
fn on_instance(request: &Request) -> Response {
    match &*request.path {
        "/latest/api/token" => {
            Response::body("t").header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        }
        "/latest/meta-data/placement/availability-zone/" => Response::body("eu-west-1b"),
        _ => Response::body("{}"),
    }
}

#[test]
fn an_instance_knows_its_region_where_no_pool_does() {
    let call = |words: &[&'static str]| {
        Run::new(words.iter().copied().chain(["--output", "off"]))
            .without_env("AWS_REGION")
            .without_env("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
            .respond_with(on_instance)
    };
    let path = |path: &'static str| move |request: &Request| assert_eq!(request.path, path);
    call(&["list-identity-pool-usage"])
        .request(path("/latest/api/token"))
        .request(path("/latest/meta-data/placement/availability-zone/"))
        .request(signed_for("eu-west-1"))
        .succeeds();
    call(&[GET, "--identity-pool-id", "us-east-2:1"])
        .request(signed_for("us-east-2"))
        .succeeds();
    // Where nobody answers, nothing sets a region.
    call(&["list-identity-pool-usage"])
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
        .stderr_contains("You must specify a region")
        .fails(253);
    call(&["list-identity-pool-usage"])
        .respond_with(|_| Response::body("").status(404))
        .request(path("/latest/api/token"))
        .request(path("/latest/meta-data/placement/availability-zone/"))
        .stderr_contains("You must specify a region")
        .fails(253);
}

#[test]
fn an_empty_region_is_enough_for_an_endpoint_of_ones_own() {
    for (pool, region) in [("eu-west-1:1", "eu-west-1"), ("p", "us-east-1")] {
        call(&["--identity-pool-id", pool])
            .env("AWS_REGION", "")
            .request(signed_for(region))
            .succeeds();
    }
    call(&["--identity-pool-id", "p"])
        .env("AWS_REGION", "")
        .without_env("AWS_ENDPOINT_URL")
        .stderr("\ncognito-sync: [ERROR]: Invalid endpoint: https://cognito-sync..amazonaws.com\n")
        .fails(255);
}

#[test]
fn the_trace_names_what_has_set_the_region() {
    call(&["--identity-pool-id", "eu-west-1:1", "--debug"])
        .stderr_contains("debug: region: eu-west-1 (from the identity pool's id)\n")
        .request(signed_for("eu-west-1"))
        .succeeds();
}

#[test]
fn a_person_is_warned_of_another_region_than_the_pools() {
    let words = |pool| [GET, "--identity-pool-id", pool, "--output", "off"];
    let warning = "warning: the identity pool is in eu-west-1, but the region is us-east-1 (from \
                   AWS_REGION)\n";
    run_on_terminal("stderr", &words("eu-west-1:1"))
        .stdout(warning)
        .request(signed_for("us-east-1"))
        .succeeds();
    run_on_terminal("stderr", &words("us-east-1:1"))
        .request(signed_for("us-east-1"))
        .succeeds();
    Run::new(words("eu-west-1:1"))
        .request(signed_for("us-east-1"))
        .succeeds();
}

#[test]
fn a_person_is_told_where_the_service_is_if_a_call_fails_elsewhere() {
    // A proxy that lets nobody through, so that no name is looked up.
    let proxy = Peer::new(PeerBehavior::Proxy(Some("nobody")), None);
    let words = [GET, "--identity-pool-id", "eu-north-1:1"];
    let shown = |run: Run| {
        run.without_env("AWS_ENDPOINT_URL")
            .without_env("AWS_REGION")
            .env("HTTPS_PROXY", &proxy.host())
            .env("AWS_MAX_ATTEMPTS", "1")
            .capture()
    };
    let hint = "hint: Cognito Sync is not known to be in eu-north-1 (from the identity pool's id), \
                but in ap-northeast-1, ";
    let told = shown(run_on_terminal("stderr", &words));
    assert!(told.stdout.contains(hint), "{told}");
    let silent = shown(Run::new(words));
    assert!(!silent.stderr.contains("hint"), "{silent}");
    assert_eq!(proxy.heads().len(), 2);
}
