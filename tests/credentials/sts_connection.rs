//! Transport errors of STS requests: message, exit status and number of attempts. As in the AWS
//! CLI, the messages are those of the call itself.

use super::{args, with_profile, with_responder};
use crate::support::http::Response;
use crate::support::interrupted::interrupted;
use crate::support::peer::{Certificate, CertificateAuthority, Peer, PeerBehavior};
use crate::support::run::Run;

/// A call whose role is assumed at this STS endpoint.
fn with_sts(url: &str, more: &[&'static str]) -> Run {
    with_responder(Run::new(
        args("role").into_iter().chain(more.iter().copied()),
    ))
    .env("AWS_ENDPOINT_URL_STS", url)
    .env("AWS_MAX_ATTEMPTS", "2")
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

#[test]
fn reports_transport_errors_of_sts_as_for_the_call() {
    let closed = "Connection was closed before we received a valid response from endpoint URL: ";
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n<a>";
    let table = [
        (PeerBehavior::Respond(""), closed, "."),
        (PeerBehavior::Respond(half), closed, "."),
        (
            PeerBehavior::Stall(""),
            "Read timeout on endpoint URL: ",
            "",
        ),
        (
            PeerBehavior::Stall(half),
            "Read timeout on endpoint URL: ",
            "",
        ),
    ];
    for (behavior, message, end) in table {
        let peer = Peer::new(behavior, None);
        let url = format!("http://{}", peer.host());
        with_sts(&url, &["--cli-read-timeout", "1"])
            .stderr(&error(&format!("{message}\"{url}/\"{end}")))
            .fails(255);
        assert_eq!(peer.heads().len(), 2);
    }
}

#[test]
fn verifies_certificate_of_sts_despite_no_verify_ssl() {
    let authority = CertificateAuthority::new();
    let unknown = "unable to get local issuer certificate";
    let table = [
        (authority.issue("127.0.0.1", false), unknown),
        (
            Certificate::self_signed("127.0.0.1", false),
            "self-signed certificate",
        ),
    ];
    for (certificate, why) in table {
        let peer = Peer::new(PeerBehavior::Respond(""), Some(&certificate));
        let url = format!("https://{}", peer.host());
        let want = format!(
            "SSL validation failed for {url}/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify \
             failed: {why}"
        );
        for more in [&[][..], &["--no-verify-ssl"]] {
            with_sts(&url, more).stderr(&error(&want)).fails(255);
        }
        assert_eq!(peer.heads().len(), 0);
        // The CA bundle counts, too: the handshake succeeds, and the peer sends no response.
        with_sts(&url, &["--no-verify-ssl"])
            .env("AWS_CA_BUNDLE", "ca.pem")
            .file(
                "ca.pem",
                format!("{}{}", authority.pem, certificate.pem).as_str(),
            )
            .stderr_contains("Connection was closed before we received a valid response")
            .fails(255);
        assert_eq!(peer.heads().len(), 2);
    }
}

#[test]
fn connects_to_sts_through_proxy() {
    let proxy = Peer::new(PeerBehavior::Proxy(Some("nobody")), None);
    with_sts("https://sts.example", &[])
        .env("HTTPS_PROXY", &format!("http://u:hush@{}", proxy.host()))
        .stderr(&error(&format!(
            "Failed to connect to proxy URL: \"http://***:***@{}\"",
            proxy.host()
        )))
        .fails(255);
    assert_eq!(proxy.heads().len(), 2);
    assert!(proxy.heads()[0].starts_with("CONNECT sts.example:443 "));
}

#[test]
fn rejects_malformed_sts_response() {
    for body in [
        "",
        "hello",
        "<a/>",
        "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>",
    ] {
        with_profile("role")
            .respond_with(move |_| Response::body(body))
            .request(|request| assert_eq!(request.path, "/"))
            .stderr_contains("\ncognito-sync: [ERROR]: ")
            .fails(255);
    }
}

#[test]
fn exits_on_sigint_while_fetching_credentials() {
    let peer = Peer::new(PeerBehavior::Stall(""), None);
    let config = "[profile slow]\ncredential_process = sleep 30\n[profile role]\n\
                  role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = slow\n";
    let run = || with_responder(interrupted(&args("role")));
    run()
        .env("AWS_ENDPOINT_URL_STS", &format!("http://{}", peer.host()))
        .stdout("\nstatus 130\n")
        .succeeds();
    assert_eq!(peer.heads().len(), 1);
    // The same holds while a credential_process runs.
    run()
        .file(".aws/config", config)
        .stdout("\nstatus 130\n")
        .succeeds();
}
