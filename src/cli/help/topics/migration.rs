//! The topic `migration`: taking the data of identity pools out of Cognito Sync.

use super::{Topic, entries_of, list, paragraphs};
use crate::cli::help::content::section;
use crate::cli::help::page::{Block, PageSection};

pub(super) const MIGRATION: Topic = Topic {
    name: "migration",
    summary: "moving the data of identity pools out of Cognito Sync",
    commands: &["bulk-publish", "export", "import", "inventory", "verify"],
    sections: |prefix| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            steps(prefix),
            list("PERMISSIONS", &PERMISSIONS),
            paragraphs("COSTS AND TIME", &COSTS),
            list("FILES", &FILES),
            list("RECORDS", &RECORDS),
            paragraphs("CONTINUING AN EXPORT", &CONTINUING),
            paragraphs("VERIFYING AN EXPORT", &VERIFYING),
            paragraphs("SEVERAL WORKERS", &WORKERS),
            paragraphs("STREAMS", &STREAMS),
            table(),
            paragraphs("IMPORTING INTO DYNAMODB", &DYNAMODB),
            paragraphs("IMPORTING INTO COGNITO SYNC", &IMPORT),
        ]
    },
};

const DESCRIPTION: [&str; 2] = [
    "Since July 30, 2026 Cognito Sync takes no new customers. It has no operation that exports data. These \
     commands find out what is there and write it to files, at the pace that the service allows.",
    "Identities can stay: their ids are those of the identity pool, which does not end with Cognito Sync, so \
     that an application keeps its login and finds its data elsewhere by the same ids.",
];

/// The commands of a migration, in their order.
const STEPS: [(&str, &str); 8] = [
    (
        "See which identity pools hold data, and which are still used:",
        "cognito-sync inventory --all-regions --output table",
    ),
    (
        "Export a pool while the application runs:",
        "cognito-sync export --identity-pool-id ID --to records.ndjson.gz",
    ),
    (
        "See whether the export has what the pool has:",
        "cognito-sync verify records.ndjson.gz",
    ),
    (
        "Once the application writes elsewhere, export what has changed meanwhile, removed records, too:",
        "cognito-sync export --identity-pool-id ID --deleted \\\n    --since records.ndjson.gz --to changes.ndjson.gz",
    ),
    (
        "Or write the items of a table of DynamoDB:",
        "cognito-sync export --identity-pool-id ID --format dynamodb-json \\\n    --to items.json.gz",
    ),
    (
        "Or write the records to the local service, or without `--local` to a pool on AWS:",
        "cognito-sync import records.ndjson.gz --local",
    ),
    (
        "See what streams, push sync and functions are on:",
        "cognito-sync pull --identity-pool-id ID > pool.yaml",
    ),
    (
        "Switch them off, after `{}` has been written as the value of each in the file:",
        "cognito-sync apply pool.yaml",
    ),
];

const PERMISSIONS: [(&str, &str); 6] = [
    (
        "`inventory`",
        "`cognito-sync:ListIdentityPoolUsage`, `cognito-sync:GetIdentityPoolConfiguration`, \
         `cognito-sync:GetCognitoEvents`, `cognito-sync:GetBulkPublishDetails`, and for names of pools \
         `cognito-identity:ListIdentityPools`.",
    ),
    (
        "`export`, `verify`",
        "`cognito-identity:ListIdentities`, unless identities are given, `cognito-sync:ListDatasets` and \
         `cognito-sync:ListRecords`.",
    ),
    ("`export --from-stream`", "None: it sends nothing."),
    (
        "`import`",
        "`cognito-sync:ListRecords` and `cognito-sync:UpdateRecords`.",
    ),
    (
        "`bulk-publish --wait`",
        "`cognito-sync:BulkPublish` and `cognito-sync:GetBulkPublishDetails`.",
    ),
    ("`pull`, `apply`", "Those that the topic `ci` lists."),
];

