//! The hermetic environment of a child process: only PATH is inherited; HOME, the working directory
//! and the AWS files are in a temporary folder. The variables are those of the conformance corpus's
//! README.
//!
//! `child` starts the process, `server` responds to its requests.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::child;

/// The base environment. `command` substitutes the placeholders `{ENDPOINT}` and `{DIR}`.
const BASE: &[(&str, &str)] = &[
    ("HOME", "{DIR}"),
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    (
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ENDPOINT_URL", "{ENDPOINT}"),
    // Without it, a client without credentials would request some from 169.254.169.254.
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_PAGER", ""),
    ("LC_ALL", "C.UTF-8"),
    ("LANG", "C.UTF-8"),
    ("TZ", "UTC"),
    ("TERM", "dumb"),
    ("AWS_CONFIG_FILE", "{DIR}/.aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "{DIR}/.aws/credentials"),
];

/// A temporary folder and the variables of a child. Dropping the value removes the folder.
pub(crate) struct Environment {
    folder: TempDir,
    endpoint: String,
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The base environment, for a server at `endpoint` (`http://127.0.0.1:PORT`).
    pub(crate) fn new(endpoint: String) -> Self {
        // `pwd` prints it without links, and on macOS a link leads to the temporary folders.
        let parent = fs::canonicalize(env::temp_dir()).expect("there are temporary folders");
        let folder = tempfile::Builder::new()
            .prefix("cognito-sync-test-")
            .tempdir_in(parent)
            .expect("a temporary folder can be made");
        let mut environment = Self {
            folder,
            endpoint,
            variables: BTreeMap::new(),
        };
        if let Some(path) = env::var_os("PATH") {
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

    /// Sets a variable; `command` substitutes placeholders in its value.
    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.variables.insert(name.into(), value.as_ref().into());
    }

    /// Removes a variable.
    pub(crate) fn remove(&mut self, name: &str) {
        self.variables.remove(OsStr::new(name));
    }

    /// Writes a file in the folder and creates its parent folders.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.folder().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder of a test file can be made");
        }
        fs::write(&path, bytes).expect("a test file can be written");
    }

    /// Substitutes `{ENDPOINT}` and `{DIR}` in `text`.
    pub(crate) fn fill_placeholders(&self, text: &str) -> String {
        text.replace("{ENDPOINT}", &self.endpoint)
            .replace("{DIR}", &self.folder().to_string_lossy())
    }

    /// Substitutes the placeholders in `text` if it is UTF-8; otherwise returns it unchanged.
    pub(crate) fn fill_placeholders_os(&self, text: &OsStr) -> OsString {
        text.to_str().map_or_else(
            || text.to_owned(),
            |text| self.fill_placeholders(text).into(),
        )
    }

    /// Output of a child with this run's folder and server address replaced by `{DIR}` and
    /// `{HOST}`.
    pub(crate) fn restore_placeholders(&self, bytes: &[u8]) -> String {
        let host = self.endpoint.trim_start_matches("http://");
        String::from_utf8_lossy(bytes)
            .replace(&*self.folder().to_string_lossy(), "{DIR}")
            .replace(host, "{HOST}")
    }

    /// Returns a command with exactly this environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        child::restore_interrupts();
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder());
        for (name, value) in &self.variables {
            command.env(name, self.fill_placeholders_os(value));
        }
        command
    }
}
