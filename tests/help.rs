//! The help pages as a user meets them: reviewed snapshots of all of them, every example on them
//! run by a shell, the widths and colours of terminals, and the man pages.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test help` writes the snapshots anew; read what has changed.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use cognito_sync::model::{OPERATIONS, Operation, all_operations};
use cognito_sync::{Environment, Terminal};
use serde_json::{Map, Value};

use crate::support::child::ChildExit;
use crate::support::diff;
use crate::support::http::{Request, Response};
use crate::support::library::{Buffer, run_with};
use crate::support::outcome;
use crate::support::run::Run;
#[cfg(feature = "local")]
use crate::support::service::Service;
use crate::support::source_files::read_sources;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");
const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";
/// The subcommands.
const SUBCOMMANDS: &[&str] = &[
    "apply",
    "completions",
    "diff",
    "export",
    "import",
    "inventory",
    "man",
    "pull",
    "schema",
    "serve",
    "verify",
];
/// Those that send requests.
const CALLING_SUBCOMMANDS: [&str; 7] = [
    "apply",
    "diff",
    "export",
    "import",
    "inventory",
    "pull",
    "verify",
];
/// The help topics.
const TOPICS: [&str; 10] = [
    "ci",
    "credentials",
    "differences",
    "environment",
    "examples",
    "exit-status",
    "migration",
    "serve",
    "settings",
    "state-files",
];
/// A folder of the test's, in which the program has its own name and the one of the AWS CLI.
const PRELUDE: &str = "mkdir -p bin; ln -sf \"$0\" bin/cognito-sync; ln -sf \"$0\" bin/aws; \
                       PATH=\"$PWD/bin:$PATH\"\n";

/// What is printed for these words without a terminal.
fn printed(words: &[&str]) -> String {
    shown(words, None, [])
}

/// What is printed for these words on a terminal of so many columns, or on none.
fn shown<const N: usize>(
    words: &[&str],
    terminal_width: Option<usize>,
    variables: [(&str, &str); N],
) -> String {
    let environment = Environment::from(variables);
    let terminal = Terminal {
        is_terminal: terminal_width.is_some(),
        width: terminal_width,
        no_color: environment.non_empty("NO_COLOR").is_some(),
    };
    let printed = run_with(words, &environment, terminal, &Buffer::default());
    assert_eq!((printed.status, &*printed.stderr), (0, ""));
    printed.stdout
}

/// All pages with the names of their snapshots.
fn pages() -> Vec<(String, String)> {
    let topics = TOPICS.map(|topic| (format!("topic-{topic}"), printed(&["help", topic])));
    commands().into_iter().chain(topics).collect()
}

/// The pages of commands and of the program, with the names of their snapshots.
fn commands() -> Vec<(String, String)> {
    let operations = OPERATIONS.iter().map(|o| o.command());
    let operations = operations.map(|command| {
        let page = printed(&[&command, "help"]);
        (command, page)
    });
    let subcommands = SUBCOMMANDS
        .iter()
        .map(|name| (name.to_string(), printed(&[name, "help"])));
    let program = ("cognito-sync".to_string(), printed(&["help"]));
    operations.chain(subcommands).chain([program]).collect()
}

#[test]
fn pages_match_snapshots() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/help");
    let update = env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| !value.is_empty());
    let mut wrong = String::new();
    let mut names = Vec::new();
    for (name, page) in pages() {
        let path = folder.join(format!("{name}.txt"));
        if update {
            fs::create_dir_all(&folder).expect("the folder of snapshots can be made");
            fs::write(&path, &page).expect("a snapshot can be written");
        }
        let snapshot = fs::read_to_string(&path).unwrap_or_default();
        if snapshot != page {
            let difference = diff::diff_lines(&snapshot, &page);
            wrong += &format!("{}:\n{difference}", path.display());
        }
        names.push(format!("{name}.txt"));
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nUPDATE_SNAPSHOTS=1 accepts these"
    );
    let entries = fs::read_dir(folder).expect("the snapshots are there");
    let mut kept: Vec<String> = entries
        .map(|entry| entry.expect("a snapshot").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    kept.sort();
    names.sort();
    assert_eq!(kept, names, "snapshots of nothing");
}

