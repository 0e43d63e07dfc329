//! Where an input document comes from: standard input, pipes and files, in any encoding; and how a
//! mistake in one is shown.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use crate::support::http::Response;
use crate::support::library::run_with_stdin;
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");
const PATH: &str = "/identitypools/p/configuration";
const DOCUMENT: &str =
    r#"{"IdentityPoolId": "p", "PushSync": {"RoleArn": "arn:aws:iam::1:role/push"}}"#;
const YAML: &str = "IdentityPoolId: p\nPushSync:\n  RoleArn: arn:aws:iam::1:role/push\n";
const ERROR: &str = "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): ";

fn set(option: &str, value: &str) -> Run {
    Run::new(["set-identity-pool-configuration", option, value])
}

/// Runs a shell script, in which `$0` is the program.
fn script(script: &str) -> Run {
    Run::with_program("sh", ["-c", script, PROGRAM])
}

/// Expects the request of the documents.
fn sends_document(run: Run) -> Run {
    let body = json!({"PushSync": {"RoleArn": "arn:aws:iam::1:role/push"}});
    run.responses([Response::body("{}")])
        .sends("POST", PATH, Some(body))
}

#[test]
fn reads_document_from_standard_input() {
    let marked = format!("\u{feff}{DOCUMENT}");
    for (option, document) in [
        ("--cli-input-json", DOCUMENT),
        ("--cli-input-yaml", YAML),
        ("--cli-input-json", &marked),
        ("--cli-input-yaml", &format!("\u{feff}{YAML}")),
    ] {
        sends_document(set(option, "-").stdin(document)).succeeds();
        let joined = format!("{option}=-");
        // In this form, the AWS CLI still requires the other options.
        let pool = ["--identity-pool-id", "p"];
        let joined = Run::new([&["set-identity-pool-configuration", &joined], &pool[..]].concat());
        sends_document(joined.stdin(document)).succeeds();
    }
    // An option replaces the member of the document.
    let overridden = Run::new([
        "bulk-publish",
        "--identity-pool-id",
        "other",
        "--cli-input-json",
        "-",
    ]);
    overridden
        .stdin("{\"IdentityPoolId\": \"p\"}")
        .responses([Response::body("{}")])
        .sends("POST", "/identitypools/other/bulkpublish", None)
        .succeeds();
}

/// The hyphen means standard input for these two options only.
#[test]
fn takes_hyphen_literally_elsewhere() {
    Run::new(["bulk-publish", "--identity-pool-id", "-"])
        .stdin("p")
        .responses([Response::body("{}")])
        .sends("POST", "/identitypools/-/bulkpublish", None)
        .succeeds();
    set("--push-sync", "-")
        .stdin(DOCUMENT)
        .stderr_contains("the following arguments are required: --identity-pool-id")
        .fails(252);
}

#[test]
fn refuses_two_documents() {
    // It does not wait for standard input, which stays open.
    let line = "set-identity-pool-configuration --cli-input-json - --cli-input-yaml -";
    let message = "Only one --cli-input- parameter may be specified.\n";
    script(&format!(
        "mkfifo open; sleep 60 > open & \"$0\" {line} < open; status=$?; kill $!; exit $status"
    ))
    .limit(Duration::from_secs(10))
    .stderr(&format!("{ERROR}{message}"))
    .fails(252);
    let args = ["--cli-input-json", "-", "--cli-input-yaml", "file://absent"];
    Run::new([&["bulk-publish"][..], &args].concat())
        .stderr_contains("Unable to load paramfile file://absent: [Errno 2]")
        .fails(252);
}

