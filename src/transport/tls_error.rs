//! Messages for TLS errors: OpenSSL's text as Python shows it, or plain text where OpenSSL has no
//! equivalent. rustls's debug output is never shown.

use std::io;
use std::net::IpAddr;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::certificate_path::PathError;
use super::http1::io_error_message;

/// Returns the message for an error while reading or writing, if TLS caused it.
pub(super) fn io_message(error: &io::Error) -> Option<String> {
    let is_tls = error.get_ref().is_some_and(|inner| inner.is::<Error>());
    is_tls.then(|| handshake_message(error, ""))
}

/// Returns the message for a failed TLS handshake with this host.
pub(super) fn handshake_message(error: &io::Error, host: &str) -> String {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    match (tls, error.kind()) {
        (Some(tls), _) => tls_message(tls, host),
        (None, io::ErrorKind::UnexpectedEof) => {
            "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol".into()
        }
        (None, _) => io_error_message(error),
    }
}

fn tls_message(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            presented, ..
        }) => host_mismatch_message(host, presented),
        Error::InvalidCertificate(error) => format!(
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {}",
            certificate_message(error)
        ),
        Error::AlertReceived(alert) => alert_message(*alert),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => "[SSL: WRONG_VERSION_NUMBER] wrong version number".into(),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_) => {
            "[SSL] the server sent a message that breaks the rules of TLS".into()
        }
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => {
            "[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (the server speaks a version of TLS \
              before 1.2)"
                .into()
        }
        Error::PeerIncompatible(_) => {
            "[SSL] the server and this program have no method of TLS in common".into()
        }
        Error::NoCertificatesPresented => "[SSL] the server showed no certificate".into(),
        Error::DecryptError => {
            "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad \
                                record mac"
                .into()
        }
        Error::PeerSentOversizedRecord => {
            "[SSL: ENCRYPTED_LENGTH_TOO_LONG] encrypted length too long".into()
        }
        Error::FailedToGetRandomBytes => "[SSL] the system gives no random numbers".into(),
        Error::FailedToGetCurrentTime => "[SSL] the system does not tell the time".into(),
        _ => "[SSL] the TLS handshake failed".into(),
    }
}

/// Returns the message for a rejected certificate.
#[allow(
    deprecated,
    reason = "older variants may still come from other verifiers"
)]
fn certificate_message(error: &CertificateError) -> String {
    let text = match error {
        CertificateError::Other(other) => return other_message(other),
        CertificateError::UnknownIssuer => return PathError::UnknownIssuer.to_string(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            return PathError::Expired.to_string();
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            return PathError::NotYetValid.to_string();
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            return PathError::RequestPurpose.to_string();
        }
        CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        } if is_weak_algorithm(signature_algorithm_id) => "CA signature digest algorithm too weak",
        CertificateError::UnsupportedSignatureAlgorithm
        | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "the certificate is signed with an algorithm that is not supported"
        }
        CertificateError::BadSignature => "certificate signature failure",
        CertificateError::UnhandledCriticalExtension => "unhandled critical extension",
        CertificateError::Revoked => "certificate revoked",
        CertificateError::BadEncoding => return PathError::Malformed.to_string(),
        _ => "the certificate is not acceptable",
    };
    text.into()
}

/// Returns the message for errors that rustls does not define: those of `webpki` and of certificate
/// paths.
fn other_message(error: &rustls::OtherError) -> String {
    if let Some(path) = error.0.downcast_ref::<PathError>() {
        return path.to_string();
    }
    let text = match error.0.downcast_ref() {
        Some(webpki::Error::EndEntityUsedAsCa) => return PathError::NotAuthority.to_string(),
        Some(webpki::Error::PathLenConstraintViolated) => return PathError::PathLength.to_string(),
        Some(webpki::Error::NameConstraintViolation) => "permitted subtree violation",
        Some(webpki::Error::UnsupportedCriticalExtension) => "unhandled critical extension",
        Some(webpki::Error::UnsupportedCertVersion) => {
            "the certificate is of an old version, which says nothing of its use"
        }
        _ => return PathError::Malformed.to_string(),
    };
    text.into()
}

/// Returns whether a signature algorithm uses SHA-1 or MD5. The identifier includes its DER tag.
fn is_weak_algorithm(algorithm: &[u8]) -> bool {
    const RSA_MD5: &[u8] = &[6, 9, 42, 134, 72, 134, 247, 13, 1, 1, 4];
    const RSA_SHA1: &[u8] = &[6, 9, 42, 134, 72, 134, 247, 13, 1, 1, 5];
    const ECDSA_SHA1: &[u8] = &[6, 7, 42, 134, 72, 206, 61, 4, 1];
    let weak = [RSA_MD5, RSA_SHA1, ECDSA_SHA1];
    weak.iter().any(|known| algorithm.starts_with(known))
}

/// Returns the message for a certificate of another host. `presented` has webpki's format,
/// `DnsName("host")` or `IpAddress(127.0.0.1)`; other kinds of names are ignored.
fn host_mismatch_message(host: &str, presented: &[String]) -> String {
    let names: Vec<_> = presented
        .iter()
        .filter_map(|name| parse_presented_name(name))
        .map(|name| format!("'{name}'"))
        .collect();
    match names.as_slice() {
        [] => "no appropriate subjectAltName fields were found".into(),
        [name] => format!("hostname '{host}' doesn't match {name}"),
        names => format!(
            "hostname '{host}' doesn't match either of {}",
            names.join(", ")
        ),
    }
}

