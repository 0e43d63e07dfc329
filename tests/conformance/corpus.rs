//! Parses the corpora. Unknown keys and rules are errors, so that no case is compared by fewer
//! rules than it has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::support::http::Response;
use crate::support::run::{FileContent, Run};

/// One command line, and the recorded behavior of the AWS CLI.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    args: Vec<String>,
    /// Global options between `aws` and `cognito-sync`.
    #[serde(default)]
    before: Vec<String>,
    /// `None` removes a variable of the base environment.
    #[serde(default)]
    env: BTreeMap<String, Option<String>>,
    #[serde(default)]
    files: BTreeMap<String, File>,
    #[serde(default)]
    stdin: String,
    #[serde(default, rename = "replies")]
    responses: Vec<ScriptedResponse>,
    #[serde(default, rename = "match")]
    pub(super) rules: Rules,
    pub(super) expect: RecordedRun,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum File {
    Text(String),
    Bytes { hex: String },
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptedResponse {
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

/// The rules by which the parts of a case are compared.
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
    /// Any error status: the AWS CLI fails by accident here.
    Failure,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RequestsRule {
    #[default]
    Exact,
    /// The requests are not compared, since they depend on more than the case states.
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
    /// The message without the names of Python's types.
    Typed,
    /// A document with at least the members of the recorded one.
    Superset,
    /// Any message, if the recorded run failed.
    Any,
}

/// The recorded behavior of the AWS CLI.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordedRun {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) requests: Vec<Value>,
}

impl Case {
    /// Returns the area of the case: its id up to the slash.
    pub(super) fn area(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Returns the run of the program for this case. Options before `cognito-sync` come before the
    /// operation, since this program has no service argument.
    pub(super) fn run(&self) -> Run {
        self.run_with(env!("CARGO_BIN_EXE_cognito-sync"), &[])
    }

    /// Returns the run of another program, which takes `service` before the operation.
    pub(super) fn run_with(&self, program: &str, service: &[&str]) -> Run {
        let before = self.before.iter().map(String::as_str);
        let args = before.chain(service.iter().copied());
        let args = args.chain(self.args.iter().map(String::as_str));
        let mut run = Run::with_program(program, args).stdin(self.stdin.clone());
        for (name, value) in &self.env {
            run = match value {
                Some(value) => run.env(name, value),
                None => run.without_env(name),
            };
        }
        for (name, file) in &self.files {
            run = run.file(name, file.content());
        }
        if self.responses.is_empty() {
            return run;
        }
        run.responses(self.responses.iter().map(ScriptedResponse::response))
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

impl ScriptedResponse {
    fn response(&self) -> Response {
        let mut response = match self {
            Self { drop: true, .. } => Response::disconnect(),
            Self { echo: true, .. } => Response::echo(),
            Self { body, .. } => Response::body(body.as_str()),
        };
        response = response.status(self.status.unwrap_or(200));
        for (name, value) in &self.headers {
            response = response.header(name, value);
        }
        response
    }
}

fn decode_hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "odd number of hex digits");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
    let bytes: Result<_, _> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.expect("the corpus's bytes are hex digits")
}

/// The files of the corpora; `corpus2.jsonl` has further areas.
const FILES: [&str; 2] = ["corpus.jsonl", "corpus2.jsonl"];

/// Returns all cases of both corpora, parsed once.
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

/// Parses one line of the corpora.
pub(super) fn parse(line: &str) -> Case {
    serde_json::from_str(line)
        .unwrap_or_else(|error| panic!("{error} in line {line} of the corpora"))
}
