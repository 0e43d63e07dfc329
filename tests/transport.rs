//! Connections, compared with AWS CLI 2.36.7: certificates, proxies, peers that stall or
//! disconnect, refused connections, interrupts and the debug log. Each test checks the message, the
//! exit status and the number of requests.

use std::time::{Duration, Instant};

use crate::support::child::ChildExit;
use crate::support::interrupted::interrupted;
use crate::support::peer::{Certificate, CertificateAuthority, EMPTY, Peer, PeerBehavior};
use crate::support::run::{Run, RunOutput};
use crate::support::terminal::run_on_terminal;

const PATH: &str = "/identitypools/p/configuration";

fn get(url: &str) -> Run {
    let get = "get-identity-pool-configuration";
    Run::new([get, "--identity-pool-id", "p", "--endpoint-url", url]).env("AWS_MAX_ATTEMPTS", "2")
}

fn get_with(url: &str, more: &[&str]) -> Run {
    let get = [
        "get-identity-pool-configuration",
        "--identity-pool-id",
        "p",
        "--endpoint-url",
        url,
    ];
    Run::new(get.iter().chain(more).copied()).env("AWS_MAX_ATTEMPTS", "2")
}

fn error_line(message: &str) -> String {
    format!("\ncognito-sync: [ERROR]: {message}\n")
}

fn rejected_certificate(peer: &Peer, why: &str) -> String {
    error_line(&format!(
        "SSL validation failed for https://{}{PATH} {why}",
        peer.host()
    ))
}

#[test]
fn verifies_certificates_against_ca_bundle() {
    let authority = CertificateAuthority::new();
    let good = authority.issue("127.0.0.1", false);
    let own = Certificate::self_signed("127.0.0.1", false);
    let failed = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ";
    let unknown = format!("{failed}unable to get local issuer certificate");
    let table = [
        (&good, &authority.pem, None),
        (&good, &good.pem, Some(unknown.clone())),
        (&good, &own.pem, Some(unknown)),
        (&own, &own.pem, None),
        (
            &own,
            &authority.pem,
            Some(format!("{failed}self-signed certificate")),
        ),
        (
            &authority.issue("127.0.0.1", true),
            &authority.pem,
            Some(format!("{failed}certificate has expired")),
        ),
        (
            &authority.issue("other.example", false),
            &authority.pem,
            Some("hostname '127.0.0.1' doesn't match 'other.example'".into()),
        ),
    ];
    for (certificate, bundle, refusal) in table {
        let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(certificate));
        let run = get(&format!("https://{}", peer.host()))
            .file("ca.pem", bundle.as_str())
            .env("AWS_CA_BUNDLE", "~/ca.pem");
        match &refusal {
            None => run.succeeds(),
            Some(why) => run.stderr(&rejected_certificate(&peer, why)).fails(255),
        }
        assert_eq!(peer.heads().len(), usize::from(refusal.is_none()));
    }
}

#[test]
fn verifies_dates_and_name_of_trusted_self_signed_certificate() {
    let table = [
        (
            Certificate::self_signed("127.0.0.1", true),
            "certificate has expired",
        ),
        (
            Certificate::self_signed("other.example", false),
            "doesn't match 'other.example'",
        ),
    ];
    for (certificate, why) in table {
        let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(&certificate));
        get_with(
            &format!("https://{}", peer.host()),
            &["--ca-bundle", "own.pem"],
        )
        .file("own.pem", certificate.pem.as_str())
        .stderr_contains(why)
        .fails(255);
        assert_eq!(peer.heads().len(), 0);
    }
}

#[test]
fn uses_first_ca_bundle_that_is_set() {
    let authority = CertificateAuthority::new();
    let peer = Peer::new(
        PeerBehavior::Respond(EMPTY),
        Some(&authority.issue("127.0.0.1", false)),
    );
    let url = format!("https://{}", peer.host());
    let with = |more: &[&str]| get_with(&url, more).file("ca.pem", authority.pem.as_str());
    let no = "no.pem";
    with(&["--ca-bundle", "ca.pem"])
        .env("AWS_CA_BUNDLE", no)
        .succeeds();
    let of_profile = || with(&[]).file(".aws/config", "[default]\nca_bundle = ca.pem\n");
    of_profile().env("REQUESTS_CA_BUNDLE", no).succeeds();
    of_profile()
        .env("AWS_CA_BUNDLE", no)
        .stderr_contains("No such file or directory: 'no.pem'")
        .fails(255);
    with(&[]).env("REQUESTS_CA_BUNDLE", "ca.pem").succeeds();
    // The system's store is loaded since Mozilla's roots do not contain the issuer.
    with(&[]).env("SSL_CERT_FILE", "{DIR}/ca.pem").succeeds();
    assert_eq!(peer.heads().len(), 4);
}

