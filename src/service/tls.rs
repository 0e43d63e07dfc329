//! TLS: which certificates are accepted, and what is said where one is not. Mozilla's roots are
//! compiled in; only where these do not know the issuer is the system's store loaded and asked. A
//! bundle takes the place of both. Nothing here is set up before a connection needs it, and where a
//! connection leads to is not known.

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::reply::Obstacle;
use crate::connection::Trust;

/// The settings of a TLS connection under this trust.
pub(super) fn settings(trust: &Trust) -> Result<ClientConfig, Obstacle> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |error: Error| Obstacle::Tls(error.to_string());
    let verifier = verifier(trust, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn verifier(
    trust: &Trust,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Obstacle> {
    Ok(match trust {
        Trust::Anything => Arc::new(Anything(provider.clone())),
        Trust::Bundle(path) => {
            let certificates = bundle(path).map_err(Obstacle::Bundle)?;
            let unusable = || Obstacle::Bundle(format!("[X509] PEM lib: '{path}'"));
            Arc::new(Given::new(certificates, provider).ok_or_else(unusable)?)
        }
        Trust::Usual => {
            let roots = RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            };
            let mozilla = webpki(roots, provider)
                .ok_or_else(|| Obstacle::Tls("no roots are compiled in".into()))?;
            Arc::new(Usual {
                mozilla,
                provider: provider.clone(),
            })
        }
    })
}

fn webpki(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .ok()
}

/// The certificates of a bundle file, or why there are none, with the AWS CLI's words and the file.
fn bundle(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(found) if found.is_empty() => Err(format!(
            "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found: '{path}'"
        )),
        Ok(found) => Ok(found),
        Err(_) => Err(format!("[X509] PEM lib: '{path}'")),
    }
}

fn unreadable(path: &str, error: &io::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    match error.raw_os_error() {
        Some(number) => format!("[Errno {number}] {reason}: '{path}'"),
        None => format!("{reason}: '{path}'"),
    }
}

/// Trusts the authorities that were given, and a self-signed certificate that is among them. The
/// latter `webpki` refuses where the certificate calls itself an authority, as most of them do.
#[derive(Debug)]
struct Given {
    authorities: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Given {
    /// Nothing, where no certificate is one that can be used.
    fn new(
        certificates: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Option<Given> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        Some(Given {
            authorities: webpki(roots, provider)?,
            certificates,
        })
    }
}

impl ServerCertVerifier for Given {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.authorities
                .verify_server_cert(end_entity, intermediates, name, ocsp, now);
        match verified {
            // Its dates are checked before this error comes about; its name is not.
            Err(error) if is_authority(&error) && self.certificates.contains(end_entity) => {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                rustls::client::verify_server_name(&certificate, name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// Whether a certificate was refused because it is an authority's. `webpki`'s own error is no part
/// of rustls's interface, so only its name tells.
fn is_authority(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(why))
        if format!("{why:?}").contains("CaUsedAsEndEntity"))
}

/// Trusts Mozilla's authorities, then the system's.
#[derive(Debug)]
struct Usual {
    mozilla: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Usual {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .mozilla
            .verify_server_cert(end_entity, intermediates, name, ocsp, now);
        let unknown = |error: &Error| {
            let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
            *error == unknown || is_authority(error)
        };
        match verified {
            Err(error) if unknown(&error) => {
                let certificates = rustls_native_certs::load_native_certs().certs;
                match Given::new(certificates, &self.provider) {
                    Some(system) => {
                        system.verify_server_cert(end_entity, intermediates, name, ocsp, now)
                    }
                    None => Err(error),
                }
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.mozilla
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.mozilla
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.mozilla.supported_verify_schemes()
    }
}

/// Accepts any certificate, as `--no-verify-ssl` asks for. Signatures are not looked at either: a
/// certificate that cannot even be read is accepted, too.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a connection that was secure could not be read or written, if TLS was the reason.
pub(super) fn failure(error: &io::Error) -> Option<String> {
    let is_tls = error.get_ref().is_some_and(|inner| inner.is::<Error>());
    is_tls.then(|| why(error, ""))
}

/// Why no secure connection came about, in the words of Python's `ssl` as far as it has any.
pub(super) fn why(error: &io::Error, host: &str) -> String {
    let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof => "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in \
                                             violation of protocol"
                .into(),
            _ => error.to_string(),
        };
    };
    let failed = |reason: &str| {
        format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}")
    };
    match tls {
        error if is_authority(error) => failed("self-signed certificate"),
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            failed("unable to get local issuer certificate")
        }
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => failed("certificate has expired"),
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => failed("certificate is not yet valid"),
        Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            presented, ..
        }) => other_host(host, presented),
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            failed("certificate signature failure")
        }
        Error::InvalidCertificate(other) => failed(&other.to_string()),
        Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            "[SSL: WRONG_VERSION_NUMBER] wrong version number".into()
        }
        other => format!("[SSL] {other}"),
    }
}

/// `presented` is in webpki's form, `DnsName("host")`.
fn other_host(host: &str, presented: &[String]) -> String {
    let names: Vec<_> = presented
        .iter()
        .map(|name| name.split('"').nth(1).unwrap_or(name))
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
