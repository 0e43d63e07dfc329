//! `NaN` and infinities in responses, which Python's JSON accepts and writes.

use crate::support::list_records::list_records;

#[test]
fn rejects_nan_for_integer() {
    let table = [
        ("NaN", "cannot convert float NaN to integer"),
        ("Infinity", "cannot convert float infinity to integer"),
        ("\"NaN\"", "invalid literal for int() with base 10: 'NaN'"),
    ];
    for (count, message) in table {
        list_records(&format!("{{\"Count\":{count}}}"), &[])
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
        list_records("{\"LastModifiedBy\":NaN}", args)
            .stdout(stdout)
            .succeeds();
    }
}