/// Each of them has its content only once, so that success proves a single read.
#[test]
fn reads_pipes_once() {
    let set = "\"$0\" set-identity-pool-configuration";
    let scripts = [
        format!("cat document | {set} --cli-input-json file:///dev/stdin"),
        #[cfg(target_os = "linux")]
        format!("cat document | {set} --cli-input-json file:///proc/self/fd/0"),
        format!("cat document | {set} --cli-input-yaml file:///dev/fd/0"),
        format!("cat document | {{ {set} --cli-input-json file:///dev/fd/5 5<&0 </dev/null; }}"),
        format!("cat document | {set} --cli-input-json fileb:///dev/stdin"),
        format!("cat document | {set} --cli-input-json -"),
        format!("mkfifo fifo; cat document > fifo & {set} --cli-input-json file://fifo"),
        format!("mkfifo fifo; cat document > fifo & {set} --cli-input-yaml fileb://fifo"),
        // In pieces.
        format!(
            "(head -c 20 document; sleep 0.2; tail -c +21 document) | {set} --cli-input-json -"
        ),
        "printf '{\"RoleArn\": \"arn:aws:iam::1:role/push\"}' | \
         \"$0\" set-identity-pool-configuration --identity-pool-id p \
         --push-sync file:///dev/stdin"
            .to_string(),
    ];
    for text in scripts {
        sends_document(script(&text).file("document", DOCUMENT)).succeeds();
    }
}

#[test]
fn reads_process_substitution_once() {
    let text = "\"$0\" set-identity-pool-configuration --cli-input-json file://<(cat document)";
    let run = Run::with_program("bash", ["-c", text, PROGRAM]);
    sends_document(run.file("document", DOCUMENT)).succeeds();
}

#[test]
fn reads_standard_input_of_library_run() {
    let printed = run_with_stdin(&["bulk-publish", "--cli-input-json", "-"], b"[]");
    assert_eq!(printed.status, 252);
    assert!(printed.stderr.contains("expecting map"), "{printed:?}");
}

proptest! {
    /// Whatever stands on standard input, it is taken or refused, and nothing that a terminal obeys
    /// is printed.
    #[test]
    fn survives_any_standard_input(
        text in prop_oneof![
            "[\\[\\]{}:,\"'\\\\ua1 \\n\\r\\t\u{0}\u{1b}\u{9b}\u{feff}\u{202e}é😀#&*!|>%@`-]{0,60}".prop_map(String::into_bytes),
            proptest::collection::vec(proptest::num::u8::ANY, 0..80),
        ],
        option in prop_oneof![Just("--cli-input-json"), Just("--cli-input-yaml")],
    ) {
        // A valid document has the skeleton printed.
        let args = ["bulk-publish", "--generate-cli-skeleton", option, "-"];
        let printed = run_with_stdin(&args, text);
        prop_assert!(matches!(printed.status, 0 | 252 | 255), "{:?}", printed);
        prop_assert_eq!(printed.status == 0, printed.stderr.is_empty());
        let is_obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        prop_assert!(!printed.stderr.contains(is_obeyed), "{:?}", printed);
    }
}

/// No command reads or waits for standard input that it is not told to read.
#[test]
fn leaves_standard_input_to_others() {
    let get = "get-identity-pool-configuration --identity-pool-id p";
    script(&format!(
        "printf 'one\\ntwo\\n' | {{ \"$0\" {get} > /dev/null; cat; }}"
    ))
    .responses([Response::body("{}")])
    .sends("GET", PATH, None)
    .stdout("one\ntwo\n")
    .succeeds();
}

#[test]
fn accepts_byte_order_mark_in_files() {
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let table = [
        ("--cli-input-json", "file://document", DOCUMENT),
        ("--cli-input-json", "fileb://document", DOCUMENT),
        ("--cli-input-yaml", "file://document", YAML),
        ("--cli-input-yaml", "fileb://document", YAML),
    ];
    for (option, value, text) in table {
        sends_document(set(option, value).file("document", marked(text))).succeeds();
        let other_encoding = set(option, value)
            .file("document", marked(text))
            .env("AWS_CLI_FILE_ENCODING", "latin-1");
        sends_document(other_encoding).succeeds();
    }
    for text in [
        r#"{"RoleArn": "arn:aws:iam::1:role/push"}"#,
        "RoleArn=arn:aws:iam::1:role/push",
    ] {
        let args = ["--identity-pool-id", "p", "--push-sync", "file://section"];
        let run = Run::new([&["set-identity-pool-configuration"][..], &args].concat());
        sends_document(run.file("section", marked(text))).succeeds();
    }
}

