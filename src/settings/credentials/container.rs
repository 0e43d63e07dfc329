//! Credentials of a container, which its variables say where to ask for. As by the AWS CLI, only the
//! machine itself is asked over plain HTTP, no proxy is, and three times at most.

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

/// The AWS CLI's name for it.
const NAME: &str = "container-role";

/// Where the relative address leads to.
const HOST: &str = "169.254.170.2";

/// Hosts that may be asked, beside those of the machine itself.
const HOSTS: [&str; 4] = [HOST, "169.254.170.23", "fd00:ec2::23", "localhost"];

/// Timeout of each step of a request.
const TIMEOUT: Duration = Duration::from_secs(2);

const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Where to ask, and what to show there.
pub(in crate::settings) struct Container {
    url: String,
    token: Token,
}

enum Token {
    None,
    Is(String),
    InFile(String),
}

/// What the environment says of it; an error where it leads elsewhere, since the token would go
/// there, too.
pub(super) fn find(environment: &Environment) -> Result<Option<Container>> {
    let relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let whole = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let url = match (relative, whole) {
        (Some(path), _) => format!("http://{HOST}{path}"),
        (None, Some(url)) => url.to_string(),
        (None, None) => return Ok(None),
    };
    check(&url)?;
    let token = match (
        environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    ) {
        (Some(path), _) => Token::InFile(path.to_string()),
        (None, Some(token)) => Token::Is(token.to_string()),
        (None, None) => Token::None,
    };
    Ok(Some(Container { url, token }))
}

/// Refuses hosts that are neither this machine nor asked over TLS.
fn check(url: &str) -> Result<()> {
    let parsed: Option<http::Uri> = url.parse().ok();
    let parsed = parsed.filter(|url| url.scheme().is_some());
    if parsed.as_ref().and_then(http::Uri::scheme_str) == Some("https") {
        return Ok(());
    }
    let host = parsed.as_ref().and_then(http::Uri::host).unwrap_or("None");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>();
    if address.is_ok_and(|address| address.is_loopback()) || HOSTS.contains(&bare) {
        return Ok(());
    }
    Err(Error::general(format!(
        "Unsupported host '{bare}'.  Can only retrieve metadata from a loopback address or \
         one of these hosts: {}",
        HOSTS.join(", ")
    ))
    .hint(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI, or else AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, a path \
         that begins with a slash, names it",
    ))
}

impl Container {
    /// The container's credentials; asked for once more where they end soon.
    pub(super) async fn fetch(&self, context: &FetchContext) -> Result<Credentials> {
        let first = self.fetch_once(context).await?;
        let found = match expiry::refresh(first.credentials.expiry()) {
            Refresh::Unneeded => first,
            Refresh::Advisory => self.fetch_once(context).await.unwrap_or(first),
            Refresh::Mandatory => self.fetch_once(context).await?,
        };
        found.current()
    }

    async fn fetch_once(&self, context: &FetchContext) -> Result<ResolvedCredentials> {
        let token = self.token()?;
        let client = context.container_client(TIMEOUT);
        let mut attempt = 1;
        let document = loop {
            match self.ask(token.as_deref(), &client).await {
                Ok(document) => break document,
                Err(error) if attempt >= ATTEMPTS => return Err(error),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
            attempt += 1;
        };
        keys(&document, &context.zone)
    }

    fn token(&self) -> Result<Option<String>> {
        let token = match &self.token {
            Token::None => return Ok(None),
            Token::Is(token) => token.clone(),
            Token::InFile(path) => regular_file::read_to_string(path).map_err(|why| {
                Error::general(python_os_error(&why, path))
                    .hint("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names this file")
            })?,
        };
        // Not shown, since it is secret.
        match http::HeaderValue::from_str(&token) {
            Ok(_) => Ok(Some(token)),
            Err(_) => Err(
                Error::general("Auth token value is not a legal header value")
                    .hint("the container's token must be one line, without the end of one"),
            ),
        }
    }

    async fn ask(&self, token: Option<&str>, client: &MetadataClient) -> Result<Json> {
        let failed =
            |why: String| retrieval_error(NAME, &format!("Error retrieving metadata: {why}"));
        let mut headers = vec![("accept", "application/json")];
        headers.extend(token.map(|token| ("authorization", token)));
        let response = client.send("GET", &self.url, &headers).await;
        let response = response.map_err(|error| match error {
            MetadataError::InvalidRequest => failed(format!(
                "no such address: {}",
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

/// The keys of a container's document.
fn keys(document: &Json, zone: &LocalZone) -> Result<ResolvedCredentials> {
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
    *credentials.expiry_mut() = Some(expiry::parse_json(end, zone)?);
    Ok(ResolvedCredentials {
        credentials,
        from,
        process: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(variables: [(&str, &str); 2]) -> Option<String> {
        let found = find(&Environment::from(variables));
        found.ok().flatten().map(|container| container.url)
    }

    #[test]
    fn the_address_is_the_aws_clis() {
        const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
        const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        let none = ("X", "");
        let table = [
            (
                [(RELATIVE, "/v2/x?y"), none],
                Some("http://169.254.170.2/v2/x?y"),
            ),
            // The relative one wins, even where it is empty.
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
            // Behind such a path stands another host.
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
