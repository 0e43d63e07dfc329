//! `Run`: a builder for one run of the program with its files, input, environment and server, and
//! with the expected outcome. The comparison is exact; standard output, standard error and the list
//! of requests are expected to be empty unless the test says otherwise.
//!
//! `capture` only runs the program and returns its output, for tests that compare in other ways
//! (the conformance corpus).

use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::child::{self, ChildExit};
use super::diff;
use super::environment::Environment;
use super::http::{Request, Response};
use super::server::{Script, Server, panic_message};

/// Default time limit of the child.
const LIMIT: Duration = Duration::from_secs(20);

/// The content of a file in the run's folder.
pub(crate) enum FileContent {
    /// Text in which `{ENDPOINT}` and `{DIR}` are replaced.
    Text(String),
    /// Bytes that are written unchanged.
    Bytes(Vec<u8>),
}

impl From<&str> for FileContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for FileContent {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

enum StderrExpectation {
    Exact(String),
    Contains(Vec<String>),
}

type RequestCheck = Box<dyn Fn(&Request)>;

enum RequestExpectation {
    Sent {
        method: String,
        target: String,
        body: Option<Value>,
    },
    Passes(RequestCheck),
}

/// One run of the program that has not started.
#[must_use = "nothing runs before .succeeds(), .fails(status) or .capture()"]
pub(crate) struct Run {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(String, Option<String>)>,
    files: Vec<(String, FileContent)>,
    stdin: Vec<u8>,
    script: Script,
    limit: Duration,
    stdout: String,
    stderr: StderrExpectation,
    requests: Vec<RequestExpectation>,
}

impl Run {
    /// Runs the program with these arguments; `{ENDPOINT}` and `{DIR}` in them are replaced.
    pub(crate) fn new<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Self {
        Self::with_program(env!("CARGO_BIN_EXE_cognito-sync"), args)
    }

    /// Runs another program, such as a shell script that starts this one.
    pub(crate) fn with_program<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            files: Vec::new(),
            stdin: Vec::new(),
            script: Script::default(),
            limit: LIMIT,
            stdout: String::new(),
            stderr: StderrExpectation::Exact(String::new()),
            requests: Vec::new(),
        }
    }

    /// Sets a variable on top of the base environment; placeholders are replaced.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// Removes a variable of the base environment.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.env.push((name.to_owned(), None));
        self
    }

    /// Writes a file into the run's folder, which is HOME and the working directory.
    pub(crate) fn file(mut self, name: &str, content: impl Into<FileContent>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    /// Sets standard input, which is empty by default.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Responds with these responses in turn, the last one repeatedly. By default the server echoes
    /// every request.
    pub(crate) fn responses(mut self, responses: impl IntoIterator<Item = Response>) -> Self {
        self.script = Script::Responses(responses.into_iter().collect());
        self
    }

    /// Responds with what the closure returns; the test fails if it panics.
    pub(crate) fn respond_with(
        mut self,
        handler: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        self.script = Script::Handler(Box::new(handler));
        self
    }

    /// Sets the time limit of the child, 20 seconds by default.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Expects exactly this standard output; `{DIR}` and `{HOST}` (the server's `127.0.0.1:PORT`)
    /// stand for what differs from run to run.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdout);
        self
    }

    /// Expects exactly this standard error, with the same placeholders.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = StderrExpectation::Exact(text.to_owned());
        self
    }

    /// Expects standard error to contain `part`; may be called repeatedly.
    pub(crate) fn stderr_contains(mut self, part: &str) -> Self {
        if let StderrExpectation::Contains(parts) = &mut self.stderr {
            parts.push(part.to_owned());
        } else {
            self.stderr = StderrExpectation::Contains(vec![part.to_owned()]);
        }
        self
    }

    /// Expects this next request: path and query as sent, and the body as JSON (`None`: no body).
    pub(crate) fn sends(mut self, method: &str, target: &str, body: Option<Value>) -> Self {
        self.requests.push(RequestExpectation::Sent {
            method: method.to_owned(),
            target: target.to_owned(),
            body,
        });
        self
    }

    /// Expects the next request to pass the closure's assertions.
    pub(crate) fn request(mut self, check: impl Fn(&Request) + 'static) -> Self {
        let check = RequestExpectation::Passes(Box::new(check));
        self.requests.push(check);
        self
    }

    /// Runs the program; asserts exit status 0 and all expectations.
    #[track_caller]
    pub(crate) fn succeeds(self) {
        self.fails(0);
    }

    /// Runs the program; asserts this exit status and all expectations.
    #[track_caller]
    pub(crate) fn fails(mut self, status: i32) {
        let output = self.execute();
        let mismatches = self.mismatches(status, &output);
        assert!(mismatches.is_empty(), "{mismatches}\n{output}");
    }

    /// Runs the program and returns its output. Faults of the server fail the test.
    #[track_caller]
    pub(crate) fn capture(mut self) -> RunOutput {
        let output = self.execute();
        assert!(output.faults.is_empty(), "{output}");
        output
    }

    fn execute(&mut self) -> RunOutput {
        let mut server = Server::new(std::mem::take(&mut self.script));
        let mut environment = Environment::new(server.endpoint());
        for (name, value) in &self.env {
            match value {
                Some(value) => environment.set(name, value),
                None => environment.remove(name),
            }
        }
        for (name, content) in &self.files {
            match content {
                FileContent::Text(text) => {
                    environment.write(name, environment.fill_placeholders(text).as_ref());
                }
                FileContent::Bytes(bytes) => environment.write(name, bytes),
            }
        }
        let mut command = environment.command(&self.program);
        command.args(
            self.args
                .iter()
                .map(|arg| environment.fill_placeholders_os(arg)),
        );
        let stdin = std::mem::take(&mut self.stdin);
        let finished = child::run(command, stdin, self.limit);
        server.stop();
        RunOutput {
            env: self.env.clone(),
            args: self.args.clone(),
            exit: finished.exit,
            stdout: environment.restore_placeholders(&finished.stdout),
            stderr: environment.restore_placeholders(&finished.stderr),
            requests: server.requests(),
            faults: server.take_faults(),
        }
    }

    /// Describes every unmet expectation; empty if all are met.
    fn mismatches(&self, status: i32, observed: &RunOutput) -> String {
        let mut out = String::new();
        if observed.exit != ChildExit::Status(status) {
            out += &format!("expected status {status}, got {}\n", observed.exit);
        }
        if observed.stdout != self.stdout {
            let difference = diff::diff_lines(&self.stdout, &observed.stdout);
            out += &format!("stdout differs:\n{difference}");
        }
        match &self.stderr {
            StderrExpectation::Exact(text) if *text != observed.stderr => {
                let difference = diff::diff_lines(text, &observed.stderr);
                out += &format!("stderr differs:\n{difference}");
            }
            StderrExpectation::Exact(_) => {}
            StderrExpectation::Contains(parts) => {
                for part in parts.iter().filter(|part| !observed.stderr.contains(*part)) {
                    out += &format!("stderr does not contain {part:?}\n");
                }
            }
        }
        let (want, got) = (self.requests.len(), observed.requests.len());
        if want != got {
            out += &format!("expected {want} requests, got {got}\n");
        }
        let pairs = self.requests.iter().zip(&observed.requests);
        for (number, (expected, request)) in pairs.enumerate() {
            if let Err(why) = expected.check(request) {
                out += &format!("request {}: {why}\n", number + 1);
            }
        }
        for fault in &observed.faults {
            out += &format!("server: {fault}\n");
        }
        out
    }
}

