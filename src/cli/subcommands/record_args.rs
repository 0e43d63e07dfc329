//! The arguments that `export`, `import` and `verify` have in common.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use super::args::{self, FILE, option, path, value_of, values_of};
use crate::error::{Error, Result};
use crate::records::Shard;

pub(super) const IDENTITY_POOL_ID: &str = "identity-pool-id";
pub(super) const IDENTITY_MAP: &str = "identity-map";
pub(super) const ONLY_AUTHENTICATED: &str = "only-authenticated";
pub(super) const DATASET: &str = "dataset";
pub(super) const SHARD: &str = "shard";
pub(super) const LIST_RATE: &str = "list-rate";

/// Requests a second that AWS accepts from an account in a region (ListIdentities).
const LIST_QUOTA: f64 = 5.0;

/// The lowest rate, also of a worker among many.
const LEAST_RATE: f64 = 0.001;

/// The files of records to read.
pub(super) fn files() -> Arg {
    args::files(
        "Files of records, such as all parts of an export with `--split`; `-` is standard input.",
    )
    .value_parser(value_parser!(PathBuf))
}

/// The paths of those files. Rejects standard input that is to be read twice.
pub(super) fn parse_files(matches: &ArgMatches) -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = values_of(matches, FILE);
    match files.iter().filter(|file| file.as_os_str() == "-").count() {
        0 | 1 => Ok(files),
        _ => Err(Error::parameter(
            "- is given twice, but standard input can be read only once.",
        )),
    }
}

/// `--identity-map`
pub(super) fn identity_map() -> Arg {
    path(
        IDENTITY_MAP,
        "FILE",
        "File with the id of an identity of the records, a space, and the id that takes its place, one pair a line.",
    )
}

/// `--concurrency` of subcommands that read identities.
pub(super) fn identity_concurrency() -> Arg {
    args::concurrency("identities that are read")
}

/// `--shard`
pub(super) fn shard(help: &'static str) -> Arg {
    option(SHARD, "I/N", help).value_parser(Shard::parse)
}

/// `--list-rate`
pub(super) fn list_rate(help: &'static str) -> Arg {
    option(LIST_RATE, "RATE", help).value_parser(parse_rate)
}

/// Parses a number of requests a second.
fn parse_rate(text: &str) -> Result<f64, &'static str> {
    let rate = text.parse().ok();
    rate.filter(|rate| (LEAST_RATE..=1000.0).contains(rate))
        .ok_or("expected a number from 0.001 to 1000")
}

/// The value of `--list-rate`.
pub(super) fn parse_list_rate(matches: &ArgMatches, shard: Option<Shard>) -> f64 {
    value_of(matches, LIST_RATE).unwrap_or_else(|| default_list_rate(shard))
}

/// Returns a worker's share of the quota.
fn default_list_rate(shard: Option<Shard>) -> f64 {
    let workers = shard.map_or(1, Shard::count);
    (LIST_QUOTA / f64::from(workers)).max(LEAST_RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_quota_of_lists() {
        let rate = |shard: &str| default_list_rate(Shard::parse(shard).ok());
        assert_eq!(rate("none"), 5.0);
        assert_eq!(rate("1/1"), 5.0);
        assert_eq!(rate("2/4"), 1.25);
        assert_eq!(rate("1/4294967295"), LEAST_RATE);
    }
}
