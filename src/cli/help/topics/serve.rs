//! The topic `serve`: the rules and limits of the local service, and how sure each of them is.

use super::{Topic, list, paragraphs};

pub(super) const SERVE: Topic = Topic {
    name: "serve",
    summary: "rules and limits of the local service",
    commands: &["serve"],
    sections: |_| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            list("DOCUMENTED RULES", &KNOWN),
            list("ASSUMED RULES", &CHOSEN),
            list("LIMITS", &LIMITS),
            paragraphs("CREDENTIALS", &CREDENTIALS),
            paragraphs("WEB PAGES", &WEB_PAGES),
            paragraphs("STORE", &STORE),
        ]
    },
};

const DESCRIPTION: [&str; 3] = [
    "`serve` runs a Cognito Sync on this machine, and `--local` has the same service answer a single \
     operation without a server. The options of `serve` are described by `serve --help`.",
    "Nobody outside AWS knows every rule of the real service. The documented rules are those \
     that AWS's documentation, models and SDKs state or rely on. They leave the others open, and this \
     service assumes them. Tests should not depend on assumed rules: the real service may differ.",
    "Wordings of errors are AWS's for constraints, conflicts, sync counts, session tokens, identity pools \
     and signatures; the others are our own.",
];

const KNOWN: [(&str, &str); 10] = [
    (
        "Sync sessions",
        "`ListRecords` returns a sync session token, which `UpdateRecords` needs. A token is for one \
         dataset of one identity and is used up by a successful update.",
    ),
    (
        "Sync counts",
        "Each successful update raises the dataset's sync count by one, and the changed records get it. \
         `ListRecords` returns the records that changed after `LastSyncCount`; a count above the \
         dataset's is an InvalidParameterException.",
    ),
    (
        "Conflicts",
        "A patch with a sync count below the record's is a ResourceConflictException, and the whole update \
         is rejected.",
    ),
    (
        "Deletions",
        "A removed record stays as a tombstone without value. A deleted dataset is not found and not listed, \
         `ListRecords` says that it was deleted, and an update creates it anew.",
    ),
    (
        "Datasets",
        "20 per identity, 1,024 records and 1 MB each; names of up to 128 characters. Datasets are created \
         by the first update.",
    ),
    (
        "Streams",
        "A record for each update, with times in milliseconds, for pools whose streaming status is ENABLED. \
         Where it cannot be delivered, streaming is switched off and `DisabledReason` says why.",
    ),
    (
        "Bulk publish",
        "Writes all records of the pool to its stream; once in 24 hours after a success.",
    ),
    (
        "Push sync",
        "A silent push message to each subscribed device but the one that made the update.",
    ),
    (
        "Sync trigger",
        "A function is called within `UpdateRecords`, with all records of the dataset, for identities' \
         updates only; it has five seconds and may change the records.",
    ),
    (
        "Credentials",
        "Which operations take a developer's credentials, an identity's, or both; enforced with \
         `--strict`.",
    ),
];

const CHOSEN: [(&str, &str); 12] = [
    (
        "Identity pools",
        "Exist from their first change, unless `--pool` names them.",
    ),
    (
        "Configuration",
        "A section that `SetIdentityPoolConfiguration` leaves out is kept; an empty one is cleared.",
    ),
    (
        "Constraints",
        "Violations are an InvalidParameterException.",
    ),
    (
        "Sync counts of patches",
        "Any count from the record's to the dataset's is accepted. A deleted dataset goes on counting.",
    ),
    (
        "Session tokens",
        "Expire after five minutes (`--token-lifetime`).",
    ),
    (
        "Pages",
        "`ListDatasets` has 64 entries a page, `ListIdentityPoolUsage` 60, `ListRecords` all of them, \
         unless `MaxResults` asks for fewer.",
    ),
    (
        "Tombstones",
        "Count neither as records nor in the storage, and are listed.",
    ),
    (
        "Merged datasets",
        "Are recognized by their names, `NAME.REGION:UUID`.",
    ),
    (
        "Dates of records",
        "`DeviceLastModifiedDate` is what the client sent, or else the service's time.",
    ),
    (
        "Bulk publish",
        "Takes two seconds (`--bulk-publish-time`), and needs a stream that is ENABLED.",
    ),
    (
        "Stream records",
        "Have the operation `replace` for an update, and are always inline.",
    ),
    (
        "Rates and failures",
        "Nothing is throttled and nothing fails, unless `--fault` asks for it.",
    ),
];

const LIMITS: [(&str, &str); 4] = [
    (
        "Requests",
        "A head of 64 KiB and a body of 10 MiB, which may take 30 seconds each; others get the status 431, \
         413 or 408. Bodies over 64 KiB share 64 MiB of memory; further ones wait.",
    ),
    (
        "Connections",
        "1000, or fewer where `ulimit -n` is low. For a new one, the one that has been idle the longest is \
         closed.",
    ),
    (
        "Functions",
        "`--sync-trigger` runs a command for each update; five seconds each.",
    ),
    (
        "Not supported",
        "`--local` has no outbox, function, faults or delays. Nothing is sent to Kinesis, SNS or Lambda.",
    ),
];

const CREDENTIALS: [&str; 2] = [
    "Without `--credentials`, any signature is accepted, and none is needed. A request with a session token \
     then counts as an identity's, also where the token is that of a role.",
    "With `--credentials`, signatures are checked as AWS checks them (Signature Version 4), and the key says \
     who calls. Times of signatures are compared with the machine's clock, whatever `--clock` says.",
];

const WEB_PAGES: [&str; 2] = [
    "Pages that this machine serves (`localhost`, 127.0.0.0/8, `[::1]`) and those of `--allow-origin` may use \
     the service; others get the status 403.",
    "On an address that only this machine reaches, the Host of a request must be `localhost`, a name below \
     it, 127.0.0.0/8 or `[::1]`, so that no page of another site reaches the service by a name of its own.",
];

const STORE: [&str; 3] = [
    "The store is an SQLite database, which any SQLite client can read. `--local` commands and any number of \
     `serve` may use it at the same time. An update that was answered survives a crash.",
    "A file that is damaged, or that is no store, is refused and left as it is. While it is not in use, the store \
     is one file, and a copy of it is complete.",
    "While it is in use, the file must not be moved, replaced or overwritten: `serve` then answers with the \
     status 500 until the file is back or `serve` is restarted.",
];
