//! The HTTP client of credential providers: the connector of calls, except that it passes on the bodies of
//! responses, which calls read from the record, and that its errors carry the message of a call's.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::RETRY_AFTER;
use super::attempts::Recorder;
use super::debug_log::Purpose;
use super::network::{Limits, NetworkConnector};
use super::paced::Paced;
use crate::connection::Connection;
use crate::error::Error;

/// A client with the timeouts that its users set, or else with these.
pub fn client(
    limits: Limits,
    connection: &Connection,
    obeys_retry_after: bool,
) -> SharedHttpClient {
    let client = SharedHttpClient::new(CredentialsHttp {
        limits,
        connection: connection.clone(),
        obeys_retry_after,
    });
    match connection.paced {
        true => SharedHttpClient::new(Paced::new(client)),
        false => client,
    }
}

/// A connector by itself, for providers that need no client of the SDK.
pub fn connector(limits: Limits, connection: &Connection) -> SharedHttpConnector {
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
    let network = NetworkConnector::new(purpose, limits, connection.clone(), recorder.clone());
    SharedHttpConnector::new(Connector {
        network,
        recorder,
        obeys_retry_after,
    })
}

#[derive(Debug)]
struct CredentialsHttp {
    limits: Limits,
    connection: Connection,
    obeys_retry_after: bool,
}

#[derive(Debug)]
struct Connector {
    network: NetworkConnector,
    recorder: Recorder,
    /// Whether the SDK sees the delay that the service asks for.
    obeys_retry_after: bool,
}

impl HttpClient for CredentialsHttp {
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
        let exchange = self.network.call(request);
        let recorder = self.recorder.clone();
        let obeys_retry_after = self.obeys_retry_after;
        HttpConnectorFuture::new(async move {
            let outcome = exchange.await;
            let attempts = recorder.take();
            match (outcome, attempts.last) {
                (Ok(mut response), Some(Ok(received))) => {
                    *response.body_mut() = SdkBody::from(received.body);
                    if !obeys_retry_after {
                        response.headers_mut().remove(RETRY_AFTER);
                    }
                    Ok(response)
                }
                (Err(error), Some(Err(why))) => {
                    Err(with_cause(&error, why.to_error(&attempts.url)))
                }
                (outcome, _) => outcome,
            }
        })
    }
}

/// An error of the same kind, with this cause.
fn with_cause(error: &ConnectorError, cause: Error) -> ConnectorError {
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