#[test]
fn rejects_unusable_ca_bundle_before_sending() {
    let peer = Peer::new(
        PeerBehavior::Respond(EMPTY),
        Some(&CertificateAuthority::new().issue("127.0.0.1", false)),
    );
    let table = [
        ("no.pem", "[Errno 2] No such file or directory: 'no.pem'"),
        (".", "[Errno 21] Is a directory: '.'"),
        (
            "text.pem",
            "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found: 'text.pem'",
        ),
        ("broken.pem", "[X509] PEM lib: 'broken.pem'"),
        ("cut.pem", "[X509] PEM lib: 'cut.pem'"),
    ];
    let begin = "-----BEGIN CERTIFICATE-----\nAAAA\n";
    let broken = format!("{begin}-----END CERTIFICATE-----\n");
    for (file, why) in table {
        let with = |url: &str| {
            get_with(url, &["--ca-bundle", file])
                .file("text.pem", "text\n")
                .file("broken.pem", broken.as_str())
                .file("cut.pem", begin)
        };
        with(&format!("https://{}", peer.host()))
            .stderr(&rejected_certificate(&peer, why))
            .fails(255);
        // The bundle is not read without TLS.
        with("{ENDPOINT}")
            .sends("GET", PATH, None)
            .stdout("{\n    \"IdentityPoolId\": \"p\"\n}\n")
            .succeeds();
    }
    for variable in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"] {
        get("{ENDPOINT}")
            .env(variable, " ")
            .stderr_contains("Invalid CA bundle: the configured value")
            .fails(255);
    }
    assert_eq!(peer.heads().len(), 0);
}

#[test]
fn accepts_any_certificate_with_no_verify_ssl() {
    for certificate in [
        CertificateAuthority::new().issue("other.example", true),
        Certificate::self_signed("127.0.0.1", false),
    ] {
        let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(&certificate));
        let more = ["--no-verify-ssl", "--ca-bundle", "no.pem"];
        get_with(&format!("https://{}", peer.host()), &more)
            .stderr(
                "InsecureRequestWarning: Unverified HTTPS request is being made to host \
                 '127.0.0.1'. Adding certificate verification is strongly advised.\n",
            )
            .succeeds();
        assert_eq!(peer.heads().len(), 1);
    }
    get_with("{ENDPOINT}", &["--no-verify-ssl", "--output", "off"])
        .sends("GET", PATH, None)
        .succeeds();
}

const WANTED: PeerBehavior = PeerBehavior::Proxy(Some("Proxy-Authorization: Basic dTpwQHc="));

#[test]
fn sends_http_requests_through_proxy() {
    let proxy = Peer::new(WANTED, None);
    let host = proxy.host();
    get("http://a.example/base")
        .env("HTTP_PROXY", &format!("http://u:p%40w@{host}"))
        .succeeds();
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    let first = format!("GET http://a.example/base{PATH} HTTP/1.1\r\n");
    assert!(heads[0].starts_with(&first), "{}", heads[0]);
    assert!(heads[0].contains("host: a.example\r\n"), "{}", heads[0]);
    // Without the password, the proxy responds itself, and its status counts like any other.
    get("http://a.example")
        .env("http_proxy", &host)
        .stderr(&error_line(
            "An error occurred (407) when calling the GetIdentityPoolConfiguration operation:",
        ))
        .fails(254);
    assert_eq!(proxy.heads().len(), 2);
}

#[test]
fn sends_https_requests_through_tunnel() {
    let authority = CertificateAuthority::new();
    let peer = Peer::new(
        PeerBehavior::Respond(EMPTY),
        Some(&authority.issue("127.0.0.1", false)),
    );
    let proxy = Peer::new(WANTED, None);
    let with = |userinfo: &str| {
        get_with(
            &format!("https://{}", peer.host()),
            &["--ca-bundle", "ca.pem"],
        )
        .file("ca.pem", authority.pem.as_str())
        .env(
            "HTTPS_PROXY",
            &format!("http://{userinfo}@{}", proxy.host()),
        )
    };
    with("u:p%40w").succeeds();
    assert!(proxy.heads()[0].starts_with(&format!("CONNECT {} HTTP/1.0\r\n", peer.host())));
    with("u:hush")
        .stderr(&error_line(&format!(
            "Failed to connect to proxy URL: \"http://***:***@{}\"",
            proxy.host()
        )))
        .fails(255);
    assert_eq!((peer.heads().len(), proxy.heads().len()), (1, 3));
}

