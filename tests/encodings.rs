//! AWS_CLI_FILE_ENCODING and AWS_CLI_OUTPUT_ENCODING: which bytes the program reads and prints, and
//! what it rejects before it sends a request. The encodings are tested in `src/encoding`.

use crate::support::http::Response;
use crate::support::run::Run;

const ECHO: &str = "bulk-publish";

/// A run whose `--identity-pool-id` is a file with these bytes.
fn reads(encoding: &str, bytes: &[u8]) -> Run {
    Run::new([
        ECHO,
        "--identity-pool-id",
        "file://pool.txt",
        "--output",
        "text",
    ])
    .file("pool.txt", bytes.to_vec())
    .env("AWS_CLI_FILE_ENCODING", encoding)
}

/// A run that prints a response in this encoding, piped through `od`.
fn prints(encoding: &str, body: &str, options: &str) -> Run {
    let script = format!(
        "\"$0\" bulk-publish --identity-pool-id p {options} > out; echo $?; od -An -tx1 -v out | tr -d ' \\n'"
    );
    Run::with_program("sh", ["-c", &script, env!("CARGO_BIN_EXE_cognito-sync")])
        .responses([Response::body(body)])
        .env("AWS_CLI_OUTPUT_ENCODING", encoding)
        .sends("POST", "/identitypools/p/bulkpublish", None)
}

#[test]
fn reads_text_files_in_configured_encoding() {
    let table: [(&str, &[u8], &str, &str); 7] = [
        ("latin-1", b"p:\xe9", "p%3A%C3%A9", "p:é"),
        ("ISO-8859-1", b"\x80", "%C2%80", "\u{80}"),
        ("cp1252", b"\x80", "%E2%82%AC", "€"),
        ("utf-16", b"\xff\xfep\0\xe9\0", "p%C3%A9", "pé"),
        ("utf-8-sig", b"\xef\xbb\xbfp", "p", "p"),
        ("shift_jis", b"\x93\xfa", "%E6%97%A5", "日"),
        ("utf_8", "é".as_bytes(), "%C3%A9", "é"),
    ];
    for (encoding, bytes, sent, printed) in table {
        reads(encoding, bytes)
            .sends("POST", &format!("/identitypools/{sent}/bulkpublish"), None)
            .stdout(&format!("{printed}\n"))
            .succeeds();
    }
    Run::new([
        ECHO,
        "--cli-input-json",
        "file://input.json",
        "--output",
        "text",
    ])
    .file("input.json", b"{\"IdentityPoolId\": \"\xe9\"}".to_vec())
    .env("AWS_CLI_FILE_ENCODING", "latin-1")
    .sends("POST", "/identitypools/%C3%A9/bulkpublish", None)
    .stdout("é\n")
    .succeeds();
}

#[test]
fn rejects_files_with_undecodable_bytes() {
    let message = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): Error parsing \
                   parameter '--identity-pool-id': Unable to load paramfile (pool.txt), text \
                   contents could not be decoded.  If this is a binary file, please use the \
                   fileb:// prefix instead of the file:// prefix.\n";
    for (encoding, bytes) in [
        ("utf-8", &b"\xe9"[..]),
        ("ascii", b"\xe9"),
        ("cp1252", b"\x81"),
        ("utf-16", b"a"),
    ] {
        reads(encoding, bytes).stderr(message).fails(252);
    }
    reads("utf-16", b"ab")
        .stderr("\ncognito-sync: [ERROR]: UTF-16 stream does not start with BOM\n")
        .fails(255);
}

#[test]
fn rejects_unknown_encodings_before_sending() {
    let table = [
        ("bogus", "unknown encoding: bogus"),
        ("", "unknown encoding:"),
        (
            "base64",
            "'base64' is not a text encoding; use codecs.open() to handle arbitrary codecs",
        ),
        (
            "utf-7",
            "AWS_CLI_FILE_ENCODING: the encoding 'utf-7' is not built into this program; utf-8, \
             utf-16 and the code pages are.",
        ),
    ];
    for (encoding, message) in table {
        reads(encoding, b"p")
            .stderr(&format!("\ncognito-sync: [ERROR]: {message}\n"))
            .fails(255);
    }
    for encoding in ["bogus", "", "base64"] {
        Run::new([ECHO, "--identity-pool-id", "p"])
            .env("AWS_CLI_OUTPUT_ENCODING", encoding)
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: Unknown codec `{encoding}` specified for \
                 AWS_CLI_OUTPUT_ENCODING.\n"
            ))
            .fails(255);
    }
    // Without a file to read, its encoding is not looked up.
    Run::new([ECHO, "--identity-pool-id", "p", "--output", "off"])
        .env("AWS_CLI_FILE_ENCODING", "bogus")
        .sends("POST", "/identitypools/p/bulkpublish", None)
        .succeeds();
}

