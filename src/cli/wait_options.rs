//! `--wait` and the options that go with it.

use std::time::Duration;

use super::options::{self, CliOption};
use super::parser::ParsedArgs;
use crate::error::{Error, Result};
use crate::python;

/// How the end of a bulk publish is awaited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitOptions {
    /// `--wait-timeout`
    pub timeout: Option<Duration>,
    /// `--poll`
    pub poll: Option<Duration>,
}

impl WaitOptions {
    /// Returns the options, or `None` if nothing is awaited.
    pub(super) fn parse(parsed: &ParsedArgs) -> Result<Option<WaitOptions>> {
        let details = [&options::WAIT_TIMEOUT, &options::POLL];
        if !parsed.has(&options::WAIT) {
            return match details.iter().find(|option| parsed.has(option)) {
                None => Ok(None),
                Some(option) => Err(Error::parameter(format!(
                    "{} means nothing without --wait. Add --wait, or leave it out.",
                    option.typed()
                ))),
            };
        }
        Ok(Some(WaitOptions {
            timeout: seconds(&options::WAIT_TIMEOUT, parsed)?,
            poll: seconds(&options::POLL, parsed)?,
        }))
    }
}

/// The value of an option, of a second at least.
fn seconds(option: &CliOption, parsed: &ParsedArgs) -> Result<Option<Duration>> {
    let Some(text) = parsed.value(option) else {
        return Ok(None);
    };
    let digits = python::parse_int(text).unwrap_or_default();
    match digits.starts_with('-') || digits == "0" {
        true => Err(Error::parameter(format!(
            "{} {text} is no time to wait. Give a number of seconds, at least 1.",
            option.typed()
        ))),
        // More than a century is no limit.
        false => Ok(Some(Duration::from_secs(
            digits.parse().unwrap_or(u64::MAX).min(u32::MAX.into()),
        ))),
    }
}
