//! Warnings on a terminal about values in state files that do not look right.

use std::sync::Arc;

use super::desired_pool::DesiredPool;
use super::value_checks::{ValueWarning, check_pool_id, check_values};
use crate::diagnostics::Diagnostics;
use crate::settings::region_of_pool;
use crate::source_excerpt::escape_unprintable;

/// How many warnings are printed; a file may describe thousands of pools.
const MAX_PRINTED: usize = 10;

/// Prints the warnings with their locations, if hints are shown. Unknown events are left to the
/// reader of the file.
pub(super) fn print(pools: &[Arc<DesiredPool>], diagnostics: &Diagnostics) {
    if !diagnostics.shows_hints() {
        return;
    }
    let mut warnings = pools.iter().flat_map(|pool| warnings_of(pool));
    for warning in warnings.by_ref().take(MAX_PRINTED) {
        diagnostics.warn_with_hints(&warning);
    }
    match warnings.count() {
        0 => {}
        more => {
            diagnostics.warn_with_hints(&format!("and {more} more values that do not look right"))
        }
    }
}

fn warnings_of(pool: &DesiredPool) -> Vec<String> {
    let region = pool.region.as_deref().or(region_of_pool(&pool.id));
    let at =
        |path: &str, text: &str| escape_unprintable(&format!("{}: {text}", pool.location_of(path)));
    let about_id = check_pool_id(&pool.id).map(|text| at("", &text));
    let about_values = check_values(&pool.configuration.unpack(), region);
    let about_values = about_values
        .iter()
        .map(|ValueWarning { path, text }| at(path, text));
    about_id.into_iter().chain(about_values).collect()
}
