//! Sessions of a shell, as they are written in the `.session` files here: `$ ` and a command, and below
//! it all that the command prints, standard error with it, and how it ends if that is not with 0; lines
//! with `#` are comments. They are run line by line, and compared to the byte. `UPDATE_SNAPSHOTS=1`
//! writes them anew; read what has changed.
//!
//! Three things differ from run to run and stand there by name: `<now>` is a moment of the run,
//! `<token>` the token of a sync session and `<device>` the identifier of a device. The last two are
//! `$TOKEN` and `$DEVICE` for the commands that follow.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::{LIMIT, file};
use crate::support::child::{self, ChildExit};
use crate::support::diff;

const PROMPT: &str = "$ ";

/// What is remembered of a reply: its member, the name in the file, and that of the variable.
const REMEMBERED: [(&str, &str, &str); 2] = [
    ("SyncSessionToken", "<token>", "TOKEN"),
    ("DeviceId", "<device>", "DEVICE"),
];

/// Runs the session. `shell` makes the command for `sh`, with the environment; `change` may change a
/// line before it is run.
#[track_caller]
pub(crate) fn plays(name: &str, shell: impl Fn() -> Command, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(file(name)).expect("the session is there");
    let mut session = Session {
        begin: now(),
        remembered: BTreeMap::new(),
    };
    let mut played = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            played += &format!("{line}\n");
        }
        if let Some(typed) = line.strip_prefix(PROMPT) {
            let printed = session.run(shell(), &change(typed));
            played += &format!("{line}\n{printed}");
        }
    }
    if env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| !value.is_empty()) {
        fs::write(file(name), &played).expect("the session can be written");
        return;
    }
    assert!(
        played == text,
        "{name}\n{}",
        diff::diff_lines(&text, &played)
    );
}

struct Session {
    /// Seconds since 1970.
    begin: f64,
    /// Values by the names of variables.
    remembered: BTreeMap<&'static str, String>,
}

impl Session {
    /// Runs a line, and returns what it prints as the file has it.
    fn run(&mut self, mut shell: Command, line: &str) -> String {
        shell.args(["-c", &format!("exec 2>&1; {line}")]);
        shell.envs(&self.remembered);
        let finished = child::run(shell, Vec::new(), LIMIT);
        let printed = String::from_utf8_lossy(&finished.stdout).into_owned();
        assert!(printed.is_empty() || printed.ends_with('\n'), "{line}");
        let lines = printed.lines().map(|line| self.named(line) + "\n");
        let mut printed: String = lines.collect();
        if finished.exit != ChildExit::Status(0) {
            printed += &format!("({})\n", finished.exit);
        }
        printed
    }

    /// The line with names in place of what differs from run to run.
    fn named(&mut self, line: &str) -> String {
        let parts = line.split_once(": ");
        let (member, value) = parts.unwrap_or_default();
        let member = member.trim().trim_matches('"');
        let rest = value.trim_end_matches(',');
        let bare = rest.trim_matches('"');
        for (remembered, _, variable) in REMEMBERED {
            if member == remembered {
                self.remembered.insert(variable, bare.to_owned());
            }
        }
        let mut line = line.to_owned();
        if moment(bare).is_some_and(|moment| self.begin <= moment && moment <= now()) {
            line = line.replace(bare, "<now>");
        }
        for (_, name, variable) in REMEMBERED {
            if let Some(value) = self.remembered.get(variable) {
                line = line.replace(value, name);
            }
        }
        line
    }
}

/// Now, in seconds since 1970, as exact as replies are.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("the clock is right").as_millis();
    millis as f64 / 1000.0
}

/// Seconds since 1970, written as such or as `2026-11-24T05:44:56.123000+00:00`.
fn moment(text: &str) -> Option<f64> {
    let written = DateTime::from_str(text, Format::DateTimeWithOffset);
    let seconds = written.map(|moment| moment.as_secs_f64());
    seconds.ok().or_else(|| text.parse().ok())
}

/// The same command, which finds the programs of this folder first.
pub(crate) fn with_programs(mut command: Command, folder: &Path) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    command.env("PATH", env::join_paths(folders).expect("no colon is in it"));
    command
}
