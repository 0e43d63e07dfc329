//! Validation of certification paths that OpenSSL accepts and `webpki` has no setting for: a server
//! certificate that is marked as a CA certificate, and more than six intermediate certificates.
//!
//! A path is validated by RFC 5280, section 6.1, from the server's certificate up to a trust
//! anchor: signatures, dates, issuer names, basic constraints with path lengths, key usage and
//! extended key usage. Certificates with unchecked constraints are rejected: those with name
//! constraints and, by `webpki`'s parser, those with unknown critical extensions. The server's name
//! is verified in `tls`.

use std::fmt;

use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, Reader, SliceReader};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::EndEntityCert;
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints};

use super::trust_anchor::UsableAnchor;

/// `id-kp-serverAuth`
const SERVER_AUTH: der::oid::ObjectIdentifier =
    der::oid::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

const NETSCAPE_CERT_TYPE: der::oid::ObjectIdentifier =
    der::oid::ObjectIdentifier::new_unwrap("2.16.840.1.113730.1.1");

/// Maximum number of certificates above the server's, as in OpenSSL.
const MAX_DEPTH: usize = 100;

/// Maximum number of signatures to verify. Certificates whose issuers share a name could require
/// many.
const MAX_SIGNATURES: usize = 200;

/// Why a path is rejected, with OpenSSL's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathError {
    Expired,
    NotYetValid,
    RequestPurpose,
    NotAuthority,
    PathLength,
    NameConstraints,
    TooLong,
    SelfSigned,
    SelfSignedInChain,
    UnknownIssuer,
    CriticalExtension,
    WeakKey,
    Malformed,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathError::Expired => "certificate has expired",
            PathError::NotYetValid => "certificate is not yet valid",
            PathError::RequestPurpose => "unsuitable certificate purpose",
            PathError::NotAuthority => "invalid CA certificate",
            PathError::PathLength => "path length constraint exceeded",
            PathError::NameConstraints => "unsupported name constraint type",
            PathError::TooLong => "certificate chain too long",
            PathError::SelfSigned => "self-signed certificate",
            PathError::SelfSignedInChain => "self-signed certificate in certificate chain",
            PathError::UnknownIssuer => "unable to get local issuer certificate",
            PathError::CriticalExtension => "unhandled critical extension",
            PathError::WeakKey => "EE certificate key too weak",
            PathError::Malformed => "the certificate cannot be read",
        })
    }
}

impl std::error::Error for PathError {}

/// Validates paths against anchors, algorithms and a time.
pub(super) struct PathValidator<'a> {
    pub(super) anchors: &'a [UsableAnchor<'a>],
    pub(super) algorithms: &'a [&'static dyn SignatureVerificationAlgorithm],
    pub(super) now: UnixTime,
}

impl PathValidator<'_> {
    /// Verifies that a path leads from the server's certificate to a trust anchor. Each step uses
    /// the first certificate that signed the previous one, without backtracking.
    pub(super) fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> Result<(), PathError> {
        let mut signatures = 0;
        let mut signs = |key: &[u8], certificate: &PathCertificate| {
            signatures += 1;
            match signatures > MAX_SIGNATURES {
                true => Err(PathError::TooLong),
                false => Ok(certificate.is_signed_with(key, self.algorithms)),
            }
        };
        let mut current = PathCertificate::parse(end_entity)?;
        check_dates(&current.content, self.now)?;
        check_server_certificate(&current.content)?;
        let mut unused: Vec<_> = intermediates
            .iter()
            .take(MAX_DEPTH)
            .filter_map(|certificate| PathCertificate::parse(certificate).ok())
            .collect();
        for depth in 0.. {
            for anchor in self.anchors {
                let (anchor, path_length) = (anchor.trusted, anchor.path_length);
                let key = anchor.subject_public_key_info.as_ref();
                if anchor.subject.as_ref() != current.issuer
                    || !(current.is_certificate_of(anchor) || signs(key, &current)?)
                {
                    continue;
                }
                if path_length.is_some_and(|length| depth > length) {
                    return Err(PathError::PathLength);
                }
                return match anchor.name_constraints.is_some() {
                    true => Err(PathError::NameConstraints),
                    false => Ok(()),
                };
            }
            let mut issuer = None;
            for (index, candidate) in unused.iter().enumerate() {
                if candidate.subject == current.issuer && signs(&candidate.key, &current)? {
                    issuer = Some(index);
                    break;
                }
            }
            let issuer = unused.swap_remove(issuer.ok_or(PathError::UnknownIssuer)?);
            check_dates(&issuer.content, self.now)?;
            issuer.check_authority(depth)?;
            current = issuer;
        }
        // Unreachable: `unused` is empty before.
        Err(PathError::TooLong)
    }
}

/// Returns whether issuer and subject of a certificate are equal.
pub(super) fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate).is_ok_and(|c| c.issuer() == c.subject())
}

