//! The arguments of `export`.

use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};

use crate::records::record_writer::RecordFormat;
use crate::records::shard::Shard;
use crate::settings::SettingsArgs;

/// The arguments of an export of an identity pool.
#[derive(Debug)]
pub struct ExportArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// `--identity-pool-id`
    pub identity_pool_id: String,
    /// The identities to export.
    pub identities: IdentitySelection,
    /// `--dataset`; empty for all datasets.
    pub datasets: Vec<String>,
    /// `--deleted`
    pub include_deleted: bool,
    /// `--shard`
    pub shard: Option<Shard>,
    /// `--since`
    pub since: Option<PathBuf>,
    /// Where the records go.
    pub output: OutputArgs,
    /// `--concurrency`
    pub concurrency: usize,
    /// `--list-rate`: requests a second.
    pub list_rate: f64,
}

/// The identities to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentitySelection {
    /// Those of the pool.
    Listed {
        /// `--only-authenticated`
        only_authenticated: bool,
    },
    /// `--identity-id`
    Ids(Vec<String>),
    /// `--identities`: the name of a file, or `-`.
    File(String),
}

/// Where records go, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputArgs {
    /// `--to`; `None` for standard output.
    pub to: Option<PathBuf>,
    /// `--format`
    pub format: RecordFormat,
    /// `--split`: the most bytes of a file.
    pub split: Option<u64>,
    /// `--restart`
    pub restart: bool,
}

impl ExportArgs {
    /// Returns the options that decide what is in the output, by their names.
    pub fn journal_options(&self) -> Map<String, Json> {
        let identities = match &self.identities {
            IdentitySelection::Listed { .. } => Json::Null,
            IdentitySelection::Ids(ids) => json!(ids),
            IdentitySelection::File(name) => json!(name),
        };
        let (ids, file) = match identities {
            Json::Array(_) => (identities, Json::Null),
            other => (Json::Null, other),
        };
        let only_authenticated = IdentitySelection::Listed {
            only_authenticated: true,
        };
        let options = [
            ("--identity-pool-id", json!(self.identity_pool_id)),
            ("--identity-id", ids),
            ("--identities", file),
            (
                "--only-authenticated",
                json!(self.identities == only_authenticated),
            ),
            ("--dataset", json!(self.datasets)),
            ("--deleted", json!(self.include_deleted)),
            ("--shard", json!(self.shard.map(|shard| shard.to_string()))),
            (
                "--since",
                json!(self.since.as_ref().map(|path| path.to_string_lossy())),
            ),
            ("--format", json!(self.output.format.name())),
            ("--split", json!(self.output.split)),
        ];
        options
            .map(|(name, value)| (name.to_string(), value))
            .into_iter()
            .collect()
    }
}

impl RecordFormat {
    /// All formats.
    pub const ALL: [RecordFormat; 2] = [RecordFormat::Ndjson, RecordFormat::DynamodbJson];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            RecordFormat::Ndjson => "ndjson",
            RecordFormat::DynamodbJson => "dynamodb-json",
        }
    }

    /// Returns the format of this name.
    pub fn from_name(name: &str) -> Option<RecordFormat> {
        RecordFormat::ALL
            .into_iter()
            .find(|format| format.name() == name)
    }
}
