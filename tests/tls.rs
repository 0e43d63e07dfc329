//! Verification of certificates and TLS connections, compared with OpenSSL under AWS CLI 2.36.7,
//! from which the messages were taken.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};

use crate::support::peer::{Certificate, CertificateAuthority, EMPTY, Peer, PeerBehavior};
use crate::support::run::Run;

const PATH: &str = "/identitypools/p/bulkpublish";

/// Changes the parameters of a certificate.
type ChangeParameters = fn(&mut CertificateParams);

/// Defects for which a signing certificate is rejected, with the message.
const DEFECTS: [(ChangeParameters, &str); 6] = [
    (
        |parameters| parameters.is_ca = IsCa::ExplicitNoCa,
        "invalid CA certificate",
    ),
    (
        |parameters| parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature],
        "invalid CA certificate",
    ),
    (
        |parameters| parameters.not_after = date_time_ymd(2020, 1, 1),
        "certificate has expired",
    ),
    (
        |parameters| parameters.not_before = date_time_ymd(2090, 1, 1),
        "certificate is not yet valid",
    ),
    (
        |parameters| {
            parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        },
        "unsuitable certificate purpose",
    ),
    // An unknown critical extension.
    (
        |parameters| {
            let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
            extension.set_criticality(true);
            parameters.custom_extensions.push(extension);
        },
        "unhandled critical extension",
    ),
];

fn call(host: &str) -> Run {
    let url = format!("https://{host}");
    let call = [
        "bulk-publish",
        "--identity-pool-id",
        "p",
        "--endpoint-url",
        &url,
    ];
    Run::new(call.iter().chain(&["--ca-bundle", "ca.pem"]).copied()).env("AWS_MAX_ATTEMPTS", "1")
}

fn error_message(host: &str, why: &str) -> String {
    format!("\ncognito-sync: [ERROR]: SSL validation failed for https://{host}{PATH} {why}\n")
}

/// Runs a call that trusts the bundle against a server with the certificate. Checks that it
/// succeeds, or fails with the error.
fn check_verification(certificate: &Certificate, bundle: &str, error: Option<&str>) {
    let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(certificate));
    let run = call(&peer.host()).file("ca.pem", bundle);
    match error {
        None => run.succeeds(),
        Some(why) => run.stderr(&error_message(&peer.host(), why)).fails(255),
    }
    assert_eq!(peer.heads().len(), usize::from(error.is_none()));
}

fn verify_failed(why: &str) -> String {
    format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why}")
}

fn mark_as_ca(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

#[test]
fn accepts_server_certificate_marked_as_ca() {
    let root = CertificateAuthority::new();
    let of = |change: ChangeParameters| {
        root.issue_changed("127.0.0.1", |parameters| {
            mark_as_ca(parameters);
            change(parameters);
        })
    };
    let purpose = verify_failed("unsuitable certificate purpose");
    let expired = verify_failed("certificate has expired");
    let table: [(Certificate, Option<&str>); 7] = [
        (of(|_| ()), None),
        (
            of(|parameters| {
                parameters.key_usages = vec![
                    KeyUsagePurpose::KeyCertSign,
                    KeyUsagePurpose::DigitalSignature,
                ];
            }),
            None,
        ),
        (
            of(|parameters| parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign]),
            Some(&purpose),
        ),
        (
            of(|parameters| {
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            Some(&purpose),
        ),
        (
            of(|parameters| parameters.not_after = date_time_ymd(2020, 1, 1)),
            Some(&expired),
        ),
        (
            root.issue_changed("other.example", mark_as_ca),
            Some("hostname '127.0.0.1' doesn't match 'other.example'"),
        ),
        (
            CertificateAuthority::new().issue_changed("127.0.0.1", mark_as_ca),
            Some(&verify_failed("unable to get local issuer certificate")),
        ),
    ];
    for (certificate, error) in &table {
        check_verification(certificate, &root.pem, *error);
    }
}

/// Creates a chain of authorities, one of which is changed.
fn authorities(
    root: &CertificateAuthority,
    length: usize,
    at: usize,
    change: ChangeParameters,
) -> Vec<CertificateAuthority> {
    let mut authorities: Vec<CertificateAuthority> = Vec::new();
    for number in 0..length {
        let issuer = authorities.last().unwrap_or(root);
        let next = issuer.issue_authority(&format!("authority {number}"), |parameters| {
            if number == at {
                change(parameters);
            }
        });
        authorities.push(next);
    }
    authorities
}

/// Issues a server certificate below a chain of authorities, presented with theirs.
fn chain(
    root: &CertificateAuthority,
    length: usize,
    at: usize,
    change: ChangeParameters,
) -> Certificate {
    let authorities = authorities(root, length, at, change);
    let last = authorities.last().unwrap_or(root);
    let certificate = last.issue("127.0.0.1", false);
    authorities
        .iter()
        .fold(certificate, Certificate::send_authority)
}

#[test]
fn accepts_valid_long_chains() {
    let root = CertificateAuthority::new();
    let change = |parameters: &mut CertificateParams| {
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(7));
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    };
    for length in [1, 6, 7, 10, 30] {
        check_verification(&chain(&root, length, length, |_| ()), &root.pem, None);
    }
    check_verification(&chain(&root, 10, 2, change), &root.pem, None);
    check_verification(
        &chain(&CertificateAuthority::new(), 10, 10, |_| ()),
        &root.pem,
        Some(&verify_failed("unable to get local issuer certificate")),
    );
}

#[test]
fn rejects_long_chains_with_defect() {
    let root = CertificateAuthority::new();
    let of_intermediates: [(ChangeParameters, &str); 2] = [
        (
            |parameters| parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(6)),
            "path length constraint exceeded",
        ),
        // OpenSSL would check whether the name is permitted.
        (
            |parameters| {
                parameters.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::DnsName("example".into())],
                    excluded_subtrees: Vec::new(),
                });
            },
            "unsupported name constraint type",
        ),
    ];
    for (change, why) in of_intermediates.into_iter().chain(DEFECTS) {
        // It has seven certificates below it.
        let certificate = chain(&root, 10, 2, change);
        check_verification(&certificate, &root.pem, Some(&verify_failed(why)));
    }
    // Another authority of the same name signed this one.
    let forger = CertificateAuthority::new().issue_authority("authority 9", |_| ());
    let certificate = forger.issue("127.0.0.1", false);
    let forged = authorities(&root, 10, 10, |_| ())
        .iter()
        .fold(certificate, Certificate::send_authority);
    let unknown = verify_failed("unable to get local issuer certificate");
    check_verification(&forged, &root.pem, Some(&unknown));
}

