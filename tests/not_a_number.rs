//! `NaN` and infinities in responses, which Python's JSON accepts and writes.

use crate::support::http::Response;
use crate::support::run::Run;

fn records(body: &str, more: &[&str]) -> Run {
    let call = [
        "list-records",
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
    ];
    let args = call.into_iter().chain(["--dataset-name", "d"]);
    Run::new(args.chain(more.iter().copied()))
        .responses([Response::body(body)])
        .request(|_| {})
}

#[test]
fn rejects_nan_for_integer() {
    let table = [
        ("NaN", "cannot convert float NaN to integer"),
        ("Infinity", "cannot convert float infinity to integer"),
        ("\"NaN\"", "invalid literal for int() with base 10: 'NaN'"),
    ];
    for (count, message) in table {
        records(&format!("{{\"Count\":{count}}}"), &[])
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(255);
    }
}

#[test]
fn prints_nan_in_every_format() {
    let table: [(&[&str], &str); 5] = [
        (&[], "{\n    \"LastModifiedBy\": NaN\n}\n"),
        (&["--output", "yaml"], "LastModifiedBy: .nan\n"),
        (&["--output", "text"], "nan\n"),
        (&["--query", "LastModifiedBy"], "NaN\n"),
        (&["--query", "LastModifiedBy == `NaN`"], "false\n"),
    ];
    for (args, stdout) in table {
        records("{\"LastModifiedBy\":NaN}", args)
            .stdout(stdout)
            .succeeds();
    }
}
