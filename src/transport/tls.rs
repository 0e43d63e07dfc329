//! Verification of server certificates for TLS. Mozilla's roots are compiled in; the system's store
//! is loaded only if they do not contain the issuer. A CA bundle replaces both. `tls_error` has the
//! messages for rejected certificates.

use std::io;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};

use super::certificate_path::{
    PathError, PathValidator, check_server_usage, has_weak_key, is_self_issued, may_sign,
};
use super::connection_config::CertificateTrust;
use super::error::TransportError;
use super::http1::io_error_message;
use super::trust_anchor::{CandidateAnchor, UsableAnchor};
use crate::regular_file;

/// Returns the TLS configuration for this trust.
pub(super) fn client_config(trust: &CertificateTrust) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |error: Error| TransportError::Tls(error.to_string());
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
    trust: &CertificateTrust,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TransportError> {
    let (authorities, uses_system_store) = match trust {
        CertificateTrust::AnyCertificate => {
            return Ok(Arc::new(AnyCertificateVerifier(provider.clone())));
        }
        CertificateTrust::CaBundle(path) => {
            let certificates = read_ca_bundle(path).map_err(TransportError::CaBundle)?;
            let unusable = || TransportError::CaBundle(format!("[X509] PEM lib: '{path}'"));
            let authorities = TrustedAuthorities::from_certificates(certificates, provider);
            (authorities.ok_or_else(unusable)?, false)
        }
        CertificateTrust::Default => {
            let mozilla = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
            let mozilla = mozilla.map(CandidateAnchor::compiled_in).collect();
            let missing = || TransportError::Tls("no roots are compiled in".into());
            let authorities = TrustedAuthorities::new(mozilla, provider);
            (authorities.ok_or_else(missing)?, true)
        }
    };
    Ok(Arc::new(CertificateVerifier {
        authorities,
        uses_system_store,
        provider: provider.clone(),
    }))
}

