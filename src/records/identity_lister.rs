//! Lists the identities of a pool page by page, at a fixed pace, from where an earlier run stopped.

use std::time::Duration;

use serde_json::{Map, Value as Json};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::counted_client::{CountedClient, has_code};
use super::identity_source::ListPosition;
use super::response_members::{PageTokens, ResponseMembers, unexpected_value};
use crate::error::Result;
use crate::model::OperationId;
use crate::service::CallError;

/// The largest page that the service allows.
const PAGE_SIZE: i64 = 60;

/// The codes with which the service rejects a token, such as an expired one.
const INVALID_TOKEN: [&str; 2] = ["InvalidParameterException", "ValidationException"];

/// Lists the identities of a pool.
#[derive(Debug)]
pub struct IdentityLister {
    client: CountedClient,
    identity_pool_id: String,
    /// Ticks whenever a request may be sent.
    pace: Interval,
    next_token: Option<String>,
    tokens: PageTokens,
    /// Whether the list may start again, if the service rejects the token.
    may_restart: bool,
    restarts: u32,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityPage {
    /// The identities.
    pub identities: Vec<ListedIdentity>,
    /// The token of the next page; `None` on the last one.
    pub next_token: Option<String>,
}

/// An identity of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedIdentity {
    /// Its id.
    pub id: String,
    /// Whether it has logins.
    pub is_authenticated: bool,
}

impl IdentityLister {
    /// Creates a lister that sends at most `rate` requests a second and begins at `start`.
    pub fn new(
        client: CountedClient,
        identity_pool_id: &str,
        rate: f64,
        start: &ListPosition,
    ) -> IdentityLister {
        let period = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
        let mut pace = interval(period.max(Duration::from_nanos(1)));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        IdentityLister {
            client,
            identity_pool_id: identity_pool_id.to_string(),
            pace,
            next_token: match start {
                ListPosition::Token(token) => Some(token.clone()),
                ListPosition::Start | ListPosition::End => None,
            },
            tokens: PageTokens::default(),
            may_restart: true,
            restarts: 0,
        }
    }

    /// Returns the next page. If the service rejects its token, which may have expired, the list
    /// starts again from the beginning; but not twice without [`IdentityLister::allow_restart`].
    pub async fn next_page(&mut self) -> Result<IdentityPage, CallError> {
        let operation = OperationId::ListIdentities.operation();
        loop {
            self.pace.tick().await;
            let mut input = Map::from_iter([
                (
                    "IdentityPoolId".to_string(),
                    self.identity_pool_id.as_str().into(),
                ),
                ("MaxResults".to_string(), PAGE_SIZE.into()),
            ]);
            if let Some(token) = &self.next_token {
                input.insert("NextToken".to_string(), token.as_str().into());
            }
            match self.client.call(operation, &input).await {
                Ok(mut members) => {
                    let page = parse_page(&mut members).and_then(|page| {
                        page.next_token
                            .iter()
                            .try_for_each(|token| self.tokens.add(token))?;
                        Ok(page)
                    });
                    let page =
                        page.map_err(|error| CallError::from(error).of_operation(operation))?;
                    self.next_token.clone_from(&page.next_token);
                    return Ok(page);
                }
                Err(error) if self.may_restart && self.is_token_rejected(&error) => {
                    self.next_token = None;
                    self.tokens = PageTokens::default();
                    self.may_restart = false;
                    self.restarts += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Allows the list to start again: it has had new identities since.
    pub fn allow_restart(&mut self) {
        self.may_restart = true;
    }

    /// Returns how often the list has started again.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    fn is_token_rejected(&self, error: &CallError) -> bool {
        self.next_token.is_some() && INVALID_TOKEN.iter().any(|code| has_code(error, code))
    }
}

fn parse_page(page: &mut ResponseMembers) -> Result<IdentityPage> {
    let identity = |identity: Json| {
        let mut identity = ResponseMembers::from_value(identity, "Identities")?;
        let id = identity.required_text("IdentityId")?;
        if !is_line(&id) {
            return Err(unexpected_value("IdentityId", &id.into()));
        }
        Ok(ListedIdentity {
            id,
            is_authenticated: !identity.list("Logins")?.is_empty(),
        })
    };
    let identities = page.list("Identities")?.into_iter().map(identity);
    Ok(IdentityPage {
        identities: identities.collect::<Result<_>>()?,
        next_token: page.next_token()?,
    })
}

/// Whether an id is a line of the file of `--identities`. The service has no others.
fn is_line(id: &str) -> bool {
    !id.is_empty() && !id.starts_with('#') && !id.contains(|c: char| c.is_control() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<IdentityPage> {
        let operation = OperationId::ListIdentities.operation();
        parse_page(&mut ResponseMembers::parse(body.as_bytes(), operation)?)
    }

    #[test]
    fn parses_pages() {
        let identity = |id: &str, is_authenticated| ListedIdentity {
            id: id.into(),
            is_authenticated,
        };
        let body = r#"{"IdentityPoolId":"p","Identities":[{"IdentityId":"a","Logins":["x"]},
            {"IdentityId":"b","Logins":[]},{"IdentityId":"c","CreationDate":1.4E9}],"NextToken":"t"}"#;
        let page = IdentityPage {
            identities: vec![
                identity("a", true),
                identity("b", false),
                identity("c", false),
            ],
            next_token: Some("t".into()),
        };
        assert_eq!(parse(body).ok(), Some(page));
        let empty = IdentityPage {
            identities: Vec::new(),
            next_token: None,
        };
        assert_eq!(parse(r#"{"NextToken":""}"#).ok(), Some(empty));
    }

    #[test]
    fn rejects_pages_of_other_shape() {
        for body in [
            "[]",
            r#"{"Identities":{}}"#,
            r#"{"Identities":[null]}"#,
            r#"{"Identities":[{}]}"#,
            r#"{"Identities":[{"IdentityId":7}]}"#,
            r#"{"Identities":[{"IdentityId":""}]}"#,
            r#"{"Identities":[{"IdentityId":"a:1\nb:2"}]}"#,
            r#"{"Identities":[{"IdentityId":"a:\u001b[31m"}]}"#,
            r##"{"Identities":[{"IdentityId":"#a:1"}]}"##,
        ] {
            let error = parse(body).expect_err(body);
            assert!(
                error.message.starts_with("The response of the service"),
                "{body}: {error}"
            );
        }
    }
}
