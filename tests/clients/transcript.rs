//! Shell transcripts in `.transcript` files: `$ ` and a command, followed by everything that the
//! command prints, standard error included, and its exit status unless that is 0; lines that start
//! with `#` are comments. They are run line by line and compared to the byte. `UPDATE_SNAPSHOTS=1`
//! writes them anew; review what has changed.
//!
//! Three values differ between runs and have placeholders: `<now>` is a timestamp during the run,
//! `<token>` a sync session token and `<device>` the id of a device. The following commands can use
//! the last two as `$TOKEN` and `$DEVICE`.

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

/// The captured values of a response: member, placeholder, and variable.
const CAPTURED: [(&str, &str, &str); 2] = [
    ("SyncSessionToken", "<token>", "TOKEN"),
    ("DeviceId", "<device>", "DEVICE"),
];

/// Runs the transcript. `shell` returns the command for `sh` with its environment; `change` may
/// change a line before it is run.
#[track_caller]
pub(crate) fn run_transcript(
    name: &str,
    shell: impl Fn() -> Command,
    change: impl Fn(&str) -> String,
) {
    let text = fs::read_to_string(file(name)).expect("the session is there");
    let mut transcript = Transcript {
        begin: now(),
        remembered: BTreeMap::new(),
    };
    let mut played = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            played += &format!("{line}\n");
        }
        if let Some(typed) = line.strip_prefix(PROMPT) {
            let printed = transcript.run(shell(), &change(typed));
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

struct Transcript {
    /// Seconds since the Unix epoch.
    begin: f64,
    /// The captured values by variable.
    remembered: BTreeMap<&'static str, String>,
}

impl Transcript {
    /// Runs a line, and returns its output in the form of the file.
    fn run(&mut self, mut shell: Command, line: &str) -> String {
        shell.args(["-c", &format!("exec 2>&1; {line}")]);
        shell.envs(&self.remembered);
        let finished = child::run(shell, Vec::new(), LIMIT);
        let printed = String::from_utf8_lossy(&finished.stdout).into_owned();
        assert!(printed.is_empty() || printed.ends_with('\n'), "{line}");
        let lines = printed
            .lines()
            .map(|line| self.with_placeholders(line) + "\n");
        let mut printed: String = lines.collect();
        if finished.exit != ChildExit::Status(0) {
            printed += &format!("({})\n", finished.exit);
        }
        printed
    }

    /// Returns the line with placeholders for the values that differ between runs.
    fn with_placeholders(&mut self, line: &str) -> String {
        let parts = line.split_once(": ");
        let (member, value) = parts.unwrap_or_default();
        let member = member.trim().trim_matches('"');
        let rest = value.trim_end_matches(',');
        let bare = rest.trim_matches('"');
        for (remembered, _, variable) in CAPTURED {
            if member == remembered {
                self.remembered.insert(variable, bare.to_owned());
            }
        }
        let mut line = line.to_owned();
        if parse_timestamp(bare).is_some_and(|parse_timestamp| {
            self.begin <= parse_timestamp && parse_timestamp <= now()
        }) {
            line = line.replace(bare, "<now>");
        }
        for (_, name, variable) in CAPTURED {
            if let Some(value) = self.remembered.get(variable) {
                line = line.replace(value, name);
            }
        }
        line
    }
}

/// Returns the current time in seconds since the Unix epoch, with the precision of responses.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("the clock is right").as_millis();
    millis as f64 / 1000.0
}

/// Parses seconds since the Unix epoch, written as a number or as
/// `2026-11-24T05:44:56.123000+00:00`.
fn parse_timestamp(text: &str) -> Option<f64> {
    let written = DateTime::from_str(text, Format::DateTimeWithOffset);
    let seconds = written.map(|parse_timestamp| parse_timestamp.as_secs_f64());
    seconds.ok().or_else(|| text.parse().ok())
}

/// Returns the command with this directory first in its PATH.
pub(crate) fn with_programs(mut command: Command, folder: &Path) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    command.env("PATH", env::join_paths(folders).expect("no colon is in it"));
    command
}