#[test]
fn pages_are_plain_and_80_columns_wide_in_pipe() {
    for (name, page) in pages() {
        for line in page.lines() {
            assert_eq!(line.trim_end(), line, "{name}");
            assert!(line.chars().count() <= 80, "{name}: {line}");
            assert!(
                !line.contains(['\u{1b}', '`', '\u{a0}']) || line.contains("> `"),
                "{line}"
            );
        }
        assert!(page.ends_with('\n') && !page.contains("\n\n\n"), "{name}");
    }
}

#[test]
fn pages_use_width_and_colors_of_terminal() {
    let words = ["update-records", "help"];
    let colours = |text: &str| text.contains("\u{1b}[");
    let widest_prose = |text: &str| {
        let prose = text.lines().skip_while(|line| *line != "DESCRIPTION");
        let prose = prose.take_while(|line| *line != "OPTIONS");
        prose.map(|line| line.chars().count()).max().unwrap_or(0)
    };
    for (columns, least, most) in [(10, 30, 40), (40, 30, 40), (62, 55, 62), (300, 90, 100)] {
        let page = shown(&words, Some(columns), [("NO_COLOR", "1")]);
        let widest = widest_prose(&page);
        assert!((least..=most).contains(&widest), "{columns}: {widest}");
        assert!(!colours(&page));
    }
    let coloured = shown(&words, Some(80), [("NO_COLOR", "")]);
    assert!(coloured.contains("\u{1b}[1mOPTIONS\u{1b}[0m\n"));
    assert!(coloured.contains("\u{1b}[36m--device-id\u{1b}[0m"));
    assert_eq!(coloured, shown(&words, Some(80), []));
    let asked = |more: &[&str], width, variables: [(&str, &str); 1]| {
        let words: Vec<_> = more
            .iter()
            .chain(&["update-records", "help"])
            .copied()
            .collect();
        colours(&shown(&words, width, variables))
    };
    assert!(asked(&["--color", "on"], None, [("NO_COLOR", "1")]));
    assert!(asked(&["--color=on"], Some(80), [("NO_COLOR", "1")]));
    assert!(!asked(&["--color", "off"], Some(80), [("X", "")]));
    assert!(!asked(&["--color", "auto"], Some(80), [("NO_COLOR", "1")]));
    assert!(!colours(&shown(
        &["--help", "--color", "off"],
        Some(80),
        []
    )));
}

#[test]
fn prints_help_of_named_command() {
    let operation = printed(&["list-records", "help"]);
    for words in [
        &["help", "list-records"][..],
        &["--help", "list-records"],
        &["-h", "list-records"],
        &["list-records", "-h", "--bogus"],
        &["--dataset-name", "d", "list-records", "--help"],
        &["help", "list-records", "--region", "r"],
    ] {
        assert_eq!(printed(words), operation, "{words:?}");
    }
    for words in [
        &["help", "man"][..],
        &["man", "-h"],
        &["man", "--out", "x", "--help"],
        &["--region", "r", "man", "--help"],
        &["--reg=r", "--debug", "man", "help"],
    ] {
        assert_eq!(printed(words), printed(&["man", "help"]), "{words:?}");
    }
    for words in [
        &["help", "help"][..],
        &["-h"],
        &["--dataset-name", "man", "--help"],
    ] {
        assert_eq!(printed(words), printed(&["help"]), "{words:?}");
    }
    for words in [
        ["help", "list-record"],
        ["list-record", "--help"],
        ["-h", "list-record"],
    ] {
        Run::new(words)
            .stderr_contains("Found invalid choice 'list-record'")
            .stderr_contains("\n\nMaybe you meant:\n\n  * list-records\n\n")
            .fails(252);
    }
    let script =
        format!("{PRELUDE}aws cognito-sync help list-records | head -n 2; aws help man | sed 1q");
    Run::with_program("sh", ["-c", &script, PROGRAM])
        .stdout("NAME\n    aws cognito-sync list-records - list the records of a dataset, or those that\nNAME\n")
        .succeeds();
}