#[test]
fn prints_output_in_configured_encoding() {
    let body = r#"{"IdentityPoolId":"é"}"#;
    let table = [
        ("latin-1", "--output text", "e90a"),
        ("utf-8-sig", "--output text", "efbbbfc3a90a"),
        ("utf-16", "--output text", "fffee9000a00"),
        ("utf-16-be", "--query IdentityPoolId", "002200e90022000a"),
        ("cp437", "--query IdentityPoolId --output yaml", "2282220a"),
        (
            "gb18030",
            "--query [IdentityPoolId] --output yaml",
            "2d20a8a60a",
        ),
        ("utf-16", "--query '[]' --output off", ""),
    ];
    for (encoding, options, bytes) in table {
        prints(encoding, body, options)
            .stdout(&format!("0\n{bytes}"))
            .succeeds();
    }
}

#[test]
fn writes_byte_order_mark_only_at_file_start() {
    let run = |script: &str| {
        Run::with_program("sh", ["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
            .responses([Response::body(r#"{"IdentityPoolId":"p"}"#)])
            .env("AWS_CLI_OUTPUT_ENCODING", "utf-16")
            .request(|_| ())
    };
    let call = "\"$0\" bulk-publish --identity-pool-id p --output text";
    let hexadecimal = "od -An -tx1 -v | tr -d ' \n'";
    run(&format!("{call} | {hexadecimal}"))
        .stdout("70000a00")
        .succeeds();
    run(&format!(
        "{{ {call}; {call}; }} > out; cat out | {hexadecimal}"
    ))
    .request(|_| ())
    .stdout("fffe70000a0070000a00")
    .succeeds();
}

#[test]
fn stops_output_at_unencodable_character() {
    let body = r#"{"IdentityPoolId":"p日é"}"#;
    let table = [
        (
            "ascii",
            "--output json",
            "7b0a20202020224964656e74697479506f6f6c4964223a20",
            "characters in position 2-3: ordinal not in range(128)",
        ),
        (
            "ascii",
            "--output yaml",
            "",
            "characters in position 17-18: ordinal not in range(128)",
        ),
        (
            "ascii",
            "--output text",
            "",
            "characters in position 1-2: ordinal not in range(128)",
        ),
    ];
    for (encoding, options, bytes, problem) in table {
        prints(encoding, body, options)
            .stdout(&format!("255\n{bytes}"))
            .stderr(&format!(
                "\ncognito-sync: [ERROR]: 'ascii' codec can't encode {problem}\n"
            ))
            .succeeds();
    }
}

#[test]
fn prints_messages_in_configured_encoding() {
    let refuse = |encoding: &str| {
        let script = "\"$0\" bulk-publish --identity-pool-id p 2> err; echo $?; \
                      od -An -tx1 -v err | tr -d ' \n' | tail -c 16";
        Run::with_program("sh", ["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
            .responses([Response::body(r#"{"message":"日é"}"#).status(400)])
            .env("AWS_CLI_OUTPUT_ENCODING", encoding)
            .request(|_| ())
    };
    // `\\u65e5`, and `é` or its escape, with a newline.
    refuse("latin-1").stdout("254\n5c7536356535e90a").succeeds();
    refuse("ascii").stdout("254\n3565355c7865390a").succeeds();
    refuse("utf-16").stdout("254\n2000e565e9000a00").succeeds();
}

#[test]
fn opens_files_before_looking_up_encoding() {
    Run::new([ECHO, "--identity-pool-id", "file://none.txt"])
        .env("AWS_CLI_FILE_ENCODING", "bogus")
        .stderr_contains("Unable to load paramfile file://none.txt: [Errno 2]")
        .fails(252);
}
