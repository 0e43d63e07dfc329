//! Access by origin and host, and CORS headers. A web page can send requests to a service on this
//! machine, directly or by DNS rebinding. Only pages of this machine, and of origins that
//! `--allow-origin` names, may use the service; programs other than browsers send no origin.

use http::Version;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::response::{self, BufferedResponse};
use super::service_error::ServiceError;
use crate::model::COGNITO_SYNC;
use crate::serve_args::origin::{self, Origin};

/// The response headers that scripts may read.
const EXPOSED_HEADERS: HeaderValue =
    HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
/// How long a browser may cache the response to a preflight, in seconds.
const PREFLIGHT_MAX_AGE: HeaderValue = HeaderValue::from_static("172800");
/// The maximum number of characters of a header that a message shows.
const MAX_SHOWN_CHARS: usize = 200;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Sent when a public page requests a private address (Private Network Access).
const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

/// The rules of access.
#[derive(Debug)]
pub(super) struct AccessPolicy {
    /// Whether only this machine can reach the service, so that only its own names are valid hosts.
    pub loopback_only: bool,
    /// The values of `--allow-origin`.
    pub allowed_origins: Vec<Origin>,
}

/// The CORS headers of a response.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct CorsHeaders {
    /// The origin of the page that sent the request; `None` if no page may read the response.
    allowed_origin: Option<HeaderValue>,
}

impl AccessPolicy {
    /// Rejects a request from a page of another origin, or for another host. The CORS headers of
    /// the response do not depend on the host.
    pub fn check(&self, request: &Parts) -> (CorsHeaders, Result<(), ServiceError>) {
        match self.check_origin(&request.headers) {
            Err(error) => (CorsHeaders::default(), Err(error)),
            Ok(()) => {
                let origin = request.headers.get(header::ORIGIN).cloned();
                // Without an origin the client is not a page, and the header is the real service's.
                let origin = origin.unwrap_or(HeaderValue::from_static("*"));
                let allowed_origin = Some(origin);
                (CorsHeaders { allowed_origin }, self.check_host(request))
            }
        }
    }

    fn check_origin(&self, headers: &HeaderMap) -> Result<(), ServiceError> {
        let mut has_origin = false;
        for value in headers.get_all(header::ORIGIN) {
            has_origin = true;
            let parsed = value.to_str().ok().and_then(origin::parse_header);
            let is_allowed = |origin: &Origin| {
                let mut allowed = self.allowed_origins.iter();
                origin.is_loopback() || allowed.any(|entry| entry.allows(origin))
            };
            let allows_any = self.allowed_origins.contains(&Origin::Any);
            if !(allows_any || parsed.as_ref().is_some_and(is_allowed)) {
                let shown = shorten(value);
                return Err(forbidden(format!(
                    "Web pages of the origin '{shown}' may not use this service. `serve \
                     --allow-origin {shown}` allows them."
                )));
            }
        }
        // Browsers omit the origin of requests such as for an image or a link, but still say
        // whether the page is of the same site.
        let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
        let is_foreign = !matches!(site, None | Some(b"none" | b"same-origin" | b"same-site"));
        if is_foreign && !has_origin {
            return Err(forbidden(
                "A web page of another site has sent this request, without its origin. Only pages on \
                 this machine, and of the origins that `serve --allow-origin` names, may use this \
                 service.",
            ));
        }
        Ok(())
    }

    fn check_host(&self, request: &Parts) -> Result<(), ServiceError> {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => String::from_utf8_lossy(host.as_bytes()),
            (None, _) if request.version < Version::HTTP_11 => return Ok(()),
            _ => {
                let message = "A request of HTTP/1.1 has exactly one Host header.";
                return Err(ServiceError::new("BadRequest", message));
            }
        };
        let target = request.uri.authority().map(http::uri::Authority::as_str);
        for name in [Some(&*host), target].into_iter().flatten() {
            if self.loopback_only && !origin::is_loopback(name) {
                let name: String = name.chars().take(MAX_SHOWN_CHARS).collect();
                return Err(forbidden(format!(
                    "The host '{name}' is not a name of this machine, such as localhost or 127.0.0.1. \
                     Use one of these, or let `serve` listen for other machines, for example with \
                     --listen 0.0.0.0:4585."
                )));
            }
        }
        Ok(())
    }
}

