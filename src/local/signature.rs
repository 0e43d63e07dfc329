//! Signature checks (AWS Signature Version 4): signs the request again with the key that it names,
//! and compares. The errors are those of AWS services.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::{Request, header};
use hyper::body::Bytes;

use super::clock::{SECOND, UnixMillis};
use super::principal::Principal;
use super::service_error::ServiceError;
use crate::model::Service;
use crate::serve_args::AccessKey;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SECURITY_TOKEN_HEADER: &str = "x-amz-security-token";
/// The maximum difference between the clocks of client and service.
const MAX_CLOCK_SKEW: UnixMillis = 15 * 60 * SECOND;

/// Returns the principal of a request. Without keys every request is accepted, signed or not.
pub(super) fn authenticate(
    keys: &[AccessKey],
    service: &Service,
    request: &Request<Bytes>,
    now: UnixMillis,
) -> Result<Principal, ServiceError> {
    if keys.is_empty() {
        let has_token = request.headers().contains_key(SECURITY_TOKEN_HEADER);
        return Ok(match has_token {
            true => Principal::UnknownIdentity,
            false => Principal::Unknown,
        });
    }
    let authorization = Authorization::parse(request, service)?;
    let key = keys.iter().find(|key| key.id == authorization.key_id);
    let key = key.ok_or_else(|| {
        let message = "The security token included in the request is invalid.";
        ServiceError::new("UnrecognizedClientException", message)
    })?;
    let time = signing_time(request)?;
    check_clock_skew(&time, now)?;
    let expected = expected_signature(request, service, &authorization, key, &time)
        .map_err(|why| invalid(format!("The request cannot be signed: {why}")))?;
    if expected != authorization.signature {
        return Err(invalid(
            "The request signature we calculated does not match the signature you provided. Check \
             your AWS Secret Access Key and signing method. Consult the service documentation for \
             details.",
        ));
    }
    Ok(match &key.identity {
        Some(identity) => Principal::Identity(identity.clone()),
        None => Principal::Developer,
    })
}

/// The parsed `Authorization` header.
struct Authorization<'a> {
    key_id: &'a str,
    region: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(
        request: &'a Request<Bytes>,
        service: &Service,
    ) -> Result<Authorization<'a>, ServiceError> {
        let value = request.headers().get(header::AUTHORIZATION);
        let value = value.and_then(|value| value.to_str().ok()).ok_or_else(|| {
            let message = "Missing Authentication Token";
            ServiceError::new("MissingAuthenticationTokenException", message)
        })?;
        let parts = value.strip_prefix(ALGORITHM).ok_or_else(|| {
            incomplete(format!(
                "The Authorization header does not use {ALGORITHM}."
            ))
        })?;
        let part = |name: &str| {
            let mut parts = parts.split(',').map(str::trim);
            let found = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            found.ok_or_else(|| {
                incomplete(format!("Authorization header requires '{name}' parameter."))
            })
        };
        let scope: Vec<_> = part("Credential")?.split('/').collect();
        let [key_id, _, region, signed_for, "aws4_request"] = scope[..] else {
            return Err(incomplete(
                "Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request.",
            ));
        };
        if signed_for != service.signing_name {
            return Err(invalid(format!(
                "Credential should be scoped to correct service: '{}'.",
                service.signing_name
            )));
        }
        Ok(Authorization {
            key_id,
            region,
            signed_headers: part("SignedHeaders")?.split(';').collect(),
            signature: part("Signature")?,
        })
    }
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidSignatureException", message)
}

fn incomplete(message: impl Into<String>) -> ServiceError {
    ServiceError::new("IncompleteSignatureException", message)
}

/// The time of signing, parsed and as it was written: `20261124T054456Z`.
struct SigningTime<'a> {
    text: &'a str,
    millis: UnixMillis,
}

fn signing_time(request: &Request<Bytes>) -> Result<SigningTime<'_>, ServiceError> {
    let text = request.headers().get("x-amz-date");
    let text = text.and_then(|value| value.to_str().ok());
    let time = text.and_then(|text| Some((text, parse_amz_date(text)?)));
    let (text, millis) = time.ok_or_else(|| {
        incomplete("Authorization header requires existence of a 'X-Amz-Date' header.")
    })?;
    Ok(SigningTime { text, millis })
}

fn parse_amz_date(text: &str) -> Option<UnixMillis> {
    if text.len() != 16 || !text.is_ascii() {
        return None;
    }
    let (date, time) = text.split_once('T')?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, rest) = (time.get(..2)?, time.get(2..4)?, time.get(4..)?);
    let iso = format!("{year}-{month}-{day}T{hour}:{minute}:{rest}");
    DateTime::from_str(&iso, Format::DateTime)
        .ok()?
        .to_millis()
        .ok()
}

fn format_amz_date(time: UnixMillis) -> String {
    let iso = DateTime::from_secs(time.div_euclid(SECOND)).fmt(Format::DateTime);
    iso.map_or_else(|_| time.to_string(), |iso| iso.replace(['-', ':'], ""))
}

fn check_clock_skew(time: &SigningTime<'_>, now: UnixMillis) -> Result<(), ServiceError> {
    let (text, now_text) = (time.text, format_amz_date(now));
    if time.millis < now - MAX_CLOCK_SKEW {
        let limit = format_amz_date(now - MAX_CLOCK_SKEW);
        return Err(invalid(format!(
            "Signature expired: {text} is now earlier than {limit} ({now_text} - 15 min.)"
        )));
    }
    if time.millis > now + MAX_CLOCK_SKEW {
        let limit = format_amz_date(now + MAX_CLOCK_SKEW);
        return Err(invalid(format!(
            "Signature not yet current: {text} is still later than {limit} ({now_text} + 15 min.)"
        )));
    }
    Ok(())
}

/// Returns the signature that the request should have.
fn expected_signature(
    request: &Request<Bytes>,
    service: &Service,
    authorization: &Authorization<'_>,
    key: &AccessKey,
    time: &SigningTime<'_>,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Double;
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Enabled;
    // The request says which headers are signed.
    settings.excluded_headers = None;
    let identity = Credentials::new(&key.id, &key.secret, None, None, "serve").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(authorization.region)
        .name(service.signing_name)
        .time(system_time(time.millis))
        .settings(settings)
        .build()?
        .into();
    let signed = |name: &str| authorization.signed_headers.contains(&name);
    let headers = request.headers().iter().filter_map(|(name, value)| {
        let value = std::str::from_utf8(value.as_bytes()).ok()?;
        signed(name.as_str()).then_some((name.as_str(), value))
    });
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let body = SignableBody::Bytes(request.body());
    let url = format!("http://{host}{path}");
    let signable = SignableRequest::new(request.method().as_str(), url, headers, body)?;
    let (_, signature) = sign(signable, &params)?.into_parts();
    Ok(signature)
}

fn system_time(time: UnixMillis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(time.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_amz_dates() {
        let time = 1_795_499_096_000;
        assert_eq!(format_amz_date(time), "20261124T054456Z");
        assert_eq!(parse_amz_date("20261124T054456Z"), Some(time));
        for bad in [
            "",
            "20261124T054456",
            "20261324T054456Z",
            "2026-1124T05446Z",
            "éééééééé",
        ] {
            assert_eq!(parse_amz_date(bad), None, "{bad}");
        }
    }
}