#[test]
fn rejects_anchors_that_may_not_sign() {
    let unmarked: (ChangeParameters, &str) = (
        |parameters| parameters.is_ca = IsCa::NoCa,
        "invalid CA certificate",
    );
    for (change, why) in DEFECTS.into_iter().chain([unmarked]) {
        let root = CertificateAuthority::changed("authority", change);
        for length in [0, 1, 8] {
            let certificate = chain(&root, length, length, |_| ());
            check_verification(&certificate, &root.pem, Some(&verify_failed(why)));
        }
        // Another anchor in the bundle may still sign.
        let other = CertificateAuthority::named("other");
        let bundle = format!("{}{}", root.pem, other.pem);
        check_verification(&chain(&other, 1, 1, |_| ()), &bundle, None);
    }
}

#[test]
fn limits_path_length_by_anchor() {
    let too_long = verify_failed("path length constraint exceeded");
    for length in [0, 1, 2, 8] {
        for limit in [0, 1, 7, 8] {
            let root = CertificateAuthority::changed("authority", |parameters| {
                parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(limit));
            });
            let is_short = length <= usize::from(limit);
            let error = (!is_short).then_some(&*too_long);
            check_verification(&chain(&root, length, length, |_| ()), &root.pem, error);
        }
    }
}

#[test]
fn trusts_bundled_server_certificate_for_that_server_alone() {
    let own = Certificate::self_signed_changed("127.0.0.1", |parameters| {
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    });
    check_verification(&own, &own.pem, None);
    let other = Certificate::self_signed("127.0.0.1", false);
    check_verification(
        &other,
        &own.pem,
        Some(&verify_failed("self-signed certificate")),
    );
}

#[test]
fn rejects_keys_for_other_usages() {
    let root = CertificateAuthority::new();
    let purpose = verify_failed("unsuitable certificate purpose");
    for usage in [
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::ContentCommitment,
    ] {
        let change = |parameters: &mut CertificateParams| parameters.key_usages = vec![usage];
        check_verification(
            &root.issue_changed("127.0.0.1", change),
            &root.pem,
            Some(&purpose),
        );
    }
    // `netscape-cert-type`, a bit string: a client's, and a client's and a server's.
    for (types, error) in [(0x80, Some(&*purpose)), (0xc0, None)] {
        let certificate = root.issue_changed("127.0.0.1", |parameters| {
            let id = [2, 16, 840, 1, 113_730, 1, 1];
            let extension = CustomExtension::from_oid_content(&id, vec![3, 2, 6, types]);
            parameters.custom_extensions.push(extension);
        });
        check_verification(&certificate, &root.pem, error);
    }
    let no_authority = verify_failed("invalid CA certificate");
    for length in [1, 2, 6] {
        let certificate = chain(&root, length, length - 1, |parameters| {
            parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        });
        check_verification(&certificate, &root.pem, Some(&no_authority));
    }
}