impl RequestExpectation {
    fn check(&self, request: &Request) -> Result<(), String> {
        match self {
            Self::Sent {
                method,
                target,
                body,
            } => {
                let want = wire_text(method, target, body.as_ref());
                let sent = request.json();
                let got = if sent.is_some() || request.body.is_empty() {
                    wire_text(&request.method, &request.target(), sent.as_ref())
                } else {
                    // Not JSON; the report's list of requests shows it.
                    return Err("the body is not JSON".to_owned());
                };
                // Compared as values and not as text, since the order of members does not matter.
                let same = *method == request.method && *target == request.target();
                if same && *body == sent {
                    return Ok(());
                }
                Err(format!("differs:\n{}", diff::diff_lines(&want, &got)))
            }
            Self::Passes(check) => panic::catch_unwind(AssertUnwindSafe(|| check(request)))
                .map_err(|panic| panic_message(&*panic).to_owned()),
        }
    }
}

fn wire_text(method: &str, target: &str, body: Option<&Value>) -> String {
    let body = body.map_or_else(String::new, |body| format!("{body:#}\n"));
    format!("{method} {target}\n{body}")
}

/// The outcome of a run, and the requests that it sent.
pub(crate) struct RunOutput {
    env: Vec<(String, Option<String>)>,
    args: Vec<OsString>,
    pub(crate) exit: ChildExit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) requests: Vec<Request>,
    faults: Vec<String>,
}

impl fmt::Display for RunOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("  command:")?;
        for (name, value) in &self.env {
            match value {
                Some(value) => write!(f, " {name}={}", shell_quote(value))?,
                None => write!(f, " (no {name})")?,
            }
        }
        f.write_str(" cognito-sync")?;
        for arg in &self.args {
            write!(f, " {}", shell_quote(&arg.to_string_lossy()))?;
        }
        let (stdout, stderr) = (&self.stdout, &self.stderr);
        writeln!(f, "\n  ended: {}", self.exit)?;
        write!(f, "  stdout:\n{}", diff::indent_lines(stdout))?;
        write!(f, "  stderr:\n{}", diff::indent_lines(stderr))?;
        writeln!(f, "  requests: {}", self.requests.len())?;
        for request in &self.requests {
            let mut text = format!("{} {}\n", request.method, request.target());
            for (name, value) in &request.headers {
                writeln!(text, "{name}: {value}")?;
            }
            text += &String::from_utf8_lossy(&request.body);
            f.write_str(&diff::indent_lines(text.trim_end()).replace(" (no newline)", ""))?;
        }
        for fault in &self.faults {
            writeln!(f, "  fault of the server: {fault}")?;
        }
        Ok(())
    }
}

/// Quotes an argument for a shell, if necessary.
fn shell_quote(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