impl CorsHeaders {
    /// Adds the headers that let a page read the response.
    pub fn add_to(self, response: &mut BufferedResponse) {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        if let Some(origin) = self.allowed_origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}

/// Returns the response to a preflight, which allows what it asks for.
pub(super) fn preflight_response(
    request_headers: &HeaderMap,
    request_id: &str,
) -> BufferedResponse {
    let mut response = response::render_document(None, &COGNITO_SYNC, request_id);
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let echoed = [
        (
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
        ),
        (
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ),
        (REQUEST_PRIVATE_NETWORK, ALLOW_PRIVATE_NETWORK),
    ];
    for (request_name, response_name) in echoed {
        if let Some(value) = request_headers.get(request_name) {
            headers.insert(response_name, value.clone());
        }
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE);
    response
}

/// Returns the part of a header that a message shows.
fn shorten(value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    text.chars().take(MAX_SHOWN_CHARS).collect()
}

fn forbidden(message: impl Into<String>) -> ServiceError {
    ServiceError::new("AccessDeniedException", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    const HOST: (&str, &str) = ("host", "localhost:4585");

    fn policy(allowed_origins: &[&str]) -> AccessPolicy {
        let origins = allowed_origins.iter().map(|text| origin::parse(text));
        AccessPolicy {
            loopback_only: true,
            allowed_origins: origins.collect::<Result<_, _>>().expect("origins"),
        }
    }

    /// Returns the status for a request with these headers, 200 if it is allowed, and the allowed
    /// origin.
    fn checked(policy: &AccessPolicy, headers: &[(&str, &str)]) -> (u16, Option<String>) {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let (cors, checked) = policy.check(&parts);
        let origin = cors.allowed_origin;
        let origin = origin.map(|o| o.to_str().expect("text").to_string());
        (checked.map_or_else(|error| error.status, |()| 200), origin)
    }

    #[test]
    fn allows_pages_of_this_machine() {
        for origin in [
            "http://localhost:3000",
            "https://127.0.0.1",
            "http://[::1]:80",
        ] {
            let headers = [HOST, ("origin", origin), ("sec-fetch-site", "cross-site")];
            let want = (200, Some(origin.to_string()));
            assert_eq!(checked(&policy(&[]), &headers), want);
        }
    }

    #[test]
    fn allows_other_origins_only_if_named() {
        let rows: [(&[&str], &str, u16); 9] = [
            (&[], "http://app.test", 403),
            (&[], "null", 403),
            (&[], "nonsense", 403),
            (&["http://app.test"], "http://app.test", 200),
            (&["http://app.test"], "https://app.test", 403),
            (&["http://app.test"], "http://app.test:8080", 403),
            (&["null"], "null", 200),
            (&["*"], "null", 200),
            (&["*"], "chrome-extension://x", 200),
        ];
        for (allowed, origin, want) in rows {
            let (status, shown) = checked(&policy(allowed), &[HOST, ("origin", origin)]);
            assert_eq!(status, want, "{allowed:?} {origin}");
            assert_eq!(shown.is_some(), status == 200);
        }
        let both = [
            HOST,
            ("origin", "http://localhost"),
            ("origin", "http://app.test"),
        ];
        assert_eq!(checked(&policy(&[]), &both).0, 403);
    }

    #[test]
    fn checks_site_of_requests_without_origin() {
        let rows = [
            (None, 200),
            (Some("none"), 200),
            (Some("same-origin"), 200),
            (Some("same-site"), 200),
            (Some("cross-site"), 403),
            (Some("unheard-of"), 403),
        ];
        for (site, want) in rows {
            let site = site.map(|site| ("sec-fetch-site", site));
            let headers: Vec<_> = [HOST].into_iter().chain(site).collect();
            let origin = (want == 200).then(|| "*".to_string());
            assert_eq!(checked(&policy(&[]), &headers), (want, origin), "{site:?}");
        }
    }

    #[test]
    fn rejects_hosts_other_than_this_machine() {
        let rows: [(&[(&str, &str)], u16); 5] = [
            (&[("host", "app.test:4585")], 403),
            (&[("host", "127.0.0.1")], 200),
            (&[], 400),
            (&[HOST, HOST], 400),
            (&[("host", "app.test"), ("origin", "http://localhost")], 403),
        ];
        for (headers, want) in rows {
            assert_eq!(checked(&policy(&[]), headers).0, want, "{headers:?}");
        }
        let open = AccessPolicy {
            loopback_only: false,
            ..policy(&[])
        };
        assert_eq!(checked(&open, &[("host", "app.test:4585")]).0, 200);
        let foreign = [("host", "app.test:4585"), ("origin", "http://app.test")];
        assert_eq!(checked(&open, &foreign).0, 403);
    }

    #[test]
    fn checks_host_in_request_target() {
        let request = Request::get("http://app.test/").header("host", "localhost");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let (_, checked) = policy(&[]).check(&parts);
        assert_eq!(checked.expect_err("rejected").status, 403);
        let old = Request::get("/").version(Version::HTTP_10);
        let (parts, ()) = old.body(()).expect("a request").into_parts();
        assert_eq!(policy(&[]).check(&parts).1, Ok(()));
    }
}
