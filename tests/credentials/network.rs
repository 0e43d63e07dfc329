//! What stands in the way of those who are asked for credentials: for each obstacle the message, the
//! status and the number of requests. The AWS CLI has the same words for it as for the call itself.

use super::{PROGRAM, prepared, with_profile, words};
use crate::support::http::Response;
use crate::support::peer::{Certificate, CertificateAuthority, Peer, PeerBehavior};
use crate::support::run::Run;

/// A call whose role is asked for at this address.
fn with_sts(url: &str, more: &[&'static str]) -> Run {
    prepared(Run::new(
        words("role").into_iter().chain(more.iter().copied()),
    ))
    .env("AWS_ENDPOINT_URL_STS", url)
    .env("AWS_MAX_ATTEMPTS", "2")
}

fn error(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

#[test]
fn obstacles_on_the_way_to_sts_are_named_as_for_the_call() {
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
    for (conduct, message, end) in table {
        let peer = Peer::new(conduct, None);
        let url = format!("http://{}", peer.host());
        with_sts(&url, &["--cli-read-timeout", "1"])
            .stderr(&error(&format!("{message}\"{url}/\"{end}")))
            .fails(255);
        assert_eq!(peer.heads().len(), 2);
    }
}

#[test]
fn certificates_of_sts_are_looked_at_whatever_the_call_does() {
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
        // A bundle counts for it, too: this peer is reached, but gives no answer.
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
fn a_proxy_stands_before_sts_too() {
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
fn a_reply_of_sts_that_makes_no_sense_is_an_error() {
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
fn an_interrupt_ends_the_asking_at_once() {
    let peer = Peer::new(PeerBehavior::Stall(""), None);
    let config = "[profile slow]\ncredential_process = sleep 30\n[profile role]\n\
                  role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = slow\n";
    let words = words("role").join(" ");
    let interrupted =
        format!("timeout --preserve-status -s INT 3 \"$0\" {words}; echo \"status $?\"");
    let run = || prepared(Run::with_program("sh", ["-c", &interrupted, PROGRAM]));
    run()
        .env("AWS_ENDPOINT_URL_STS", &format!("http://{}", peer.host()))
        .stdout("\nstatus 130\n")
        .succeeds();
    assert_eq!(peer.heads().len(), 1);
    // A program that gives credentials is asked in vain, too.
    run()
        .file(".aws/config", config)
        .stdout("\nstatus 130\n")
        .succeeds();
}
