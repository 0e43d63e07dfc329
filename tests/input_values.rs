//! Input values whose handling follows Python's types: YAML keys that are not strings, tagged
//! scalars, and numbers from files.

use crate::support::run::Run;

const INVALID: &str =
    "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): Parameter validation failed:\n";

#[test]
fn rejects_yaml_keys_that_are_not_strings() {
    let table = [
        ("5", "5", "int"),
        ("-0", "0", "int"),
        ("0x1F", "31", "int"),
        ("1e3", "1000.0", "float"),
        (".nan", "nan", "float"),
        ("~", "None", "NoneType"),
        ("true", "True", "bool"),
        ("2014-08-08", "2014-08-08", "datetime.date"),
        (
            "2014-08-08 01:02:03.5 +02:00",
            "2014-08-08 01:02:03.500000+02:00",
            "datetime.datetime",
        ),
        ("!!binary aGk=", "b'hi'", "bytes"),
        ("[a, 1]", "('a', 1)", "tuple"),
    ];
    for (key, shown, kind) in table {
        let yaml = format!("IdentityPoolId: p\nEvents:\n  ? {key}\n  : x\n");
        Run::new(["set-cognito-events", "--cli-input-yaml", &yaml])
            .stderr(&format!(
                "{INVALID}Invalid type for parameter Events (key: {shown}), value: {shown}, \
                 type: <class '{kind}'>, valid types: <class 'str'>\n"
            ))
            .fails(252);
    }
}

#[test]
fn prints_yaml_keys_as_python_does() {
    let table = [
        ("{5: x, b: {~: 2}}", "{5: 'x', 'b': {None: 2}}", "dict"),
        (
            "[{2014-08-08: x}]",
            "[{datetime.date(2014, 8, 8): 'x'}]",
            "list",
        ),
        ("!!set {[a]}", "{('a',)}", "set"),
        ("!!pairs [1: a, 1: b]", "[(1, 'a'), (1, 'b')]", "list"),
    ];
    for (value, shown, kind) in table {
        let yaml = format!("IdentityPoolId: {value}\n");
        Run::new(["bulk-publish", "--cli-input-yaml", &yaml])
            .stderr(&format!(
                "{INVALID}Invalid type for parameter IdentityPoolId, value: {shown}, type: \
                 <class '{kind}'>, valid types: <class 'str'>\n"
            ))
            .fails(252);
    }
    let yaml = "IdentityPoolId: p\nPushSync: {1.5: x}\n";
    Run::new(["set-identity-pool-configuration", "--cli-input-yaml", yaml])
        .stderr(&format!(
            "{INVALID}Unknown parameter in PushSync: \"1.5\", must be one of: ApplicationArns, \
             RoleArn\n"
        ))
        .fails(252);
}

#[test]
fn rejects_yaml_keys_that_python_rejects() {
    let table = [
        (
            "{1: a, 1.0: b}",
            252,
            "An error occurred (ParamValidation): Error parsing parameter 'cli-input-yaml': \
             Invalid YAML received.",
        ),
        ("{[[a]]: b}", 255, "unhashable type: 'list'"),
    ];
    for (events, status, message) in table {
        let yaml = format!("IdentityPoolId: p\nEvents: {events}\n");
        Run::new(["set-cognito-events", "--cli-input-yaml", &yaml])
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(status);
    }
    let yaml = "IdentityPoolId: p\n5: x\n";
    Run::new(["bulk-publish", "--cli-input-yaml", yaml])
        .stderr("\ncognito-sync: [ERROR]: keywords must be strings\n")
        .fails(255);
}

#[test]
fn reports_python_exceptions_for_tagged_yaml_scalars() {
    let table = [
        ("!!int x", "invalid literal for int() with base 10: 'x'"),
        ("!!int ''", "string index out of range"),
        ("!!bool x", "'x'"),
        ("!!float 1.x", "could not convert string to float: '1.x'"),
        ("2014-13-01", "month must be in 1..12"),
        (r#""\U00110000""#, "chr() arg not in range(0x110000)"),
    ];
    for (value, message) in table {
        let yaml = format!("IdentityPoolId: {value}\n");
        Run::new(["bulk-publish", "--cli-input-yaml", &yaml])
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(255);
    }
}

#[test]
fn reads_yaml_that_only_ruamel_accepts() {
    // The value, and its `repr` in Python.
    let table = [
        ("[\n'a',\n\tb]", "['a', 'b']"),
        ("{: b}", "{None: 'b'}"),
        ("[a:, -]", "['a:', '-']"),
        ("|\n  \tx\n  ...", r"'\tx\n...\n'"),
        ("a\u{85}  b", "'a b'"),
        ("[&~ a, *~]", "['a', 'a']"),
    ];
    for (value, shown) in table {
        let yaml = format!("IdentityPoolId:\n- {value}\n");
        Run::new(["bulk-publish", "--cli-input-yaml", &yaml])
            .stderr(&format!(
                "{INVALID}Invalid type for parameter IdentityPoolId, value: [{shown}], type: \
                 <class 'list'>, valid types: <class 'str'>\n"
            ))
            .fails(252);
    }
}

#[test]
fn parses_numbers_from_text_and_binary_files() {
    let list = |value: &str| {
        Run::new([
            "list-datasets",
            "--identity-pool-id",
            "p",
            "--identity-id",
            "i",
            "--max-results",
            value,
        ])
        .file("n.txt", " 1_0\r\n")
        .file("arabic.txt", "٥")
        .file("word.txt", "it's")
    };
    let path = "/identitypools/p/identities/i/datasets?maxResults=";
    for (value, number) in [
        ("file://n.txt", 10),
        ("fileb://n.txt", 10),
        ("file://arabic.txt", 5),
        ("٥", 5),
    ] {
        list(value)
            .sends("GET", &format!("{path}{number}"), None)
            .succeeds();
    }
    for (value, shown) in [
        ("file://word.txt", "\"it's\""),
        ("fileb://word.txt", "b\"it's\""),
        ("fileb://arabic.txt", r"b'\xd9\xa5'"),
    ] {
        list(value)
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: invalid literal for int() with base 10: {shown}\n"
            ))
            .fails(255);
    }
}

#[test]
fn rejects_separators_of_ascii_around_numbers() {
    // Python's `str.strip` removes them; `int` does not.
    for (text, shown) in [("\x1c5", "'\\x1c5'"), ("5\x1f", "'5\\x1f'")] {
        let ids = ["--identity-pool-id", "p", "--identity-id", "i"];
        let args = [&["list-datasets"], &ids[..], &["--max-results", text]].concat();
        Run::new(args)
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: invalid literal for int() with base 10: {shown}\n"
            ))
            .fails(255);
    }
}
