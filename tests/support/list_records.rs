//! A `list-records` call whose response is the test's.

use super::expectation::Run;
use super::http::Reply;

/// Lists records with these further options, and gets this response.
pub(crate) fn list_records(reply: &str, options: &[&str]) -> Run {
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
        .replies([Reply::body(reply)])
        .request(|_| ())
}
