//! How connections are made: which certificates to trust, and which proxies to use.

use std::fmt;

/// Which certificates of servers are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CertificateTrust {
    /// Those issued by Mozilla's roots, or else by the system's.
    #[default]
    Default,
    /// Those issued by the authorities in this file, and no others.
    CaBundle(String),
    /// Any.
    AnyCertificate,
}

/// Proxies by the scheme of the URL. `Debug` does not show them: they may hold passwords.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// For `http` URLs.
    pub http: Option<String>,
    /// For `https` URLs.
    pub https: Option<String>,
    /// Hosts that are reached without a proxy (NO_PROXY).
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxySettings")
    }
}
