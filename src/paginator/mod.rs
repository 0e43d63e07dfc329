//! The pages of a list operation, requested one after the other.

mod token_history;

use serde_json::{Map, Value as Json};

use crate::cancellation::Cancellation;
use crate::error::{Error, Result};
use crate::model::{NEXT_TOKEN, Operation};
use crate::output::{self, TimestampFormat};
use crate::service::{CallError, Client};
use token_history::TokenHistory;

/// Requests the pages of a list operation.
pub struct Paginator<'a> {
    client: &'a Client,
    operation: &'static Operation,
    /// The input of the next request.
    input: Map<String, Json>,
    timestamps: TimestampFormat<'a>,
    history: TokenHistory,
    is_complete: bool,
}

/// A page of a list.
#[derive(Debug)]
pub struct ResponsePage {
    /// The members of the response without its `NextToken`.
    pub members: Map<String, Json>,
    /// The token that it was requested with; `None` for the first page.
    pub token: Option<String>,
    /// The token of the next page; `None` if this is the last one.
    pub next_token: Option<String>,
}

impl<'a> Paginator<'a> {
    /// Creates the paginator of an operation that has pages. `input` may have the token to start
    /// with.
    pub fn new(
        client: &'a Client,
        operation: &'static Operation,
        input: Map<String, Json>,
    ) -> Paginator<'a> {
        Paginator {
            client,
            operation,
            input,
            timestamps: TimestampFormat::Wire,
            history: TokenHistory::default(),
            is_complete: false,
        }
    }

    /// Sets the format of timestamps, which otherwise are as the service sends them.
    #[must_use]
    pub fn with_timestamps(self, timestamps: TimestampFormat<'a>) -> Self {
        Paginator { timestamps, ..self }
    }

    /// The token of the page that is requested next.
    pub fn token(&self) -> Option<&str> {
        self.input.get(NEXT_TOKEN).and_then(Json::as_str)
    }

    /// Requests the next page. Returns `None` after the last one.
    ///
    /// # Errors
    /// The call failed, the response is no page, or its token was returned before, so that the list
    /// would never end. The same page can be requested again.
    pub async fn next_page(
        &mut self,
        cancellation: &Cancellation,
    ) -> Result<Option<ResponsePage>, CallError> {
        if self.is_complete {
            return Ok(None);
        }
        let (client, operation) = (self.client, self.operation);
        let called = client.call_until(operation, &self.input, cancellation);
        let page = match called.await {
            Ok(response) => self.page(&response.response.body).map_err(CallError::from),
            Err(error) => Err(error),
        };
        page.map(Some)
            .map_err(|error| error.of_operation(operation))
    }

    /// Parses a page and prepares the request of the next one.
    fn page(&mut self, body: &[u8]) -> Result<ResponsePage> {
        let mut members =
            output::parse_document_with(body, self.operation.output, self.timestamps)?;
        let token = self.token().map(str::to_string);
        // An empty token ends the list, as for the AWS CLI.
        let next_token = match members.remove(NEXT_TOKEN) {
            None => None,
            Some(Json::String(token)) => Some(token).filter(|token| !token.is_empty()),
            Some(other) => return Err(output::unexpected_value(NEXT_TOKEN, &other)),
        };
        match &next_token {
            None => self.is_complete = true,
            Some(next) => {
                let is_first = self.history.is_empty();
                if let Some(token) = token.as_ref().filter(|_| is_first) {
                    self.history.add(token);
                }
                if !self.history.add(next) {
                    return Err(Error::general(
                        "The service returned the same NextToken twice, so that the list would \
                         never end.",
                    ));
                }
                self.input
                    .insert(NEXT_TOKEN.to_string(), next.as_str().into());
            }
        }
        Ok(ResponsePage {
            members,
            token,
            next_token,
        })
    }
}
