//! `inventory`: what the identity pools of an account hold and do, in one or all regions. It only
//! reads.

mod document;
mod pool_reader;
mod read_failure;
mod region_reader;

use std::collections::BTreeMap;

use crate::batch;
use crate::cancellation::Cancellation;
use crate::clients::RegionalClients;
use crate::command_context::CommandContext;
use crate::encoding;
use crate::error::Result;
use crate::interrupt;
use crate::model::REGIONS;
use crate::output::query::Query;
use crate::output::{
    self, ColorChoice, OutputOptions, RenderedOutput, TableColor, TimestampFormat,
};
use crate::settings::{self, SettingsArgs, region_of_pool};
use crate::timestamp::LocalZone;
use pool_reader::InventoryPool;
use read_failure::ReadFailure;
use region_reader::InventoryRegion;

/// The arguments of `inventory`.
#[derive(Debug)]
pub struct InventoryArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// `--all-regions`
    pub all_regions: bool,
    /// `--concurrency`
    pub concurrency: usize,
    /// `--query`
    pub query: Option<Query>,
    /// `--color`
    pub color: ColorChoice,
}

/// The output of the command.
#[derive(Debug)]
pub struct InventoryReport {
    /// What is printed on standard output.
    pub stdout: RenderedOutput,
    /// The exit status.
    pub status: u8,
}

/// What was read.
#[derive(Default)]
struct Inventory {
    /// The number of regions whose pools could be listed.
    regions: usize,
    pools: Vec<InventoryPool>,
    failures: Vec<ReadFailure>,
}

/// How many failures are reported one by one.
const MAX_REPORTED: usize = 20;

/// Exit status if anything could not be read.
const INCOMPLETE: u8 = 254;

/// Reads the identity pools and renders what they hold. What could not be read is a part of that and
/// is reported on standard error.
pub fn inventory(args: &InventoryArgs, context: &CommandContext<'_>) -> Result<InventoryReport> {
    let environment = context.environment;
    let mut clients = RegionalClients::new(&args.settings, environment, &context.diagnostics)?;
    let regions = match args.all_regions {
        true => REGIONS.iter().map(|(name, _)| name.to_string()).collect(),
        false => vec![clients.default_region()?],
    };
    let regions = regions
        .into_iter()
        .map(|name| InventoryRegion::new(name, &mut clients))
        .collect::<Result<Vec<_>>>()?;
    let mut inventory = interrupt::block_on(read(regions, args, context))?;
    inventory.sort();
    inventory.report_failures(context);
    Ok(InventoryReport {
        status: match inventory.failures.is_empty() {
            true => 0,
            false => INCOMPLETE,
        },
        stdout: render(&inventory, args, context)?,
    })
}

/// Reads the pools of these regions.
async fn read(
    regions: Vec<InventoryRegion>,
    args: &InventoryArgs,
    context: &CommandContext<'_>,
) -> Inventory {
    let never = Cancellation::default();
    let progress = context.progress("regions", Some(regions.len()), &args.settings);
    let list = |region: InventoryRegion| async move {
        let listed = region.list_pools().await;
        (region, listed)
    };
    let on_completed = |_: &_| progress.complete_item();
    let lists = batch::map(regions, args.concurrency, &never, list, on_completed);
    let lists = progress.show_during(lists).await;
    let mut inventory = Inventory::default();
    let (mut listed, mut clients) = (BTreeMap::new(), BTreeMap::new());
    for (region, pools) in lists.into_iter().flatten() {
        match pools {
            Ok(pools) => {
                inventory.regions += 1;
                // A custom endpoint may list the pools of all regions in each.
                listed.extend(pools.into_iter().map(|mut pool| {
                    pool.region = region_of_pool(&pool.id).unwrap_or(&region.name).to_string();
                    (pool.id.clone(), (pool, region.client.clone()))
                }));
            }
            Err(failure) => inventory.failures.push(failure),
        }
        clients.insert(region.name, region.client);
    }
    let progress = context.progress("pools", Some(listed.len()), &args.settings);
    let read = |(mut pool, client): (InventoryPool, _)| {
        let client = clients.get(&pool.region).cloned().unwrap_or(client);
        async move {
            let failures = pool.read_configuration(&client).await;
            (pool, failures)
        }
    };
    let on_completed = |_: &_| progress.complete_item();
    let pools: Vec<_> = listed.into_values().collect();
    let pools = batch::map(pools, args.concurrency, &never, read, on_completed);
    for (pool, failures) in progress.show_during(pools).await.into_iter().flatten() {
        inventory.pools.push(pool);
        inventory.failures.extend(failures);
    }
    inventory
}

impl Inventory {
    fn report_failures(&self, context: &CommandContext<'_>) {
        for failure in self.failures.iter().take(MAX_REPORTED) {
            context.stderr.write_line(&failure.line());
        }
        let more = self.failures.len().saturating_sub(MAX_REPORTED);
        if more > 0 {
            let line = format!("{more} more calls failed. `Errors` of the document has all.");
            context.stderr.write_line(&line);
        }
    }

    /// Sorts by region, then by the time of the last change, latest first.
    fn sort(&mut self) {
        self.pools.sort_by(|a, b| {
            let of_region = a.region.cmp(&b.region);
            let by_time = b.last_modified().total_cmp(&a.last_modified());
            of_region.then(by_time).then_with(|| a.id.cmp(&b.id))
        });
        self.failures.sort_by(|a, b| a.key().cmp(&b.key()));
    }
}

fn render(
    inventory: &Inventory,
    args: &InventoryArgs,
    context: &CommandContext<'_>,
) -> Result<RenderedOutput> {
    let environment = context.environment;
    // Only the output format and that of timestamps matter here, not the region.
    let of_output = SettingsArgs {
        region: Some(REGIONS[0].0.to_string()),
        ..args.settings.clone()
    };
    let settings = settings::resolve(&of_output, None, environment, &context.diagnostics)?;
    let zone = LocalZone::new(environment);
    let timestamps = match settings.wire_timestamps {
        true => TimestampFormat::Wire,
        false => TimestampFormat::Iso8601(&zone),
    };
    let terminal = context.terminal;
    let options = OutputOptions {
        format: settings.output.as_ref().copied().map_err(String::as_str),
        query: args.query.as_ref(),
        title: "Inventory",
        color: match context.colors_stdout(args.color) {
            true => TableColor::On,
            false => TableColor::Off,
        },
        stdout_is_terminal: terminal.is_terminal,
        terminal_width: terminal.width,
        timestamps,
        show_unmodeled: true,
        is_plain_utf8: encoding::output_encoding(environment)?.is_plain_utf8(),
        is_skeleton: false,
    };
    output::render_document(&document::document(inventory, timestamps), &options)
}
