//! The HTTP client for those who ask other services for credentials before the call. It is the
//! call's own connector, but hands on the bodies of replies, which the call reads from its record.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::reply::Recorder;
use super::told::Purpose;
use super::transport::{Limits, Transport};
use crate::connection::Connection;

/// A client with the time limits that its users set, or else with these.
pub(super) fn client(limits: Limits, connection: &Connection) -> SharedHttpClient {
    let connection = connection.clone();
    SharedHttpClient::new(Asking { limits, connection })
}

#[derive(Debug)]
struct Asking {
    limits: Limits,
    connection: Connection,
}

#[derive(Debug)]
struct Connector {
    transport: Transport,
    recorder: Recorder,
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
        let recorder = Recorder::default();
        let transport = Transport::new(
            Purpose::Credentials,
            limits,
            self.connection.clone(),
            recorder.clone(),
        );
        SharedHttpConnector::new(Connector {
            transport,
            recorder,
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.transport.call(request);
        let recorder = self.recorder.clone();
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            if let Some(Ok(reply)) = recorder.take().last {
                *response.body_mut() = SdkBody::from(reply.body);
            }
            Ok(response)
        })
    }
}
