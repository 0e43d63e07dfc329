//! `inventory`: lists what identity pools hold and do. Defines and parses its arguments; the module
//! `inventory` runs it.

use clap::ArgMatches;

use super::args::{self, switch};
use crate::cli::global_args::GlobalArgs;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::error::Result;
use crate::inventory::InventoryArgs;

pub(super) const INVENTORY: Subcommand = Subcommand {
    id: SubcommandId::Inventory,
    name: "inventory",
    doc: "List what the identity pools of the account hold and do, to find out who still uses them.",
    details: &[
        Detail::Text(
            "For every identity pool that `list-identity-pool-usage` lists, it prints the stored bytes, the \
             sync sessions, when data last changed, whether push sync is on, the state of the stream with \
             the reason if the service has switched it off, the state of the last bulk publish, and the \
             events. Pools are sorted by region, then by the last change, latest first. Pools of Amazon \
             Cognito that Cognito Sync does not list are left out.",
        ),
        Detail::Text(
            "The name of a pool is printed if the caller may call `cognito-identity:ListIdentityPools`.",
        ),
        Detail::Text(
            "An entry of `IdentityPools` has these members, as far as they are known and set:",
        ),
        Detail::Members(&POOL),
        Detail::Text(
            "`Summary` has `Regions`, `IdentityPools`, `IdentityPoolsWithData` and `DataStorage`. `Errors` has \
             what could not be read (`Region`, `IdentityPoolId`, `Operation`), and why (`Code`, `Message`), with \
             the `Permission` that is missing; the first 20 are printed on standard error, too, and the exit \
             status is 254. The rest is printed all the same.",
        ),
        Detail::Text("These are the pools with data, in all regions:"),
        Detail::Line(
            "cognito-sync inventory --all-regions --output table \\\n    --query \
             'IdentityPools[?DataStorage > `0`]'",
        ),
    ],
    globals: &args::GLOBALS_WITH_QUERY,
    args: || {
        vec![
            switch(
                ALL_REGIONS,
                "List the identity pools of all regions of the service.",
            ),
            args::pool_concurrency(),
        ]
    },
};

const POOL: [(&str, &str); 13] = [
    ("Region", "The region."),
    ("IdentityPoolId", "The id."),
    ("IdentityPoolName", "The name."),
    ("DataStorage", "Stored bytes."),
    ("SyncSessionsCount", "The number of sync sessions."),
    ("LastModifiedDate", "When data last changed."),
    ("PushSync", "Whether push sync has an application."),
    ("PushSyncApplications", "The number of its applications."),
    ("StreamingStatus", "`ENABLED` or `DISABLED`."),
    ("StreamName", "The name of the stream."),
    ("DisabledReason", "Why the service has disabled the stream."),
    ("BulkPublishStatus", "The status of the last bulk publish."),
    ("Events", "The functions of events."),
];

const ALL_REGIONS: &str = "all-regions";

/// The parsed arguments.
pub(in crate::cli) fn parse(matches: &ArgMatches, globals: &GlobalArgs) -> Result<InventoryArgs> {
    let checked = globals.checked()?;
    Ok(InventoryArgs {
        settings: checked.settings,
        all_regions: matches.get_flag(ALL_REGIONS),
        concurrency: args::parse_concurrency(matches),
        query: checked.query,
        color: globals.color.unwrap_or_default(),
    })
}