#[test]
fn suggests_pages_of_any_kind() {
    let table = [
        ("migraton", " migration"),
        ("exprt", " export"),
        (
            "list",
            " list-datasets list-identity-pool-usage list-records",
        ),
        ("ListRecords", " list-records"),
        ("state", " state-files"),
        ("sevre", " serve"),
        ("hlep", " help"),
        ("upd", ""),
        ("mnie", " mine"),
    ];
    for (name, want) in table {
        let observed = Run::new(["help", name])
            .file(
                ".aws/cli/alias",
                "[command cognito-sync]\nmine = bulk-publish\n",
            )
            .capture();
        let suggestions: String = observed
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("  *"))
            .collect();
        assert_eq!(suggestions, want, "{observed}");
        let first = format!(
            "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): argument help: Found invalid \
             choice '{name}', valid ones are the operations, the commands apply, "
        );
        assert!(observed.stderr.starts_with(&first), "{observed}");
        assert!(
            observed.stderr.contains(", verify, and the topics "),
            "{observed}"
        );
        assert!(observed.stderr.contains("settings"), "{observed}");
        assert!(
            observed
                .stderr
                .ends_with("\n\n`cognito-sync help` lists them.\n"),
            "{observed}"
        );
        assert_eq!(observed.exit, ChildExit::Status(252));
    }
}

/// An example as it is printed.
struct Example {
    caption: String,
    typed: String,
    prints: Option<String>,
}

/// The examples of a page, read as a user reads them: paragraphs, and below them, set in, what is
/// typed or, after `It prints:`, what comes out.
fn examples(page: &str) -> Vec<Example> {
    let (_, section) = page
        .split_once("\nEXAMPLES\n")
        .expect("a page has examples");
    let mut examples: Vec<Example> = Vec::new();
    let mut caption = String::new();
    let mut prints = false;
    for line in section.lines() {
        if let Some(code) = line.strip_prefix("        ") {
            let code = format!("{code}\n");
            match examples.last_mut().filter(|_| caption.is_empty()) {
                Some(example) if prints => example.prints.get_or_insert_default().push_str(&code),
                Some(example) => example.typed.push_str(&code),
                None => examples.push(Example {
                    caption: std::mem::take(&mut caption),
                    typed: code,
                    prints: None,
                }),
            }
        } else if line.trim() == "It prints:" {
            prints = true;
        } else if let Some(text) = line.strip_prefix("    ") {
            assert!(!text.starts_with("     "), "{line}");
            prints = false;
            caption += text;
        } else {
            assert_eq!(line, "");
        }
    }
    examples
}

/// What the service answers to operations in the examples; `{pool}` and `{dataset}` are filled in.
const REPLIES: [(&str, &str); 13] = [
    ("bulk-publish", "{{pool}}"),
    (
        "delete-dataset",
        r#"{"Dataset": {{dataset}, "DatasetName": "settings"}}"#,
    ),
    (
        "describe-dataset",
        r#"{"Dataset": {{dataset}, "DatasetName": "settings"}}"#,
    ),
    (
        "describe-identity-pool-usage",
        r#"{"IdentityPoolUsage": {{pool}, "DataStorage": 48231}}"#,
    ),
    (
        "describe-identity-usage",
        r#"{"IdentityUsage": {{pool}, {identity}, "DatasetCount": 2, "DataStorage": 310}}"#,
    ),
    (
        "get-bulk-publish-details",
        r#"{{pool}, "BulkPublishStartTime": 1.7723574E9, "BulkPublishStatus": "SUCCEEDED",
            "BulkPublishCompleteTime": 1772358072.25}"#,
    ),
    (
        "get-cognito-events",
        r#"{"Events": {"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:sync"}}"#,
    ),
    (
        "get-identity-pool-configuration",
        r#"{{pool}, "PushSync": {"RoleArn": "arn:aws:iam::123456789012:role/push-sync",
            "ApplicationArns": ["arn:aws:sns:us-east-1:123456789012:app/GCM/my-app"]},
            "CognitoStreams": {"StreamName": "updates", "StreamingStatus": "ENABLED",
            "RoleArn": "arn:aws:iam::123456789012:role/streams"}}"#,
    ),
    (
        "list-datasets",
        r#"{"Count": 2, "NextToken": "c3RhdGU=", "Datasets": [
            {{dataset}, "DatasetName": "settings"},
            {"DatasetName": "state", "NumRecords": 9, "DataStorage": 286}]}"#,
    ),
    (
        "list-identity-pool-usage",
        r#"{"Count": 2, "IdentityPoolUsages": [{{pool}, "DataStorage": 48231},
            {"IdentityPoolId": "us-east-1:c0ffee00-1111-4222-8333-444455556666",
            "DataStorage": 0}]}"#,
    ),
    (
        "list-records",
        r#"{"DatasetSyncCount": 5, "DatasetExists": true, {records},
            "SyncSessionToken": "token+of/the=session"}"#,
    ),
    (
        "register-device",
        r#"{"DeviceId": "6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d"}"#,
    ),
    ("update-records", "{{records}}"),
];

