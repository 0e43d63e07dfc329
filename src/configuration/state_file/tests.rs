//! Tests of loading state files.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use serde_json::{Value as Json, json};

use super::{LoadOptions, load};
use crate::configuration::desired_pool::DesiredPool;
use crate::diagnostics::{Diagnostics, Stderr};
use crate::environment::Environment;
use crate::error::{ErrorKind, Result};

/// Loads a text as standard input.
pub(super) fn load_text(text: &[u8], expand: bool) -> Result<Vec<Arc<DesiredPool>>> {
    let environment = Environment::from([
        ("ROLE", "arn:aws:iam::123456789012:role/push"),
        ("EMPTY", ""),
        ("BREAK", "x\nRegion: y"),
    ]);
    let diagnostics = Diagnostics::new(Stderr::new(std::io::sink()), false);
    let options = LoadOptions {
        expand,
        environment: &environment,
        diagnostics: &diagnostics,
    };
    load(&["-".to_string()], &options, &mut { text })
}

/// The message of the error, which is one of the command line.
fn error_of(text: &[u8], expand: bool) -> String {
    let error = load_text(text, expand).expect_err("a mistake");
    assert_eq!(error.kind, ErrorKind::Parameter);
    error.message
}

/// A pool in short form.
fn short(pool: &DesiredPool) -> Json {
    let configuration = pool.configuration.unpack();
    let sections = configuration.iter();
    let sections: Json = sections
        .map(|(section, members)| (section.name().to_string(), json!(members)))
        .collect();
    json!([pool.id, pool.region, pool.location.to_string(), sections])
}

/// Loads a text with mistakes and returns what the error says, without the lines that it shows.
fn findings(text: &str, expand: bool) -> Vec<String> {
    let message = error_of(text.as_bytes(), expand);
    let is_finding = |line: &&str| !line.contains(" | ");
    let findings = message.lines().filter(is_finding);
    findings.map(str::to_string).collect()
}

#[test]
fn loads_pools_with_their_sections() {
    let role = "arn:aws:iam::123456789012:role/r";
    let yaml = format!(
        "# yaml-language-server: $schema=x\n\
         $schema: x\n\
         pools:\n\
         - IdentityPoolId: us-east-1:1\n  \
           Events: {{SyncTrigger: '', Other: x}}\n  \
           CognitoStreams: {{StreamingStatus: DISABLED, DisabledReason: denied, StreamName: no}}\n  \
           PushSync:\n    \
             RoleArn: {role}\n    \
             ApplicationArns: []\n\
         ---\n\
         ---\n\
         pools:\n\
         - {{IdentityPoolId: b, Region: eu-west-1, Events: {{}}}}\n"
    );
    let json = format!(
        "{{\"pools\": [\n\
         {{\"IdentityPoolId\": \"us-east-1:1\",\n\t\
           \"Events\": {{\"SyncTrigger\": \"\", \"Other\": \"x\"}},\n\
           \"CognitoStreams\": {{\"StreamingStatus\": \"DISABLED\", \"DisabledReason\": \"\\u0000\",\n\
           \"StreamName\": \"\\u006eo\"}},\n\
           \"PushSync\": {{\"RoleArn\": \"{}\", \"ApplicationArns\": []}}\n\
         }}]}} {{\"pools\": []}}\n\
         {{\"$schema\": \"x\", \"pools\": [{{\"IdentityPoolId\": \"b\", \"Region\": \"eu-west-1\",\n\
         \"Events\": {{}}}}]}}",
        role.replace('/', "\\/")
    );
    let first = json!({
        "PushSync": {"ApplicationArns": [], "RoleArn": role},
        "CognitoStreams": {"StreamName": "no", "StreamingStatus": "DISABLED"},
        "Events": {"SyncTrigger": "", "Other": "x"},
    });
    let table = [
        (
            yaml,
            ["-:4:3", "-:13:3"],
            ["-:7:3", "-:8:5", "-:6:3", "-:5:29", "-:4:3"],
        ),
        (
            json,
            ["-:2:1", "-:8:28"],
            ["-:6:1", "-:6:14", "-:4:1", "-:3:32", "-:2:1"],
        ),
    ];
    for (text, [first_location, second_location], locations) in table {
        let pools = load_text(text.as_bytes(), false).expect("a state file");
        let found: Vec<_> = pools.iter().map(|pool| short(pool)).collect();
        let want = [
            json!(["us-east-1:1", null, first_location, first]),
            json!(["b", "eu-west-1", second_location, {"Events": {}}]),
        ];
        assert_eq!(found, want, "{text}");
        // Members of a structure are in the order of the model.
        assert_eq!(found[0].to_string(), want[0].to_string());
        let paths = [
            "PushSync",
            "PushSync.RoleArn",
            "CognitoStreams",
            "Events.Other",
            "None",
        ];
        let found = paths.map(|path| pools[0].location_of(path).to_string());
        assert_eq!(found, locations, "{text}");
    }
}

