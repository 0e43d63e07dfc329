//! `pull`: prints the live configuration as a state file. Defines and parses its arguments;
//! `configuration` runs it.

use clap::{ArgAction, ArgMatches};

use super::args::{self, option, switch, values_of};
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::CliOption;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::configuration::state_file::{StateFormat, Syntax};
use crate::configuration::{PoolSelection, PullArgs};
use crate::error::{Error, Result};

pub(super) const PULL: Subcommand = Subcommand {
    id: SubcommandId::Pull,
    name: "pull",
    doc: "Print the live configuration of identity pools as a state file.",
    details: &[
        Detail::Text(
            "Reads push sync, streams and events of the identity pools that `--identity-pool-id`, \
             `--all` or `--all-regions` names. The pools are sorted, so that two outputs differ only \
             where the pools do.",
        ),
        Detail::Text(
            "A pool or region that cannot be read is reported on standard error, the others are \
             printed, and the exit status is that of the failure, such as 254. If none can be read, \
             standard output stays empty.",
        ),
        Detail::Text(
            "`--output` is `yaml` or `json`. AWS_DEFAULT_OUTPUT and `output` of the profile have no \
             effect.",
        ),
    ],
    globals: &GLOBALS,
    args: || {
        vec![
            option(IDENTITY_POOL_ID, "ID", "Identity pool to read. Several ids may follow, and the option may be repeated.")
                .action(ArgAction::Append)
                .num_args(1..)
                .value_parser(parse_id),
            switch(ALL, "Read all identity pools of the region that `list-identity-pool-usage` lists."),
            switch(ALL_REGIONS, "Read those of all regions of the service."),
            option(FORMAT, "FORMAT", "Format: a state file, or properties of `AWS::Cognito::IdentityPool` for CloudFormation.")
                .value_parser([STATE, CLOUDFORMATION])
                .default_value(STATE),
            args::pool_concurrency(),
        ]
    },
};

static GLOBALS: [CliOption; 11] = args::globals(&["yaml", "json"]);

const IDENTITY_POOL_ID: &str = "identity-pool-id";
const ALL: &str = "all";
const ALL_REGIONS: &str = "all-regions";
const FORMAT: &str = "format";
const STATE: &str = "state";
const CLOUDFORMATION: &str = "cloudformation";

/// The parsed arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<PullArgs> {
    let format = matches.get_one::<String>(FORMAT).map(String::as_str);
    Ok(PullArgs {
        settings: globals.checked()?.settings,
        pools: parse_selection(matches)?,
        format: match format {
            Some(CLOUDFORMATION) => StateFormat::CloudFormation,
            _ => StateFormat::State,
        },
        syntax: match output {
            Some("json") => Syntax::Json,
            _ => Syntax::Yaml,
        },
        concurrency: args::parse_concurrency(matches),
    })
}

fn parse_id(text: &str) -> Result<String, &'static str> {
    match text.is_empty() {
        true => Err("expected the id of an identity pool"),
        false => Ok(text.to_string()),
    }
}

fn parse_selection(matches: &ArgMatches) -> Result<PoolSelection> {
    let ids: Vec<String> = values_of(matches, IDENTITY_POOL_ID);
    let (all, all_regions) = (matches.get_flag(ALL), matches.get_flag(ALL_REGIONS));
    match (ids.is_empty(), all || all_regions) {
        (false, false) => Ok(PoolSelection::Ids(ids)),
        (true, true) if all_regions => Ok(PoolSelection::AllRegions),
        (true, true) => Ok(PoolSelection::All),
        (true, false) => Err(Error::parameter(
            "pull reads the identity pools of --identity-pool-id ID, of --all or of --all-regions. \
             Give one of them.",
        )),
        (false, true) => Err(Error::parameter(
            "--identity-pool-id cannot be used with --all or --all-regions, which read all identity \
             pools. Leave one of them out.",
        )),
    }
}
