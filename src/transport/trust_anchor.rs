//! Trust anchors and the constraints of their certificates.
//!
//! `webpki` uses only name, key and name constraints of an anchor's certificate. OpenSSL validates
//! it as any other: one that has expired or is not a CA certificate may not sign, and it may limit
//! the path length. So a server's certificate in a bundle is trusted for that server alone.

use der::Decode;
use der::oid::ObjectIdentifier;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::{TbsCertificate, Version};

use super::certificate_path::{PathError, check_dates, check_purpose, extension, malformed};

/// Extensions of `id-ce` (2.5.29) that OpenSSL handles, so that they may be critical: key usage,
/// alternative names, constraints, policies, revocation lists, extended key usage.
const KNOWN_EXTENSIONS: [u32; 10] = [15, 17, 19, 30, 31, 32, 33, 36, 37, 54];

/// A trust anchor that may or may not be allowed to sign.
#[derive(Debug)]
pub(super) struct CandidateAnchor {
    trusted: TrustAnchor<'static>,
    /// `None` for a compiled-in anchor, which has no certificate.
    certificate: Option<CertificateDer<'static>>,
}

/// A trust anchor that may sign certificates of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsableAnchor<'a> {
    pub(super) trusted: &'a TrustAnchor<'static>,
    /// Maximum number of intermediate certificates below it.
    pub(super) path_length: Option<usize>,
}

impl CandidateAnchor {
    pub(super) fn compiled_in(trusted: TrustAnchor<'static>) -> CandidateAnchor {
        CandidateAnchor {
            trusted,
            certificate: None,
        }
    }

    /// Returns the anchor of a certificate, or `None` if it cannot be parsed.
    pub(super) fn from_certificate(
        certificate: CertificateDer<'static>,
    ) -> Option<CandidateAnchor> {
        let trusted = webpki::anchor_from_trusted_cert(&certificate).ok()?;
        Some(CandidateAnchor {
            trusted: trusted.to_owned(),
            certificate: Some(certificate),
        })
    }

    /// Returns the anchor without checking whether it may sign.
    pub(super) fn unlimited(&self) -> UsableAnchor<'_> {
        UsableAnchor {
            trusted: &self.trusted,
            path_length: None,
        }
    }

    /// Returns the anchor for a path to this certificate, or why it may not sign. The anchor's own
    /// certificate need not be a CA certificate.
    pub(super) fn usable_for(
        &self,
        end_entity: &CertificateDer<'_>,
        now: UnixTime,
    ) -> Result<UsableAnchor<'_>, PathError> {
        let Some(certificate) = self.certificate.as_ref().filter(|own| *own != end_entity) else {
            return Ok(self.unlimited());
        };
        let parsed = x509_cert::Certificate::from_der(certificate).map_err(malformed)?;
        let content = &parsed.tbs_certificate;
        check_extensions(content)?;
        let path_length = check_authority(content)?;
        check_purpose(content)?;
        check_dates(content, now)?;
        Ok(UsableAnchor {
            path_length,
            ..self.unlimited()
        })
    }
}

fn check_extensions(content: &TbsCertificate) -> Result<(), PathError> {
    let arc = ObjectIdentifier::new_unwrap("2.5.29");
    let is_known = |id: ObjectIdentifier| {
        id.parent() == Some(arc)
            && id
                .arcs()
                .last()
                .is_some_and(|n| KNOWN_EXTENSIONS.contains(&n))
    };
    let mut extensions = content.extensions.iter().flatten();
    match extensions.all(|extension| !extension.critical || is_known(extension.extn_id)) {
        true => Ok(()),
        false => Err(PathError::CriticalExtension),
    }
}

/// Checks that the certificate may sign others, and returns the maximum number of intermediate
/// certificates below it. Roots without basic constraints must be of version 1 or have the key
/// usage for signing (`X509_check_ca` of OpenSSL).
fn check_authority(content: &TbsCertificate) -> Result<Option<usize>, PathError> {
    let constraints = extension::<BasicConstraints>(content)?;
    let may_sign = extension::<KeyUsage>(content)?.map(|usage| usage.key_cert_sign());
    let is_old_root = content.version == Version::V1 && content.issuer == content.subject;
    let is_authority = match &constraints {
        Some(constraints) => constraints.ca && may_sign != Some(false),
        None => is_old_root || may_sign == Some(true),
    };
    let path_length = constraints.and_then(|constraints| constraints.path_len_constraint);
    match is_authority {
        true => Ok(path_length.map(usize::from)),
        false => Err(PathError::NotAuthority),
    }
}
