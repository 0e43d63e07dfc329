//! The summary of an export: a document on what the output has, and whether it is whole.

use std::time::Duration;

use serde_json::json;

use super::export_args::ExportArgs;
use super::export_output::ExportOutput;
use crate::output;
use crate::records::counted_client::RequestCounts;
use crate::records::seconds;

/// Returns the summary as JSON text. Counts include the runs that this one continued, except for
/// duration and requests.
pub fn summary(
    args: &ExportArgs,
    export: &ExportOutput<'_>,
    counts: &RequestCounts,
    duration: Duration,
) -> String {
    let state = export.state();
    let (totals, written) = (state.commit.totals, export.writer().totals());
    let failed = state.failed.len();
    let document = json!({
        "IdentityPoolId": args.identity_pool_id,
        "Complete": state.is_complete(),
        "Files": export.writer().file_count(),
        "Identities": totals.identities,
        "EmptyIdentities": totals.empty_identities,
        "FailedIdentities": failed,
        "Datasets": totals.datasets,
        "UnchangedDatasets": totals.unchanged_datasets,
        "InconsistentDatasets": totals.inconsistent_datasets,
        "Records": written.records,
        "DataBytes": written.data_bytes,
        "LeftOutRecords": written.left_out,
        "DurationSeconds": seconds::rounded(duration),
        "Requests": counts.sent(),
        "ThrottledRequests": counts.throttled(),
    });
    output::render_json(&document)
}
