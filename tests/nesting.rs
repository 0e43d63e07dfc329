//! Documents that are nested as deep as Python reads them, in every direction.

use crate::support::http::Response;
use crate::support::list_records::list_records;
use crate::support::run::Run;

/// Levels within the document's own object that are still read.
const REPLY: usize = 968;
const INPUT: usize = 977;

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn deep_replies_are_printed_in_every_form() {
    let deep = nested(REPLY);
    let reply = format!(r#"{{"Count":3,"Unknown":{deep},"LastModifiedBy":{deep}}}"#);
    let squeezed = |options: &[&str]| {
        let observed = list_records(&reply, options).capture();
        assert_eq!(observed.stderr, "");
        observed.stdout.replace([' ', '\n'], "")
    };
    assert_eq!(
        squeezed(&[]),
        format!(r#"{{"Count":3,"LastModifiedBy":{deep}}}"#)
    );
    let dashes = "-".repeat(REPLY - 1);
    let yaml = format!("Count:3LastModifiedBy:{dashes}[]");
    assert_eq!(squeezed(&["--output", "yaml"]), yaml);
    assert_eq!(squeezed(&["--output", "yaml-stream"]), format!("-{yaml}"));
    assert_eq!(squeezed(&["--output", "text"]), "3");
    assert!(squeezed(&["--output", "table"]).contains("|Count|3|"));
    let text = squeezed(&["--query", "to_string(LastModifiedBy)", "--output", "text"]);
    assert_eq!(text, deep);
}

#[test]
fn replies_that_python_cannot_read_are_errors() {
    let table = [("[", "array"), ("{\"a\":", "object")];
    for (open, kind) in table {
        let message = format!(
            "\ncognito-sync: [ERROR]: maximum recursion depth exceeded while decoding a JSON \
             {kind} from a unicode string\n"
        );
        for levels in [REPLY + 1, 100_000] {
            let reply = format!("{{\"LastModifiedBy\":{}", open.repeat(levels));
            list_records(&reply, &[]).stderr(&message).fails(255);
        }
        Run::new(["bulk-publish", "--identity-pool-id", "p"])
            .responses([Response::body(open.repeat(100_000)).status(400)])
            .request(|_| ())
            .stderr(&message)
            .fails(255);
    }
}

#[test]
fn deep_input_is_read_as_far_as_python_reads_it() {
    let input = |levels| format!(r#"{{"X":{}}}"#, nested(levels));
    let publish = |input: &str| Run::new(["bulk-publish", "--cli-input-json", input]);
    publish(&input(INPUT))
        .stderr_contains("Unknown parameter in input: \"X\"")
        .fails(252);
    let message = "\ncognito-sync: [ERROR]: maximum recursion depth exceeded while decoding a JSON \
                   array from a unicode string\n";
    publish(&input(INPUT + 1)).stderr(message).fails(255);
    Run::new([
        "set-identity-pool-configuration",
        "--identity-pool-id",
        "p",
        "--push-sync",
        &input(INPUT + 1),
    ])
    .stderr(message)
    .fails(255);
}