/// Returns whether a certificate has an RSA key of less than 2048 bits, whose signatures are
/// rejected.
pub(super) fn has_weak_key(certificate: &CertificateDer<'_>) -> bool {
    let rsa = der::oid::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    let Ok(certificate) = x509_cert::Certificate::from_der(certificate) else {
        return false;
    };
    let key = certificate.tbs_certificate.subject_public_key_info;
    // The length of the modulus and its encoding.
    key.algorithm.oid == rsa && key.subject_public_key.raw_bytes().len() < 256
}

/// Checks key usage and extended key usage of a server's certificate. `webpki` checks only the
/// latter.
pub(super) fn check_server_usage(certificate: &CertificateDer<'_>) -> Result<(), PathError> {
    let certificate = x509_cert::Certificate::from_der(certificate).map_err(malformed)?;
    check_server_certificate(&certificate.tbs_certificate)
}

/// Returns whether the key usage of a certificate, which `webpki` does not check, lets it sign
/// others.
pub(super) fn may_sign(certificate: &CertificateDer<'_>) -> bool {
    let certificate = x509_cert::Certificate::from_der(certificate).map_err(malformed);
    let usage = certificate.and_then(|found| extension::<KeyUsage>(&found.tbs_certificate));
    usage.is_ok_and(|usage| usage.is_none_or(|usage| usage.key_cert_sign()))
}

/// A parsed certificate. DER fields are stored without tag and length.
struct PathCertificate {
    issuer: Vec<u8>,
    subject: Vec<u8>,
    /// `subjectPublicKeyInfo`
    key: Vec<u8>,
    content: TbsCertificate,
    /// The signed bytes: the content encoded again, so that exactly the checked content is what was
    /// signed.
    signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl PathCertificate {
    fn parse(certificate: &CertificateDer<'_>) -> Result<PathCertificate, PathError> {
        // Rejects unknown critical extensions, among others.
        let strict = EndEntityCert::try_from(certificate).map_err(|_| PathError::Malformed)?;
        let (issuer, subject) = (strict.issuer().to_vec(), strict.subject().to_vec());
        let key = der_value(strict.subject_public_key_info().as_ref())?;
        let parsed = x509_cert::Certificate::from_der(certificate).map_err(malformed)?;
        let algorithm = parsed.signature_algorithm.to_der().map_err(malformed)?;
        let signature = parsed.signature.as_bytes().ok_or(PathError::Malformed)?;
        Ok(PathCertificate {
            issuer,
            subject,
            key,
            signed: parsed.tbs_certificate.to_der().map_err(malformed)?,
            algorithm: der_value(&algorithm)?,
            signature: signature.to_vec(),
            content: parsed.tbs_certificate,
        })
    }

    /// Checks that it may sign certificates with `depth` intermediate certificates below it.
    fn check_authority(&self, depth: usize) -> Result<(), PathError> {
        let constraints = extension::<BasicConstraints>(&self.content)?;
        let constraints = constraints.filter(|constraints| constraints.ca);
        let constraints = constraints.ok_or(PathError::NotAuthority)?;
        let usage = extension::<KeyUsage>(&self.content)?;
        if usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(PathError::NotAuthority);
        }
        let length = constraints.path_len_constraint.map(usize::from);
        if length.is_some_and(|length| depth > length) {
            return Err(PathError::PathLength);
        }
        if extension::<NameConstraints>(&self.content)?.is_some() {
            return Err(PathError::NameConstraints);
        }
        check_purpose(&self.content)
    }

    /// Returns whether it is the anchor's own certificate, which is trusted without its signature.
    fn is_certificate_of(&self, anchor: &TrustAnchor<'_>) -> bool {
        anchor.subject.as_ref() == self.subject
            && anchor.subject_public_key_info.as_ref() == self.key
    }

    /// Returns whether this key signed it with an accepted algorithm.
    fn is_signed_with(
        &self,
        key: &[u8],
        algorithms: &[&'static dyn SignatureVerificationAlgorithm],
    ) -> bool {
        let Ok((key_algorithm, key)) = parse_key(key) else {
            return false;
        };
        let fits = |algorithm: &&&'static dyn SignatureVerificationAlgorithm| {
            algorithm.signature_alg_id().as_ref() == self.algorithm
                && algorithm.public_key_alg_id().as_ref() == key_algorithm
        };
        algorithms.iter().filter(fits).any(|algorithm| {
            let verified = algorithm.verify_signature(key, &self.signed, &self.signature);
            verified.is_ok()
        })
    }
}

/// Returns the extension of this type; an error if there is more than one.
pub(super) fn extension<'a, T>(content: &'a TbsCertificate) -> Result<Option<T>, PathError>
where
    T: Decode<'a> + der::oid::AssociatedOid,
{
    let found = content.get::<T>().map_err(malformed)?;
    Ok(found.map(|(_critical, extension)| extension))
}

pub(super) fn check_dates(content: &TbsCertificate, now: UnixTime) -> Result<(), PathError> {
    let validity = &content.validity;
    let now = now.as_secs();
    if now < validity.not_before.to_unix_duration().as_secs() {
        return Err(PathError::NotYetValid);
    }
    if now > validity.not_after.to_unix_duration().as_secs() {
        return Err(PathError::Expired);
    }
    Ok(())
}

