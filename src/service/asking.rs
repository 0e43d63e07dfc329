//! The HTTP client for those who ask other services for credentials before the call. It is the
//! call's own connector, but hands on the bodies of replies, which the call reads from its record, and
//! says what stood in the way of one in the words that the call has for it.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::failure;
use super::paced::Paced;
use super::reply::Recorder;
use super::retry::RETRY_AFTER;
use super::told::Purpose;
use super::transport::{Limits, Transport};
use crate::connection::Connection;
use crate::error::Error;

/// A client with the time limits that its users set, or else with these.
pub(super) fn client(
    limits: Limits,
    connection: &Connection,
    obeys_retry_after: bool,
) -> SharedHttpClient {
    let client = SharedHttpClient::new(Asking {
        limits,
        connection: connection.clone(),
        obeys_retry_after,
    });
    match connection.paced {
        true => SharedHttpClient::new(Paced::new(client)),
        false => client,
    }
}

/// A connector by itself, for those who need nothing else of the SDK.
pub(super) fn connector(limits: Limits, connection: &Connection) -> SharedHttpConnector {
    connector_of(limits, connection, false)
}

fn connector_of(
    limits: Limits,
    connection: &Connection,
    obeys_retry_after: bool,
) -> SharedHttpConnector {
    let recorder = Recorder::default();
    let purpose = match connection.paths_are_secret {
        true => Purpose::Container,
        false => Purpose::Credentials,
    };
    let transport = Transport::new(purpose, limits, connection.clone(), recorder.clone());
    SharedHttpConnector::new(Connector {
        transport,
        recorder,
        obeys_retry_after,
    })
}

#[derive(Debug)]
struct Asking {
    limits: Limits,
    connection: Connection,
    obeys_retry_after: bool,
}

#[derive(Debug)]
struct Connector {
    transport: Transport,
    recorder: Recorder,
    /// Whether the SDK is to see with what delay the service wants to be asked again.
    obeys_retry_after: bool,
}

impl HttpClient for Asking {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let limits = Limits {
            connect: settings.connect_timeout().or(self.limits.connect),
            read: settings.read_timeout().or(self.limits.read),
        };
        connector_of(limits, &self.connection, self.obeys_retry_after)
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.transport.call(request);
        let recorder = self.recorder.clone();
        let obeys_retry_after = self.obeys_retry_after;
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            let course = recorder.take();
            match (answer, course.last) {
                (Ok(mut response), Some(Ok(reply))) => {
                    *response.body_mut() = SdkBody::from(reply.body);
                    if !obeys_retry_after {
                        response.headers_mut().remove(RETRY_AFTER);
                    }
                    Ok(response)
                }
                (Err(error), Some(Err(obstacle))) => {
                    Err(worded(&error, failure::of_obstacle(&obstacle, &course.url)))
                }
                (answer, _) => answer,
            }
        })
    }
}

/// An error of the same kind, with a cause that says what happened.
fn worded(error: &ConnectorError, cause: Error) -> ConnectorError {
    let cause = cause.into();
    if error.is_timeout() {
        ConnectorError::timeout(cause)
    } else if error.is_user() {
        ConnectorError::user(cause)
    } else if error.is_io() {
        ConnectorError::io(cause)
    } else {
        ConnectorError::other(cause, error.as_other())
    }
}