/// Answers the requests of one run. What it sets, it gets.
fn service() -> impl Fn(&Request) -> Response + Send + Sync + 'static {
    let set: Mutex<Map<String, Value>> = Mutex::default();
    move |request| {
        let command = requested(request);
        let mut set = set.lock().expect("no thread panics");
        match &*command {
            "set-identity-pool-configuration" => {
                set.extend(request.json().and_then(members).unwrap_or_default());
                // The service answers with what is set now.
                Response::echo()
            }
            "get-identity-pool-configuration" => {
                let body = serde_json::from_str(&response_body(&command)).ok();
                let mut pool = body.and_then(members).unwrap_or_default();
                pool.extend(set.clone());
                Response::body(Value::Object(pool).to_string())
            }
            _ => Response::body(response_body(&command)),
        }
    }
}

/// The members of a JSON object.
fn members(json: Value) -> Option<Map<String, Value>> {
    match json {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// What the service answers to an operation.
fn response_body(command: &str) -> String {
    let reply = REPLIES.iter().find(|(name, _)| *name == command);
    let identity = format!(r#""IdentityId": "{IDENTITY}""#);
    let dataset = r#"{identity}, "CreationDate": 1768500000.0, "LastModifiedDate": 1.7723574E9,
        "LastModifiedBy": "123456789012", "DataStorage": 24, "NumRecords": 2"#;
    let pool = format!(r#""IdentityPoolId": "{POOL}", "LastModifiedDate": 1.7723574E9"#);
    let records = r#""Records": [{"Key": "font", "SyncCount": 5},
        {"Key": "theme", "Value": "dark", "SyncCount": 5}]"#;
    let body = reply.map_or("", |(_, body)| body);
    let body = body.replace("{dataset}", dataset).replace("{pool}", &pool);
    let body = body.replace("{records}", records);
    body.replace("{identity}", &identity)
}

/// The operation that a request is for, by its method and path.
fn requested(request: &Request) -> String {
    let segments = |path: &str| path.split('/').map(str::to_string).collect::<Vec<_>>();
    let got = segments(&request.path);
    let fits = |operation: &&Operation| {
        let want = segments(operation.path);
        let same = |(want, got): (&String, &String)| want == got || want.starts_with('{');
        operation.method == request.method
            && want.len() == got.len()
            && want.iter().zip(&got).all(same)
    };
    let operation = all_operations().find(|operation| fits(operation));
    operation.expect("a request of an operation").command()
}

#[test]
fn examples_print_shown_output() {
    let mut wrong = String::new();
    for (name, page) in commands() {
        let examples = examples(&page);
        let least = if SUBCOMMANDS.contains(&&*name) { 1 } else { 2 };
        assert!(examples.len() >= least, "{name}");
        for example in examples {
            let script = format!("set -e\n{PRELUDE}{}", example.typed);
            let observed = Run::with_program("sh", ["-c", &script, PROGRAM])
                .respond_with(service())
                .env("token", "token-of-the-session")
                .env("EDITOR", "cp filled-in.yaml")
                .file(
                    "filled-in.yaml",
                    "IdentityPoolId: us-east-1:1\nPushSync: {}\n",
                )
                .capture();
            let calls = CALLING_SUBCOMMANDS.contains(&name.as_str());
            let mut local = SUBCOMMANDS
                .iter()
                .map(|name| format!("cognito-sync {name} "))
                .collect::<Vec<_>>();
            local.push("--generate-cli-skeleton".to_string());
            local.push("--dry-run".to_string());
            let sends = !local.iter().any(|part| example.typed.contains(part))
                || example.typed.contains("--cli-input-")
                || calls;
            let silent = page.contains("it prints nothing");
            let prints_as_shown = match example.prints {
                Some(want) => want == observed.stdout,
                None => !silent || observed.stdout.is_empty(),
            };
            if observed.exit != ChildExit::Status(0)
                || !observed.stderr.is_empty()
                || observed.requests.is_empty() == sends
                || !prints_as_shown
            {
                wrong += &format!("{name}: {}\n{observed}\n", example.caption);
            }
            let last = observed.requests.last().map(requested);
            // Where nothing changes, `--merge` only reads; `--wait` reads in the end.
            let is_other = name == "cognito-sync"
                || calls
                || ["--merge", "--wait"]
                    .iter()
                    .any(|option| example.typed.contains(option));
            assert!(last.is_none_or(|last| is_other || example.typed.contains(&last)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn examples_topic_runs_in_one_shell() {
    let examples = examples(&printed(&["help", "examples"]));
    assert!(examples.len() >= 5);
    let script: String = examples
        .iter()
        .map(|example| example.typed.as_str())
        .collect();
    let want: String = examples
        .into_iter()
        .filter_map(|example| example.prints)
        .collect();
    Run::with_program("sh", ["-c", &format!("set -e\n{PRELUDE}{script}"), PROGRAM])
        .env("COGNITO_SYNC_STORE", "store.sqlite")
        .stdout(&want)
        .succeeds();
}

#[test]
fn environment_topic_lists_every_variable_of_sources() {
    let page = printed(&["help", "environment"]);
    let mut missing: Vec<_> = read_sources()
        .iter()
        // It names those that `serve` hides from the command that it runs.
        .filter(|source| source.path != "local/child_process.rs")
        // Those of the build are gone when the program runs.
        .flat_map(|source| variables(&source.code.replace("option_env!(\"", "")))
        .filter(|variable| !page.contains(variable.as_str()))
        .collect();
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The environment variables that source code names as whole texts.
fn variables(code: &str) -> Vec<String> {
    let texts = code.split('"').filter(|text| {
        let prefixes = ["AWS_", "CI_", "COGNITO_SYNC_", "GITHUB_", "SSL_CERT_"];
        let mut prefixes = prefixes.iter();
        prefixes.any(|prefix| text.starts_with(prefix) && text.len() > prefix.len())
            && text
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            && !text.ends_with('_')
    });
    texts.map(str::to_string).collect()
}

#[test]
fn writes_man_pages_to_folder() {
    let mut names = vec!["man1/cognito-sync.1".to_string()];
    let operations = OPERATIONS.iter().map(|o| o.command());
    let subcommands = SUBCOMMANDS.iter().map(ToString::to_string);
    names.extend(
        operations
            .chain(subcommands)
            .map(|command| format!("man1/cognito-sync-{command}.1")),
    );
    names.extend(TOPICS.map(|topic| format!("man7/cognito-sync-{topic}.7")));
    let list: String = names.iter().map(|name| format!("a/man/{name}\n")).collect();
    let script = format!(
        "{PRELUDE}cognito-sync man --out a/man; aws cognito-sync man --out=b >l; \
                          wc -l <l | tr -d ' '; diff -r a/man b; cat a/man/man?/*"
    );
    let observed = Run::with_program("sh", ["-c", &script, PROGRAM]).capture();
    assert_eq!(
        (observed.exit, observed.stderr.as_str()),
        (ChildExit::Status(0), "")
    );
    let pages = observed
        .stdout
        .strip_prefix(&format!("{list}{}\n", names.len()));
    check_man_pages(pages.expect("the list of files comes first"), &names);
}

fn check_man_pages(pages: &str, names: &[String]) {
    assert!(pages.is_ascii());
    let titles: Vec<_> = pages
        .lines()
        .filter_map(|line| line.strip_prefix(".TH "))
        .collect();
    let mut files = names.to_vec();
    files.sort();
    let want = files.iter().map(|file| {
        let (_, file) = file.split_once('/').expect("files have a folder");
        let (name, manual) = file.rsplit_once('.').expect("files have their section");
        format!("\"{}\" {manual} ", name.to_uppercase().replace('-', "\\-"))
    });
    for (title, want) in titles.iter().zip(want) {
        assert!(title.starts_with(&want), "{title}");
    }
    assert_eq!(titles.len(), names.len());
    let commands = names.iter().filter(|name| name.ends_with(".1")).count();
    for (section, least) in [
        ("NAME", names.len()),
        ("SYNOPSIS", commands),
        ("DESCRIPTION", names.len()),
        ("GLOBAL OPTIONS", commands),
        ("EXAMPLES", commands),
        ("SEE ALSO", names.len()),
    ] {
        let heading = format!(".SH {section}");
        let count = pages.lines().filter(|line| *line == heading).count();
        assert!(count >= least, "{section}: {count}");
    }
    let requests = [
        ".TH", ".nh", ".ad", ".SH", ".TP", ".PP", ".PD", ".RS", ".RE", ".EX", ".EE", ".sp", ".br",
    ];
    for line in pages.lines() {
        assert_eq!(line.trim_end(), line);
        assert!(!line.starts_with('\''), "{line}");
        if line.starts_with('.') {
            assert!(requests.contains(&&line[..3]), "{line}");
        } else {
            // What a user copies has dashes and quotes, not their typographic cousins.
            let bare = line.replace("\\-", "").replace("\\(", "");
            assert!(!bare.contains(['-', '\'', '`', '"', '^', '~']), "{line}");
        }
    }
    let nested = |begin: &str| pages.lines().filter(|line| line.starts_with(begin)).count();
    assert_eq!(nested(".RS"), nested(".RE"));
    assert_eq!(nested(".EX"), nested(".EE"));
    // groff turns hyphenation on behind examples, and would break names that a user copies.
    assert_eq!(
        pages.matches(".EE\n").count(),
        pages.matches(".EE\n.nh\n").count()
    );
    let words = pages.replace("\\ ", "~");
    let words = words.split([' ', '\n']);
    for word in words.filter(|word| word.contains("\\fB") || word.contains("\\fI")) {
        assert!(word.starts_with("\\%"), "{word}");
    }
}

#[test]
fn reports_man_errors() {
    Run::new(["man"])
        .stderr(
            "\ncognito-sync: [ERROR]: An error occurred (ParamValidation): the following arguments \
             are required: --out DIR\n\n`cognito-sync man help` describes its arguments.\n",
        )
        .fails(252);
    Run::new(["man", "--out", "d", "--all"])
        .stderr_contains("argument --all: man has no such option")
        .fails(252);
    Run::new(["man", "--out", "file/d"])
        .file("file", "")
        .stderr(
            "\ncognito-sync: [ERROR]: Unable to write 'file/d/man1/cognito-sync.1': Not a directory (os \
             error 20)\n",
        )
        .fails(255);
    Run::new(["--bogus", "man"])
        .stderr_contains("Found invalid choice 'man'")
        .fails(252);
}

/// Pages name the members of the documents that commands print.
#[cfg(feature = "local")]
#[test]
fn names_members_of_documents() {
    let service = Service::start(&[]);
    let print = |args: &[&str]| {
        let mut command = service.command(args);
        command.env("AWS_ENDPOINT_URL_COGNITO_IDENTITY", service.endpoint());
        outcome::run(command, "").stdout
    };
    let document = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&print(args)).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    };
    print(&[
        "set-cognito-events",
        "--identity-pool-id",
        POOL,
        "--events",
        "{}",
    ]);
    let file = service.folder().join("records.ndjson");
    let file = file.to_str().expect("a path in UTF-8");
    let export = document(&["export", "--identity-pool-id", POOL, "--to", file]);
    let inventory = document(&["inventory"]);
    let verify = document(&["verify", file, "--output", "json"]);
    let documents = [
        ("export", &export),
        ("import", &document(&["import", file])),
        ("verify", &verify["Summary"]),
        ("inventory", &inventory["Summary"]),
        ("inventory", &inventory["IdentityPools"][0]),
    ];
    for (command, document) in documents {
        let page = print(&[command, "help"]);
        let members = document.as_object().expect("an object");
        assert!(members.len() > 3, "{command}: {document}");
        for name in members.keys() {
            assert!(page.contains(name), "{command}: {name}");
        }
    }
}
