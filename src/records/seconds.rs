//! Durations in summaries.

use std::time::Duration;

use serde_json::{Number, Value as Json};

/// Returns seconds with three decimal places at most.
pub fn rounded(duration: Duration) -> Json {
    let seconds = format!("{}.{:03}", duration.as_secs(), duration.subsec_millis());
    seconds.parse::<Number>().map_or(Json::Null, Json::Number)
}
