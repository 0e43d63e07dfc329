//! Which certificates to trust and which proxies to use, in the AWS CLI's order. Files are opened only when
//! a connection needs them.

use std::collections::BTreeMap;

use super::SettingsArgs;
use super::shared_files::Section;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::transport::{CertificateTrust, ProxySettings};

/// Which certificates are accepted of the service.
pub(super) fn trust(
    args: &SettingsArgs,
    profile: &Section<'_>,
    environment: &Environment,
) -> Result<CertificateTrust> {
    match args.no_verify_ssl {
        true => Ok(CertificateTrust::AnyCertificate),
        false => verified(args, profile, environment),
    }
}

/// Which certificates are accepted where they are verified.
pub(super) fn verified(
    args: &SettingsArgs,
    profile: &Section<'_>,
    environment: &Environment,
) -> Result<CertificateTrust> {
    let bundle = args
        .ca_bundle
        .as_deref()
        .or(environment.get("AWS_CA_BUNDLE"))
        .or(profile.get("ca_bundle"))
        .or(environment.get("REQUESTS_CA_BUNDLE"));
    match bundle {
        None => Ok(CertificateTrust::Default),
        Some(path) if path.trim().is_empty() => Err(Error::general(
            "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, \
             REQUESTS_CA_BUNDLE, or verify) resolved to an empty or whitespace-only string. \
             Provide a valid path to a CA bundle file.",
        )),
        // Variables in it are not looked for.
        Some(path) => Ok(CertificateTrust::CaBundle(environment.expand_home(path))),
    }
}

/// The proxies as Python finds them: names in any case, those in lower case last, so that they win
/// or, where they are empty, take a proxy away. A web server hands a request's `Proxy` header to the
/// programs it runs as HTTP_PROXY, so that this name counts in lower case only, next to REQUEST_METHOD.
pub(super) fn proxies(environment: &Environment) -> ProxySettings {
    let mut found = BTreeMap::new();
    for (name, value) in environment.sorted() {
        let name = name.to_lowercase();
        if let Some(scheme) = name.strip_suffix("_proxy")
            && !value.is_empty()
        {
            found.insert(scheme.to_string(), value.to_string());
        }
    }
    if environment.get("REQUEST_METHOD").is_some() {
        found.remove("http");
    }
    for (name, value) in environment.sorted() {
        let Some(scheme) = name.strip_suffix("_proxy").map(str::to_lowercase) else {
            continue;
        };
        if value.is_empty() {
            found.remove(&scheme);
        } else {
            found.insert(scheme, value.to_string());
        }
    }
    ProxySettings {
        http: found.remove("http"),
        https: found.remove("https"),
        no_proxy: found.remove("no"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_found_as_python_finds_them() {
        let http = |variables: [(&str, &str); 2]| proxies(&Environment::from(variables)).http;
        let table = [
            ([("HTTP_PROXY", "a"), ("http_proxy", "b")], Some("b")),
            ([("HTTP_PROXY", "a"), ("http_proxy", "")], None),
            ([("HTTP_PROXY", "a"), ("REQUEST_METHOD", "GET")], None),
            ([("http_proxy", "a"), ("REQUEST_METHOD", "")], Some("a")),
            ([("Http_Proxy", "a"), ("ALL_PROXY", "b")], Some("a")),
        ];
        for (variables, want) in table {
            assert_eq!(http(variables).as_deref(), want, "{variables:?}");
        }
        let found = proxies(&Environment::from([
            ("NO_PROXY", "x"),
            ("https_proxy", "h"),
        ]));
        assert_eq!(found.no_proxy.as_deref(), Some("x"));
        assert_eq!(found.https.as_deref(), Some("h"));
    }
}