/// Reads the certificates of a CA bundle file. The error is the AWS CLI's message with the path.
fn read_ca_bundle(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = regular_file::read(path).map_err(|error| read_error(path, &error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match certificates {
        Ok(found) if found.is_empty() => Err(format!(
            "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found: '{path}'"
        )),
        Ok(found) => Ok(found),
        Err(_) => Err(format!("[X509] PEM lib: '{path}'")),
    }
}

fn read_error(path: &str, error: &io::Error) -> String {
    let reason = io_error_message(error);
    match error.raw_os_error() {
        Some(number) => format!("[Errno {number}] {reason}: '{path}'"),
        None => format!("{reason}: '{path}'"),
    }
}

/// Trusted certificate authorities and the accepted signature algorithms.
#[derive(Debug)]
struct TrustedAuthorities {
    anchors: Vec<CandidateAnchor>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// The certificates that a server presents.
struct PresentedCertificates<'a> {
    end_entity: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    now: UnixTime,
}

impl TrustedAuthorities {
    /// Returns `None` if there are no anchors.
    fn new(anchors: Vec<CandidateAnchor>, provider: &CryptoProvider) -> Option<TrustedAuthorities> {
        let algorithms = provider.signature_verification_algorithms;
        (!anchors.is_empty()).then_some(TrustedAuthorities {
            anchors,
            algorithms,
        })
    }

    /// Trusts those of the certificates that can be parsed.
    fn from_certificates(
        certificates: Vec<CertificateDer<'static>>,
        provider: &CryptoProvider,
    ) -> Option<TrustedAuthorities> {
        let anchors = certificates
            .into_iter()
            .filter_map(CandidateAnchor::from_certificate)
            .collect();
        TrustedAuthorities::new(anchors, provider)
    }

    /// Verifies the certificate path and the server's name.
    fn verify(
        &self,
        presented: &PresentedCertificates<'_>,
        name: &ServerName<'_>,
    ) -> Result<(), Error> {
        let (mut usable, mut unusable) = (Vec::new(), Vec::new());
        for anchor in &self.anchors {
            match anchor.usable_for(presented.end_entity, presented.now) {
                Ok(anchor) => usable.push(anchor),
                Err(why) => unusable.push((anchor.unlimited(), why)),
            }
        }
        let signers = presented
            .intermediates
            .iter()
            .filter(|found| may_sign(found));
        let signers: Vec<_> = signers.cloned().collect();
        let signing = PresentedCertificates {
            intermediates: &signers,
            ..*presented
        };
        let verified = self.verify_path(&signing, &usable);
        if verified == Err(UNKNOWN_ISSUER) {
            let leads_to = |anchors: &[_]| self.verify_path(presented, anchors).is_ok();
            if let Some((_, why)) = unusable.iter().find(|(anchor, _)| leads_to(&[*anchor])) {
                return Err(rejected(*why));
            }
            if signers.len() < presented.intermediates.len() {
                let why = self.verify_path(presented, &usable).err();
                return Err(why.unwrap_or_else(|| rejected(PathError::NotAuthority)));
            }
        }
        verified?;
        check_server_usage(presented.end_entity).map_err(rejected)?;
        let certificate = ParsedCertificate::try_from(presented.end_entity)?;
        rustls::client::verify_server_name(&certificate, name)
    }

    /// Verifies that a path leads to one of the anchors. Paths that `webpki` rejects only because
    /// it lacks a setting are checked by [`PathValidator`].
    fn verify_path(
        &self,
        presented: &PresentedCertificates<'_>,
        anchors: &[UsableAnchor<'_>],
    ) -> Result<(), Error> {
        let roots = RootCertStore {
            roots: anchors
                .iter()
                .map(|anchor| anchor.trusted.clone())
                .collect(),
        };
        let verified = verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(presented.end_entity)?,
            &roots,
            presented.intermediates,
            presented.now,
            self.algorithms.all,
        );
        match verified {
            Ok(()) if anchors.iter().any(|anchor| anchor.path_length.is_some()) => {
                self.verify_path_length(presented, anchors, &roots)
            }
            Err(error) if lacks_setting(&error) => {
                let validator = PathValidator {
                    anchors,
                    algorithms: self.algorithms.all,
                    now: presented.now,
                };
                let verified = validator.verify(presented.end_entity, presented.intermediates);
                verified.map_err(rejected)
            }
            verified => verified,
        }
    }

    /// Verifies that there is a path within its anchor's path length.
    fn verify_path_length(
        &self,
        presented: &PresentedCertificates<'_>,
        anchors: &[UsableAnchor<'_>],
        roots: &RootCertStore,
    ) -> Result<(), Error> {
        let too_long = || rejected(PathError::PathLength);
        let check = |path: &VerifiedPath<'_>| {
            let intermediates = path.intermediate_certificates();
            let length = intermediates
                .filter(|certificate| certificate.issuer() != certificate.subject())
                .count();
            let is_allowed = anchors
                .iter()
                .filter(|anchor| anchor.trusted == path.anchor())
                .any(|anchor| anchor.path_length.is_none_or(|most| length <= most));
            match is_allowed {
                true => Ok(()),
                false => Err(webpki::Error::PathLenConstraintViolated),
            }
        };
        let end_entity = EndEntityCert::try_from(presented.end_entity).map_err(|_| too_long())?;
        let verified = end_entity.verify_for_usage(
            self.algorithms.all,
            &roots.roots,
            presented.intermediates,
            presented.now,
            KeyUsage::server_auth(),
            None,
            Some(&check),
        );
        verified.map(|_| ()).map_err(|_| too_long())
    }
}

const UNKNOWN_ISSUER: Error = Error::InvalidCertificate(CertificateError::UnknownIssuer);

/// Returns whether `webpki` rejects a certificate because it is a CA certificate or because of
/// limits on its path.
fn lacks_setting(error: &Error) -> bool {
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

fn rejected(why: PathError) -> Error {
    Error::InvalidCertificate(match why {
        PathError::UnknownIssuer => CertificateError::UnknownIssuer,
        other => CertificateError::Other(OtherError(Arc::new(other))),
    })
}

/// Verifies certificates against the authorities and, if enabled, the system's store.
#[derive(Debug)]
struct CertificateVerifier {
    authorities: TrustedAuthorities,
    uses_system_store: bool,
    provider: Arc<CryptoProvider>,
}

impl CertificateVerifier {
    /// Maps a rejected handshake signature to a weak key, which OpenSSL rejects first.
    fn map_signature_error<T>(
        verified: Result<T, Error>,
        certificate: &CertificateDer<'_>,
    ) -> Result<T, Error> {
        verified.map_err(|error| match has_weak_key(certificate) {
            true => rejected(PathError::WeakKey),
            false => error,
        })
    }
}

impl ServerCertVerifier for CertificateVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let presented = PresentedCertificates {
            end_entity,
            intermediates,
            now,
        };
        let verify = |authorities: &TrustedAuthorities| authorities.verify(&presented, name);
        let mut verified = verify(&self.authorities);
        if self.uses_system_store && verified == Err(UNKNOWN_ISSUER) {
            let certificates = rustls_native_certs::load_native_certs().certs;
            let system = TrustedAuthorities::from_certificates(certificates, &self.provider);
            verified = system.map_or(verified, |system| verify(&system));
        }
        match verified {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(error) if error != UNKNOWN_ISSUER => Err(error),
            Err(_) if is_self_issued(end_entity) => Err(rejected(PathError::SelfSigned)),
            Err(_) if intermediates.iter().any(is_self_issued) => {
                Err(rejected(PathError::SelfSignedInChain))
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
        let algorithms = &self.authorities.algorithms;
        let verified = verify_tls12_signature(message, certificate, signature, algorithms);
        CertificateVerifier::map_signature_error(verified, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.authorities.algorithms;
        let verified = verify_tls13_signature(message, certificate, signature, algorithms);
        CertificateVerifier::map_signature_error(verified, certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.algorithms.supported_schemes()
    }
}

/// Accepts any certificate, for `--no-verify-ssl`. Signatures are not verified either, so that even
/// a malformed certificate is accepted.
#[derive(Debug)]
struct AnyCertificateVerifier(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificateVerifier {
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