const COSTS: [&str; 4] = [
    "AWS bills an export as sync operations: a list of datasets for each identity and a list of records for each \
     dataset, or more of a large one. `--only-authenticated` leaves out identities without logins, of which \
     applications tend to have many.",
    "Identities are listed 60 a request, one request after the other. The quota of an account in a region is 5 \
     requests a second: 33 seconds for 10,000 identities, 6 minutes for 100,000 and 56 minutes for 1,000,000. \
     `--list-rate` changes the pace, such as to leave others a share.",
    "Records are read while the list goes on. AWS publishes no quota for them; `export` slows down where the \
     service throttles it, and fails for no throttled request. With n requests for an identity that take t \
     seconds each, `--concurrency` of 300 × n × t keeps up with the list: about 60 for 5 datasets and 30 \
     milliseconds.",
    "With `--since`, a list of datasets for each identity remains, and a list of records for each dataset that has \
     changed.",
];

const FILES: [(&str, &str); 6] = [
    (
        "`FILE`",
        "The records. A name that ends with `.gz` compresses them. With `--split SIZE`, FILE.ndjson becomes \
         FILE-0001.ndjson and so on, which DynamoDB and others read in parallel.",
    ),
    (
        "`FILE.journal`",
        "What is exported, with the sync count of each dataset. The same command line continues by it, and a \
         later `--since FILE` compares with it: keep it.",
    ),
    (
        "`FILE.failed`",
        "The ids of the identities that could not be read. They are tried again by the same command line, or \
         by another with `--identities FILE.failed`.",
    ),
    (
        "`FILE.left-out.ndjson`",
        "With `dynamodb-json`: the records that DynamoDB cannot hold, whole.",
    ),
    (
        "`FILE.summary.json`",
        "The summary, as on standard output. The export is whole if `Complete` is true.",
    ),
    (
        "Privacy",
        "All of them hold what users have stored, or their ids. Files are made with the permissions that the \
         umask allows.",
    ),
];

const RECORDS: [(&str, &str); 5] = [
    (
        "`IdentityPoolId`, `IdentityId`, `DatasetName`, `Key`",
        "Which record it is. Records of a dataset stay together, in the order of their keys; the order of \
         identities is no certain one.",
    ),
    (
        "`Value`",
        "The value, unchanged. Null is a removed record, which only `--deleted` writes.",
    ),
    ("`SyncCount`", "The record's sync count."),
    (
        "`LastModifiedDate`, `DeviceLastModifiedDate`",
        "When the service and the device changed it, in UTC with the precision of the service.",
    ),
    (
        "`LastModifiedBy`",
        "Who changed it. What streams deliver does not say it.",
    ),
];

const CONTINUING: [&str; 3] = [
    "After an interrupt, a crash or a failure, the same command line goes on where the export stopped, without \
     gaps and duplicates, with the list of identities, too. With other options it is refused; `--restart` \
     removes the files and begins again.",
    "The first Ctrl-C lets the identities under way finish, the second ends the export at once. Either can be \
     continued.",
    "A dataset that changes while it is read is read again. If it does not come to rest in five rounds, it is \
     exported as last read, and the summary counts it under `InconsistentDatasets`.",
];

const VERIFYING: [&str; 3] = [
    "`verify FILE` reads the pool again, at the costs of an export, and prints records that are missing in it, changed \
     or additional, by their names. It ends with status 0 without differences and with 1 otherwise. Values are compared \
     and never printed.",
    "What users change after the export is a difference, too: a pool in use is verified best right after an export with \
     `--since`, or once nothing writes to it any more. With `--local`, `--region` or `--identity-pool-id` it compares \
     with where the records were imported.",
    "An export with `--since` has no more than what has changed: `verify` compares these datasets of these identities, \
     while the export before it differs in them. To verify the whole pool later, export it again without `--since`, to \
     another FILE.",
];

const WORKERS: [&str; 3] = [
    "`--shard I/N` exports part I of N, from 1, by a hash of the identity's id, so that the parts are the same in \
     every run. Each part needs a FILE of its own.",
    "Each worker lists all identities and they share the quota, so that a list takes N times as long. One worker \
     with a higher `--concurrency` is faster as long as the list is what it waits for. Where the ids are known, \
     such as from the application's own database, `--identities FILE` for each worker needs no list.",
    "A worker that has a lasting folder for FILE, such as a volume of EFS, continues after it was stopped. README \
     shows a workflow of GitHub Actions, an array job of AWS Batch and a state machine of Step Functions.",
];