#[test]
fn reports_certificate_defects() {
    let root = CertificateAuthority::new();
    let of = |change: ChangeParameters| root.issue_changed("127.0.0.1", change);
    let own = Certificate::self_signed("127.0.0.1", false);
    let other = CertificateAuthority::named("another authority");
    let table: [(Certificate, &str); 8] = [
        (
            root.issue("127.0.0.2", false),
            "hostname '127.0.0.1' doesn't match '127.0.0.2'",
        ),
        (
            of(|parameters| {
                let address = |text: &str| SanType::IpAddress(text.parse().expect("an address"));
                let name = SanType::DnsName("*.b.example".try_into().expect("a name"));
                parameters.subject_alt_names =
                    vec![address("127.0.0.2"), address("2001:db8::a"), name];
            }),
            "hostname '127.0.0.1' doesn't match either of '127.0.0.2', '2001:DB8:0:0:0:0:0:A', \
             '*.b.example'",
        ),
        // Its common name is 127.0.0.1, which is ignored.
        (
            of(|parameters| parameters.subject_alt_names.clear()),
            "no appropriate subjectAltName fields were found",
        ),
        (
            of(|parameters| {
                parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            &verify_failed("unsuitable certificate purpose"),
        ),
        (
            of(|parameters| {
                let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
                extension.set_criticality(true);
                parameters.custom_extensions.push(extension);
            }),
            &verify_failed("unhandled critical extension"),
        ),
        (
            of(|parameters| parameters.not_before = date_time_ymd(2090, 1, 1)),
            &verify_failed("certificate is not yet valid"),
        ),
        (own, &verify_failed("self-signed certificate")),
        (
            other.issue("127.0.0.1", false).send_authority(&other),
            &verify_failed("self-signed certificate in certificate chain"),
        ),
    ];
    for (certificate, why) in &table {
        check_verification(certificate, &root.pem, Some(why));
    }
}

/// Runs a server that responds to the ClientHello with these bytes.
fn respond_to_hello(bytes: Vec<u8>, run: impl FnOnce(&str)) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let host = listener.local_addr().expect("an address").to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        drop(stream.read(&mut [0; 4096]));
        drop(stream.write_all(&bytes));
    });
    run(&host);
    server.join().expect("no panic");
}

#[test]
fn reports_alerts() {
    let table = [
        (0, "[SSL] unknown error (the server refused the connection)"),
        (
            10,
            "[SSL: SSLV3_ALERT_UNEXPECTED_MESSAGE] sslv3 alert unexpected message",
        ),
        (
            40,
            "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (the server refused the \
             connection: it wants other methods of TLS, or a client certificate is required)",
        ),
        (
            42,
            "[SSL: SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert bad certificate (a client certificate is \
             required)",
        ),
        (48, "[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca"),
        (
            70,
            "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (the server speaks neither \
             TLS 1.2 nor 1.3)",
        ),
        (
            109,
            "[SSL: TLSV13_ALERT_MISSING_EXTENSION] tlsv13 alert missing extension",
        ),
        (
            112,
            "[SSL: TLSV1_UNRECOGNIZED_NAME] tlsv1 unrecognized name (the server does not answer to this \
             host name)",
        ),
        (
            116,
            "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (a client \
             certificate is required)",
        ),
        (120, "[SSL] tlsv1 alert no application protocol"),
        (
            200,
            "[SSL] unknown error (the server refused the connection)",
        ),
    ];
    for (alert, why) in table {
        respond_to_hello(vec![21, 3, 3, 0, 2, 2, alert], |host| {
            let want = error_message(host, why);
            call(host)
                .file("ca.pem", &*CertificateAuthority::new().pem)
                .stderr(&want)
                .fails(255);
        });
    }
}

#[test]
fn reports_peers_without_tls() {
    let eof = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol";
    let version = "[SSL: WRONG_VERSION_NUMBER] wrong version number";
    let table: [(&[u8], &str); 4] = [
        (b"", eof),
        (b"\x16\x03\x03\x00\x50abc", eof),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", version),
        (b"garbage, and more of it", version),
    ];
    for (bytes, why) in table {
        respond_to_hello(bytes.to_vec(), |host| {
            let want = error_message(host, why);
            call(host)
                .file("ca.pem", &*CertificateAuthority::new().pem)
                .stderr(&want)
                .fails(255);
        });
    }
}

/// With TLS 1.3, the server rejects the missing client certificate only after the handshake.
#[test]
fn reports_required_client_certificate() {
    let root = CertificateAuthority::new();
    let certificate = root
        .issue("127.0.0.1", false)
        .requiring_client_certificate(&root);
    let peer = Peer::new(PeerBehavior::Respond(EMPTY), Some(&certificate));
    let why = "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (a client \
               certificate is required)";
    call(&peer.host())
        .file("ca.pem", root.pem.as_str())
        .stderr(&error_message(&peer.host(), why))
        .fails(255);
    assert_eq!(peer.heads().len(), 0);
}

/// A TLS connection may end without `close_notify`, as in Python.
#[test]
fn reads_response_to_end_of_connection() {
    let root = CertificateAuthority::new();
    let certificate = root.issue("127.0.0.1", false);
    let peer = Peer::new(
        PeerBehavior::Respond("HTTP/1.1 200 OK\r\n\r\n{}"),
        Some(&certificate),
    );
    call(&peer.host())
        .file("ca.pem", root.pem.as_str())
        .succeeds();
}
