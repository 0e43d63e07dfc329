//! The proxies of the environment, as Python's `urllib.request.getproxies_environment` finds them.

use std::collections::BTreeMap;

use crate::environment::Environment;
use crate::transport::ProxySettings;

/// Returns the proxies of the environment. Names match in any case; lower-case names win, and
/// remove the proxy if they are empty. A CGI server passes a request's `Proxy` header on as
/// HTTP_PROXY, so that with REQUEST_METHOD set this name counts in lower case only.
pub(super) fn from_environment(environment: &Environment) -> ProxySettings {
    let mut found = BTreeMap::new();
    for (name, value) in environment.iter_sorted() {
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
    for (name, value) in environment.iter_sorted() {
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
    fn finds_proxies_like_python() {
        let http =
            |variables: [(&str, &str); 2]| from_environment(&Environment::from(variables)).http;
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
        let found = from_environment(&Environment::from([
            ("NO_PROXY", "x"),
            ("https_proxy", "h"),
        ]));
        assert_eq!(found.no_proxy.as_deref(), Some("x"));
        assert_eq!(found.https.as_deref(), Some("h"));
    }
}
