//! Credentials of a container, from the URL in its environment variables. As in the AWS CLI, plain
//! HTTP is limited to loopback and link-local hosts, proxies are not used, and three attempts are
//! made at most.

use std::net::IpAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use serde_json::Value as Json;

use super::expiry::{self, Refresh};
use super::fetch_context::FetchContext;
use super::metadata_client::{MetadataClient, MetadataError};
use super::process::python_os_error;
use super::{
    ResolvedCredentials, new_credentials, optional_token, require_string, retrieval_error,
};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::redaction::{Redaction, redact_url};
use crate::regular_file;
use crate::timestamp::LocalZone;

/// The AWS CLI's name of the provider.
const NAME: &str = "container-role";

/// The host of relative URIs.
const HOST: &str = "169.254.170.2";

/// Hosts that are allowed over plain HTTP besides loopback addresses.
const ALLOWED_HOSTS: [&str; 4] = [HOST, "169.254.170.23", "fd00:ec2::23", "localhost"];

/// Timeout of each step of a request.
const TIMEOUT: Duration = Duration::from_secs(2);

const ATTEMPTS: u32 = 3;
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The URL and the authorization token of a container.
pub(in crate::settings) struct ContainerProvider {
    url: String,
    token: AuthorizationToken,
}

enum AuthorizationToken {
    None,
    Value(String),
    File(String),
}

/// Returns the container provider of the environment. Rejects remote hosts over plain HTTP, which
/// would receive the token.
pub(super) fn find(environment: &Environment) -> Result<Option<ContainerProvider>> {
    let relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let whole = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let url = match (relative, whole) {
        (Some(path), _) => format!("http://{HOST}{path}"),
        (None, Some(url)) => url.to_string(),
        (None, None) => return Ok(None),
    };
    check_host(&url)?;
    let token = match (
        environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    ) {
        (Some(path), _) => AuthorizationToken::File(path.to_string()),
        (None, Some(token)) => AuthorizationToken::Value(token.to_string()),
        (None, None) => AuthorizationToken::None,
    };
    Ok(Some(ContainerProvider { url, token }))
}

/// Rejects a URL that is neither HTTPS nor on an allowed host.
fn check_host(url: &str) -> Result<()> {
    let parsed: Option<http::Uri> = url.parse().ok();
    let parsed = parsed.filter(|url| url.scheme().is_some());
    if parsed.as_ref().and_then(http::Uri::scheme_str) == Some("https") {
        return Ok(());
    }
    let host = parsed.as_ref().and_then(http::Uri::host).unwrap_or("None");
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<IpAddr>();
    if address.is_ok_and(|address| address.is_loopback()) || ALLOWED_HOSTS.contains(&host) {
        return Ok(());
    }
    Err(Error::general(format!(
        "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or \
         one of these hosts: {}",
        ALLOWED_HOSTS.join(", ")
    ))
    .hint(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI, or else AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, a path \
         that begins with a slash, names it",
    ))
}

