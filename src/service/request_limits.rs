//! Limits of requests, checked before the SDK builds them: it panics on values that do not fit into
//! the URL or a header.

use aws_config::SdkConfig;
use serde_json::{Map, Value as Json};

use crate::error::{Error, Result};
use crate::model::{Location, Member, Operation};
use crate::percent_encoding;
use crate::python;

/// Maximum length of a URL in bytes: `http::Uri` stores offsets in 16 bits.
const MAX_URL_LENGTH: usize = u16::MAX as usize - 1;

/// Upper bound for the length of the default endpoint URL in bytes.
const DEFAULT_ENDPOINT_LENGTH: usize = 120;

/// Rejects input that does not fit into a request.
pub(super) fn check(
    operation: &Operation,
    input: &Map<String, Json>,
    settings: &SdkConfig,
) -> Result<()> {
    for member in operation.input.aws_cli_members() {
        if let (Location::Header(_), Some(Json::String(value))) =
            (member.location, input.get(member.name))
        {
            check_header(member, value)?;
        }
    }
    let endpoint = settings
        .endpoint_url()
        .map_or(DEFAULT_ENDPOINT_LENGTH, str::len);
    check_url(operation, input, endpoint)
}

/// Rejects line breaks, which values read from files often end with, and other control characters.
/// Python rejects only the line breaks.
fn check_header(member: &Member, value: &str) -> Result<()> {
    if value.contains(['\r', '\n']) {
        let shown = python::repr_bytes(value.as_bytes());
        return Err(Error::general(format!(
            "An HTTP Client raised an unhandled exception: Invalid header value {shown}"
        ))
        .hint(format!(
            "{} is sent in a header, which cannot contain line breaks",
            member.name
        )));
    }
    let control = value.chars().find(|c| c.is_ascii_control() && *c != '\t');
    match control {
        None => Ok(()),
        Some(control) => Err(Error::general(format!(
            "--{}: the value has the control character U+{:04X}, which cannot be sent in a header.",
            member.option(),
            u32::from(control)
        ))),
    }
}

/// Rejects a URL that is too long, and names the longest part.
fn check_url(operation: &Operation, input: &Map<String, Json>, endpoint: usize) -> Result<()> {
    let parts = operation.input.aws_cli_members().filter_map(|member| {
        let around = match member.location {
            Location::Path => 0,
            Location::Query(name) => name.len() + "&=".len(),
            Location::Body | Location::Header(_) => return None,
        };
        let value = match input.get(member.name)? {
            Json::String(text) => percent_encoding::encoded_length(text),
            other => other.to_string().len(),
        };
        Some((format!("--{}", member.option()), around + value))
    });
    let parts: Vec<_> = parts
        .chain([("--endpoint-url".to_string(), endpoint)])
        .collect();
    let length = operation.path.len() + parts.iter().map(|(_, length)| length).sum::<usize>();
    if length <= MAX_URL_LENGTH {
        return Ok(());
    }
    let longest = parts.into_iter().max_by_key(|(_, length)| *length);
    let (name, _) = longest.unwrap_or_default();
    Err(Error::general(format!(
        "{name}: the value makes a URL of {length} bytes, which is more than the {MAX_URL_LENGTH} that can be \
         sent; shorten it."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(operation: &str, name: &str, value: &str, endpoint: usize) -> Option<String> {
        let operation = Operation::find_by_command(operation).expect("an operation");
        let input = Map::from_iter([(name.to_string(), Json::from(value))]);
        let settings = SdkConfig::builder().endpoint_url("x".repeat(endpoint));
        check(operation, &input, &settings.build())
            .err()
            .map(|error| error.message)
    }

    #[test]
    fn rejects_urls_of_65535_bytes_or_more() {
        let path = "/identitypools/{IdentityPoolId}/configuration".len();
        let get = "get-identity-pool-configuration";
        let fits = MAX_URL_LENGTH - path - 10;
        assert_eq!(message(get, "IdentityPoolId", &"x".repeat(fits), 10), None);
        let want = "--identity-pool-id: the value makes a URL of 65535 bytes, which is more than the \
                    65534 that can be sent; shorten it.";
        let got = message(get, "IdentityPoolId", &"x".repeat(fits + 1), 10);
        assert_eq!(got.as_deref(), Some(want));
        // Percent-encoding takes three bytes per byte.
        let got = message(get, "IdentityPoolId", &"ü".repeat(11_000), 10);
        assert!(got.is_some_and(|got| got.starts_with("--identity-pool-id: ")));
        let got = message(get, "IdentityPoolId", "p", 65_500);
        assert!(got.is_some_and(|got| got.starts_with("--endpoint-url: ")));
        let got = message("list-records", "NextToken", &"x".repeat(70_000), 10);
        assert!(got.is_some_and(|got| got.starts_with("--next-token: ")));
        let body = message("update-records", "DeviceId", &"x".repeat(70_000), 10);
        assert_eq!(body, None);
    }

    #[test]
    fn rejects_control_characters_in_headers() {
        let table = [
            ("a\tü", None),
            (
                "a\n",
                Some("An HTTP Client raised an unhandled exception: Invalid header value b'a\\n'"),
            ),
            (
                "a\u{7f}",
                Some(
                    "--client-context: the value has the control character U+007F, which cannot be \
                     sent in a header.",
                ),
            ),
            (
                "\0",
                Some(
                    "--client-context: the value has the control character U+0000, which cannot be \
                     sent in a header.",
                ),
            ),
        ];
        for (value, want) in table {
            let got = message("update-records", "ClientContext", value, 10);
            assert_eq!(got.as_deref(), want, "{value:?}");
        }
    }
}
