//! `import`: writes the records of exports to identity pools. Defines and parses its arguments;
//! `records` runs it.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::global_args::GlobalArgs;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::cli::subcommands::state_file_args;
use crate::error::{Error, Result};
use crate::records::{ConflictPolicy, ImportArgs};

pub(super) const IMPORT: Subcommand = Subcommand {
    id: SubcommandId::Import,
    name: "import",
    doc: "Write the records of exports to identity pools.",
    details: &[
        Detail::Text(
            "Reads files that `export` has written in the format `ndjson`, plain or compressed with gzip, and \
             brings their records back, dataset by dataset: ListRecords says what a dataset has, \
             UpdateRecords changes it, and it is read again to verify that. Datasets and identity pools \
             that do not exist are created where the service does so. A record without a value (null) is \
             removed. Records with equal values are left alone, so that an import can be repeated.",
        ),
        Detail::Text(
            "The service gives sync counts, LastModifiedDate and LastModifiedBy anew; \
             DeviceLastModifiedDate is kept. An identity pool gives its identities ids of its own: to move \
             records to another pool of AWS, name the new ids in `--identity-map`.",
        ),
        Detail::Text(
            "`--on-conflict` decides about records that the dataset has with another value. With `fail`, \
             nothing of such a dataset is written. Datasets that fail do not keep others from being \
             imported; `FILE.import-failed.ndjson` has their records, for another import.",
        ),
        Detail::Text(
            "An import can be continued: `FILE.import.journal` says how far it is, and the same command line \
             goes on after an interrupt, a crash or a failure. Standard input cannot be continued. The \
             summary on standard output says whether the import is complete.",
        ),
        Detail::Text(
            "Throttling slows the import down, but makes nothing fail. AWS bills an import as sync \
             operations: one list of records for each dataset, and for each that changes an update and \
             another list.",
        ),
        Detail::Text(
            "The exit status is 0 if everything was imported, 254 if datasets failed, and 130 after \
             SIGINT (Ctrl-C), which lets the datasets under way finish; a second one ends it at once.",
        ),
    ],
    globals: &state_file_args::GLOBALS_WITHOUT_OUTPUT,
    args: arguments,
};

const FILE: &str = "FILE";
const IDENTITY_POOL_ID: &str = "identity-pool-id";
const IDENTITY_MAP: &str = "identity-map";
const ON_CONFLICT: &str = "on-conflict";
const DRY_RUN: &str = "dry-run";
const CONCURRENCY: &str = "concurrency";
const JOURNAL: &str = "journal";
const RESTART: &str = "restart";

fn arguments() -> Vec<Arg> {
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).long(name).help(help);
        arg.action(ArgAction::SetTrue)
    };
    let path =
        |name, value_name, help| value(name, value_name, help).value_parser(value_parser!(PathBuf));
    vec![
        Arg::new(FILE)
            .value_name(FILE)
            .required(true)
            .num_args(1..)
            .value_parser(value_parser!(PathBuf))
            .help("Files of records, such as all parts of an export with `--split`; `-` is standard input."),
        value(IDENTITY_POOL_ID, "ID", "Identity pool to import into, in place of the one that each record names."),
        path(IDENTITY_MAP, "FILE", "File with the id of an identity of the records, a space, and the id that takes its place, one pair a line."),
        value(ON_CONFLICT, "WHAT", "What happens where the dataset has another value: `fail` (nothing of the dataset is written), `keep` the value of the dataset, or `replace` it.")
            .value_parser(ConflictPolicy::ALL.map(ConflictPolicy::name))
            .default_value(ConflictPolicy::Fail.name()),
        switch(DRY_RUN, "Read everything, print what would be done, and write nothing."),
        value(CONCURRENCY, "N", "Number of datasets that are imported at the same time, 1 to 256.")
            .value_parser(value_parser!(u16).range(1..=256))
            .default_value("8"),
        path(JOURNAL, "PATH", "Journal in place of `FILE.import.journal`; records of datasets that fail go to `PATH.failed.ndjson`."),
        switch(RESTART, "Begin with the first record again, whatever the journal says."),
    ]
}

/// Parses the arguments.
pub(in crate::cli) fn parse(matches: &ArgMatches, globals: &GlobalArgs) -> Result<ImportArgs> {
    let files = matches.get_many::<PathBuf>(FILE).unwrap_or_default();
    let policy = matches.get_one::<String>(ON_CONFLICT);
    let args = ImportArgs {
        settings: globals.checked()?.settings,
        files: files.cloned().collect(),
        identity_pool_id: matches.get_one::<String>(IDENTITY_POOL_ID).cloned(),
        identity_map: matches.get_one::<PathBuf>(IDENTITY_MAP).cloned(),
        on_conflict: policy
            .and_then(|name| ConflictPolicy::from_name(name))
            .unwrap_or(ConflictPolicy::Fail),
        dry_run: matches.get_flag(DRY_RUN),
        // The argument has a default.
        concurrency: matches
            .get_one::<u16>(CONCURRENCY)
            .copied()
            .unwrap_or(1)
            .into(),
        journal: matches.get_one::<PathBuf>(JOURNAL).cloned(),
        restart: matches.get_flag(RESTART),
    };
    check_stdin(&args.files)?;
    check_journal(&args)?;
    Ok(args)
}

/// Rejects standard input that is to be read twice.
pub(super) fn check_stdin(files: &[PathBuf]) -> Result<()> {
    match files.iter().filter(|file| file.as_os_str() == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(Error::parameter(
            "- is given twice, but standard input can be read only once.",
        )),
    }
}

/// Rejects options about the journal of an import that has none.
fn check_journal(args: &ImportArgs) -> Result<()> {
    let has_stdin = args.files.iter().any(|file| file.as_os_str() == "-");
    let why = match args.dry_run {
        true => "a dry run has no journal",
        false if has_stdin => "an import of standard input has no journal",
        false => return Ok(()),
    };
    let given = [(JOURNAL, args.journal.is_some()), (RESTART, args.restart)];
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((name, _)) => Err(Error::parameter(format!(
            "--{name} is about the journal, and {why}. Leave it out."
        ))),
    }
}