/// Checks that a server may present the certificate.
fn check_server_certificate(content: &TbsCertificate) -> Result<(), PathError> {
    let fits = |usage: KeyUsage| {
        usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
    };
    let is_for_servers =
        extension::<KeyUsage>(content)?.is_none_or(fits) && allows_netscape_server(content)?;
    match is_for_servers {
        true => check_purpose(content),
        false => Err(PathError::RequestPurpose),
    }
}

/// Returns whether the legacy `netscape-cert-type` extension is absent or has the bit for servers.
fn allows_netscape_server(content: &TbsCertificate) -> Result<bool, PathError> {
    let mut extensions = content.extensions.iter().flatten();
    let Some(found) = extensions.find(|extension| extension.extn_id == NETSCAPE_CERT_TYPE) else {
        return Ok(true);
    };
    let types = BitStringRef::from_der(found.extn_value.as_bytes()).map_err(malformed)?;
    Ok(types
        .raw_bytes()
        .first()
        .is_some_and(|types| types & 0x40 != 0))
}

/// Checks that the extended key usage allows servers or is absent.
pub(super) fn check_purpose(content: &TbsCertificate) -> Result<(), PathError> {
    match extension::<ExtendedKeyUsage>(content)? {
        Some(purposes) if !purposes.0.contains(&SERVER_AUTH) => Err(PathError::RequestPurpose),
        _ => Ok(()),
    }
}

/// Returns the algorithm of a key, without tag and length, and the key.
fn parse_key(info: &[u8]) -> Result<(&[u8], &[u8]), PathError> {
    let mut reader = SliceReader::new(info).map_err(malformed)?;
    let algorithm = AnyRef::decode(&mut reader).map_err(malformed)?;
    let key = BitStringRef::decode(&mut reader).map_err(malformed)?;
    reader.finish(()).map_err(malformed)?;
    let key = key.as_bytes().ok_or(PathError::Malformed)?;
    Ok((algorithm.value(), key))
}

/// Returns a DER element's value without tag and length.
fn der_value(encoded: &[u8]) -> Result<Vec<u8>, PathError> {
    let element = AnyRef::from_der(encoded).map_err(malformed)?;
    Ok(element.value().to_vec())
}

pub(super) fn malformed(_: der::Error) -> PathError {
    PathError::Malformed
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::Duration;

    use proptest::prelude::*;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    /// A root and the certificates below it in order; the last one is a server's.
    static CHAIN: LazyLock<Vec<CertificateDer<'static>>> = LazyLock::new(|| {
        let mut chain = Vec::new();
        let mut issuer: Option<Issuer<'static, KeyPair>> = None;
        for number in 0..10 {
            let key = KeyPair::generate().expect("a key");
            let mut parameters = CertificateParams::new(vec!["h".into()]).expect("a name");
            let name = format!("authority {number}");
            parameters.distinguished_name.push(DnType::CommonName, name);
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let signed = match &issuer {
                Some(issuer) => parameters.signed_by(&key, issuer),
                None => parameters.self_signed(&key),
            };
            chain.push(signed.expect("a certificate").der().clone());
            issuer = Some(Issuer::new(parameters, key));
        }
        chain
    });

    fn verify(chain: &[CertificateDer<'static>]) -> Result<(), PathError> {
        let root = webpki::anchor_from_trusted_cert(&CHAIN[0]).expect("a root");
        let provider = rustls::crypto::ring::default_provider();
        let anchor = UsableAnchor {
            trusted: &root.to_owned(),
            path_length: None,
        };
        let validator = PathValidator {
            anchors: &[anchor],
            algorithms: provider.signature_verification_algorithms.all,
            now: UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000)),
        };
        let (end_entity, others) = chain.split_last().expect("a certificate");
        validator.verify(end_entity, others)
    }

    #[test]
    fn finds_path_in_any_order() {
        assert_eq!(verify(&CHAIN[1..]), Ok(()));
        let mut shuffled = CHAIN[1..].to_vec();
        shuffled[..8].reverse();
        assert_eq!(verify(&shuffled), Ok(()));
        // The server may present the root, and a certificate twice.
        let more = [&CHAIN[..3], &CHAIN[..]].concat();
        assert_eq!(verify(&more), Ok(()));
        assert_eq!(verify(&CHAIN[2..]), Err(PathError::UnknownIssuer));
        assert_eq!(verify(&CHAIN[..1]), Ok(()));
    }

    proptest! {
        #[test]
        fn rejects_chain_with_any_bit_changed(
            number in 1..10_usize,
            position in any::<prop::sample::Index>(),
            bit in 0..8_u8,
        ) {
            let mut chain = CHAIN[1..].to_vec();
            let mut bytes = CHAIN[number].to_vec();
            let position = position.index(bytes.len());
            bytes[position] ^= 1 << bit;
            chain[number - 1] = bytes.into();
            prop_assert!(verify(&chain).is_err());
        }
    }
}
