//! The local service as a child of the test: `serve` on a free port with a temporary store, over
//! plain HTTP. Dropping the value kills it. The tests check the responses.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::child::{self, ChildExit, RunningChild};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// Read timeout: longer than any single response may take.
const LIMIT: Duration = Duration::from_secs(30);

/// The running service.
pub(crate) struct Service {
    child: RunningChild,
    address: String,
    folder: Arc<TempDir>,
}

/// A response of the service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceResponse {
    pub(crate) status: u16,
    /// In the order received, with their names as sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Service {
    /// Starts `serve` with these options; `{DIR}` in them is replaced by its folder.
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("cognito-sync-service-")
            .tempdir()
            .expect("a temporary folder can be made");
        Self::start_in(Arc::new(folder), options)
    }

    /// Starts it on the store of another service, which may still be running.
    pub(crate) fn start_in(folder: Arc<TempDir>, options: &[&str]) -> Self {
        Self::start_command(command(&folder), folder, options)
    }

    /// Starts it in a new folder with a limit on the number of open files.
    pub(crate) fn start_with_files(files: u32, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut shell = command_for("/bin/sh", &folder);
        let script = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, PROGRAM]);
        Self::start_command(shell, Arc::new(folder), options)
    }

    fn start_command(mut command: Command, folder: Arc<TempDir>, options: &[&str]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        for option in options {
            command.arg(option.replace("{DIR}", &folder.path().to_string_lossy()));
        }
        let mut child = RunningChild::start(command);
        let line = child.read_line();
        let address = line
            .trim_end()
            .rsplit_once(" is listening on http://")
            .map(|(_, address)| address.to_owned());
        let Some(address) = address else {
            let output = child.wait(LIMIT);
            panic!("the service did not start: {line:?} {output:?}");
        };
        Self {
            child,
            address,
            folder,
        }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder that is its HOME and contains its store.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder, for another service on the same store.
    pub(crate) fn shared_folder(&self) -> Arc<TempDir> {
        Arc::clone(&self.folder)
    }

    /// A command of the program that uses the service or, with `--local`, the service's store.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = client_command(&self.folder, &self.endpoint());
        command.env("AWS_REGION", "us-east-1").args(args);
        command
    }

    /// Runs such a command to completion.
    pub(crate) fn run(&self, args: &[&str]) -> child::ChildOutput {
        child::run(self.command(args), Vec::new(), LIMIT)
    }

    /// Sends an unsigned request.
    pub(crate) fn request(
        &self,
        method: &str,
        target: &str,
        body: Option<Value>,
    ) -> ServiceResponse {
        self.request_with(method, target, &[], body)
    }

    /// Sends an unsigned request with additional headers.
    pub(crate) fn request_with(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> ServiceResponse {
        let body = body.map_or_else(String::new, |body| body.to_string());
        let mut request = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\n", self.address);
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!(
            "content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let exchanged = self.exchange(request.as_bytes());
        exchanged.unwrap_or_else(|error| panic!("{method} {target}: {error}"))
    }

    /// Sends bytes on a new connection and reads the response.
    pub(crate) fn exchange(&self, bytes: &[u8]) -> io::Result<ServiceResponse> {
        Self::exchange_with(&self.address, bytes)
    }

    /// Sends bytes on a new connection to `address` and reads the response.
    pub(crate) fn exchange_with(address: &str, bytes: &[u8]) -> io::Result<ServiceResponse> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.write_all(bytes)?;
        ServiceResponse::read(&mut BufReader::new(stream))
    }

    /// The messages of the outbox, if it is the file `outbox` of the folder.
    pub(crate) fn outbox(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder().join("outbox")).unwrap_or_default();
        let parsed = text.lines().map(serde_json::from_str);
        parsed
            .collect::<Result<_, _>>()
            .expect("the outbox is lines of JSON")
    }

    /// Stops it with the signal; returns its exit, the rest of its standard output and all of its
    /// standard error.
    pub(crate) fn stop(self, signal: &str) -> (ChildExit, String, String) {
        self.child.signal(signal);
        let output = self.child.wait(LIMIT);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.exit, text(output.stdout), text(output.stderr))
    }

    /// Kills it with SIGKILL and returns its folder.
    pub(crate) fn kill(self) -> Arc<TempDir> {
        self.folder
    }

    /// Sends it a signal, such as `TERM`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        self.child.signal(name);
    }
}

impl ServiceResponse {
    /// Reads one response with a `content-length`.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut line = String::new();
        from.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| invalid(&format!("no status line: {line:?}")))?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| invalid(line))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut response = Self {
            status,
            headers,
            body: String::new(),
        };
        let length = response.header("content-length").unwrap_or("0").parse();
        let mut body = vec![0; length.map_err(|_| invalid("content-length"))?];
        from.read_exact(&mut body)?;
        response.body = String::from_utf8(body).map_err(|_| invalid("the body is not UTF-8"))?;
        Ok(response)
    }

    /// The first header of this name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut same = self.headers.iter();
        let found = same.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// The JSON body of a response with status 200.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// Status, code and message of an error response.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String, String) {
        assert!(self.status >= 400, "{self:?}");
        let body: Value = serde_json::from_str(&self.body).expect("the body is JSON");
        let code = self.header("x-amzn-errortype").unwrap_or_default();
        let message = body["message"].as_str().unwrap_or_default();
        (self.status, code.to_owned(), message.to_owned())
    }
}

/// A command of the program with `folder` as HOME and without settings.
pub(crate) fn command(folder: &TempDir) -> Command {
    command_for(PROGRAM, folder)
}

/// Such a command that calls a server.
pub(crate) fn client_command(folder: &TempDir, endpoint: &str) -> Command {
    client_command_for(PROGRAM, folder, endpoint)
}

/// A command of another program that calls a server, or starts this program to do so.
pub(crate) fn client_command_for(program: &str, folder: &TempDir, endpoint: &str) -> Command {
    let mut command = command_for(program, folder);
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    command
}

/// A command of another program likewise.
fn command_for(program: &str, folder: &TempDir) -> Command {
    child::restore_interrupts();
    let mut command = Command::new(program);
    command
        .env_clear()
        .current_dir(folder.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder.path())
        .env("COGNITO_SYNC_STORE", folder.path().join("store.sqlite"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8");
    command
}
