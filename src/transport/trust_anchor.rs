//! Trust anchors, with what their certificates say of their use.
//!
//! `webpki` takes name, key and name constraints from the certificate of an anchor. OpenSSL checks it as any
//! other: one that has expired or is no authority's signs nothing, and it may limit the length of paths. So a
//! server's own certificate in a bundle vouches for that server alone.

use der::Decode;
use der::oid::ObjectIdentifier;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::{TbsCertificate, Version};

use super::certificate_path::{PathError, check_dates, check_purpose, extension, malformed};

/// Extensions that OpenSSL knows and so may be critical, of `id-ce` (2.5.29): key usage, alternative names,
/// constraints, policies, revocation lists, extended key usage.
const KNOWN_EXTENSIONS: [u32; 10] = [15, 17, 19, 30, 31, 32, 33, 36, 37, 54];

/// A trust anchor.
#[derive(Debug)]
pub(super) struct CandidateAnchor {
    trusted: TrustAnchor<'static>,
    /// Without it, it is one of those that are compiled in, of which no more is known.
    certificate: Option<CertificateDer<'static>>,
}

/// A trust anchor that may sign certificates.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsableAnchor<'a> {
    pub(super) trusted: &'a TrustAnchor<'static>,
    /// Most intermediate certificates below it.
    pub(super) path_length: Option<usize>,
}

impl CandidateAnchor {
    pub(super) fn compiled_in(trusted: TrustAnchor<'static>) -> CandidateAnchor {
        CandidateAnchor {
            trusted,
            certificate: None,
        }
    }

    /// `None` where the certificate cannot be read.
    pub(super) fn of(certificate: CertificateDer<'static>) -> Option<CandidateAnchor> {
        let trusted = webpki::anchor_from_trusted_cert(&certificate).ok()?;
        Some(CandidateAnchor {
            trusted: trusted.to_owned(),
            certificate: Some(certificate),
        })
    }

    /// Without regard to what it may sign.
    pub(super) fn unlimited(&self) -> UsableAnchor<'_> {
        UsableAnchor {
            trusted: &self.trusted,
            path_length: None,
        }
    }

    /// The anchor for a path to this certificate, or why it cannot be one. A certificate that is an
    /// anchor's own need not be an authority's.
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

/// Checks that it may sign certificates, and returns how many intermediate ones may be below it. Roots
/// without basic constraints are old, or say so by their key usage (`X509_check_ca` of OpenSSL).
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
        false => Err(PathError::NoAuthority),
    }
}
