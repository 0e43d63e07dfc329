//! The hermetic environment of a child process, set in this one place: nothing is inherited
//! but PATH, and HOME, the working directory and the AWS files are a temporary folder.
//! The variables are those of the conformance corpus's README.
//!
//! It does not start the child (`child`) and does not answer its requests (`server`).

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::child;

/// Placeholders `{ENDPOINT}` and `{DIR}` are filled in when the command is made.
const BASE: &[(&str, &str)] = &[
    ("HOME", "{DIR}"),
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    (
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ENDPOINT_URL", "{ENDPOINT}"),
    // Without it a client that lacks credentials would ask 169.254.169.254 for some.
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_PAGER", ""),
    ("LC_ALL", "C.UTF-8"),
    ("LANG", "C.UTF-8"),
    ("TZ", "UTC"),
    ("TERM", "dumb"),
    ("AWS_CONFIG_FILE", "{DIR}/.aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "{DIR}/.aws/credentials"),
];

/// A temporary folder and the variables of a child; the folder goes with the value.
pub(crate) struct Environment {
    folder: TempDir,
    endpoint: String,
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The base environment, for a server at `endpoint` (`http://127.0.0.1:PORT`).
    pub(crate) fn new(endpoint: String) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("cognito-sync-test-")
            .tempdir()
            .expect("a temporary folder can be made");
        let mut environment = Self {
            folder,
            endpoint,
            variables: BTreeMap::new(),
        };
        if let Some(path) = std::env::var_os("PATH") {
            environment.variables.insert("PATH".into(), path);
        }
        for (name, value) in BASE {
            environment.set(name, value);
        }
        environment
    }

    /// The folder that is HOME and the working directory.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable; placeholders in its value are filled in by `command`.
    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.variables.insert(name.into(), value.as_ref().into());
    }

    /// Takes a variable out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.variables.remove(OsStr::new(name));
    }

    /// Writes a file of the folder, with the folders above it.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.folder().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder of a test file can be made");
        }
        fs::write(&path, bytes).expect("a test file can be written");
    }

    /// `text` with `{ENDPOINT}` and `{DIR}` replaced by this environment's.
    pub(crate) fn fill(&self, text: &str) -> String {
        text.replace("{ENDPOINT}", &self.endpoint)
            .replace("{DIR}", &self.folder().to_string_lossy())
    }

    /// The same for what need not be UTF-8, which is then left as it is.
    pub(crate) fn fill_os(&self, text: &OsStr) -> OsString {
        text.to_str()
            .map_or_else(|| text.to_owned(), |text| self.fill(text).into())
    }

    /// What a child wrote, with this run's folder and server address taken out again.
    pub(crate) fn generalise(&self, bytes: &[u8]) -> String {
        let host = self.endpoint.trim_start_matches("http://");
        String::from_utf8_lossy(bytes)
            .replace(&*self.folder().to_string_lossy(), "{DIR}")
            .replace(host, "{HOST}")
    }

    /// A command with exactly this environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        child::restore_interrupts();
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder());
        for (name, value) in &self.variables {
            command.env(name, self.fill_os(value));
        }
        command
    }
}
