//! `NaN` and infinities in replies: Python's JSON takes and writes them.

use crate::support::http::Response;
use crate::support::run::Run;

fn records(reply: &str, more: &[&str]) -> Run {
    let call = [
        "list-records",
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
    ];
    let words = call.into_iter().chain(["--dataset-name", "d"]);
    Run::new(words.chain(more.iter().copied()))
        .responses([Response::body(reply)])
        .request(|_| {})
}

#[test]
fn refuses_nan_where_whole_number_belongs() {
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
fn prints_nan_in_every_form() {
    let table: [(&[&str], &str); 5] = [
        (&[], "{\n    \"LastModifiedBy\": NaN\n}\n"),
        (&["--output", "yaml"], "LastModifiedBy: .nan\n"),
        (&["--output", "text"], "nan\n"),
        (&["--query", "LastModifiedBy"], "NaN\n"),
        (&["--query", "LastModifiedBy == `NaN`"], "false\n"),
    ];
    for (words, stdout) in table {
        records("{\"LastModifiedBy\":NaN}", words)
            .stdout(stdout)
            .succeeds();
    }
}
