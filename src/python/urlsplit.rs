//! Python's `urllib.parse.urlsplit` (3.11). It validates little, so the result need not be a valid
//! URL.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::repr_str;

/// The parts of a URL, unchanged.
#[derive(Debug, PartialEq, Eq)]
pub struct SplitUrl<'a> {
    /// Empty if there is none.
    pub scheme: &'a str,
    /// User name and password, host and port.
    pub netloc: &'a str,
    /// The text after the host.
    pub path: &'a str,
    /// The text after the first `?`.
    pub query: &'a str,
    /// The text after the first `#`.
    pub fragment: &'a str,
}

/// Splits a URL without tabs and line breaks, which Python would remove. `Err` contains the message
/// of Python's `ValueError`.
pub fn urlsplit(url: &str) -> Result<SplitUrl<'_>, String> {
    let url = url.trim_start_matches(|c| ('\0'..=' ').contains(&c));
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("", url),
    };
    let (netloc, rest) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
        None => ("", rest),
    };
    check_brackets(netloc)?;
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok(SplitUrl {
        scheme,
        netloc,
        path,
        query,
        fragment,
    })
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// Checks that brackets are a pair around an IPv6 or IPvFuture address.
fn check_brackets(netloc: &str) -> Result<(), String> {
    match (netloc.split_once('['), netloc.contains(']')) {
        (None, false) => Ok(()),
        (Some((_, behind)), true) => {
            check_bracketed_host(behind.split(']').next().unwrap_or_default())
        }
        _ => Err("Invalid IPv6 URL".into()),
    }
}

fn check_bracketed_host(host: &str) -> Result<(), String> {
    if let Some(future) = host.strip_prefix('v') {
        let is_future = future.split_once('.').is_some_and(|(version, address)| {
            !version.is_empty()
                && version.bytes().all(|b| b.is_ascii_hexdigit())
                && !address.is_empty()
        });
        return match is_future {
            true => Ok(()),
            false => Err("IPvFuture address is invalid".into()),
        };
    }
    if host.parse::<Ipv4Addr>().is_ok() {
        return Err("An IPv4 address cannot be in brackets".into());
    }
    match is_ipv6(host) {
        true => Ok(()),
        false => Err(format!(
            "{} does not appear to be an IPv4 or IPv6 address",
            repr_str(host)
        )),
    }
}

/// Whether the text is an IPv6 address, optionally with a zone after `%`.
pub fn is_ipv6(host: &str) -> bool {
    let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
    !zone.is_empty() && !zone.contains('%') && address.parse::<Ipv6Addr>().is_ok()
        || host
            .split_once("%25")
            .is_some_and(|(address, zone)| !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok())
}

impl<'a> SplitUrl<'a> {
    /// The host without brackets, `None` if empty. Python converts it to lower case, this does not.
    pub fn hostname(&self) -> Option<&'a str> {
        let (host, _) = self.host_and_port();
        Some(host).filter(|host| !host.is_empty())
    }

    /// The port, if present. `Err` contains the message of Python's `ValueError`.
    pub fn port(&self) -> Result<Option<u16>, String> {
        let (_, port) = self.host_and_port();
        if port.is_empty() {
            return Ok(None);
        }
        if !port.bytes().all(|b| b.is_ascii_digit()) {
            let shown = repr_str(port);
            return Err(format!(
                "Port could not be cast to integer value as {shown}"
            ));
        }
        let number = port.parse().map_err(|_| "Port out of range 0-65535")?;
        Ok(Some(number))
    }

    fn host_and_port(&self) -> (&'a str, &'a str) {
        let (_, host) = self.netloc.rsplit_once('@').unwrap_or(("", self.netloc));
        let (host, behind) = match host.split_once('[') {
            Some((_, bracketed)) => bracketed.split_once(']').unwrap_or((bracketed, "")),
            None => host.split_at(host.find(':').unwrap_or(host.len())),
        };
        let (_, port) = behind.split_once(':').unwrap_or(("", ""));
        (host, port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected parts are results of Python's `urlsplit`.
    #[test]
    fn splits_urls_as_python() {
        let table = [
            ("http://h", ["http", "h", "", "", ""]),
            (" \0http://h:1/p?q#f", ["http", "h:1", "/p", "q", "f"]),
            (
                "HTTP://u:p@w@[::1]:2?a?b#c#d",
                ["HTTP", "u:p@w@[::1]:2", "", "a?b", "c#d"],
            ),
            ("//h/p#f?q", ["", "h", "/p", "", "f?q"]),
            ("h:80/x", ["h", "", "80/x", "", ""]),
            ("127.0.0.1:80/x", ["", "", "127.0.0.1:80/x", "", ""]),
            ("http:/h/", ["http", "", "/h/", "", ""]),
            ("1a://h", ["", "", "1a://h", "", ""]),
            ("", ["", "", "", "", ""]),
        ];
        for (url, [scheme, netloc, path, query, fragment]) in table {
            let want = SplitUrl {
                scheme,
                netloc,
                path,
                query,
                fragment,
            };
            assert_eq!(urlsplit(url), Ok(want), "{url:?}");
        }
    }

    #[test]
    fn finds_host_and_port() {
        let out_of_range = || Err("Port out of range 0-65535".to_string());
        let not_an_integer = |shown| {
            Err(format!(
                "Port could not be cast to integer value as {shown}"
            ))
        };
        let table = [
            ("h", Some("h"), Ok(None)),
            ("u@H:080", Some("H"), Ok(Some(80))),
            ("h:", Some("h"), Ok(None)),
            (":1", None, Ok(Some(1))),
            ("u:p@", None, Ok(None)),
            ("[::1]:65535", Some("::1"), Ok(Some(65535))),
            ("a[::1]x:1", Some("::1"), Ok(Some(1))),
            ("h:65536", Some("h"), out_of_range()),
            ("h:1 ", Some("h"), not_an_integer("'1 '")),
            ("h:-1", Some("h"), not_an_integer("'-1'")),
            ("h:1:2", Some("h"), not_an_integer("'1:2'")),
        ];
        for (netloc, host, port) in table {
            let url = format!("http://{netloc}/");
            let split = urlsplit(&url).expect("a URL");
            assert_eq!((split.hostname(), split.port()), (host, port), "{netloc}");
        }
    }

    #[test]
    fn rejects_invalid_bracketed_hosts() {
        let table = [
            ("[::1", "Invalid IPv6 URL"),
            ("a]b", "Invalid IPv6 URL"),
            ("[x]", "'x' does not appear to be an IPv4 or IPv6 address"),
            ("[]", "'' does not appear to be an IPv4 or IPv6 address"),
            ("[127.0.0.1]", "An IPv4 address cannot be in brackets"),
            ("[v1]", "IPvFuture address is invalid"),
        ];
        for (netloc, why) in table {
            assert_eq!(urlsplit(&format!("http://{netloc}/")), Err(why.to_string()));
        }
        for netloc in ["[v1.x]", "[::1%25lo0]", "[::1%lo0]", "[::1]]"] {
            assert!(urlsplit(&format!("http://{netloc}/")).is_ok(), "{netloc}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(url in "(?s)[a-z:/?#@\\[\\]%0-9é \0]{0,30}") {
            if let Ok(split) = urlsplit(&url) {
                let _ = (split.hostname(), split.port());
            }
        }
    }
}
