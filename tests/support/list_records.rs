//! A `list-records` run with a response that the test sets.

use super::http::Response;
use super::run::Run;

/// Lists records with these additional options and the response `body`.
pub(crate) fn list_records(body: &str, options: &[&str]) -> Run {
    let call = [
        "list-records",
        "--identity-pool-id",
        "p",
        "--identity-id",
        "i",
        "--dataset-name",
        "d",
    ];
    Run::new(call.iter().chain(options).copied())
        .responses([Response::body(body)])
        .request(|_| ())
}
