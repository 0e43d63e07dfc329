//! `json.loads` of a reply: `serde_json` where it reads what Python reads, and otherwise the slower
//! reader for the rest (`NaN`, halves of surrogate pairs, deep nesting).

use std::fmt;
use std::str::Utf8Error;

use serde_json::Value as Json;

use super::json::{self, JsonError};
use super::surrogates;

/// Why a reply is no JSON.
#[derive(Debug)]
pub enum ReplyError {
    /// It is no text.
    Utf8(Utf8Error),
    /// It is no JSON, or nests too deeply.
    Json(JsonError),
}

impl ReplyError {
    /// Whether Python would not get to the end of it.
    pub fn is_too_deep(&self) -> bool {
        matches!(self, ReplyError::Json(why) if why.is_too_deep())
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplyError::Utf8(why) => write!(f, "{why}"),
            ReplyError::Json(why) => write!(f, "{why}"),
        }
    }
}

impl std::error::Error for ReplyError {}

/// Reads the body. Halves of surrogate pairs are held as [`surrogates`] says.
pub fn read(body: &[u8]) -> Result<Json, ReplyError> {
    if !may_hold_surrogates(body)
        && let Ok(document) = serde_json::from_slice(body)
    {
        return Ok(document);
    }
    let text = std::str::from_utf8(body).map_err(ReplyError::Utf8)?;
    match json::read_reply(&surrogates::hold(text)) {
        Ok(document) => Ok(document.into_json()),
        Err(why) => Err(ReplyError::Json(why)),
    }
}

/// Whether characters may be in the body that are held as halves of pairs; other halves
/// `serde_json` refuses.
fn may_hold_surrogates(body: &[u8]) -> bool {
    let has = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    let has_escapes = || body.contains(&b'\\');
    (body.contains(&0xf3) && has(b"\xf3\x9d"))
        || (has_escapes() && (has(b"\\udb3") || has(b"\\uDB3") || has(b"\\uDb3") || has(b"\\udB3")))
}
