//! Lone surrogates, such as `\ud83d` by itself: sent as given, printed as escapes in responses, and
//! without effect on other values.

use serde_json::Value;

use crate::support::http::Response;
use crate::support::list_records::list_records;
use crate::support::run::Run;

const RECORDS: &str = r#"{"Records":[{"Key":"k\ud83d","Value":"v"},{"Key":"b","Value":"\ude00é"}],
    "Count":2,"LastModifiedBy":"x"}"#;

#[test]
fn sends_lone_surrogates_unchanged() {
    let body = r#"{"PushSync":{"ApplicationArns":["\ud83d","é😀\ude00","𝨀\udb36"]}}"#;
    let sent = r#"{"PushSync":{"ApplicationArns":["\ud83d","é😀\ude00","𝨀\udb36"]}}"#;
    let inputs = [
        ("--cli-input-json", body.to_string()),
        ("--cli-input-yaml", body.to_string()),
        (
            "--push-sync",
            body["{\"PushSync\":".len()..body.len() - 1].to_string(),
        ),
        ("--push-sync", "file://push.json".to_string()),
    ];
    for (option, value) in inputs {
        Run::new([
            "set-identity-pool-configuration",
            "--identity-pool-id",
            "p",
            option,
            &value,
            "--output",
            "off",
        ])
        .file("push.json", &body["{\"PushSync\":".len()..body.len() - 1])
        .responses([Response::body("{}")])
        .request(move |request| {
            assert_eq!(String::from_utf8_lossy(&request.body), sent);
            let length = request.header("content-length").map(str::to_string);
            assert_eq!(length, Some(sent.len().to_string()));
        })
        .succeeds();
    }
    Run::new([
        "set-cognito-events",
        "--identity-pool-id",
        "p",
        "--events",
        r#"{"\uDEAD": "\ud800"}"#,
    ])
    .responses([Response::body("")])
    .request(|request| {
        let body = String::from_utf8_lossy(&request.body);
        assert_eq!(body, r#"{"Events":{"\udead":"\ud800"}}"#);
    })
    .succeeds();
}

#[test]
fn keeps_characters_of_placeholder_block() {
    // U+DD83D is the placeholder of U+D83D.
    let character = '\u{dd83d}';
    let body = format!(r#"["{character}","\ud83d{character}","\udb36\udc3d"]"#);
    let option = format!(r#"{{"ApplicationArns":{body}}}"#);
    let reply = format!(r#"{{"IdentityPoolId":"{character}","PushSync":{option}}}"#);
    Run::new([
        "set-identity-pool-configuration",
        "--identity-pool-id",
        &character.to_string(),
        "--push-sync",
        &option,
        "--query",
        "[IdentityPoolId, length(IdentityPoolId), PushSync.ApplicationArns]",
    ])
    .responses([Response::body(reply)])
    .request(move |request| {
        assert_eq!(
            request.target(),
            "/identitypools/%F3%9D%A0%BD/configuration"
        );
        let sent = format!(r#"["{character}","\ud83d{character}","{character}"]"#);
        let body = String::from_utf8_lossy(&request.body);
        assert_eq!(
            body,
            format!(r#"{{"PushSync":{{"ApplicationArns":{sent}}}}}"#)
        );
    })
    .stdout(&format!(
        "[\n    \"{character}\",\n    1,\n    [\n        \"{character}\",\n        \
         \"\\ud83d{character}\",\n        \"{character}\"\n    ]\n]\n"
    ))
    .succeeds();
}

#[test]
fn rejects_lone_surrogates_in_paths_and_queries() {
    let table = [
        (
            r#"{"IdentityPoolId":"p\ude00"}"#,
            "character '\\ude00' in position 1",
        ),
        (
            r#"{"IdentityPoolId":"p","NextToken":"\ud83d\ud83d"}"#,
            "characters in position 0-1",
        ),
    ];
    for (input, problem) in table {
        Run::new([
            "list-datasets",
            "--identity-id",
            "i",
            "--cli-input-json",
            input,
        ])
        .stderr(&format!(
            "\ncognito-sync: [ERROR]: 'utf-8' codec can't encode {problem}: surrogates not \
                 allowed\n"
        ))
        .fails(255);
    }
}

#[test]
fn counts_lone_surrogates_as_characters() {
    let push_sync = |value: &str| {
        Run::new([
            "set-identity-pool-configuration",
            "--identity-pool-id",
            "p",
            "--push-sync",
            value,
        ])
    };
    let message = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): Parameter \
                   validation failed:\n";
    push_sync(r#"{"RoleArn":"\ud83d\udb36\udd3d"}"#)
        .stderr(&format!(
            "{message}Invalid length for parameter PushSync.RoleArn, value: 2, valid min length: \
             20\n"
        ))
        .fails(252);
    push_sync(r#"{"\ud83d":["\ude00"],"RoleArn":["\ude00"]}"#)
        .stderr(&format!(
            "{message}Unknown parameter in PushSync: \"\\ud83d\", must be one of: \
             ApplicationArns, RoleArn\nInvalid type for parameter PushSync.RoleArn, value: \
             ['\\ude00'], type: <class 'list'>, valid types: <class 'str'>\n"
        ))
        .fails(252);
}

#[test]
fn prints_lone_surrogates_in_every_output_format() {
    let json = list_records(RECORDS, &[]).capture();
    let document: Value = serde_json::from_str(&json.stdout.replace("\\u", "u")).expect("JSON");
    assert_eq!(document["Records"][0]["Key"], "kud83d");
    assert_eq!(document["Records"][1]["Value"], "ude00é");
    assert_eq!(document["LastModifiedBy"], "x");
    let table = [
        (
            "yaml",
            "Count: 2\nLastModifiedBy: x\nRecords:\n- Key: \"k\\uD83D\"\n  Value: v\n- Key: b\n  \
             Value: \"\\uDE00é\"\n",
        ),
        (
            "yaml-stream",
            "- Count: 2\n  LastModifiedBy: x\n  Records:\n  - Key: \"k\\uD83D\"\n    Value: v\n  \
             - Key: b\n    Value: \"\\uDE00é\"\n",
        ),
        ("text", "2\tx\nRECORDS\tk\\ud83d\tv\nRECORDS\tb\t\\ude00é\n"),
    ];
    for (form, want) in table {
        list_records(RECORDS, &["--output", form])
            .stdout(want)
            .succeeds();
    }
    list_records(
        RECORDS,
        &["--output", "table", "--query", "Records[].[Key, Value]"],
    )
    .stdout(
        "-------------------------\n\
             |      ListRecords      |\n\
             +----------+------------+\n\
             |  k\\ud83d |  v         |\n\
             |  b       |  \\ude00é  |\n\
             +----------+------------+\n",
    )
    .succeeds();
}

#[test]
fn queries_lone_surrogates_as_python() {
    let table = [
        ("Count", "2\n"),
        ("Records[0].Value", "\"v\"\n"),
        ("length(Records[0].Key)", "2\n"),
        ("reverse(Records[0].Key)", "\"\\ud83dk\"\n"),
        (r#"Records[?Key==`"k\ud83d"`].Value | [0]"#, "\"v\"\n"),
        ("to_string(Records[1].Value)", "\"\\ude00é\"\n"),
        (
            "to_string(Records[:1])",
            "\"[{\\\"Key\\\":\\\"k\\\\ud83d\\\",\\\"Value\\\":\\\"v\\\"}]\"\n",
        ),
        ("contains(Records[1].Value, 'é')", "true\n"),
    ];
    for (query, want) in table {
        list_records(RECORDS, &["--query", query])
            .stdout(want)
            .succeeds();
    }
}

#[test]
fn escapes_lone_surrogates_in_error_messages() {
    let refuses = |format: &str| {
        Run::new([
            "bulk-publish",
            "--identity-pool-id",
            "p",
            "--cli-error-format",
            format,
        ])
        .responses([Response::body(r#"{"code":"x","message":"bad \ud83d"}"#).status(400)])
        .request(|_| ())
    };
    refuses("enhanced")
        .stderr(
            "\ncognito-sync: [ERROR]: An error occurred (x) when calling the BulkPublish \
             operation: bad \\ud83d\n",
        )
        .fails(254);
    refuses("text").stderr("x\tbad \\ud83d\n").fails(254);
    refuses("json")
        .stderr_contains("\"Message\": \"bad \\ud83d\"")
        .fails(254);
}