fn utf16(text: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn names_utf16() {
    let undecodable = "Unable to load paramfile (document), text contents could not be decoded.  If \
                       this is a binary file, please use the fileb:// prefix instead of the \
                       file:// prefix.\n";
    let advice = "is UTF-16, as Windows PowerShell's > writes it: save it as UTF-8, or set \
                  AWS_CLI_FILE_ENCODING=utf-16";
    for (option, format, text) in [
        ("--cli-input-json", "JSON", DOCUMENT),
        ("--cli-input-yaml", "YAML", YAML),
    ] {
        let file = || set(option, "file://document").file("document", utf16(text));
        let message = format!("{ERROR}Error parsing parameter '{option}': {undecodable}");
        file().stderr(&message).fails(252);
        file()
            .env("COGNITO_SYNC_HINTS", "always")
            .stderr(&format!("{message}hint: document {advice}\n"))
            .fails(252);
        sends_document(file().env("AWS_CLI_FILE_ENCODING", "utf-16")).succeeds();
        // Without a byte order mark the bytes are UTF-8 as well, with NUL characters.
        let unmarked = set(option, "file://document").file("document", utf16(text)[2..].to_vec());
        unmarked
            .env("COGNITO_SYNC_HINTS", "always")
            .stderr(&format!(
                "{ERROR}Error parsing parameter '{}': Invalid {format} received.\nhint: document \
                 {advice}-le\n",
                &option[2..]
            ))
            .fails(252);
        set(option, "-")
            .stdin(utf16(text))
            .stderr(&format!(
                "{ERROR}Error parsing parameter '{option}': standard input {advice}\n"
            ))
            .fails(252);
        let decoded = set(option, "-").stdin(utf16(text));
        sends_document(decoded.env("AWS_CLI_FILE_ENCODING", "utf-16")).succeeds();
    }
}

#[test]
fn names_unreadable_standard_input() {
    for option in ["--cli-input-json", "--cli-input-yaml"] {
        let fails = |redirection: &str, why: &str| {
            let line = format!("\"$0\" set-identity-pool-configuration {option} - {redirection}");
            script(&line)
                .stderr(&format!(
                    "{ERROR}Error parsing parameter '{option}': {why}\n"
                ))
                .fails(252);
        };
        fails("< /", "Unable to read standard input: Is a directory");
        fails("< /dev/null", "standard input is empty");
        fails("<&-", "standard input is empty");
        set(option, "-")
            .stdin("\u{feff} \n")
            .stderr(&format!(
                "{ERROR}Error parsing parameter '{option}': standard input is empty\n"
            ))
            .fails(252);
        set(option, "-")
            .stdin(b"{\"IdentityPoolId\":\n \"caf\xe9\"}".to_vec())
            .stderr(&format!(
                "{ERROR}Error parsing parameter '{option}': standard input, line 2, column 6: the \
                 byte 0xE9 is not valid in UTF-8; save the text as UTF-8\n"
            ))
            .fails(252);
    }
}

#[test]
fn shows_mistake_of_standard_input_in_message() {
    let fails = |option: &str, text: &str, why: &str| {
        set(option, "-")
            .stdin(text)
            .stderr(&format!(
                "{ERROR}Error parsing parameter '{option}': standard input, {why}\n"
            ))
            .fails(252);
    };
    fails(
        "--cli-input-json",
        "{\n  \"IdentityPoolId\": \"p\",\n}\n",
        "line 2, column 24: JSON has no comma before the closing }\n  \
         2 |   \"IdentityPoolId\": \"p\",\n    |                        ^",
    );
    fails(
        "--cli-input-yaml",
        "IdentityPoolId: p\r\nPushSync: {",
        "line 2, column 12: expected a value\n  2 | PushSync: {\n    |            ^",
    );
    // Nothing that a terminal obeys is printed.
    fails(
        "--cli-input-json",
        "{\"\u{9b}\u{202e}\": \u{1b}]0;x\u{7}}",
        "line 1, column 8: here must be a value: a text in double quotes, a number, true, false, \
         null, { or [\n  1 | {\"\\x9b\\u202e\": \\x1b]0;x\\x07}\n    |                ^",
    );
}

#[test]
fn shows_mistake_of_file_as_hint() {
    let message = |option: &str, format: &str| {
        let name = &option[2..];
        format!("{ERROR}Error parsing parameter '{name}': Invalid {format} received.\n")
    };
    let table = [
        (
            "--cli-input-json",
            "JSON",
            "{\n\t'IdentityPoolId': \"p\"\n}\n",
            "document, line 2, column 2: JSON has double quotes, not single ones\n  \
             2 |     'IdentityPoolId': \"p\"\n    |     ^",
        ),
        (
            "--cli-input-json",
            "JSON",
            "{\"IdentityPoolId\": {\n",
            "document, line 1, column 21: the text ends here, but the { of line 1 is not closed\n  \
             1 | {\"IdentityPoolId\": {\n    |                     ^",
        ),
        ("--cli-input-json", "JSON", "", "document is empty"),
        (
            "--cli-input-json",
            "JSON",
            "{\"a\0\": 1}",
            "document, line 1, column 4: a control character in a string; it is written \\u0000\n  \
             1 | {\"a\\x00\": 1}\n    |    ^",
        ),
        (
            "--cli-input-yaml",
            "YAML",
            "IdentityPoolId: p: q\n",
            "document, line 1, column 18: ",
        ),
    ];
    let marked = set("--cli-input-yaml", "fileb://document")
        .file("document", "\u{feff}a: {")
        .env("COGNITO_SYNC_HINTS", "always")
        .capture();
    assert!(
        marked.stderr.ends_with("  1 | a: {\n    |     ^\n"),
        "{marked}"
    );
    for (option, format, text, want) in table {
        let run = || set(option, "file://document").file("document", text);
        run().stderr(&message(option, format)).fails(252);
        let hinted = run().env("COGNITO_SYNC_HINTS", "always").capture();
        let want = format!("{}hint: {want}", message(option, format));
        assert!(hinted.stderr.starts_with(&want), "{text:?}: {hinted}");
        assert!(hinted.requests.is_empty(), "{hinted}");
    }
    let empty = set("--cli-input-yaml", "file://document")
        .file("document", "# nothing\n")
        .env("COGNITO_SYNC_HINTS", "always");
    empty
        .stderr(&format!(
            "{ERROR}Error parsing parameter '--cli-input-yaml': Invalid type: expecting map, \
             received <class 'NoneType'>\nhint: document is empty\n"
        ))
        .fails(252);
}

#[test]
fn shows_mistake_of_structure_as_hint() {
    let run = |value: &str| {
        let args = ["--identity-pool-id", "p", "--push-sync", value];
        Run::new([&["set-identity-pool-configuration"][..], &args].concat())
            .file("push.json", "{\n\"RoleArn\": x\n}")
            .env("COGNITO_SYNC_HINTS", "always")
    };
    let message = format!("{ERROR}Error parsing parameter '--push-sync': Invalid JSON: ");
    run("{\"RoleArn\": \"x\",}")
        .stderr(&format!(
            "{message}Expecting property name enclosed in double quotes: line 1 column 17 \
             (char 16)\nJSON received: {{\"RoleArn\": \"x\",}}\n\
             hint: --push-sync, line 1, column 16: JSON has no comma before the closing }}\n  \
             1 | {{\"RoleArn\": \"x\",}}\n    |                ^\n"
        ))
        .fails(252);
    run("file://push.json")
        .stderr(&format!(
            "{message}Expecting value: line 2 column 12 (char 13)\nJSON received: \
             {{\n\"RoleArn\": x\n}}\n\
             hint: push.json, line 2, column 12: a text must be in double quotes\n  \
             2 | \"RoleArn\": x\n    |            ^\n"
        ))
        .fails(252);
}

#[test]
fn suggests_file_prefix_for_name_of_file() {
    let found = |args: &[&str]| {
        let pool = ["set-identity-pool-configuration", "--identity-pool-id", "p"];
        let observed = Run::new([&pool[..], args].concat())
            .file("pool.json", DOCUMENT)
            .env("COGNITO_SYNC_HINTS", "always")
            .capture();
        let hints: Vec<_> = observed
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("hint: "))
            .map(str::to_string)
            .collect();
        hints
    };
    let want = "did you mean file://pool.json? pool.json is a file, and file:// takes the value \
                from it";
    for option in [
        "--cli-input-json",
        "--cli-input-yaml",
        "--push-sync",
        "--cognito-streams",
    ] {
        for value in ["pool.json", "@pool.json", "file:pool.json"] {
            // In YAML, an @ begins no value.
            assert_eq!(found(&[option, value]), [want], "{option} {value}");
        }
        let absent = found(&[option, "absent.json"]);
        assert!(
            !absent.iter().any(|hint| hint.contains("file://")),
            "{absent:?}"
        );
    }
}

