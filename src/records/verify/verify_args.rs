//! The arguments of `verify`.

use std::path::PathBuf;

use crate::output::ColorChoice;
use crate::records::shard::Shard;
use crate::settings::SettingsArgs;

/// The arguments of a comparison of exported records with identity pools.
#[derive(Debug)]
pub struct VerifyArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// `FILE`; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// `--identity-pool-id`; `None` for the pool that each record names.
    pub identity_pool_id: Option<String>,
    /// `--identity-map`
    pub identity_map: Option<PathBuf>,
    /// `--dataset`; empty for those of the export.
    pub datasets: Vec<String>,
    /// `--shard`; `None` for that of the export.
    pub shard: Option<Shard>,
    /// `--only-authenticated`
    pub only_authenticated: bool,
    /// `--known-only`
    pub known_only: bool,
    /// `--sync-counts`
    pub sync_counts: bool,
    /// `--concurrency`
    pub concurrency: usize,
    /// `--list-rate`: requests a second.
    pub list_rate: f64,
    /// `--output`
    pub format: VerifyFormat,
    /// `--color`
    pub color: ColorChoice,
}

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyFormat {
    /// A line a difference, and one with counts.
    Text,
    /// A JSON document.
    Json,
}
