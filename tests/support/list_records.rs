//! A `list-records` run with a response that the test sets.

use super::http::Response;
use super::run::Run;

/// The arguments that list the records of a dataset.
pub(crate) const LIST_RECORDS: [&str; 7] = [
    "list-records",
    "--identity-pool-id",
    "p",
    "--identity-id",
    "i",
    "--dataset-name",
    "d",
];

/// Lists records with these additional options and the response `body`.
pub(crate) fn list_records(body: &str, options: &[&str]) -> Run {
    Run::new(LIST_RECORDS.iter().chain(options).copied())
        .responses([Response::body(body)])
        .request(|_| ())
}