#[test]
fn loads_files_without_pools() {
    for text in [
        "pools: []",
        "---\n---\npools: []\n",
        "{\"pools\": []}",
        "\u{feff}\r\npools: []\r\n",
    ] {
        let pools = load_text(text.as_bytes(), false);
        assert_eq!(pools.expect("a state file").len(), 0, "{text:?}");
    }
}

#[test]
fn resolves_aliases_and_merge_keys() {
    let text = "pools:\n\
        - &base\n  \
          IdentityPoolId: a\n  \
          PushSync: &push {ApplicationArns: [x]}\n\
        - <<: *base\n  \
          IdentityPoolId: b\n\
        - IdentityPoolId: c\n  \
          PushSync: {<<: *push, RoleArn: arn:aws:iam::123456789012:role/r}\n";
    let pools = load_text(text.as_bytes(), false).expect("a state file");
    let push = |role: Option<&str>| match role {
        Some(role) => json!({"PushSync": {"ApplicationArns": ["x"], "RoleArn": role}}),
        None => json!({"PushSync": {"ApplicationArns": ["x"]}}),
    };
    let found: Vec<_> = pools.iter().map(|pool| short(pool)).collect();
    let want = [
        json!(["a", null, "-:2:3", push(None)]),
        json!(["b", null, "-:5:3", push(None)]),
        json!([
            "c",
            null,
            "-:7:3",
            push(Some("arn:aws:iam::123456789012:role/r"))
        ]),
    ];
    assert_eq!(found, want);
}

/// Loads each text and compares what the error says, without the lines that it shows.
fn check_findings(table: &[(&str, &[&str])]) {
    for (text, want) in table {
        assert_eq!(findings(text, false), *want, "{text}");
    }
}

