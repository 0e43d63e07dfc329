//! Moments as sources of credentials write them: ISO 8601 with an offset, `Z` or `UTC` behind it.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::error::{Error, Result};

/// The moment that the text names; one without a zone counts as UTC.
pub(super) fn read(text: &str) -> Option<SystemTime> {
    in_zone(text).or_else(|| in_zone(&format!("{text}Z")))
}

/// When credentials end, in the words of their source; as for the AWS CLI, it must name its zone.
pub(super) fn end(text: &str) -> Result<SystemTime> {
    in_zone(text).ok_or_else(|| match read(text) {
        Some(_) => Error::general("can't subtract offset-naive and offset-aware datetimes").hint(
            format!("the end of the credentials names no time zone: {text}"),
        ),
        None => Error::general(format!("Unknown string format: {text}")),
    })
}

/// The moment that a text with a zone names.
fn in_zone(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let text = match text.strip_suffix("UTC") {
        Some(bare) => format!("{}Z", bare.trim_end()),
        None => text.replacen(' ', "T", 1),
    };
    let moment = DateTime::from_str(&text, Format::DateTimeWithOffset).ok();
    SystemTime::try_from(moment?).ok()
}

/// Seconds from now until the moment; negative if it is past.
pub(super) fn seconds_left(moment: SystemTime) -> i64 {
    let seconds = |d: std::time::Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match moment.duration_since(SystemTime::now()) {
        Ok(left) => seconds(left),
        Err(past) => -seconds(past.duration()).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_way_of_writing_a_moment_is_read() {
        let want = SystemTime::UNIX_EPOCH + Duration::from_secs(4_070_908_800);
        for text in [
            "2099-01-01T00:00:00Z",
            "2099-01-01T00:00:00UTC",
            "2099-01-01T00:00:00+00:00",
            "2099-01-01T01:00:00+01:00",
            "2099-01-01 00:00:00+00:00",
            "2099-01-01T00:00:00",
        ] {
            assert_eq!(read(text), Some(want), "{text}");
        }
        assert_eq!(read("hello"), None);
        assert_eq!(end("2099-01-01T00:00:00Z").ok(), Some(want));
        assert!(end("2099-01-01T00:00:00").is_err() && end("hello").is_err());
        assert!(seconds_left(want) > 0 && seconds_left(SystemTime::UNIX_EPOCH) < 0);
    }
}
