//! Reads the corpus. A key or a rule that is not known here is an error, so that no case is
//! compared by less than it asks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::support::http::Response;
use crate::support::run::{FileContent, Run};

/// One command line and what AWS CLI did with it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    args: Vec<String>,
    /// Global options that stood between `aws` and `cognito-sync`.
    #[serde(default)]
    before: Vec<String>,
    /// `None` removes a variable of the base environment.
    #[serde(default)]
    env: BTreeMap<String, Option<String>>,
    #[serde(default)]
    files: BTreeMap<String, File>,
    #[serde(default)]
    stdin: String,
    #[serde(default)]
    replies: Vec<ScriptedReply>,
    #[serde(default, rename = "match")]
    pub(super) rules: Rules,
    pub(super) expect: Expected,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum File {
    Text(String),
    Bytes { hex: String },
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptedReply {
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    echo: bool,
    #[serde(default)]
    drop: bool,
}

/// How the parts of a case are compared.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    #[serde(default)]
    pub(super) code: CodeRule,
    #[serde(default)]
    pub(super) requests: RequestsRule,
    #[serde(default)]
    pub(super) stdout: StdoutRule,
    #[serde(default)]
    pub(super) stderr: StderrRule,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CodeRule {
    #[default]
    Exact,
    /// AWS CLI fails by accident here, so any of its failures will do.
    Failure,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RequestsRule {
    #[default]
    Exact,
    /// The recorded requests depend on more than the case says.
    Any,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum StdoutRule {
    #[default]
    Exact,
    Yaml,
    Json,
    Any,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum StderrRule {
    #[default]
    Exact,
    /// The first line of the message.
    Line1,
    /// All but the names of Python's types.
    Typed,
    /// A document that holds at least what the recorded one holds.
    Superset,
    /// Some message, if the recorded run failed.
    Any,
}

/// What AWS CLI did.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) requests: Vec<Value>,
}

impl Case {
    /// What the case is about: its id up to the slash.
    pub(super) fn area(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The run of the program that this case describes. What stood before `cognito-sync`
    /// comes before the operation, as the program has no name before its own.
    pub(super) fn run(&self) -> Run {
        let mut run = Run::new(self.before.iter().chain(&self.args)).stdin(self.stdin.clone());
        for (name, value) in &self.env {
            run = match value {
                Some(value) => run.env(name, value),
                None => run.without_env(name),
            };
        }
        for (name, file) in &self.files {
            run = run.file(name, file.content());
        }
        if self.replies.is_empty() {
            return run;
        }
        run.responses(self.replies.iter().map(ScriptedReply::reply))
    }
}

impl File {
    fn content(&self) -> FileContent {
        match self {
            Self::Text(text) => FileContent::Text(text.clone()),
            Self::Bytes { hex } => FileContent::Bytes(decode_hex(hex)),
        }
    }
}

impl ScriptedReply {
    fn reply(&self) -> Response {
        let mut reply = match self {
            Self { drop: true, .. } => Response::disconnect(),
            Self { echo: true, .. } => Response::echo(),
            Self { body, .. } => Response::body(body.as_str()),
        };
        reply = reply.status(self.status.unwrap_or(200));
        for (name, value) in &self.headers {
            reply = reply.header(name, value);
        }
        reply
    }
}

fn decode_hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "odd number of hex digits");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
    let bytes: Result<_, _> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.expect("the corpus's bytes are hex digits")
}

/// The corpora: `corpus2.jsonl` continues `corpus.jsonl` with other areas.
const FILES: [&str; 2] = ["corpus.jsonl", "corpus2.jsonl"];

/// All cases of both corpora, read once.
pub(super) fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
        let read = |file| fs::read_to_string(folder.join(file)).expect("the corpora are there");
        let texts = FILES.map(read);
        let lines = texts.iter().flat_map(|text| text.lines());
        let lines = lines.filter(|line| !line.trim().is_empty());
        lines.map(parse).collect()
    })
}

/// One line of the corpus.
pub(super) fn parse(line: &str) -> Case {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the corpus's line {line}"))
}
