//! Installs the external clients, in the versions that the lists beside this file pin, into a
//! directory of the build: a Python virtual environment, which also provides Node.js, with their
//! packages. If CI=true, missing clients are installed or the test fails; otherwise the test
//! reports that it was skipped.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::file;
use crate::support::child::{self, ChildExit};

/// Installs from the registries that pip and npm are configured for.
const INSTALL: &str = r#"
    set -eu
    rm -rf "$CLIENTS"
    python3 -m venv "$CLIENTS"
    "$CLIENTS/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
    cp package.json package-lock.json "$CLIENTS"
    cd "$CLIENTS"
    PATH="$CLIENTS/bin:$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund
"#;

/// The requirements to install.
const LISTS: [&str; 3] = ["requirements.txt", "package.json", "package-lock.json"];

const LIMIT: Duration = Duration::from_secs(600);

/// The installed clients.
pub(crate) struct Clients(PathBuf);

impl Clients {
    /// Returns the clients, or `None` if the test must be skipped.
    pub(crate) fn find() -> Option<Self> {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let target = scratch.parent().expect("it is a folder of the build's");
        let folder = target.join("clients");
        let (stamp, requirements) = (folder.join("installed"), requirements());
        let is_installed = || fs::read_to_string(&stamp).is_ok_and(|text| text == requirements);
        if is_installed() {
            return Some(Self(folder));
        }
        if env::var("CI").as_deref() != Ok("true") {
            // Written directly: the test harness shows `eprintln!` output of failed tests only.
            let told = writeln!(
                io::stderr(),
                "skipped, as the clients are not installed (CI=true installs them)"
            );
            assert!(told.is_ok(), "standard error is closed");
            return None;
        }
        // Tests run in parallel, possibly in several processes, and only one may install.
        let lock = File::create(target.join("clients.lock")).expect("a lock can be made");
        lock.lock().expect("the lock can be waited for");
        if !is_installed() {
            install(&folder);
            fs::write(&stamp, &requirements).expect("the folder can be written");
        }
        Some(Self(folder))
    }

    /// Returns the path of a program that pip installed.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }

    /// Returns the directory of the programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.0.join("bin")
    }

    /// Returns the directory of the npm packages.
    pub(crate) fn modules(&self) -> PathBuf {
        self.0.join("node_modules")
    }
}

/// Returns the contents of the lists, so that a change triggers an installation.
fn requirements() -> String {
    let read = |list| fs::read_to_string(file(list)).expect("the lists are there");
    LISTS.map(read).concat()
}

fn install(folder: &Path) {
    let mut install = Command::new("sh");
    install
        .args(["-c", INSTALL])
        .current_dir(file(""))
        .env("CLIENTS", folder);
    let finished = child::run(install, Vec::new(), LIMIT);
    assert!(
        finished.exit == ChildExit::Status(0),
        "the clients are missing and cannot be installed ({}):\n{}{}",
        finished.exit,
        String::from_utf8_lossy(&finished.stdout),
        String::from_utf8_lossy(&finished.stderr)
    );
}
