//! TLS: which certificates are accepted. What is said where one is not stands in `tls_error`. Mozilla's roots are
//! compiled in; only where these do not know the issuer is the system's store loaded and asked. A
//! bundle takes the place of both. Nothing here is set up before a connection needs it, and where a
//! connection leads to is not known.

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
use super::http1::reason;
use super::trust_anchor::{CandidateAnchor, UsableAnchor};
use crate::regular_file;

/// The settings of a TLS connection under this trust.
pub(super) fn settings(trust: &CertificateTrust) -> Result<ClientConfig, TransportError> {
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
    let (authorities, asks_system) = match trust {
        CertificateTrust::AnyCertificate => {
            return Ok(Arc::new(AnyCertificateVerifier(provider.clone())));
        }
        CertificateTrust::CaBundle(path) => {
            let certificates = bundle(path).map_err(TransportError::CaBundle)?;
            let unusable = || TransportError::CaBundle(format!("[X509] PEM lib: '{path}'"));
            let authorities = TrustedAuthorities::of(certificates, provider);
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
struct TrustedAuthorities {
    anchors: Vec<CandidateAnchor>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// What a server shows.
struct PresentedCertificates<'a> {
    end_entity: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    now: UnixTime,
}

impl TrustedAuthorities {
    /// `None` where there is none.
    fn new(anchors: Vec<CandidateAnchor>, provider: &CryptoProvider) -> Option<TrustedAuthorities> {
        let algorithms = provider.signature_verification_algorithms;
        (!anchors.is_empty()).then_some(TrustedAuthorities {
            anchors,
            algorithms,
        })
    }

    /// Those of these certificates that can be read.
    fn of(
        certificates: Vec<CertificateDer<'static>>,
        provider: &CryptoProvider,
    ) -> Option<TrustedAuthorities> {
        let anchors = certificates
            .into_iter()
            .filter_map(CandidateAnchor::of)
            .collect();
        TrustedAuthorities::new(anchors, provider)
    }

    /// Checks path and name.
    fn verify(
        &self,
        shown: &PresentedCertificates<'_>,
        name: &ServerName<'_>,
    ) -> Result<(), Error> {
        let (mut usable, mut unusable) = (Vec::new(), Vec::new());
        for anchor in &self.anchors {
            match anchor.usable_for(shown.end_entity, shown.now) {
                Ok(anchor) => usable.push(anchor),
                Err(why) => unusable.push((anchor.unlimited(), why)),
            }
        }
        let signers = shown.intermediates.iter().filter(|found| may_sign(found));
        let signers: Vec<_> = signers.cloned().collect();
        let sound = PresentedCertificates {
            intermediates: &signers,
            ..*shown
        };
        let verified = self.verify_path(&sound, &usable);
        if verified == Err(UNKNOWN_ISSUER) {
            let leads_to = |anchors: &[_]| self.verify_path(shown, anchors).is_ok();
            if let Some((_, why)) = unusable.iter().find(|(anchor, _)| leads_to(&[*anchor])) {
                return Err(refused(*why));
            }
            if signers.len() < shown.intermediates.len() {
                let why = self.verify_path(shown, &usable).err();
                return Err(why.unwrap_or_else(|| refused(PathError::NoAuthority)));
            }
        }
        verified?;
        check_server_usage(shown.end_entity).map_err(refused)?;
        let certificate = ParsedCertificate::try_from(shown.end_entity)?;
        rustls::client::verify_server_name(&certificate, name)
    }

    /// Checks that a path leads to one of the anchors. What `webpki` refuses only for want of a setting
    /// is looked at again.
    fn verify_path(
        &self,
        shown: &PresentedCertificates<'_>,
        anchors: &[UsableAnchor<'_>],
    ) -> Result<(), Error> {
        let roots = RootCertStore {
            roots: anchors
                .iter()
                .map(|anchor| anchor.trusted.clone())
                .collect(),
        };
        let verified = verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(shown.end_entity)?,
            &roots,
            shown.intermediates,
            shown.now,
            self.algorithms.all,
        );
        match verified {
            Ok(()) if anchors.iter().any(|anchor| anchor.path_length.is_some()) => {
                self.verify_path_length(shown, anchors, &roots)
            }
            Err(error) if is_without_setting(&error) => {
                let policy = PathValidator {
                    anchors,
                    algorithms: self.algorithms.all,
                    now: shown.now,
                };
                let verified = policy.verify(shown.end_entity, shown.intermediates);
                verified.map_err(refused)
            }
            verified => verified,
        }
    }

    /// Checks that there is a path that is no longer than its anchor allows.
    fn verify_path_length(
        &self,
        shown: &PresentedCertificates<'_>,
        anchors: &[UsableAnchor<'_>],
        roots: &RootCertStore,
    ) -> Result<(), Error> {
        let too_long = || refused(PathError::PathLength);
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
        let end_entity = EndEntityCert::try_from(shown.end_entity).map_err(|_| too_long())?;
        let verified = end_entity.verify_for_usage(
            self.algorithms.all,
            &roots.roots,
            shown.intermediates,
            shown.now,
            KeyUsage::server_auth(),
            None,
            Some(&check),
        );
        verified.map(|_| ()).map_err(|_| too_long())
    }
}

const UNKNOWN_ISSUER: Error = Error::InvalidCertificate(CertificateError::UnknownIssuer);

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
struct CertificateVerifier {
    authorities: TrustedAuthorities,
    asks_system: bool,
    provider: Arc<CryptoProvider>,
}

impl CertificateVerifier {
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

impl ServerCertVerifier for CertificateVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = PresentedCertificates {
            end_entity,
            intermediates,
            now,
        };
        let verify = |by: &TrustedAuthorities| by.verify(&shown, name);
        let mut verified = verify(&self.authorities);
        if self.asks_system && verified == Err(UNKNOWN_ISSUER) {
            let certificates = rustls_native_certs::load_native_certs().certs;
            let system = TrustedAuthorities::of(certificates, &self.provider);
            verified = system.map_or(verified, |system| verify(&system));
        }
        match verified {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(error) if error != UNKNOWN_ISSUER => Err(error),
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
        let algorithms = &self.authorities.algorithms;
        let verified = verify_tls12_signature(message, certificate, signature, algorithms);
        CertificateVerifier::of_handshake(verified, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.authorities.algorithms;
        let verified = verify_tls13_signature(message, certificate, signature, algorithms);
        CertificateVerifier::of_handshake(verified, certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.algorithms.supported_schemes()
    }
}

/// Accepts any certificate, as `--no-verify-ssl` asks for. Signatures are not looked at either: a
/// certificate that cannot even be read is accepted, too.
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
