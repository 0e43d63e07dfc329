//! A hint on a page that is not the last one.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::diagnostics::Diagnostics;
use crate::model::Operation;

/// The part of a response that says whether more is left.
#[derive(Deserialize)]
struct PageEnd {
    #[serde(rename = "NextToken", default)]
    next_token: Json,
}

/// Prints the hint if the response of the operation is such a page.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn print_hint(diagnostics: &Diagnostics, operation: &Operation, body: &[u8]) {
    if operation.paged_list().is_none() {
        return;
    }
    let end = serde_json::from_slice::<PageEnd>(body).ok();
    let has_more = end.is_some_and(|end| end.next_token.as_str().is_some_and(|t| !t.is_empty()));
    if has_more {
        diagnostics.hint("more is left: --all-pages requests all pages");
    }
}
