//! The topic `exit-status`, and the list of statuses that the program's page shows.

use super::{Topic, paragraphs};
use crate::cli::help::content::section;
use crate::cli::help::page::{Block, Entry, Style, Text};

pub(super) const EXIT_STATUS: Topic = Topic {
    name: "exit-status",
    summary: "exit statuses and what they say about a request",
    commands: &[],
    sections: |_| {
        vec![
            section("EXIT STATUS", vec![exit_statuses()]),
            paragraphs("DESCRIPTION", &DESCRIPTION),
        ]
    },
};

/// Exit statuses with their meanings.
const STATUSES: [(&str, &str); 7] = [
    ("0", "The command succeeded."),
    (
        "1",
        "`diff`: the live configuration differs from the state files. `verify`: identity pools differ from \
         the export.",
    ),
    ("130", "The command was interrupted, as by Ctrl-C."),
    (
        "252",
        "The command line or the input is invalid. Nothing was sent.",
    ),
    (
        "253",
        "The configuration is incomplete: no region, or no credentials. Nothing was sent.",
    ),
    ("254", "The service rejected the request."),
    (
        "255",
        "Any other error: no connection, a settings file that cannot be read, a value of the wrong type \
         in an environment variable.",
    ),
];

const DESCRIPTION: [&str; 11] = [
    "They are those of the AWS CLI. A command that fails prints nothing on standard output, other than \
     `--all-pages` in the formats `json`, `yaml-stream` and `text` without `--query`: it prints pages as they \
     arrive, so that its output ends where it failed, and a JSON document is cut short.",
    "After 255, a changing request may have reached the service although no response came back. The \
     message then says so in a hint on a terminal; look before sending it again.",
    "`--dry-run` ends with the status of the mistake that a call would end with, and otherwise with 0. `--merge` \
     also ends with 0 where nothing changes, and with 254 where other writers got in between six times.",
    "`--cli-error-format json` prints errors as a document with the code, the message, the operation, \
     the HTTP status, the request id, the number of attempts and whether a retry may succeed.",
    "`pull`, `diff` and `apply` print what they have found and done even if some identity pools fail. \
     `pull` and `diff` then end with the highest status of a failure, `apply` with 254. `apply` ends \
     with 255 if its question is not answered with yes, and with 130 after an interrupt, once it has \
     finished the pools under way.",
    "`export` ends with 254 if identities could not be read; the others are exported. After an interrupt it \
     finishes the identities under way and ends with 130. The same command line continues an export.",
    "`import` ends with 254 if datasets failed; the others are imported. After an interrupt it finishes the \
     datasets under way and ends with 130. The same command line continues an import, and imports failed datasets \
     again.",
    "`verify` ends with 0 if identity pools have what was exported, with 1 if something differs, and with 254 if \
     identities could not be read.",
    "`inventory` prints what it could read even if a region or an identity pool could not be read, and then ends \
     with 254.",
    "`bulk-publish --wait` ends with 255 if the bulk publish fails or outlasts `--wait-timeout`, after it has \
     printed the last response.",
    "`serve -- COMMAND` ends with the status of COMMAND: 128 and the number of the signal that ended it, \
     127 where it was not found, 126 where it could not be run.",
];

/// The statuses as a list.
pub fn exit_statuses() -> Block {
    let entry = |(status, meaning): &(&'static str, &'static str)| Entry {
        term: Text::of(Style::Literal, *status),
        body: vec![Block::paragraph(*meaning)],
    };
    Block::tight(STATUSES.iter().map(entry).collect())
}