const STREAMS: [&str; 3] = [
    "`bulk-publish --wait` has the service publish every dataset of a pool to its Kinesis stream, with no call for \
     an identity, at most once in 24 hours. `export --from-stream FILE` then writes the same records from the \
     files that the stream was delivered to, such as by Amazon Data Firehose to S3: JSON objects with or without \
     line ends between them, also compressed with gzip.",
    "A record may be delivered several times; the one with the highest sync count is kept. Payloads that the \
     service has put into S3 are not in the files: they are counted, and the export is then not whole.",
    "The stream must be enabled before, and someone must read it: the service switches it off if it cannot \
     deliver.",
];

const ATTRIBUTES: [(&str, &str); 7] = [
    (
        "`IdentityId` (S)",
        "Partition key. A query by it returns all records of an identity.",
    ),
    (
        "`Record` (S)",
        "Sort key: the dataset's name, `#` and the record's key. Names of datasets have no `#`, so that the first \
         one ends the name. `begins_with(#record, \"settings#\")` selects a dataset; DynamoDB reserves the word \
         Record, so that expressions need a placeholder for it.",
    ),
    (
        "`IdentityPoolId`, `Dataset`, `Key`, `Value` (S)",
        "As in the record.",
    ),
    ("`SyncCount` (N)", "As in the record."),
    (
        "`LastModifiedDate`, `DeviceLastModifiedDate` (N)",
        "Milliseconds since 1970.",
    ),
    ("`LastModifiedBy` (S)", "As in the record."),
    (
        "`Deleted` (BOOL)",
        "True for a removed record, in place of `Value`.",
    ),
];

const DYNAMODB: [&str; 4] = [
    "`aws dynamodb import-table` creates a table from the files below a prefix of S3, which must all be items and \
     all compressed or all not: copy FILE alone. `aws dynamodb start-bulk-put-items` writes to a table that exists. \
     README has both, and the policy by which each identity reaches its own rows only.",
    "An item has at most 400 KB, a sort key 1,024 bytes and a partition key 2,048, and text is UTF-8, without lone \
     surrogates. Records beyond that are in `FILE.left-out.ndjson`; nothing is cut off. Keep their values in S3, \
     say, and put the place into the item.",
    "A sequence of items with the same partition key is slow to write. `--split` helps, as DynamoDB reads several \
     files at the same time.",
    "Items with the same keys overwrite each other: two pools can share a table, as their ids of identities differ, \
     but an export and a later one with `--since` must be imported in this order, the later one into the existing \
     table. An item with `Deleted` replaces the item of the record that was removed.",
];

const IMPORT: [&str; 4] = [
    "`import` reads the format `ndjson`. It writes what a dataset does not have, leaves alone what is equal, and \
     reads the dataset again. `--on-conflict` says what happens to records that have another value, and `--dry-run` \
     shows what would happen.",
    "Sync counts, LastModifiedDate and LastModifiedBy are given anew. An identity pool gives its identities ids of \
     its own, so that records for another pool on AWS need `--identity-map FILE` with lines of an old and a new id; \
     users get theirs when they log in to the new pool.",
    "An export and a later one with `--since` are imported in this order, the later one with \
     `--on-conflict replace`, since its values differ from those that were imported before: \
     `import records.ndjson.gz`, then `import --on-conflict replace changes.ndjson.gz`. Without `--deleted` in the later \
     export, removed records stay. What users have changed in the new place meanwhile is replaced in the datasets of the \
     later export, so that they should write there only afterwards.",
    "To verify the import, compare it with an export of the old pool that is made afterwards and without `--since`. \
     Datasets and identities that were deleted between the exports are then `additional` in the new place, since an export \
     with `--since` does not say that they are gone.",
];

/// The steps, as paragraphs with a command each.
fn steps(prefix: &str) -> PageSection {
    let blocks = STEPS.iter().flat_map(|(caption, command)| {
        [
            Block::paragraph(*caption),
            Block::Code(command.replacen("cognito-sync", prefix, 1)),
        ]
    });
    section("STEPS", blocks.collect())
}

/// The layout of the table.
fn table() -> PageSection {
    let introduction = "The items that `--format dynamodb-json` writes have these attributes. Those that a record \
                        does not have are left out.";
    section(
        "TABLE OF DYNAMODB",
        vec![Block::paragraph(introduction), entries_of(&ATTRIBUTES)],
    )
}