#[test]
fn connects_to_proxy_over_tls() {
    let authority = CertificateAuthority::new();
    let proxy = Peer::new(WANTED, Some(&authority.issue("127.0.0.1", false)));
    let with = |more: &[&str]| {
        get_with("http://a.example", more)
            .file("ca.pem", authority.pem.as_str())
            .env("HTTP_PROXY", &format!("https://u:p%40w@{}", proxy.host()))
    };
    with(&["--ca-bundle", "ca.pem"]).succeeds();
    // The AWS CLI does not verify the proxy's certificate here, and sends it the password.
    let message = format!(
        "Failed to connect to proxy URL: \"https://***:***@{}\"",
        proxy.host()
    );
    with(&[]).stderr(&error_line(&message)).fails(255);
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn bypasses_proxy_or_reports_unreachable_one() {
    let unreachable_proxy = "http://u:hush@127.0.0.1:1";
    get("{ENDPOINT}")
        .env("HTTP_PROXY", unreachable_proxy)
        .stderr(&error_line(
            "Failed to connect to proxy URL: \"http://***:***@127.0.0.1:1\"",
        ))
        .fails(255);
    for name in ["NO_PROXY", "no_proxy"] {
        get_with("{ENDPOINT}", &["--output", "off"])
            .env("HTTP_PROXY", unreachable_proxy)
            .env(name, "x, 127.0.0.1")
            .sends("GET", PATH, None)
            .succeeds();
    }
}

#[test]
fn reports_peers_that_disconnect_or_stall() {
    let closed = "Connection was closed before we received a valid response from endpoint URL: ";
    let slow = "Read timeout on endpoint URL: ";
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"a\":";
    let table = [
        (PeerBehavior::Respond(""), closed, "."),
        (PeerBehavior::Respond("HTTP/1."), closed, "."),
        (PeerBehavior::Respond("garbage\r\n\r\n"), closed, "."),
        (PeerBehavior::Respond(half), closed, "."),
        (
            PeerBehavior::Respond(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"a\":",
            ),
            closed,
            ".",
        ),
        (PeerBehavior::Stall(""), slow, ""),
        (PeerBehavior::Stall(half), slow, ""),
    ];
    for (behavior, message, end) in table {
        let peer = Peer::new(behavior, None);
        let url = format!("http://{}", peer.host());
        get_with(&url, &["--cli-read-timeout", "1"])
            .stderr(&error_line(&format!("{message}\"{url}{PATH}\"{end}")))
            .fails(255);
        assert_eq!(peer.heads().len(), 2);
    }
}

#[test]
fn shortens_backoff_for_connection_refused_on_loopback() {
    let begun = Instant::now();
    get("http://127.0.0.1:1")
        .env("AWS_MAX_ATTEMPTS", "6")
        .stderr(&error_line(&format!(
            "Could not connect to the endpoint URL: \"http://127.0.0.1:1{PATH}\""
        )))
        .fails(255);
    // The backoff of five retries takes many seconds. The limit allows for a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// Returns the hints printed on a terminal.
fn hints(url: &str, more: &[&str], bundle: &str) -> Vec<String> {
    let get = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    let words: Vec<_> = get
        .iter()
        .chain(&["--endpoint-url", url])
        .chain(more)
        .copied()
        .collect();
    let run = run_on_terminal("stderr", &words)
        .env("AWS_MAX_ATTEMPTS", "1")
        .file("ca.pem", bundle);
    let shown = run.capture().stdout;
    let hints = shown.lines().filter_map(|line| line.strip_prefix("hint: "));
    hints.map(str::to_string).collect()
}

#[test]
fn prints_hints_for_connection_errors_on_terminal() {
    let authority = CertificateAuthority::new();
    let trusted = ["--ca-bundle", "ca.pem"];
    let certificates = [
        (
            Certificate::self_signed("127.0.0.1", false),
            "AWS_CA_BUNDLE",
        ),
        (authority.issue("127.0.0.1", true), "clock"),
        (authority.issue("other.example", false), "another host"),
    ];
    for (certificate, want) in certificates {
        let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(&certificate));
        let found = hints(
            &format!("https://{}", peer.host()),
            &trusted,
            &authority.pem,
        );
        assert!(
            found.len() == 1 && found[0].contains(want),
            "{want}: {found:?}"
        );
    }
    let peer = Peer::new(PeerBehavior::Stall(""), None);
    let found = hints(
        &format!("http://{}", peer.host()),
        &["--cli-read-timeout", "1"],
        "",
    );
    assert!(
        found.len() == 1 && found[0].contains("--cli-read-timeout"),
        "{found:?}"
    );
    let missing = hints("https://127.0.0.1", &["--ca-bundle", "none.pem"], "");
    assert!(
        missing.iter().any(|hint| hint.contains("ca_bundle")),
        "{missing:?}"
    );
    // Nothing listens on the port of a dropped peer.
    let gone = Peer::new(PeerBehavior::Stall(""), None).host();
    let found = hints(&format!("http://{gone}"), &[], "");
    assert!(
        found[0].contains("refused") && found[1].contains("HTTPS_PROXY"),
        "{found:?}"
    );
}

#[test]
fn exits_with_130_on_interrupt() {
    let peer = Peer::new(PeerBehavior::Stall(""), None);
    let url = format!("http://{}", peer.host());
    let get = ["get-identity-pool-configuration", "--identity-pool-id"];
    interrupted(&[&get[..], &["p", "--endpoint-url", &url]].concat())
        .stdout("\nstatus 130\n")
        .succeeds();
    assert_eq!(peer.heads().len(), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()));
    let value = format!("file://{}", fifo.display());
    interrupted(&[&get[..], &[&value]].concat())
        .stdout("status 130\n")
        .succeeds();
}

