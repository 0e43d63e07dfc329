//! URLs as they may be printed. Every URL that an error, a warning or `--debug` shows goes through
//! [`masked_url`]: people type passwords into URLs of proxies and endpoints, and some URLs of requests
//! are secrets themselves.

/// What stands in place of a secret.
const MASK: &str = "***";

/// The query parameter that holds a token.
const SESSION_TOKEN: &str = "syncSessionToken";

/// Query parameters whose values are not secret.
const HARMLESS: [&str; 3] = ["lastSyncCount", "maxResults", "nextToken"];

/// How much of a URL is masked, beside name and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The token of a sync session: for errors, which otherwise show URLs as the AWS CLI does.
    Token,
    /// Every value of the query that may be secret, and the fragment: for `--debug`.
    Query,
    /// Path, query and fragment: for containers' credentials, which whoever knows the path gets.
    Path,
    /// The same, without a sign that there is a path: for proxies, which have none.
    Host,
}

/// The URL without what is secret in it.
pub fn masked_url(url: &str, extent: Extent) -> String {
    let (scheme, rest) = url.split_at(scheme_length(url));
    // A password may hold whatever ends a host elsewhere, so that the last of these counts.
    let (userinfo, rest) = match rest.rsplit_once('@') {
        Some((userinfo, rest)) if userinfo.contains(':') => (format!("{MASK}:{MASK}@"), rest),
        Some((_, rest)) => (format!("{MASK}@"), rest),
        None => (String::new(), rest),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let path = &rest[host.len()..];
    match extent {
        Extent::Host => return format!("{scheme}{userinfo}{host}"),
        Extent::Path if !matches!(path, "" | "/") => {
            return format!("{scheme}{userinfo}{host}/{MASK}");
        }
        Extent::Path | Extent::Query | Extent::Token => {}
    }
    let (rest, fragment) = match rest.split_once('#') {
        Some((rest, _)) if extent == Extent::Query => (rest, format!("#{MASK}")),
        Some((rest, fragment)) => (rest, format!("#{fragment}")),
        None => (rest, String::new()),
    };
    match rest.split_once('?') {
        Some((path, query)) => {
            let query = masked_query(query, extent);
            format!("{scheme}{userinfo}{path}?{query}{fragment}")
        }
        None => format!("{scheme}{userinfo}{rest}{fragment}"),
    }
}

/// A query without the values that are secret.
pub fn masked_query(query: &str, extent: Extent) -> String {
    let masked = |parameter: &str| match parameter.split_once('=') {
        // A name without a value may be the secret itself.
        Some((name, "")) if is_masked(name, extent) && name != SESSION_TOKEN => MASK.to_string(),
        Some((name, _)) if is_masked(name, extent) => format!("{name}={MASK}"),
        None if extent == Extent::Query && !parameter.is_empty() => MASK.to_string(),
        _ => parameter.to_string(),
    };
    let parameters: Vec<_> = query.split('&').map(masked).collect();
    parameters.join("&")
}

fn is_masked(name: &str, extent: Extent) -> bool {
    match extent {
        Extent::Token => name == SESSION_TOKEN,
        Extent::Query | Extent::Path | Extent::Host => !HARMLESS.contains(&name),
    }
}

/// The length of `http://` or `//` at the start, if that is what there is.
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

/// An identifier of which only the last four characters are shown; none of a short one.
pub fn masked_id(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    let masked = match characters.len() {
        length @ 9.. => length - 4,
        length => length,
    };
    let end: String = characters[masked..].iter().collect();
    format!("****{end}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn masks_names_and_passwords_whatever_they_hold() {
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
            assert_eq!(masked_url(url, Extent::Token), want, "{url}");
        }
    }

    #[test]
    fn masks_as_much_as_is_asked_for() {
        let url = "http://h/a?lastSyncCount=1&syncSessionToken=s&x=2&y#z";
        let table = [
            (
                Extent::Token,
                "http://h/a?lastSyncCount=1&syncSessionToken=***&x=2&y#z",
            ),
            (
                Extent::Query,
                "http://h/a?lastSyncCount=1&syncSessionToken=***&x=***&***#***",
            ),
            (Extent::Path, "http://h/***"),
            (Extent::Host, "http://h"),
        ];
        for (extent, want) in table {
            assert_eq!(masked_url(url, extent), want, "{extent:?}");
        }
        assert_eq!(masked_url("http://h?s", Extent::Path), "http://h/***");
        assert_eq!(masked_url("http://h/", Extent::Path), "http://h/");
        assert_eq!(masked_url("http://h", Extent::Path), "http://h");
        assert_eq!(masked_url("http://h/?", Extent::Query), "http://h/?");
        assert_eq!(
            masked_query("s=&maxResults=", Extent::Query),
            "***&maxResults="
        );
        let token = masked_url("http://h/?syncSessionToken=", Extent::Token);
        assert_eq!(token, "http://h/?syncSessionToken=***");
    }

    proptest! {
        #[test]
        fn no_password_is_left(
            start in "(http://|https://|HTTP://|//|http:|http:/|)",
            user in "[a-z]{0,3}",
            password in "[#/?@:=&.%a-z\\\\ ]{0,4}SECRET[#/?@:=&.%a-z\\\\ ]{0,4}",
            rest in "[a-z]{1,3}(:1)?(/[a-z]{0,2})?",
        ) {
            let url = format!("{start}{user}:{password}@{rest}");
            for extent in [Extent::Token, Extent::Query, Extent::Path, Extent::Host] {
                let masked = masked_url(&url, extent);
                prop_assert!(!masked.contains("SECRET"), "{url} gives {masked}");
            }
        }

        #[test]
        fn urls_without_secrets_are_left_alone(
            url in "https?://[a-z.]{1,5}(:[0-9]{1,4})?(/[a-z%0-9]{0,5}){0,3}(\\?nextToken=[a-z%0-9]{0,5})?",
        ) {
            prop_assert_eq!(masked_url(&url, Extent::Token), url.clone());
            prop_assert_eq!(masked_url(&url, Extent::Query), url);
        }
    }
}