/// Runs the program on a terminal, types the text once the program handles interrupts, which
/// `/proc` tells, and prints the exit status.
#[cfg(target_os = "linux")]
const TYPES: &str = r#"
import os, pty, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
typed = sys.argv[1].encode().decode("unicode_escape").encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
def handles_interrupt():
    status = open(f"/proc/{pid}/status").read()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) & 2
for _ in range(1000):
    if handles_interrupt():
        break
    time.sleep(0.01)
os.write(terminal, typed)
try:
    while os.read(terminal, 65536):
        pass
except OSError:
    pass
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

#[cfg(target_os = "linux")]
#[test]
fn reads_document_typed_on_terminal() {
    let typed = |text: &str| {
        let program = [
            "-c",
            TYPES,
            text,
            PROGRAM,
            "bulk-publish",
            "--cli-input-json",
            "-",
        ];
        Run::with_program("python3", program)
    };
    typed("{\"IdentityPoolId\":\\n\"p\"}\\n\\x04")
        .responses([Response::body("{}")])
        .sends("POST", "/identitypools/p/bulkpublish", None)
        .stdout("0\n")
        .succeeds();
    typed("{\"IdentityPoolId\":\\n\\x03")
        .stdout("130\n")
        .succeeds();
}

#[cfg(target_os = "linux")]
#[test]
fn interrupt_ends_wait_for_pipe_without_writer() {
    let args = ["bulk-publish", "--cli-input-json", "file://fifo"];
    let program = [&["-c", TYPES, "\\x03", PROGRAM][..], &args].concat();
    let program = program.iter().map(|arg| arg.replace('\'', "'\\''"));
    let quoted: Vec<_> = program.map(|arg| format!("'{arg}'")).collect();
    script(&format!("mkfifo fifo; python3 {}", quoted.join(" ")))
        .stdout("130\n")
        .succeeds();
}

