//! The clients of services that commands use, made from their settings.

mod regional_clients;

use std::sync::Arc;

pub use regional_clients::{RegionalClient, RegionalClients};

use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::error::Result;
use crate::local;
use crate::service::{Destination, ThrottlingMode};
use crate::settings::Settings;
use crate::transport::{HttpTransport, InProcessTransport};

/// Returns the transport of calls: over a network or, with `--local`, within this process.
pub fn transport(settings: &Settings, environment: &Environment) -> Result<Arc<dyn HttpTransport>> {
    Ok(match settings.is_local {
        true => Arc::new(InProcessTransport::new(local::in_process(environment)?)),
        false => Arc::new(settings.transport_for_calls()),
    })
}

/// Returns the destination of a client with these settings. `endpoint` is that of its service.
pub fn destination(
    settings: &Settings,
    transport: Arc<dyn HttpTransport>,
    endpoint: Option<EndpointUrl>,
    throttling: ThrottlingMode,
) -> Destination {
    Destination {
        transport,
        timeouts: settings.timeouts,
        endpoint,
        throttling,
        is_local: settings.is_local,
        diagnostics: settings.diagnostics.clone(),
    }
}
