//! Access by Host and Origin headers, and the CORS headers of responses. The unit tests of `cors`
//! and `origin` check the rules in detail.

use serde_json::json;

use super::{Headers, pool};
use crate::support::service::{Service, ServiceResponse};

const JSON: (&str, &str) = ("content-type", "application/json");
const PAGE: &str = "http://app.test:3000";

fn allowed_origin(response: &ServiceResponse) -> Option<&str> {
    response.header("access-control-allow-origin")
}

/// Lists all pools, with these headers.
fn list_pools(service: &Service, headers: Headers<'_>) -> ServiceResponse {
    service.request_with("GET", "/identitypools", headers, None)
}

#[test]
fn allows_pages_of_this_machine_over_http() {
    let service = Service::start(&[]);
    for origin in [
        "http://localhost:3000",
        "https://app.localhost",
        "http://[::1]:8080",
    ] {
        let response = list_pools(
            &service,
            &[("origin", origin), ("sec-fetch-site", "cross-site")],
        );
        assert_eq!(response.status, 200, "{origin}");
        assert_eq!(allowed_origin(&response), Some(origin));
        assert_eq!(response.header("vary"), Some("Origin"));
        let missing = service.request_with("GET", "/none", &[("origin", origin)], None);
        assert_eq!(
            (missing.status, allowed_origin(&missing)),
            (404, Some(origin))
        );
    }
    let program = list_pools(&service, &[]);
    assert_eq!((program.status, allowed_origin(&program)), (200, Some("*")));
}

#[test]
fn rejects_other_origins_before_performing_anything() {
    let service = Service::start(&["--allow-origin", PAGE]);
    let foreign = [
        "http://evil.test",
        "http://app.test",
        "https://app.test:3000",
        "http://localhost.evil.test",
        "http://127.0.0.1.evil.test",
        "null",
        "file://",
    ];
    for origin in foreign {
        // A request of a form, or of a script without a preflight: text, and no custom header.
        let simple = [("origin", origin), ("content-type", "text/plain")];
        let body = Some(json!({"PushSync": {}}));
        let rejected = service.request_with("POST", &pool("/configuration"), &simple, body);
        let (status, code, message) = rejected.error();
        assert_eq!(
            (status, code.as_str()),
            (403, "AccessDeniedException"),
            "{origin}"
        );
        assert!(
            message.contains(&format!("--allow-origin {origin}")),
            "{message}"
        );
        assert_eq!(allowed_origin(&rejected), None);
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
        ];
        let preflight = service.request_with("OPTIONS", &pool("/configuration"), &asked, None);
        assert_eq!((preflight.status, allowed_origin(&preflight)), (403, None));
        assert_eq!(preflight.header("access-control-allow-methods"), None);
    }
    assert_eq!(
        list_pools(&service, &[]).json()["Count"],
        0,
        "no pool came to exist"
    );
}

#[test]
fn rejects_cross_site_loads_without_origin() {
    let service = Service::start(&[]);
    for mode in ["no-cors", "navigate"] {
        let headers = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode)];
        assert_eq!(list_pools(&service, &headers).error().0, 403, "{mode}");
    }
    for site in ["none", "same-origin", "same-site"] {
        assert_eq!(
            list_pools(&service, &[("sec-fetch-site", site)]).status,
            200,
            "{site}"
        );
    }
}

#[test]
fn allows_named_origins() {
    let options = [
        "--allow-origin",
        PAGE,
        "--allow-origin",
        "HTTPS://App.Test:443/",
    ];
    let service = Service::start(&options);
    for origin in [PAGE, "https://app.test"] {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-private-network", "true"),
        ];
        let preflight = service.request_with("OPTIONS", &pool("/configuration"), &asked, None);
        assert_eq!(
            (preflight.status, allowed_origin(&preflight)),
            (200, Some(origin))
        );
        let private = preflight.header("access-control-allow-private-network");
        assert_eq!(private, Some("true"));
        let body = Some(json!({}));
        let headers = [("origin", origin), JSON];
        let done = service.request_with("POST", &pool("/configuration"), &headers, body);
        assert_eq!((done.status, allowed_origin(&done)), (200, Some(origin)));
    }
    let any = Service::start(&["--allow-origin", "*"]);
    let response = list_pools(&any, &[("origin", "null")]);
    assert_eq!(
        (response.status, allowed_origin(&response)),
        (200, Some("null"))
    );
}

#[test]
fn rejects_foreign_host_names() {
    let service = Service::start(&[]);
    let rows = [
        ("localhost", 200),
        ("LOCALHOST:4585", 200),
        ("cognito-sync.localhost:1", 200),
        ("127.9.9.9", 200),
        ("[::1]:4585", 200),
        ("evil.test", 403),
        ("localhost.evil.test:4585", 403),
        ("0.0.0.0:4585", 403),
        ("localhost@evil.test", 403),
        ("", 403),
    ];
    for (host, want) in rows {
        let request =
            format!("GET /identitypools HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let response = service.exchange(request.as_bytes()).expect("it answers");
        assert_eq!(response.status, want, "{host}");
        if want == 403 {
            assert!(response.error().2.contains("localhost"), "{response:?}");
        }
    }
    for request in [
        "GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    ] {
        let response = service.exchange(request.as_bytes()).expect("it answers");
        assert_eq!(response.status, 400, "{request}");
    }
    let old = service
        .exchange(b"GET / HTTP/1.0\r\n\r\n")
        .expect("it answers");
    assert_eq!(old.status, 200);
    let absolute =
        b"GET http://evil.test/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert_eq!(service.exchange(absolute).expect("it answers").status, 403);
}

#[test]
fn accepts_any_host_name_if_other_machines_can_connect() {
    let service = Service::start(&["--listen", "0.0.0.0:0"]);
    let request = |headers: &str| {
        let request =
            format!("GET / HTTP/1.1\r\nhost: cognito:4585\r\n{headers}connection: close\r\n\r\n");
        let port = service.address().rsplit(':').next().expect("a port");
        let address = format!("127.0.0.1:{port}");
        Service::exchange_with(&address, request.as_bytes()).expect("it answers")
    };
    assert_eq!(request("").status, 200);
    assert_eq!(request("origin: http://evil.test\r\n").status, 403);
}

#[test]
fn listens_on_ipv6() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let service = Service::start(&["--listen", "[::1]:0"]);
    assert!(service.address().starts_with("[::1]:"));
    assert_eq!(
        list_pools(&service, &[("origin", "http://[::1]:3000")]).status,
        200
    );
    assert_eq!(
        list_pools(&service, &[("origin", "http://[::2]:3000")]).status,
        403
    );
}