#[test]
fn reads_large_document_from_standard_input() {
    let value = "x".repeat(8 << 20);
    let document =
        format!("{{\"IdentityPoolId\": \"p\", \"PushSync\": {{\"RoleArn\": \"{value}\"}}}}");
    set("--cli-input-json", "-")
        .stdin(document)
        .responses([Response::body("{}")])
        .request(|request| assert!(request.body.len() > 8 << 20))
        .succeeds();
    // The line of a mistake is cut.
    let broken = set("--cli-input-json", "-").stdin(format!("{{\"a\": \"{value}\",}}"));
    let observed = broken.capture();
    assert!(
        observed
            .stderr
            .contains("JSON has no comma before the closing }")
    );
    assert!(observed.stderr.len() < 1000, "{}", observed.stderr.len());
}

/// A configuration as the service sends it for a stream that it has switched off itself.
const SWITCHED_OFF: &str = r#"{"IdentityPoolId": "p", "PushSync": {"ApplicationArns": ["a"], "RoleArn":
    "arn:aws:iam::1:role/push"}, "CognitoStreams": {"StreamName": "s", "RoleArn":
    "arn:aws:iam::1:role/streams", "StreamingStatus": "DISABLED", "DisabledReason": "r"}}"#;

/// What is sent for it.
fn without_reason() -> serde_json::Value {
    let mut body: serde_json::Value = serde_json::from_str(SWITCHED_OFF).expect("JSON");
    body["CognitoStreams"]
        .as_object_mut()
        .expect("an object")
        .remove("DisabledReason");
    body.as_object_mut()
        .expect("an object")
        .remove("IdentityPoolId");
    body
}