/// Interrupts a call twice after its request arrived, with a longer pause each round, and prints
/// its output and status.
const TWICE: &str = r"
import signal, socket, subprocess, sys, time
server = socket.create_server(('127.0.0.1', 0))
url = 'http://127.0.0.1:%d' % server.getsockname()[1]
for round in range(20):
    call = subprocess.Popen(sys.argv[1:] + ['--endpoint-url', url], stdout=subprocess.PIPE)
    connection, _ = server.accept()
    connection.recv(1)
    call.send_signal(signal.SIGINT)
    time.sleep(round * 0.0001)
    call.send_signal(signal.SIGINT)
    output, _ = call.communicate()
    print(output, call.returncode)
";

#[test]
fn exits_with_130_on_second_interrupt() {
    let call = ["get-identity-pool-configuration", "--identity-pool-id", "p"];
    let program = ["-c", TWICE, env!("CARGO_BIN_EXE_cognito-sync")];
    Run::with_program("python3", [&program[..], &call].concat())
        .stdout(&"b'\\n' 130\n".repeat(20))
        .succeeds();
}

/// Only Linux tells without `unsafe` that a signal is ignored, in `/proc`.
#[cfg(target_os = "linux")]
#[test]
fn ignores_interrupt_that_parent_ignores() {
    use crate::support::http::{Request, Response};
    let slow = |_: &Request| {
        std::thread::sleep(Duration::from_millis(700));
        Response::body("{}")
    };
    let script = "trap '' INT; \"$0\" get-identity-pool-configuration --identity-pool-id p & \
                  sleep 0.3; kill -INT $!; wait $!; echo \"status $?\"";
    Run::with_program("sh", ["-c", script, env!("CARGO_BIN_EXE_cognito-sync")])
        .respond_with(slow)
        .sends("GET", PATH, None)
        .stdout("status 0\n")
        .succeeds();
}

fn succeeding_run(run: Run) -> RunOutput {
    let observed = run.capture();
    assert_eq!(observed.exit, ChildExit::Status(0), "{observed}");
    observed
}

#[test]
fn logs_requests_without_secrets() {
    let authority = CertificateAuthority::new();
    let peer = Peer::new(
        PeerBehavior::Respond(EMPTY),
        Some(&authority.issue("127.0.0.1", false)),
    );
    let proxy = Peer::new(WANTED, None);
    let host = peer.host();
    let url = format!("https://me:hush@{host}");
    let run = get_with(&url, &["--debug", "--ca-bundle", "ca.pem"])
        .file("ca.pem", authority.pem.as_str())
        .env("AWS_SESSION_TOKEN", "hush")
        .env("https_proxy", &format!("http://u:p%40w@{}", proxy.host()));
    let observed = succeeding_run(run);
    let request = format!("debug: request: GET https://{host}{PATH}\n");
    let signed = format!("debug:   host:{host}\n");
    let proxied = format!("for https http://***:***@{}", proxy.host());
    for part in [
        "debug: region: us-east-1 (from AWS_REGION)\n",
        "debug: profile: default (from the default)\n",
        "debug: attempts: 2 (from AWS_MAX_ATTEMPTS), retry mode: Standard\n",
        "debug: trust: ca.pem (from the command line)\n",
        "debug: credentials: access key ****MPLE, with a session token (from AWS_ACCESS_KEY_ID)\n",
        "Credential=****MPLE/",
        "Signature=(redacted)\n",
        "debug:   x-amz-security-token: (redacted)\n",
        "debug: attempt 1: status 200 after ",
        &request,
        &signed,
        &proxied,
    ] {
        assert!(
            observed.stderr.contains(part),
            "{part:?} is not in\n{}",
            observed.stderr
        );
    }
    for secret in ["hush", "wJalr", "AKIDEXAMPLE", "p%40w", "dTpwQHc"] {
        assert!(!observed.stderr.contains(secret), "{}", observed.stderr);
    }
}
