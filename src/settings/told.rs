//! What `--debug` tells of the settings: each with where it comes from, and nothing that is secret.

use super::shared_files::Section;
use super::{Asked, Settings, Signing};
use crate::connection::Trust;
use crate::environment::Environment;
use crate::trace::end_of;

/// Prints the settings, if they are to be told.
pub(super) fn tell(
    settings: &Settings,
    asked: &Asked,
    profile: &Section<'_>,
    environment: &Environment,
) {
    let trace = settings.connection.trace;
    let from = |option: Option<&str>, variables: &[&str], key: &str| -> String {
        if option.is_some_and(|value| !value.is_empty()) {
            return "the command line".into();
        }
        let set = variables
            .iter()
            .find(|name| environment.get(name).is_some());
        match (set, profile.get(key)) {
            (Some(name), _) => (*name).to_string(),
            (None, Some(_)) => format!("{key} of the profile"),
            (None, None) => "the default".into(),
        }
    };
    trace.tell(|| {
        let name = super::chosen_profile(asked, environment).unwrap_or("default");
        let source = from(
            asked.profile.as_deref(),
            &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
            "",
        );
        format!("profile: {name} (from {source})")
    });
    trace.tell(|| {
        let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        let source = from(asked.region.as_deref(), &variables, "region");
        format!("region: {} (from {source})", settings.region)
    });
    trace.tell(|| endpoint(settings, asked, environment));
    trace.tell(|| format!("credentials: {}", credentials(settings)));
    trace.tell(|| {
        let source = from(None, &["AWS_MAX_ATTEMPTS"], "max_attempts");
        let retries = settings.retries;
        let (attempts, mode) = (retries.attempts, retries.mode);
        format!("attempts: {attempts} (from {source}), retry mode: {mode:?}")
    });
    trace.tell(|| {
        let shown = |limit: Option<std::time::Duration>| {
            limit.map_or("none".to_string(), |limit| format!("{} s", limit.as_secs()))
        };
        let connect = shown(settings.connect_timeout);
        format!(
            "time limits: connect {connect}, read {}",
            shown(settings.read_timeout)
        )
    });
    trace.tell(|| match &settings.connection.trust {
        Trust::Usual => "trust: Mozilla's roots, then the system's".into(),
        Trust::Anything => "trust: any certificate (from --no-verify-ssl)".into(),
        Trust::Bundle(path) => {
            let mut variables = vec!["AWS_CA_BUNDLE"];
            if profile.get("ca_bundle").is_none() {
                variables.push("REQUESTS_CA_BUNDLE");
            }
            let source = from(asked.ca_bundle.as_deref(), &variables, "ca_bundle");
            format!("trust: {path} (from {source})")
        }
    });
    trace.tell(|| proxies(settings));
}

fn endpoint(settings: &Settings, asked: &Asked, environment: &Environment) -> String {
    let Some(url) = &settings.endpoint_url else {
        return "endpoint: the service's own".into();
    };
    let source = if asked.endpoint_url.is_some() {
        "the command line"
    } else {
        ["AWS_ENDPOINT_URL_COGNITO_SYNC", "AWS_ENDPOINT_URL"]
            .into_iter()
            .find(|name| environment.non_empty(name).is_some())
            .unwrap_or("the profile")
    };
    format!("endpoint: {} (from {source})", without_userinfo(url))
}

fn credentials(settings: &Settings) -> String {
    match &settings.signing {
        Signing::With(found) => {
            let token = match found.session_token() {
                Some(_) => ", with a session token",
                None => "",
            };
            format!("access key {}{token}", end_of(found.access_key_id()))
        }
        Signing::Unsigned => "none, since requests are not to be signed".into(),
        Signing::Impossible => "none found".into(),
    }
}

fn proxies(settings: &Settings) -> String {
    let proxies = &settings.connection.proxies;
    let shown = |url: &Option<String>| url.as_deref().map_or("none".into(), without_userinfo);
    let (http, https) = (shown(&proxies.http), shown(&proxies.https));
    let none_for = proxies.none_for.as_deref().unwrap_or("no host");
    format!("proxy: for http {http}, for https {https}; for {none_for}, none")
}

/// The URL without the name and password that it may hold.
fn without_userinfo(url: &str) -> String {
    let (scheme, rest) = match url.split_once("//") {
        Some((scheme, rest)) => (format!("{scheme}//"), rest),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}***@{}", &rest[at + 1..]),
        None => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_urls_are_not_told() {
        for url in [
            "http://u:hush@h:1/p",
            "u:hush@h",
            "//u:hu@sh@h",
            "http://hush@h?a@b",
        ] {
            let told = without_userinfo(url);
            assert!(told.contains("***@h") && !told.contains("hu"), "{told}");
        }
        assert_eq!(without_userinfo("https://h/@"), "https://h/@");
    }
}
