//! Configuration of connections: which certificates to trust and which proxies to use.

use std::fmt;

/// Which server certificates are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum CertificateTrust {
    /// Those with an issuer among Mozilla's roots or, if it is unknown there, the system's.
    #[default]
    Default,
    /// Only those with an issuer in this CA bundle file.
    CaBundle(String),
    /// All, without verification.
    AnyCertificate,
}

/// Proxy URLs by scheme. `Debug` does not show them, since they may hold passwords.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// For `http` URLs.
    pub http: Option<String>,
    /// For `https` URLs.
    pub https: Option<String>,
    /// Hosts to connect to directly (NO_PROXY).
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxySettings")
    }
}
