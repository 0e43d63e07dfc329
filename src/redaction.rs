//! Redaction of secrets in URLs. Every URL that an error, a warning or `--debug` prints passes
//! through [`redact_url`]: users put passwords into URLs of proxies and endpoints, and some request
//! URLs are secrets themselves.

/// Replaces a secret.
const REDACTED: &str = "***";

/// The query parameter with the session token.
const SESSION_TOKEN: &str = "syncSessionToken";

/// Query parameters whose values are not secret.
const PUBLIC_PARAMETERS: [&str; 3] = ["lastSyncCount", "maxResults", "nextToken"];

/// What is redacted in a URL, in addition to user name and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redaction {
    /// The sync session token: for errors, which otherwise show URLs as the AWS CLI does.
    SessionToken,
    /// Every query value that may be secret, and the fragment: for `--debug`.
    QueryValues,
    /// Path, query and fragment: for container credentials, whose path is sufficient to get them.
    Path,
    /// Everything after the host, without a placeholder: for proxies, which have no path.
    AllButHost,
}

/// Returns the URL with its secrets replaced by `***`.
pub fn redact_url(url: &str, redaction: Redaction) -> String {
    let (scheme, rest) = url.split_at(scheme_length(url));
    // A password may contain the delimiters that end a host, so the last `@` counts.
    let (userinfo, rest) = match rest.rsplit_once('@') {
        Some((userinfo, rest)) if userinfo.contains(':') => {
            (format!("{REDACTED}:{REDACTED}@"), rest)
        }
        Some((_, rest)) => (format!("{REDACTED}@"), rest),
        None => (String::new(), rest),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let path = &rest[host.len()..];
    match redaction {
        Redaction::AllButHost => return format!("{scheme}{userinfo}{host}"),
        Redaction::Path if !matches!(path, "" | "/") => {
            return format!("{scheme}{userinfo}{host}/{REDACTED}");
        }
        Redaction::Path | Redaction::QueryValues | Redaction::SessionToken => {}
    }
    let (rest, fragment) = match rest.split_once('#') {
        Some((rest, _)) if redaction == Redaction::QueryValues => (rest, format!("#{REDACTED}")),
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (rest, String::new()),
    };
    match rest.split_once('?') {
        Some((path, query)) => {
            let query = redact_query(query, redaction);
            format!("{scheme}{userinfo}{path}?{query}{fragment}")
        }
        None => format!("{scheme}{userinfo}{rest}{fragment}"),
    }
}

/// Returns the query with its secret values replaced by `***`.
pub fn redact_query(query: &str, redaction: Redaction) -> String {
    let redact = |parameter: &str| match parameter.split_once('=') {
        // A name without a value may be the secret itself.
        Some((name, "")) if is_secret(name, redaction) && name != SESSION_TOKEN => {
            REDACTED.to_string()
        }
        Some((name, _)) if is_secret(name, redaction) => format!("{name}={REDACTED}"),
        None if redaction == Redaction::QueryValues && !parameter.is_empty() => {
            REDACTED.to_string()
        }
        _ => parameter.to_string(),
    };
    let parameters: Vec<_> = query.split('&').map(redact).collect();
    parameters.join("&")
}

/// Returns an identifier with all but its last four characters redacted; a short one is redacted
/// whole.
pub fn redact_id(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    let redacted = match characters.len() {
        length @ 9.. => length - 4,
        length => length,
    };
    let end: String = characters[redacted..].iter().collect();
    format!("****{end}")
}

fn is_secret(name: &str, redaction: Redaction) -> bool {
    match redaction {
        Redaction::SessionToken => name == SESSION_TOKEN,
        Redaction::QueryValues | Redaction::Path | Redaction::AllButHost => {
            !PUBLIC_PARAMETERS.contains(&name)
        }
    }
}

/// The length of a leading `http://` or `//`; 0 without one.
fn scheme_length(url: &str) -> usize {
    let Some(at) = url.find("//") else { return 0 };
    let scheme = &url[..at];
    let is_scheme = match scheme.strip_suffix(':') {
        Some(name) => name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)),
        None => scheme.is_empty(),
    };
    if is_scheme { at + "//".len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn redacts_user_names_and_passwords_with_any_characters() {
        let table = [
            ("http://u:p@h:1/p", "http://***:***@h:1/p"),
            ("http://u@h", "http://***@h"),
            ("http://@h", "http://***@h"),
            ("u:p@h", "***:***@h"),
            ("//u:p@h", "//***:***@h"),
            ("http:u:p@h", "***:***@h"),
            ("http:/u:p@h", "***:***@h"),
            ("http://u:p#1@h", "http://***:***@h"),
            ("http://u:p/1@h", "http://***:***@h"),
            ("http://u:p?1@h", "http://***:***@h"),
            ("http://u:p@1@h", "http://***:***@h"),
            ("http://u:p//1@h", "http://***:***@h"),
            ("u:p://1@h", "***:***@h"),
            ("socks5://u:p@[::1]:1", "socks5://***:***@[::1]:1"),
            ("http://h:1/p", "http://h:1/p"),
            ("h:1", "h:1"),
            ("", ""),
        ];
        for (url, want) in table {
            assert_eq!(redact_url(url, Redaction::SessionToken), want, "{url}");
        }
    }

    #[test]
    fn redacts_selected_parts() {
        let url = "http://h/a?lastSyncCount=1&syncSessionToken=s&x=2&y#z";
        let table = [
            (
                Redaction::SessionToken,
                "http://h/a?lastSyncCount=1&syncSessionToken=***&x=2&y#z",
            ),
            (
                Redaction::QueryValues,
                "http://h/a?lastSyncCount=1&syncSessionToken=***&x=***&***#***",
            ),
            (Redaction::Path, "http://h/***"),
            (Redaction::AllButHost, "http://h"),
        ];
        for (redaction, want) in table {
            assert_eq!(redact_url(url, redaction), want, "{redaction:?}");
        }
        assert_eq!(redact_url("http://h?s", Redaction::Path), "http://h/***");
        assert_eq!(redact_url("http://h/", Redaction::Path), "http://h/");
        assert_eq!(redact_url("http://h", Redaction::Path), "http://h");
        assert_eq!(
            redact_url("http://h/?", Redaction::QueryValues),
            "http://h/?"
        );
        assert_eq!(
            redact_query("s=&maxResults=", Redaction::QueryValues),
            "***&maxResults="
        );
        let token = redact_url("http://h/?syncSessionToken=", Redaction::SessionToken);
        assert_eq!(token, "http://h/?syncSessionToken=***");
    }

    proptest! {
        #[test]
        fn never_prints_passwords(
            start in "(http://|https://|HTTP://|//|http:|http:/|)",
            user in "[a-z]{0,3}",
            password in "[#/?@:=&.%a-z\\\\ ]{0,4}SECRET[#/?@:=&.%a-z\\\\ ]{0,4}",
            rest in "[a-z]{1,3}(:1)?(/[a-z]{0,2})?",
        ) {
            let url = format!("{start}{user}:{password}@{rest}");
            for redaction in [Redaction::SessionToken, Redaction::QueryValues, Redaction::Path, Redaction::AllButHost] {
                let redacted = redact_url(&url, redaction);
                prop_assert!(!redacted.contains("SECRET"), "{url} gives {redacted}");
            }
        }

        #[test]
        fn keeps_urls_without_secrets(
            url in "https?://[a-z.]{1,5}(:[0-9]{1,4})?(/[a-z%0-9]{0,5}){0,3}(\\?nextToken=[a-z%0-9]{0,5})?",
        ) {
            prop_assert_eq!(redact_url(&url, Redaction::SessionToken), url.clone());
            prop_assert_eq!(redact_url(&url, Redaction::QueryValues), url);
        }
    }
}
