//! Retry settings, with the AWS CLI's values and errors. The SDK makes the attempts.

use super::shared_files::Profile;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;

/// The retry settings of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrySettings {
    /// The maximum number of attempts, at least 1.
    pub attempts: u32,
    /// Whether requests are rate-limited, too.
    pub mode: RetryMode,
    /// Whether delays and quota costs are those of AWS_NEW_RETRIES_2026.
    pub new_retries_2026: bool,
}

/// The AWS CLI's retry modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryMode {
    /// Back off after failures.
    Standard,
    /// Back off, and limit the rate of further requests.
    Adaptive,
}

/// Resolves the retry settings of environment and profile.
pub(super) fn resolve(profile: &Profile<'_>, environment: &Environment) -> Result<RetrySettings> {
    let attempts = environment
        .get("AWS_MAX_ATTEMPTS")
        .or(profile.get("max_attempts"));
    let mode = environment
        .get("AWS_RETRY_MODE")
        .or(profile.get("retry_mode"));
    Ok(RetrySettings {
        attempts: attempts.map_or(Ok(3), parse_attempts)?,
        mode: mode.map_or(Ok(RetryMode::Standard), parse_mode)?,
        new_retries_2026: environment
            .get("AWS_NEW_RETRIES_2026")
            .is_some_and(|value| value.eq_ignore_ascii_case("true")),
    })
}

/// Larger numbers of attempts are reduced to this one.
const MAX_ATTEMPTS: u32 = 10_000;

fn parse_attempts(text: &str) -> Result<u32> {
    let digits = python::parse_int(text).ok_or_else(|| {
        Error::general(python::invalid_int_message(&python::repr_str(text)))
            .hint("AWS_MAX_ATTEMPTS or max_attempts of the profile must be a whole number")
    })?;
    if digits.starts_with('-') || digits == "0" {
        return Err(Error::general(format!(
            "Value provided to \"max_attempts\": {digits} must be an integer greater than or \
             equal to one."
        )));
    }
    // More would take days, and the SDK allocates memory for each.
    Ok(digits.parse().unwrap_or(u32::MAX).min(MAX_ATTEMPTS))
}

fn parse_mode(text: &str) -> Result<RetryMode> {
    match text {
        "standard" => Ok(RetryMode::Standard),
        "adaptive" => Ok(RetryMode::Adaptive),
        other => Err(Error::general(format!(
            "Invalid value provided to \"mode\": \"{other}\" must be one of: \"standard\" or \
             \"adaptive\""
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_values_like_aws_cli() {
        let table = [
            ("1", Ok(1)),
            (" 7 ", Ok(7)),
            ("99999999999", Ok(MAX_ATTEMPTS)),
            (
                "0",
                Err(
                    "Value provided to \"max_attempts\": 0 must be an integer greater than or \
                     equal to one.",
                ),
            ),
            ("x", Err("invalid literal for int() with base 10: 'x'")),
        ];
        for (text, want) in table {
            let got = parse_attempts(text).map_err(|e| e.message);
            assert_eq!(got, want.map_err(str::to_string), "{text}");
        }
        assert_eq!(parse_mode("adaptive").ok(), Some(RetryMode::Adaptive));
        assert!(parse_mode("legacy").is_err());
    }
}
