//! Documents nested to the depth that Python accepts, in input and in responses.

use crate::support::http::Response;
use crate::support::list_records::list_records;
use crate::support::run::Run;

/// Accepted levels within the top-level object.
const MAX_RESPONSE_LEVELS: usize = 968;
const MAX_INPUT_LEVELS: usize = 977;

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn prints_deep_responses_in_every_format() {
    let deep = nested(MAX_RESPONSE_LEVELS);
    let body = format!(r#"{{"Count":3,"Unknown":{deep},"LastModifiedBy":{deep}}}"#);
    let squeezed = |options: &[&str]| {
        let observed = list_records(&body, options).capture();
        assert_eq!(observed.stderr, "");
        observed.stdout.replace([' ', '\n'], "")
    };
    assert_eq!(
        squeezed(&[]),
        format!(r#"{{"Count":3,"LastModifiedBy":{deep}}}"#)
    );
    let dashes = "-".repeat(MAX_RESPONSE_LEVELS - 1);
    let yaml = format!("Count:3LastModifiedBy:{dashes}[]");
    assert_eq!(squeezed(&["--output", "yaml"]), yaml);
    assert_eq!(squeezed(&["--output", "yaml-stream"]), format!("-{yaml}"));
    assert_eq!(squeezed(&["--output", "text"]), "3");
    assert!(squeezed(&["--output", "table"]).contains("|Count|3|"));
    let text = squeezed(&["--query", "to_string(LastModifiedBy)", "--output", "text"]);
    assert_eq!(text, deep);
}

#[test]
fn rejects_responses_deeper_than_python_limit() {
    let table = [("[", "array"), ("{\"a\":", "object")];
    for (open, kind) in table {
        let message = format!(
            "\ncognito-sync: [ERROR]: maximum recursion depth exceeded while decoding a JSON \
             {kind} from a unicode string\n"
        );
        for levels in [MAX_RESPONSE_LEVELS + 1, 100_000] {
            let body = format!("{{\"LastModifiedBy\":{}", open.repeat(levels));
            list_records(&body, &[]).stderr(&message).fails(255);
        }
        Run::new(["bulk-publish", "--identity-pool-id", "p"])
            .responses([Response::body(open.repeat(100_000)).status(400)])
            .request(|_| ())
            .stderr(&message)
            .fails(255);
    }
}

#[test]
fn accepts_input_up_to_python_depth() {
    let input = |levels| format!(r#"{{"X":{}}}"#, nested(levels));
    let publish = |input: &str| Run::new(["bulk-publish", "--cli-input-json", input]);
    publish(&input(MAX_INPUT_LEVELS))
        .stderr_contains("Unknown parameter in input: \"X\"")
        .fails(252);
    let message = "\ncognito-sync: [ERROR]: maximum recursion depth exceeded while decoding a JSON \
                   array from a unicode string\n";
    publish(&input(MAX_INPUT_LEVELS + 1))
        .stderr(message)
        .fails(255);
    Run::new([
        "set-identity-pool-configuration",
        "--identity-pool-id",
        "p",
        "--push-sync",
        &input(MAX_INPUT_LEVELS + 1),
    ])
    .stderr(message)
    .fails(255);
}
