//! Sources of the region, asserted by the credential scope of the signature, and the warnings about
//! it. The corpus covers the order of options, variables and profile (area `config`).

use crate::support::http::{Request, Response};
use crate::support::peer::{Peer, PeerBehavior};
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

const GET: &str = "get-identity-pool-configuration";

fn expect_region(region: &'static str) -> impl Fn(&Request) {
    move |request| {
        let authorization = request.header("authorization").unwrap_or_default();
        let scope = format!("/{region}/cognito-sync/aws4_request");
        assert!(authorization.contains(&scope), "{authorization}");
    }
}

/// A call whose region is set by nothing but perhaps the identity pool.
fn call(args: &[&str]) -> Run {
    let all = [GET].into_iter().chain(args.iter().copied());
    Run::new(all.chain(["--output", "off"])).without_env("AWS_REGION")
}

#[test]
fn derives_region_from_identity_pool() {
    let pool = ["--identity-pool-id", "eu-west-1:1"];
    call(&pool).request(expect_region("eu-west-1")).succeeds();
    call(&["--cli-input-json", r#"{"IdentityPoolId": "eu-west-1:1"}"#])
        .request(expect_region("eu-west-1"))
        .succeeds();
    call(&["--cli-input-yaml", "file://input.yaml"])
        .file("input.yaml", "IdentityPoolId: eu-west-1:1\n")
        .request(expect_region("eu-west-1"))
        .succeeds();
    // A configured region wins, without a warning where stderr is no terminal.
    call(&pool)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .request(expect_region("us-east-1"))
        .succeeds();
    call(&pool)
        .file(".aws/config", "[default]\nregion = us-east-2\n")
        .request(expect_region("us-east-2"))
        .succeeds();
    for other in ["1:1", "x-1:y", "us-east-1"] {
        call(&["--identity-pool-id", other])
            .stderr_contains("You must specify a region")
            .fails(253);
    }
}

/// Responses of an instance's metadata service.
fn respond_as_instance(request: &Request) -> Response {
    match &*request.path {
        "/latest/api/token" => {
            Response::body("t").header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        }
        "/latest/meta-data/placement/availability-zone/" => Response::body("eu-west-1b"),
        _ => Response::body("{}"),
    }
}

#[test]
fn reads_region_from_instance_metadata_without_pool() {
    let call = |args: &[&'static str]| {
        Run::new(args.iter().copied().chain(["--output", "off"]))
            .without_env("AWS_REGION")
            .without_env("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{ENDPOINT}")
            .respond_with(respond_as_instance)
    };
    let path = |path: &'static str| move |request: &Request| assert_eq!(request.path, path);
    call(&["list-identity-pool-usage"])
        .request(path("/latest/api/token"))
        .request(path("/latest/meta-data/placement/availability-zone/"))
        .request(expect_region("eu-west-1"))
        .succeeds();
    call(&[GET, "--identity-pool-id", "us-east-2:1"])
        .request(expect_region("us-east-2"))
        .succeeds();
    // Without a metadata service, the region is missing.
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
fn accepts_empty_region_with_endpoint_url() {
    for (pool, region) in [("eu-west-1:1", "eu-west-1"), ("p", "us-east-1")] {
        call(&["--identity-pool-id", pool])
            .env("AWS_REGION", "")
            .request(expect_region(region))
            .succeeds();
    }
    call(&["--identity-pool-id", "p"])
        .env("AWS_REGION", "")
        .without_env("AWS_ENDPOINT_URL")
        .stderr("\ncognito-sync: [ERROR]: Invalid endpoint: https://cognito-sync..amazonaws.com\n")
        .fails(255);
}

#[test]
fn logs_source_of_region() {
    call(&["--identity-pool-id", "eu-west-1:1", "--debug"])
        .stderr_contains("debug: region: eu-west-1 (from the identity pool's id)\n")
        .request(expect_region("eu-west-1"))
        .succeeds();
}

#[test]
fn warns_of_region_other_than_pools_on_terminal() {
    let args = |pool| [GET, "--identity-pool-id", pool, "--output", "off"];
    let warning = "warning: the identity pool is in eu-west-1, but the region is us-east-1 (from \
                   AWS_REGION)\n";
    run_on_terminal("stderr", &args("eu-west-1:1"))
        .stdout(warning)
        .request(expect_region("us-east-1"))
        .succeeds();
    run_on_terminal("stderr", &args("us-east-1:1"))
        .request(expect_region("us-east-1"))
        .succeeds();
    Run::new(args("eu-west-1:1"))
        .request(expect_region("us-east-1"))
        .succeeds();
}

#[test]
fn hints_at_supported_regions_after_failed_call() {
    // A proxy that rejects every request, so that no host name is resolved.
    let proxy = Peer::new(PeerBehavior::Proxy(Some("nobody")), None);
    let args = [GET, "--identity-pool-id", "eu-north-1:1"];
    let shown = |run: Run| {
        run.without_env("AWS_ENDPOINT_URL")
            .without_env("AWS_REGION")
            .env("HTTPS_PROXY", &proxy.host())
            .env("AWS_MAX_ATTEMPTS", "1")
            .capture()
    };
    let hint = "hint: Cognito Sync is not known to be in eu-north-1 (from the identity pool's id), \
                but in ap-northeast-1, ";
    let on_terminal = shown(run_on_terminal("stderr", &args));
    assert!(on_terminal.stdout.contains(hint), "{on_terminal}");
    let in_script = shown(Run::new(args));
    assert!(!in_script.stderr.contains("hint"), "{in_script}");
    assert_eq!(proxy.heads().len(), 2);
}