#[test]
fn reports_mistakes_in_documents() {
    check_findings(&[
        (
            "a",
            &[
                "-:1:1: the document must be a mapping, not a string; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            "12",
            &[
                "-:1:1: the document must be a mapping, not the number 12; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            "- a",
            &["-:1:1: the document is a list; put it under the key pools"],
        ),
        (
            "[]",
            &["-:1:1: the document is a list; put it under the key pools"],
        ),
        (
            "",
            &["-: is empty; to describe no identity pool, write pools: []"],
        ),
        (
            "# none\n---\n---\n",
            &["-: is empty; to describe no identity pool, write pools: []"],
        ),
        (
            "{}",
            &["-:1:1: the document has no pools; add a list of pools, or pools: []"],
        ),
        (
            "$schema: x",
            &["-:1:1: the document has no pools; add a list of pools, or pools: []"],
        ),
        (
            "$schema: 1\npools: []",
            &["-:1:10: $schema must be a string, not the number 1; put it in quotes"],
        ),
        ("pools:", &["-:1:1: pools has no value; write pools: []"]),
        (
            "pools: x",
            &["-:1:8: pools must be a list, not a string; write [\"x\"]"],
        ),
        (
            "pools: {a: b}",
            &["-:1:8: pools must be a list, not a mapping; begin each item with a dash"],
        ),
        (
            "pools: []\nPools: []",
            &["-:2:1: unknown key \"Pools\" in the document; did you mean pools?"],
        ),
        (
            "pools: []\nx: []",
            &["-:2:1: unknown key \"x\" in the document; its keys are $schema, pools"],
        ),
        (
            "pools: []\n1: []",
            &["-:2:1: a key of the document must be a string, not the number 1; put it in quotes"],
        ),
        (
            "pools: []\npools: []",
            &["-:2:1: the key \"pools\" is already at -:1:1; remove one of them"],
        ),
        (
            "pools: [a]",
            &[
                "-:1:9: a pool must be a mapping, not a string; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            "pools: [~]",
            &["-:1:9: a pool has no value; write one, or remove it"],
        ),
        (
            "pools: [{}]",
            &["-:1:9: the pool has no IdentityPoolId; add the line IdentityPoolId: REGION:UUID"],
        ),
        ("pools: [\n", &["-:2:1: invalid YAML: expected a value"]),
        (
            "pools: [!x y]",
            &["-:1:9: a pool must be a mapping, not the value of an unknown tag y; remove its tag"],
        ),
        (
            "pools: [*a]",
            &["-:1:9: invalid YAML: the alias names no anchor"],
        ),
        (
            "pools: []\n---\nx: y\n---\n]",
            &[
                "-:3:1: unknown key \"x\" in the document; its keys are $schema, pools",
                "-:3:1: the document has no pools; add a list of pools, or pools: []",
                "-:5:1: invalid YAML: expected a value",
            ],
        ),
    ]);
}

#[test]
fn reports_mistakes_in_pools() {
    let pool = "pools:\n- IdentityPoolId: p\n";
    let long = "x".repeat(56);
    check_findings(&[
        (
            "pools: [{IdentityPoolId: }]",
            &["-:1:26: IdentityPoolId has no value; write one"],
        ),
        (
            "pools: [{IdentityPoolId: ''}]",
            &["-:1:26: IdentityPoolId is empty; write a value"],
        ),
        (
            "pools: [{IdentityPoolId: 1e3}]",
            &["-:1:26: IdentityPoolId must be a string, not the number 1e3; put it in quotes"],
        ),
        (
            "pools: [{IdentityPoolId: [a]}]",
            &["-:1:26: IdentityPoolId must be a string, not a list; write a single value"],
        ),
        (
            &format!("pools: [{{IdentityPoolId: {long}}}]"),
            &[
                "-:1:26: IdentityPoolId is \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\", which is too long with 56 characters; write at most 55",
            ],
        ),
        (
            &format!("{pool}  Regoin: x"),
            &["-:3:3: unknown key \"Regoin\" in a pool; did you mean Region?"],
        ),
        (
            &format!("{pool}  Region: ''"),
            &["-:3:11: Region is \"\", which is no region; write one such as us-east-1"],
        ),
        (
            &format!("{pool}  Region: us.east"),
            &["-:3:11: Region is \"us.east\", which is no region; write one such as us-east-1"],
        ),
        (
            &format!("{pool}  CognitoStreams: {{DisabledReason: 1}}"),
            &["-:3:36: DisabledReason must be a string, not the number 1; put it in quotes"],
        ),
        (
            &format!("{pool}- IdentityPoolId: p"),
            &["-:3:3: the pool \"p\" is already at -:2:3; describe it once"],
        ),
        (
            &format!("{pool}---\n{pool}"),
            &["-:5:3: the pool \"p\" is already at -:2:3; describe it once"],
        ),
        (
            "pools:\n- &p {IdentityPoolId: p}\n- *p",
            &["-:3:3: the pool \"p\" is already at -:2:3; describe it once"],
        ),
        (
            &format!("{pool}  Events: &e {{a: 1}}\n- IdentityPoolId: q\n  Events: *e"),
            &["-:3:18: a must be a string, not the number 1; put it in quotes"],
        ),
        (
            &format!("{pool}  Events: {{a: &a b}}\n  PushSync: *a"),
            &[
                "-:4:13: PushSync must be a mapping, not a string; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            &format!("{pool}  Region: !x eu-west-1\n  Events: !!set {{a}}"),
            &[
                "-:3:11: Region must be a string, not the value of an unknown tag eu-west-1; remove its tag",
                "-:4:11: Events must be a mapping, not a set; remove its tag",
            ],
        ),
    ]);
}

#[test]
fn reports_mistakes_in_sections() {
    let pool = "pools:\n- IdentityPoolId: p\n";
    check_findings(&[
        (
            &format!("{pool}  pushSync: {{}}"),
            &["-:3:3: unknown key \"pushSync\" in a pool; did you mean PushSync?"],
        ),
        (
            &format!("{pool}  PushSync:"),
            &[
                "-:3:3: PushSync has no value; write {} to clear the section, or leave it out to keep it",
            ],
        ),
        (
            &format!("{pool}  Events: ~"),
            &[
                "-:3:3: Events has no value; write {} to clear the section, or leave it out to keep it",
            ],
        ),
        (
            &format!("{pool}  PushSync: []"),
            &[
                "-:3:13: PushSync must be a mapping, not a list; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            &format!("{pool}  PushSync: {{StreamName: a}}"),
            &[
                "-:3:14: unknown key \"StreamName\" in PushSync; its keys are ApplicationArns, RoleArn",
            ],
        ),
        (
            &format!("{pool}  PushSync: {{ApplicationArns: x, RoleArn: y}}"),
            &[
                "-:3:31: ApplicationArns must be a list, not a string; write [\"x\"]",
                "-:3:43: RoleArn is \"y\", which is too short; write at least 20 characters, or remove it",
            ],
        ),
        (
            &format!("{pool}  PushSync: {{ApplicationArns: [a, true, ~, [b]]}}"),
            &[
                "-:3:35: an item of ApplicationArns must be a string, not the boolean true; put it in quotes",
                "-:3:41: an item of ApplicationArns has no value; write one, or remove it",
                "-:3:44: an item of ApplicationArns must be a string, not a list; write a single value",
            ],
        ),
        (
            &format!("{pool}  CognitoStreams: {{StreamingStatus: enabled}}"),
            &["-:3:37: StreamingStatus is \"enabled\"; write ENABLED or DISABLED"],
        ),
        (
            &format!("{pool}  CognitoStreams: {{StreamName: ''}}"),
            &["-:3:32: StreamName is empty; write a value, or remove it"],
        ),
        (
            &format!("{pool}  CognitoStreams: {{StreamName: \"\\ud83d\"}}"),
            &[
                "-:3:32: StreamName holds half of a surrogate pair, which cannot be sent; write the whole character",
            ],
        ),
        (
            &format!("{pool}  Events: {{\"\\ud83d\": a}}"),
            &[
                "-:3:12: a key of Events holds half of a surrogate pair, which cannot be sent; write the whole character",
            ],
        ),
        (
            &format!("{pool}  Events: [a]"),
            &[
                "-:3:11: Events must be a mapping, not a list; write its keys with values, as in KEY: VALUE",
            ],
        ),
        (
            &format!("{pool}  Events: {{a: 2024-01-01}}"),
            &["-:3:15: a must be a string, not the date 2024-01-01; put it in quotes"],
        ),
        (
            &format!("{pool}  Events: {{}}\n  Events: {{}}"),
            &["-:4:3: the key \"Events\" is already at -:3:3; remove one of them"],
        ),
    ]);
}

#[test]
fn reports_mistakes_in_json() {
    let pool = |text: &str| format!("{{\"pools\":\n [{{\"IdentityPoolId\": {text}}}]}}");
    let table = [
        (
            "{".to_string(),
            "-:1:1: invalid JSON: EOF while parsing an object",
        ),
        (
            "{pools: []}".to_string(),
            "-:1:2: invalid JSON: key must be a string",
        ),
        (
            "{\"pools\": [],}".to_string(),
            "-:1:14: invalid JSON: trailing comma",
        ),
        (
            "{\"pools\": [{}, ]}".to_string(),
            "-:1:16: invalid JSON: trailing comma",
        ),
        (
            "{\"pools\": [}".to_string(),
            "-:1:12: invalid JSON: expected value",
        ),
        (
            "{\"pools\": []}\n x".to_string(),
            "-:2:2: invalid JSON: expected value",
        ),
        (
            "{\"é\": [],\r\n\"é\": tru}".to_string(),
            "-:2:9: invalid JSON: expected ident",
        ),
        (
            pool("\"a\tb\""),
            "-:2:23: invalid JSON: control character (\\u0000-\\u001F) found while parsing a string",
        ),
        (pool("\"a\\xb\""), "-:2:25: invalid JSON: invalid escape"),
        (
            pool("\"\\ud83d\""),
            "-:2:22: IdentityPoolId holds half of a surrogate pair, which cannot be sent; write the whole character",
        ),
        (
            pool("1.50"),
            "-:2:22: IdentityPoolId must be a string, not the number 1.50; put it in quotes",
        ),
        (
            pool("false"),
            "-:2:22: IdentityPoolId must be a string, not the boolean false; put it in quotes",
        ),
        (
            pool("null"),
            "-:2:22: IdentityPoolId has no value; write one",
        ),
        (
            pool("\"p\",\r\n\"é\": {}, \"x\": 1"),
            "-:3:1: unknown key \"é\" in a pool; its keys are IdentityPoolId, Region, PushSync, CognitoStreams, Events",
        ),
        (
            pool("\"p\", \"Events\": {}, \"Ev\\u0065nts\": {}"),
            "-:2:41: the key \"Events\" is already at -:2:27; remove one of them",
        ),
    ];
    for (text, want) in table {
        assert_eq!(findings(&text, false)[0], want, "{text}");
    }
}

#[test]
fn shows_first_findings_and_number_of_others() {
    let entries = "- {}\n".repeat(14);
    let message = error_of(format!("pools:\n{entries}").as_bytes(), false);
    let first = "-:2:3: the pool has no IdentityPoolId; add the line IdentityPoolId: REGION:UUID\n  2 \
                 | - {}\n    |   ^\n-:3:3: the pool has";
    assert!(message.starts_with(first), "{message}");
    assert!(message.ends_with("\n     |   ^\nand 4 more"), "{message}");
    assert_eq!(message.lines().count(), 31);
}

#[test]
fn expands_values_but_not_keys_or_structure() {
    let text = "pools:\n\
        - IdentityPoolId: us-east-1:${ID:-1}\n  \
          Region: ${REGION:-eu-west-1}\n  \
          PushSync: {RoleArn: '${ROLE}', ApplicationArns: ['${EMPTY}', $$x]}\n  \
          Events: {'${ROLE}': \"${BREAK}\"}\n";
    let pools = load_text(text.as_bytes(), true).expect("a state file");
    let role = "arn:aws:iam::123456789012:role/push";
    let sections = json!({
        "PushSync": {"ApplicationArns": ["", "$x"], "RoleArn": role},
        "Events": {"${ROLE}": "x\nRegion: y"},
    });
    assert_eq!(
        short(&pools[0]),
        json!(["us-east-1:1", "eu-west-1", "-:2:3", sections])
    );
    let text =
        "pools: [{IdentityPoolId: '${ROLE}', PushSync: {ApplicationArns: ['$$', '${ROLE}']}}]";
    let pools = load_text(text.as_bytes(), false).expect("a state file");
    let sections = json!({"PushSync": {"ApplicationArns": ["$$", "${ROLE}"]}});
    assert_eq!(
        short(&pools[0]),
        json!(["${ROLE}", null, "-:1:9", sections])
    );
}

#[test]
fn reports_variables_without_their_values() {
    let streams = |text: &str| {
        format!("pools: [{{IdentityPoolId: a, CognitoStreams: {{StreamingStatus: '{text}'}}}}]")
    };
    let table = [
        (
            "${NONE}",
            "-:1:63: StreamingStatus: the variable NONE is not set; set it, or write ${NONE:-DEFAULT}",
        ),
        (
            "${X",
            "-:1:63: StreamingStatus: \"${\" must begin ${NAME} or ${NAME:-DEFAULT}; write $${ for the characters themselves",
        ),
        (
            "${ROLE}",
            "-:1:63: StreamingStatus is a value from variables; write ENABLED or DISABLED",
        ),
        (
            "on",
            "-:1:63: StreamingStatus is \"on\"; write ENABLED or DISABLED",
        ),
    ];
    for (text, want) in table {
        assert_eq!(findings(&streams(text), true), [want], "{text}");
    }
}

/// Loads files by their names.
fn load_files(files: &[&str]) -> Result<Vec<Arc<DesiredPool>>> {
    let options = LoadOptions {
        expand: false,
        environment: &Environment::default(),
        diagnostics: &Diagnostics::new(Stderr::new(std::io::sink()), false),
    };
    let files: Vec<_> = files.iter().map(ToString::to_string).collect();
    load(&files, &options, &mut &b"pools: [{IdentityPoolId: in}]"[..])
}

/// The path of a file in a folder, with this content.
fn write(folder: &tempfile::TempDir, name: &str, content: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn loads_several_files_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let yaml = write(&folder, "a.yaml", b"pools: [{IdentityPoolId: b}]");
    let json = write(&folder, "b", b"{\"pools\": [{\"IdentityPoolId\": \"a\"}]}");
    let pools = load_files(&[&yaml, "-", &json]).expect("state files");
    let found: Vec<_> = pools.iter().map(|pool| pool.location.to_string()).collect();
    assert_eq!(
        found,
        [
            format!("{yaml}:1:9"),
            "-:1:9".to_string(),
            format!("{json}:1:12")
        ]
    );
    // The same pool in two files.
    let error = load_files(&[&yaml, "-", &json, &yaml]).expect_err("twice");
    let message = format!(
        "{yaml}:1:9: the pool \"b\" is already at {yaml}:1:9; describe it once\n  \
         1 | pools: [{{IdentityPoolId: b}}]\n    |         ^"
    );
    assert_eq!(error.message, message);
}

#[test]
fn reports_files_that_are_no_state_files_by_their_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let of_folder = folder.path().to_string_lossy().into_owned();
    let missing = format!("{of_folder}/./missing.yaml");
    let utf16 = write(&folder, "utf16", b"\xff\xfep\0o\0");
    let binary = write(&folder, "gzip.yaml", b"\x1f\x8b\x08\0");
    let bad = write(&folder, "bad.json", b"{\"pools\": ");
    // A name must not obey itself on a terminal, or command a pipeline that reads the lines.
    let lines = write(&folder, "\n::error::\u{1b}.yaml", b"7");
    let files = [&*missing, &*of_folder, &utf16, &binary, &bad, &lines];
    let error = load_files(&files).expect_err("six");
    let want = format!(
        "{missing}: cannot be read: No such file or directory; check the name, which is relative to \
         the current directory\n\
         {of_folder}: is a directory; name the state files in it, as with *.yaml\n\
         {utf16}: is UTF-16; save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)\n\
         {binary}:1:2: the byte 0x8b is not UTF-8; name a text file in UTF-8\n\
         {bad}:1:10: invalid JSON: EOF while parsing a value\n  \
         1 | {{\"pools\": \n    |          ^\n\
         {of_folder}/\\x0a::error::\\x1b.yaml:1:1: the document must be a mapping, not the number \
         7; write its keys with values, as in KEY: VALUE\n  1 | 7\n    | ^"
    );
    assert_eq!(error.message, want);
    assert_eq!(error.kind, ErrorKind::Parameter);
}

#[test]
fn reads_fifos_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("fifo");
    let made = Command::new("mkfifo")
        .arg(&fifo)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let path = fifo.clone();
    let writer = thread::spawn(move || fs::write(path, "pools: [{IdentityPoolId: a}]"));
    let pools = load_files(&[&fifo.to_string_lossy()]).expect("a state file");
    writer.join().expect("no panic").expect("written");
    assert_eq!(pools[0].id, "a");
}
