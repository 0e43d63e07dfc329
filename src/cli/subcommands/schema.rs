//! `schema`: prints the JSON Schema of state files.

use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};

pub(super) const SCHEMA: Subcommand = Subcommand {
    id: SubcommandId::Schema,
    name: "schema",
    doc: "Print the JSON Schema of state files, for editors.",
    details: &[
        Detail::Text(
            "State files are what `pull` writes and `diff` and `apply` read; `help state-files` describes \
             them. The files that `pull` writes name the schema as a file beside them, which this command \
             makes:",
        ),
        Detail::Line("cognito-sync schema > cognito-sync.schema.json"),
        Detail::Text(
            "The schema is of draft 7. Tests hold it together with what `diff` and `apply` accept.",
        ),
    ],
    globals: &[],
    args: Vec::new,
};
