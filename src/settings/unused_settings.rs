//! Settings that no call to Cognito Sync uses, but whose values the AWS CLI validates before every
//! call (`botocore/args.py` of 2.36.7).

use super::shared_files::Profile;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python;

/// Rejects invalid values, in the AWS CLI's order.
pub(super) fn check(
    unsigned: bool,
    profile: &Profile<'_>,
    environment: &Environment,
) -> Result<()> {
    let set = |variable, key| environment.get(variable).or(profile.get(key));
    let reject = |message: Option<String>| message.map_or(Ok(()), |text| Err(Error::general(text)));
    reject(
        set(
            "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
            "request_min_compression_size_bytes",
        )
        .and_then(compression_size_error),
    )?;
    for (variable, key) in [
        (
            "AWS_REQUEST_CHECKSUM_CALCULATION",
            "request_checksum_calculation",
        ),
        (
            "AWS_RESPONSE_CHECKSUM_VALIDATION",
            "response_checksum_validation",
        ),
    ] {
        reject(set(variable, key).and_then(|value| checksum_mode_error(key, value)))?;
    }
    // Unsigned requests have no account.
    if !unsigned {
        let mode = set("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode");
        reject(mode.and_then(account_mode_error))?;
    }
    let express = set(
        "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        "s3_disable_express_session_auth",
    );
    reject(express.and_then(express_session_error))
}

/// Rejects an unknown `cli_binary_format`, with the message of Python's `KeyError`.
pub(super) fn check_binary_format(profile: &Profile<'_>) -> Result<()> {
    match profile.get("cli_binary_format") {
        None | Some("base64" | "raw-in-base64-out") => Ok(()),
        Some(other) => Err(Error::general(python::repr_str(other))
            .hint("the profile's cli_binary_format must be base64 or raw-in-base64-out")),
    }
}

fn compression_size_error(value: &str) -> Option<String> {
    let start = format!("Invalid value \"{value}\" for request_min_compression_size_bytes.");
    let Some(number) = python::parse_int(value) else {
        return Some(format!(
            "{start} Value must be an integer. Received <class 'str'> instead."
        ));
    };
    let range = 1..=1_048_576;
    if number.parse().is_ok_and(|size: u32| range.contains(&size)) {
        return None;
    }
    let start = format!("Invalid value \"{number}\" for request_min_compression_size_bytes.");
    Some(format!("{start} Value must be between 1 and 1048576."))
}

fn checksum_mode_error(key: &str, value: &str) -> Option<String> {
    let value = value.to_lowercase();
    (!["when_supported", "when_required"].contains(&value.as_str())).then(|| {
        format!(
            "Unsupported configuration value for {key}. Expected one of ('when_supported', \
             'when_required') but got {value}."
        )
    })
}

fn account_mode_error(value: &str) -> Option<String> {
    let value = value.to_lowercase();
    (!["preferred", "disabled", "required"].contains(&value.as_str())).then(|| {
        format!(
            "The configured value '{value}' for 'account_id_endpoint_mode' is invalid. Valid \
             values are: ('preferred', 'disabled', 'required')."
        )
    })
}

fn express_session_error(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    (lower != "true" && lower != "false").then(|| {
        format!(
            "Invalid value \"{value}\" for s3_disable_express_session_auth. Value must be a boolean"
        )
    })
}
