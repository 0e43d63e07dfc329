//! TLS: which certificates are accepted. What is said where one is not stands in `tls_error`. Mozilla's roots are
//! compiled in; only where these do not know the issuer is the system's store loaded and asked. A
//! bundle takes the place of both. Nothing here is set up before a connection needs it, and where a
//! connection leads to is not known.

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};

use super::certificate_path::{PathError, Policy, has_weak_key, is_self_issued};
use super::http1::reason;
use super::reply::Obstacle;
use crate::connection::Trust;
use crate::regular_file;

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
    let (authorities, asks_system) = match trust {
        Trust::Anything => return Ok(Arc::new(Anything(provider.clone()))),
        Trust::Bundle(path) => {
            let certificates = bundle(path).map_err(Obstacle::Bundle)?;
            let unusable = || Obstacle::Bundle(format!("[X509] PEM lib: '{path}'"));
            let authorities = Authorities::of(certificates, provider);
            (authorities.ok_or_else(unusable)?, false)
        }
        Trust::Usual => {
            let mozilla = RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            };
            let missing = || Obstacle::Tls("no roots are compiled in".into());
            let authorities = Authorities::new(mozilla, provider);
            (authorities.ok_or_else(missing)?, true)
        }
    };
    Ok(Arc::new(Verifier {
        authorities,
        asks_system,
        provider: provider.clone(),
    }))
}

/// The certificates of a bundle file, or why there are none, with the AWS CLI's words and the file.
fn bundle(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = regular_file::read(path).map_err(|error| unreadable(path, &error))?;
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
    let reason = reason(error);
    match error.raw_os_error() {
        Some(number) => format!("[Errno {number}] {reason}: '{path}'"),
        None => format!("{reason}: '{path}'"),
    }
}

/// Authorities, and how paths to them are checked.
#[derive(Debug)]
struct Authorities {
    webpki: Arc<WebPkiServerVerifier>,
    anchors: Arc<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Authorities {
    /// `None` where there is none.
    fn new(anchors: RootCertStore, provider: &Arc<CryptoProvider>) -> Option<Authorities> {
        let anchors = Arc::new(anchors);
        let webpki =
            WebPkiServerVerifier::builder_with_provider(anchors.clone(), provider.clone()).build();
        Some(Authorities {
            webpki: webpki.ok()?,
            anchors,
            algorithms: provider.signature_verification_algorithms,
        })
    }

    /// Those of these certificates that can be read.
    fn of(
        certificates: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Option<Authorities> {
        let mut anchors = RootCertStore::empty();
        anchors.add_parsable_certificates(certificates);
        Authorities::new(anchors, provider)
    }

    /// Checks path and name. What `webpki` refuses only for want of a setting is looked at again.
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let verified = self
            .webpki
            .verify_server_cert(end_entity, intermediates, name, &[], now);
        match verified {
            Err(error) if is_without_setting(&error) => {}
            verified => return verified.map(|_| ()),
        }
        let policy = Policy {
            anchors: &self.anchors.roots,
            algorithms: self.algorithms.all,
            now,
        };
        policy.verify(end_entity, intermediates).map_err(refused)?;
        let certificate = ParsedCertificate::try_from(end_entity)?;
        rustls::client::verify_server_name(&certificate, name)
    }
}

/// Whether `webpki` refuses a certificate for being an authority's, or for the length of its path.
fn is_without_setting(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(error)) = error else {
        return false;
    };
    matches!(
        error.0.downcast_ref(),
        Some(
            webpki::Error::CaUsedAsEndEntity
                | webpki::Error::MaximumPathDepthExceeded
                | webpki::Error::MaximumPathBuildCallsExceeded
                | webpki::Error::MaximumSignatureChecksExceeded
        )
    )
}

fn refused(why: PathError) -> Error {
    Error::InvalidCertificate(match why {
        PathError::UnknownIssuer => CertificateError::UnknownIssuer,
        other => CertificateError::Other(OtherError(Arc::new(other))),
    })
}

/// Trusts authorities, and where that is asked for, the system's besides.
#[derive(Debug)]
struct Verifier {
    authorities: Authorities,
    asks_system: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// A signature of the handshake was not accepted: OpenSSL refuses weak keys before that.
    fn of_handshake<T>(
        verified: Result<T, Error>,
        certificate: &CertificateDer<'_>,
    ) -> Result<T, Error> {
        verified.map_err(|error| match has_weak_key(certificate) {
            true => refused(PathError::WeakKey),
            false => error,
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let verify = |by: &Authorities| by.verify(end_entity, intermediates, name, now);
        let mut verified = verify(&self.authorities);
        if self.asks_system && verified.as_ref() == Err(&unknown) {
            let certificates = rustls_native_certs::load_native_certs().certs;
            let system = Authorities::of(certificates, &self.provider);
            verified = system.map_or(verified, |system| verify(&system));
        }
        match verified {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(error) if error != unknown => Err(error),
            Err(_) if is_self_issued(end_entity) => Err(refused(PathError::SelfSigned)),
            Err(_) if intermediates.iter().any(is_self_issued) => {
                Err(refused(PathError::SelfSignedInChain))
            }
            Err(error) => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let webpki = &self.authorities.webpki;
        let verified = webpki.verify_tls12_signature(message, certificate, signature);
        Verifier::of_handshake(verified, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let webpki = &self.authorities.webpki;
        let verified = webpki.verify_tls13_signature(message, certificate, signature);
        Verifier::of_handshake(verified, certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.webpki.supported_verify_schemes()
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
