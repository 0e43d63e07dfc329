//! The arguments of `import`.

use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};

use super::import_plan::ConflictPolicy;
use crate::clients::RegionalClient;
use crate::environment::Environment;
use crate::records::split_output::beside;
use crate::redaction::{Redaction, redact_url};
use crate::settings::SettingsArgs;

/// The arguments of an import.
#[derive(Debug)]
pub struct ImportArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// `FILE`; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// `--identity-pool-id`; `None` for the pool that each record names.
    pub identity_pool_id: Option<String>,
    /// `--identity-map`
    pub identity_map: Option<PathBuf>,
    /// `--on-conflict`
    pub on_conflict: ConflictPolicy,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--concurrency`
    pub concurrency: usize,
    /// `--journal`
    pub journal: Option<PathBuf>,
    /// `--restart`
    pub restart: bool,
}

/// The files that an import writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPaths {
    /// The journal.
    pub journal: PathBuf,
    /// The records of datasets that have failed.
    pub failed: PathBuf,
}

impl ImportArgs {
    /// Returns where the journal is, and what belongs to it; `None` for an import of standard input
    /// and for a dry run, which have none.
    pub fn paths(&self) -> Option<ImportPaths> {
        let first = self.files.first()?;
        if self.dry_run || self.files.iter().any(|file| file.as_os_str() == "-") {
            return None;
        }
        Some(match &self.journal {
            Some(journal) => ImportPaths {
                journal: journal.clone(),
                failed: beside(journal, ".failed.ndjson"),
            },
            None => ImportPaths {
                journal: beside(first, ".import.journal"),
                failed: beside(first, ".import-failed.ndjson"),
            },
        })
    }

    /// Returns what decides what is imported and where, by the names of the options. `client` is that
    /// of the first record's pool.
    pub fn journal_options(
        &self,
        client: &RegionalClient,
        region: &str,
        environment: &Environment,
    ) -> Map<String, Json> {
        let is_local = client.client.is_local();
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let endpoint = client.client.endpoint();
        let endpoint = endpoint.map(|url| redact_url(url.original(), Redaction::QueryValues));
        let store = environment.non_empty("COGNITO_SYNC_STORE");
        let options = [
            ("FILE", self.files.iter().map(path).collect::<Json>()),
            ("--identity-pool-id", json!(self.identity_pool_id)),
            (
                "--identity-map",
                json!(self.identity_map.as_ref().map(path)),
            ),
            ("--on-conflict", json!(self.on_conflict.name())),
            ("--region", json!(region)),
            ("--endpoint-url", json!(endpoint)),
            ("--local", json!(is_local)),
            ("COGNITO_SYNC_STORE", json!(store.filter(|_| is_local))),
        ];
        options
            .map(|(name, value)| (name.to_string(), value))
            .into_iter()
            .collect()
    }
}