impl ContainerProvider {
    /// Fetches the container's credentials; once more if they expire soon.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        let first = self.fetch_once(context).await?;
        let found = match expiry::needed_refresh(first.credentials.expiry()) {
            Refresh::Unneeded => first,
            Refresh::Advisory => self.fetch_once(context).await.unwrap_or(first),
            Refresh::Mandatory => self.fetch_once(context).await?,
        };
        found.unexpired()
    }

    async fn fetch_once(&self, context: &FetchContext) -> Result<ResolvedCredentials> {
        let token = self.token()?;
        let client = context.container_client(TIMEOUT);
        let mut attempt = 1;
        let document = loop {
            match self.request(token.as_deref(), &client).await {
                Ok(document) => break document,
                Err(error) if attempt >= ATTEMPTS => return Err(error),
                Err(_) => tokio::time::sleep(RETRY_DELAY).await,
            }
            attempt += 1;
        };
        parse_document(&document, &context.time_zone)
    }

    fn token(&self) -> Result<Option<String>> {
        let token = match &self.token {
            AuthorizationToken::None => return Ok(None),
            AuthorizationToken::Value(token) => token.clone(),
            AuthorizationToken::File(path) => {
                regular_file::read_to_string(path).map_err(|why| {
                    Error::general(python_os_error(&why, path))
                        .hint("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names this file")
                })?
            }
        };
        // The error does not show the token, since it is secret.
        match http::HeaderValue::from_str(&token) {
            Ok(_) => Ok(Some(token)),
            Err(_) => Err(
                Error::general("Auth token value is not a legal header value")
                    .hint("the container's token must be one line without a line end"),
            ),
        }
    }

    async fn request(&self, token: Option<&str>, client: &MetadataClient) -> Result<Json> {
        let failed =
            |why: String| retrieval_error(NAME, &format!("Error retrieving metadata: {why}"));
        let mut headers = vec![("accept", "application/json")];
        headers.extend(token.map(|token| ("authorization", token)));
        let response = client.send("GET", &self.url, &headers).await;
        let response = response.map_err(|error| match error {
            MetadataError::InvalidRequest => failed(format!(
                "invalid URL: {}",
                redact_url(&self.url, Redaction::Path)
            )),
            MetadataError::Request(error) => failed(format!(
                "Received error when attempting to retrieve container metadata: {error}"
            )),
        })?;
        match response.status {
            200 => serde_json::from_slice(&response.body).map_err(|_| {
                failed("Unable to parse JSON returned from container metadata services".into())
            }),
            status => Err(failed(format!(
                "Received non 200 response {status} from container metadata: {}",
                String::from_utf8_lossy(&response.body)
            ))),
        }
    }
}

/// Parses a container's credentials document.
fn parse_document(document: &Json, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let missing =
        |name: &str| retrieval_error(NAME, &format!("Missing required key in response: '{name}'"));
    let get = |name: &str| document.get(name).ok_or_else(|| missing(name));
    let (key, secret, token) = (get("AccessKeyId")?, get("SecretAccessKey")?, get("Token")?);
    let end = get("Expiration")?;
    let key = require_string(NAME, "AccessKeyId", key)?;
    let secret = require_string(NAME, "SecretAccessKey", secret)?;
    let token = optional_token(NAME, "Token", token)?;
    let from = "the container";
    let mut credentials = new_credentials(from, key, secret, token)?;
    *credentials.expiry_mut() = Some(expiry::parse_json(end, time_zone)?);
    Ok(ResolvedCredentials::new(credentials, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(variables: [(&str, &str); 2]) -> Option<String> {
        let found = find(&Environment::from(variables));
        found.ok().flatten().map(|container| container.url)
    }

    #[test]
    fn resolves_url_like_aws_cli() {
        const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
        const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        let none = ("X", "");
        let table = [
            (
                [(RELATIVE, "/v2/x?y"), none],
                Some("http://169.254.170.2/v2/x?y"),
            ),
            // The relative URI wins, even if it is empty.
            (
                [(RELATIVE, "/r"), (FULL, "http://localhost/f")],
                Some("http://169.254.170.2/r"),
            ),
            (
                [(RELATIVE, ""), (FULL, "http://localhost/f")],
                Some("http://169.254.170.2"),
            ),
            (
                [(FULL, "http://127.3.2.1:1/f"), none],
                Some("http://127.3.2.1:1/f"),
            ),
            ([(FULL, "http://[::1]:1/f"), none], Some("http://[::1]:1/f")),
            (
                [(FULL, "http://[fd00:ec2::23]/f"), none],
                Some("http://[fd00:ec2::23]/f"),
            ),
            (
                [(FULL, "https://example.com/f"), none],
                Some("https://example.com/f"),
            ),
            ([(FULL, "http://example.com/f"), none], None),
            // Such a path changes the host.
            ([(RELATIVE, "@example.com/"), none], None),
            ([(RELATIVE, ".example.com/"), none], None),
            ([(RELATIVE, "x"), none], None),
            ([none, ("Y", "")], None),
        ];
        for (variables, want) in table {
            assert_eq!(url(variables).as_deref(), want, "{variables:?}");
        }
    }
}