fn parse_presented_name(name: &str) -> Option<String> {
    if let Some(name) = name.strip_prefix("DnsName(\"") {
        return name.strip_suffix("\")").map(str::to_string);
    }
    let address = name.strip_prefix("IpAddress(")?.strip_suffix(')')?;
    Some(match address.parse() {
        // OpenSSL's format.
        Ok(IpAddr::V6(address)) => address.segments().map(|part| format!("{part:X}")).join(":"),
        _ => address.to_string(),
    })
}

/// Returns the message for an alert of the server: Python's name for it, OpenSSL's text, and an
/// explanation.
fn alert_message(alert: AlertDescription) -> String {
    use AlertDescription as A;
    let (name, text, explanation) = match alert {
        A::UnexpectedMessage => ("SSLV3_ALERT_", "unexpected message", ""),
        A::BadRecordMac => ("SSLV3_ALERT_", "bad record mac", ""),
        A::DecompressionFailure => ("SSLV3_ALERT_", "decompression failure", ""),
        A::HandshakeFailure => (
            "SSLV3_ALERT_",
            "handshake failure",
            "the server refused the connection: it wants other methods of TLS, or a client certificate is \
             required",
        ),
        A::NoCertificate => (
            "SSLV3_ALERT_",
            "no certificate",
            CLIENT_CERTIFICATE_REQUIRED,
        ),
        A::BadCertificate => (
            "SSLV3_ALERT_",
            "bad certificate",
            CLIENT_CERTIFICATE_REQUIRED,
        ),
        A::UnsupportedCertificate => ("SSLV3_ALERT_", "unsupported certificate", ""),
        A::CertificateRevoked => ("SSLV3_ALERT_", "certificate revoked", ""),
        A::CertificateExpired => ("SSLV3_ALERT_", "certificate expired", ""),
        A::CertificateUnknown => ("SSLV3_ALERT_", "certificate unknown", ""),
        A::IllegalParameter => ("SSLV3_ALERT_", "illegal parameter", ""),
        A::DecryptionFailed => ("TLSV1_ALERT_", "decryption failed", ""),
        A::RecordOverflow => ("TLSV1_ALERT_", "record overflow", ""),
        A::UnknownCA => ("TLSV1_ALERT_", "unknown ca", ""),
        A::AccessDenied => (
            "TLSV1_ALERT_",
            "access denied",
            "the server refused the connection",
        ),
        A::DecodeError => ("TLSV1_ALERT_", "decode error", ""),
        A::DecryptError => ("TLSV1_ALERT_", "decrypt error", ""),
        A::ExportRestriction => ("TLSV1_ALERT_", "export restriction", ""),
        A::ProtocolVersion => (
            "TLSV1_ALERT_",
            "protocol version",
            "the server speaks neither TLS 1.2 nor 1.3",
        ),
        A::InsufficientSecurity => ("TLSV1_ALERT_", "insufficient security", ""),
        A::InternalError => (
            "TLSV1_ALERT_",
            "internal error",
            "the server has a problem of its own",
        ),
        A::InappropriateFallback => ("TLSV1_ALERT_", "inappropriate fallback", ""),
        A::UserCanceled => ("TLSV1_ALERT_", "user cancelled", ""),
        A::NoRenegotiation => ("TLSV1_ALERT_", "no renegotiation", ""),
        A::UnsupportedExtension => ("TLSV1_", "unsupported extension", ""),
        A::CertificateUnobtainable => ("TLSV1_", "certificate unobtainable", ""),
        A::UnrecognisedName => (
            "TLSV1_",
            "unrecognized name",
            "the server does not answer to this host name",
        ),
        A::BadCertificateStatusResponse => ("TLSV1_", "bad certificate status response", ""),
        A::BadCertificateHashValue => ("TLSV1_", "bad certificate hash value", ""),
        A::MissingExtension => ("TLSV13_ALERT_", "missing extension", ""),
        A::CertificateRequired => (
            "TLSV13_ALERT_",
            "certificate required",
            CLIENT_CERTIFICATE_REQUIRED,
        ),
        A::UnknownPSKIdentity => return "[SSL] tlsv1 alert unknown psk identity".into(),
        A::NoApplicationProtocol => return "[SSL] tlsv1 alert no application protocol".into(),
        _ => return "[SSL] unknown error (the server refused the connection)".into(),
    };
    let text_form =
        format!("{} {text}", name.trim_end_matches('_').to_lowercase()).replace("_", " ");
    let name = format!("{name}{}", text.to_uppercase().replace(' ', "_"));
    match explanation {
        "" => format!("[SSL: {name}] {text_form}"),
        explanation => format!("[SSL: {name}] {text_form} ({explanation})"),
    }
}

/// Explanation of the alerts of a server that requests a client certificate and gets none.
const CLIENT_CERTIFICATE_REQUIRED: &str = "a client certificate is required";
