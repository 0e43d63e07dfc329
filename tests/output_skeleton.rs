//! `--generate-cli-skeleton output`: checks the settings of a call before it prints, and sends
//! nothing.

use crate::support::run::Run;

const POOL: &str = "us-east-1:1";

fn skeleton(pool: &str) -> Run {
    Run::new([
        "get-bulk-publish-details",
        "--identity-pool-id",
        pool,
        "--generate-cli-skeleton",
        "output",
        "--query",
        "BulkPublishStatus",
    ])
}

#[test]
fn output_skeleton_checks_settings_first() {
    let nope = "The config profile (nope) could not be found";
    let format = "Unknown cli_timestamp_format value: none";
    let region = "Provided region_name 'a b' doesn't match a supported format.";
    let table = [
        (skeleton(POOL).env("AWS_PROFILE", "nope"), nope, 255),
        (
            skeleton(POOL).file(".aws/config", "[default]\ncli_timestamp_format = none\n"),
            format,
            253,
        ),
        (skeleton(POOL).env("AWS_REGION", "a b"), region, 255),
        (
            skeleton("p").without_env("AWS_REGION"),
            "You must specify a region.",
            253,
        ),
        (
            skeleton(POOL).env("AWS_ENDPOINT_URL", "http://a b"),
            "Invalid endpoint: http://a b",
            255,
        ),
        (
            skeleton(POOL).without_env("AWS_SECRET_ACCESS_KEY"),
            "Partial credentials found in env",
            255,
        ),
        (
            skeleton(POOL).env("AWS_MAX_ATTEMPTS", "x"),
            "invalid literal for int() with base 10: 'x'",
            255,
        ),
    ];
    for (run, message, status) in table {
        run.stderr_contains(message).fails(status);
    }
}

#[test]
fn output_skeleton_needs_no_credentials() {
    let without_keys = || {
        skeleton(POOL)
            .without_env("AWS_ACCESS_KEY_ID")
            .without_env("AWS_SECRET_ACCESS_KEY")
            .stdout("\"BulkPublishStatus\"\n")
    };
    without_keys().succeeds();
    without_keys().without_env("AWS_REGION").succeeds();
}

/// Input skeletons are for filling in: there is no call yet whose settings could be checked.
#[test]
fn input_skeletons_read_no_settings() {
    for name in ["input", "yaml-input"] {
        let args = ["bulk-publish", "--generate-cli-skeleton", name];
        let observed = Run::new(args).env("AWS_PROFILE", "nope").capture();
        assert!(observed.stdout.contains("IdentityPoolId"), "{observed}");
        assert_eq!(observed.stderr, "", "{observed}");
    }
}
