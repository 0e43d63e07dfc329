//! `import`: writes the records of exports to identity pools. Defines and parses its arguments;
//! `records` runs it.

use clap::{Arg, ArgMatches};

use super::args::{self, option, path, switch, value_of};
use super::record_args::{self, IDENTITY_MAP, IDENTITY_POOL_ID};
use crate::cli::global_args::GlobalArgs;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
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
             imported; `FILE.import-failed.ndjson` has their records.",
        ),
        Detail::Text(
            "Import an export before later ones with `--since`, and these with `--on-conflict replace`, as their \
             values differ from those that were imported before. The topic `migration` has more.",
        ),
        Detail::Text(
            "An import can be continued: `FILE.import.journal` says how far it is, and the same command line \
             goes on after an interrupt or a crash, and imports datasets again that have failed. To decide \
             about them in another way, import `FILE.import-failed.ndjson` with other options. Standard input cannot be continued. The \
             summary on standard output says whether the import is complete.",
        ),
        Detail::Text(
            "Throttling slows the import down, but makes nothing fail. AWS bills an import as sync \
             operations: one list of records for each dataset, and for each that changes an update and \
             another list.",
        ),
        Detail::Text("The summary has these members; counts include runs that this one continued:"),
        Detail::Members(&SUMMARY),
        Detail::Text(
            "The exit status is 0 if everything was imported, 254 if datasets failed, and 130 after \
             SIGINT (Ctrl-C), which lets the datasets under way finish; a second one ends it at once.",
        ),
    ],
    globals: &args::GLOBALS_WITHOUT_OUTPUT,
    args: arguments,
};

const SUMMARY: [(&str, &str); 14] = [
    (
        "DryRun",
        "Whether nothing was changed, because of `--dry-run`.",
    ),
    ("Complete", "Whether everything was imported."),
    ("Datasets", "Datasets of the files."),
    ("FailedDatasets", "Datasets that could not be imported."),
    ("AddedRecords", "Records that the datasets did not have."),
    ("ReplacedRecords", "Records that got another value."),
    ("RemovedRecords", "Records that were removed."),
    ("UnchangedRecords", "Records that had the value already."),
    (
        "KeptRecords",
        "Records that kept another value, with `--on-conflict keep`.",
    ),
    ("FailedRecords", "Records of failed datasets."),
    (
        "ConflictingRecords",
        "Those of them that have another value, with `--on-conflict fail`.",
    ),
    ("DurationSeconds", "The duration of this run."),
    ("Requests", "The requests of this run."),
    (
        "ThrottledRequests",
        "Those of them that the service throttled.",
    ),
];

const ON_CONFLICT: &str = "on-conflict";
const DRY_RUN: &str = "dry-run";
const JOURNAL: &str = "journal";
const RESTART: &str = "restart";

fn arguments() -> Vec<Arg> {
    vec![
        record_args::files(),
        option(IDENTITY_POOL_ID, "ID", "Identity pool to import into, in place of the one that each record names."),
        record_args::identity_map(),
        option(ON_CONFLICT, "WHAT", "What happens where the dataset has another value: `fail` (nothing of the dataset is written), `keep` the value of the dataset, or `replace` it.")
            .value_parser(ConflictPolicy::ALL.map(ConflictPolicy::name))
            .default_value(ConflictPolicy::Fail.name()),
        switch(DRY_RUN, "Read everything, print what would be done, and write nothing."),
        args::concurrency("datasets that are imported"),
        path(JOURNAL, "PATH", "Journal in place of `FILE.import.journal`; records of datasets that fail go to `PATH.failed.ndjson`."),
        switch(RESTART, "Begin with the first record again, whatever the journal says."),
    ]
}

/// Parses the arguments.
pub(in crate::cli) fn parse(matches: &ArgMatches, globals: &GlobalArgs) -> Result<ImportArgs> {
    let policy = matches.get_one::<String>(ON_CONFLICT);
    let args = ImportArgs {
        settings: globals.checked()?.settings,
        files: record_args::parse_files(matches)?,
        identity_pool_id: value_of(matches, IDENTITY_POOL_ID),
        identity_map: value_of(matches, IDENTITY_MAP),
        on_conflict: policy
            .and_then(|name| ConflictPolicy::from_name(name))
            .unwrap_or(ConflictPolicy::Fail),
        dry_run: matches.get_flag(DRY_RUN),
        concurrency: args::parse_concurrency(matches),
        journal: value_of(matches, JOURNAL),
        restart: matches.get_flag(RESTART),
    };
    check_journal(&args)?;
    Ok(args)
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
