//! `json.loads` of a response body: by `serde_json` where its result is the same, otherwise by the
//! slower parser (`NaN`, lone surrogates, deep nesting).

use std::fmt;
use std::str::Utf8Error;

use serde_json::Value as Json;

use super::json::{self, JsonError};
use super::surrogates;

/// Why a response body is not JSON.
#[derive(Debug)]
pub enum ResponseError {
    /// It is not UTF-8.
    Utf8(Utf8Error),
    /// It is not JSON, or its nesting is too deep.
    Json(JsonError),
}

impl ResponseError {
    /// Whether its nesting exceeds Python's recursion limit.
    pub fn is_too_deep(&self) -> bool {
        matches!(self, ResponseError::Json(why) if why.is_too_deep())
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResponseError::Utf8(why) => write!(f, "{why}"),
            ResponseError::Json(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for ResponseError {}

/// Parses the body. Represents lone surrogates as [`surrogates`] describes.
pub fn parse(body: &[u8]) -> Result<Json, ResponseError> {
    if !may_contain_surrogates(body)
        && let Ok(document) = serde_json::from_slice(body)
    {
        return Ok(document);
    }
    let text = std::str::from_utf8(body).map_err(ResponseError::Utf8)?;
    match json::parse_response(&surrogates::from_unicode(text)) {
        Ok(document) => Ok(document.into_json()),
        Err(why) => Err(ResponseError::Json(why)),
    }
}

/// Whether the body may contain characters of the placeholder block; `serde_json` rejects lone
/// surrogates.
fn may_contain_surrogates(body: &[u8]) -> bool {
    let has = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    let has_escapes = || body.contains(&b'\\');
    (body.contains(&0xf3) && has(b"\xf3\x9d"))
        || (has_escapes() && (has(b"\\udb3") || has(b"\\uDB3") || has(b"\\uDb3") || has(b"\\udB3")))
}