#[test]
fn leaves_out_members_that_only_the_service_knows() {
    let sends = |run: Run| {
        run.responses([Response::body("{}")])
            .sends("POST", PATH, Some(without_reason()))
            .succeeds();
    };
    for option in ["--cli-input-json", "--cli-input-yaml"] {
        sends(set(option, "-").stdin(SWITCHED_OFF));
    }
    let document: serde_json::Value = serde_json::from_str(SWITCHED_OFF).expect("JSON");
    let streams = document["CognitoStreams"].to_string();
    let shorthand = "StreamName=s,RoleArn=arn:aws:iam::1:role/streams,StreamingStatus=DISABLED,\
                     DisabledReason=r";
    for streams in [&*streams, shorthand] {
        let push = document["PushSync"].to_string();
        sends(Run::new([
            "set-identity-pool-configuration",
            "--identity-pool-id",
            "p",
            "--push-sync",
            &push,
            "--cognito-streams",
            streams,
        ]));
    }
}

/// What a get operation prints is an input of the set operation as it is.
#[test]
fn takes_output_of_get_operation_as_input() {
    let get = "\"$0\" get-identity-pool-configuration --identity-pool-id p";
    let formats = [
        ("json", "json"),
        ("yaml", "yaml"),
        ("json", "yaml"),
        ("json --show-unmodeled", "json"),
        ("yaml --show-unmodeled", "yaml"),
    ];
    for (output, input) in formats {
        let set = format!("\"$0\" set-identity-pool-configuration --cli-input-{input}");
        script(&format!("{get} --output {output} | {set} -"))
            .respond_with(|request| match &*request.method {
                "GET" => Response::body(SWITCHED_OFF),
                _ => Response::body("{}"),
            })
            .sends("GET", PATH, None)
            .sends("POST", PATH, Some(without_reason()))
            .succeeds();
    }
}

#[test]
fn explains_unedited_skeleton_and_null() {
    let message = "Parameter validation failed:\n";
    let skeleton = "\"$0\" set-cognito-events --generate-cli-skeleton";
    script(&format!(
        "{skeleton} | \"$0\" set-cognito-events --cli-input-json -"
    ))
    .env("COGNITO_SYNC_HINTS", "always")
    .stderr(&format!(
        "{ERROR}{message}Invalid length for parameter IdentityPoolId, value: 0, valid min \
             length: 1\nhint: IdentityPoolId is still empty: fill it in\n"
    ))
    .fails(252);
    let null =
        || set("--cli-input-json", "-").stdin("{\"IdentityPoolId\": \"p\", \"PushSync\": null}");
    let message = format!(
        "{ERROR}{message}Invalid type for parameter PushSync, value: None, type: <class \
         'NoneType'>, valid types: <class 'dict'>\n"
    );
    null().stderr(&message).fails(252);
    null()
        .env("COGNITO_SYNC_HINTS", "always")
        .stderr(&format!(
            "{message}hint: PushSync is null, which no member may be: leave it out\n"
        ))
        .fails(252);
}
