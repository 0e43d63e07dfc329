//! What `settings` finds out about connections and `service` heeds: whom to trust, which proxies to
//! use, whether to trace. Plain values; how they are found and what they lead to is not known here.

use std::fmt;

use crate::endpoint_url::EndpointUrl;
use crate::trace::Trace;

/// How connections are made.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// Where calls go, unless it is the service's own endpoint.
    pub endpoint: Option<EndpointUrl>,
    /// Which certificates of servers are accepted.
    pub trust: Trust,
    /// The proxies between here and there.
    pub proxies: Proxies,
    /// Whether steps are told on standard error.
    pub trace: Trace,
    /// Whether whoever knows a path gets what is there, so that it is not printed.
    pub paths_are_secret: bool,
    /// Whether requests are paced once the service has throttled one (the adaptive retry mode).
    pub paced: bool,
}

/// Which certificates of servers are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those of Mozilla's authorities, then of the system's.
    #[default]
    Usual,
    /// Those of the authorities in this file, and no others.
    Bundle(String),
    /// Any.
    Anything,
}

/// Proxies by the scheme of the URL, as the environment names them. `Debug` does not show them: they
/// may hold passwords.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `http` URLs.
    pub http: Option<String>,
    /// For `https` URLs.
    pub https: Option<String>,
    /// Hosts that are reached without any.
    pub none_for: Option<String>,
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxies")
    }
}
