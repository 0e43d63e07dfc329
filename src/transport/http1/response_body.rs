//! Response bodies, delimited by the rules of `http.client` and of urllib3 2.6, which determine the
//! length independently.

use tokio::io::AsyncRead;

use super::error::Http1Error;
use super::response_head::{HttpVersion, ResponseHead};
use super::response_reader::ResponseReader;
use crate::python;

/// Maximum number of trailer lines. urllib3 has no limit.
const MAX_TRAILER_LINES: usize = 1000;

/// How a body is delimited.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BodyFraming {
    pub(super) body: BodyDelimiter,
    /// Whether the connection can be reused after the body.
    pub(super) keep_open: bool,
}

/// What delimits a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyDelimiter {
    /// Chunked transfer coding.
    Chunks,
    /// A length, or the end of the connection.
    Length {
        /// Number of bytes after which `http.client` stops reading; `None` reads to the end of the
        /// connection.
        stop: Option<u64>,
        /// Number of bytes that urllib3 expects, if it can parse the length.
        expected: Option<i128>,
    },
}

impl BodyFraming {
    pub(super) fn new(head: &ResponseHead) -> Result<BodyFraming, Http1Error> {
        let first_coding = head.fields.first("transfer-encoding").unwrap_or_default();
        let is_chunked_only = first_coding.eq_ignore_ascii_case("chunked");
        let codings = head.fields.joined("transfer-encoding").unwrap_or_default();
        let is_chunked = codings
            .split(',')
            .any(|coding| python::strip(coding).eq_ignore_ascii_case("chunked"));
        let has_no_body = matches!(head.status, 100..200 | 204 | 304);
        let stop = match head.fields.first("content-length") {
            _ if has_no_body => Some(0),
            Some(length) if !is_chunked_only => parse_length(length),
            _ => None,
        };
        let has_end = is_chunked_only || stop.is_some();
        let body = match is_chunked {
            true => BodyDelimiter::Chunks,
            false => BodyDelimiter::Length {
                stop,
                expected: match expected_length(head)? {
                    _ if has_no_body => Some(0),
                    length => length,
                },
            },
        };
        Ok(BodyFraming {
            body,
            keep_open: has_end && keeps_connection(head),
        })
    }
}

/// Parses the value of a single `Content-Length` field; `None` if it is invalid.
fn parse_length(text: &str) -> Option<u64> {
    let length = parse_saturating(&python::parse_int(text)?);
    (length >= 0).then(|| u64::try_from(length).unwrap_or(u64::MAX))
}

/// Returns the length that urllib3 derives from all `Content-Length` fields
/// (`HTTPResponse._init_length`).
fn expected_length(head: &ResponseHead) -> Result<Option<i128>, Http1Error> {
    let Some(text) = head.fields.joined("content-length") else {
        return Ok(None);
    };
    let lengths: Option<Vec<_>> = text.split(',').map(python::parse_int).collect();
    match lengths.as_deref() {
        Some([first, others @ ..]) if others.iter().any(|other| other != first) => {
            Err(Http1Error::Unhandled(format!(
                "Content-Length contained multiple unmatching values ({text})"
            )))
        }
        Some([length, ..]) => Ok(Some(parse_saturating(length)).filter(|length| *length >= 0)),
        _ => Ok(None),
    }
}

/// Parses an integer, saturated to the range of `i128`.
fn parse_saturating(digits: &str) -> i128 {
    let most = match digits.starts_with('-') {
        true => i128::MIN,
        false => i128::MAX,
    };
    digits.parse().unwrap_or(most)
}

/// Returns whether the server keeps the connection open (`http.client.HTTPResponse._check_close`).
fn keeps_connection(head: &ResponseHead) -> bool {
    let contains = |name: &str, what: &str| {
        let value = head.fields.first(name).unwrap_or_default();
        value.to_ascii_lowercase().contains(what)
    };
    match head.version {
        HttpVersion::Http11 => !contains("connection", "close"),
        _ => {
            head.fields
                .first("keep-alive")
                .is_some_and(|v| !v.is_empty())
                || contains("connection", "keep-alive")
                || contains("proxy-connection", "keep-alive")
        }
    }
}

/// Receives a body.
pub(super) async fn receive<S: AsyncRead + Unpin>(
    reader: &mut ResponseReader<'_, S>,
    framing: &BodyFraming,
) -> Result<Vec<u8>, Http1Error> {
    let mut body = Vec::new();
    match framing.body {
        BodyDelimiter::Chunks => receive_chunks(reader, &mut body).await?,
        BodyDelimiter::Length { stop, expected } => {
            let read = reader
                .read_into(&mut body, stop.unwrap_or(u64::MAX))
                .await?;
            if stop != Some(read) && expected.is_some_and(|length| length != i128::from(read)) {
                return Err(incomplete_response());
            }
        }
    }
    Ok(body)
}

async fn receive_chunks<S: AsyncRead + Unpin>(
    reader: &mut ResponseReader<'_, S>,
    body: &mut Vec<u8>,
) -> Result<(), Http1Error> {
    loop {
        let line = reader.read_line().await?;
        match parse_chunk_size(&line).ok_or_else(incomplete_response)? {
            0 => break,
            size if size < -1 => {
                let why = "read length must be non-negative or -1";
                return Err(Http1Error::Unhandled(why.into()));
            }
            size => receive_chunk(reader, body, u64::try_from(size).unwrap_or(u64::MAX)).await?,
        }
    }
    // The trailer is skipped.
    for _ in 0..MAX_TRAILER_LINES {
        let line = reader.read_line().await?;
        if matches!(&*line, b"\r\n" | b"") {
            return Ok(());
        }
    }
    let why = format!("the trailer has more than {MAX_TRAILER_LINES} lines");
    Err(Http1Error::Closed(why))
}

async fn receive_chunk<S: AsyncRead + Unpin>(
    reader: &mut ResponseReader<'_, S>,
    body: &mut Vec<u8>,
    size: u64,
) -> Result<(), Http1Error> {
    let mut line_end = Vec::new();
    let is_whole = reader.read_into(body, size).await? == size
        // The line end is not checked, as in urllib3.
        && reader.read_into(&mut line_end, 2).await? == 2;
    is_whole.then_some(()).ok_or_else(incomplete_response)
}

/// Parses a chunk size as `int(line, 16)` does for bytes: with white space, a sign, `0x` and single
/// underscores where Python allows them. Ignores chunk extensions after a semicolon.
fn parse_chunk_size(line: &[u8]) -> Option<i128> {
    let line = line.split(|byte| *byte == b';').next()?;
    let text = std::str::from_utf8(line).ok()?;
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = match digits.get(..2) {
        Some("0x" | "0X") => {
            let digits = &digits[2..];
            digits.strip_prefix('_').unwrap_or(digits)
        }
        _ => digits,
    };
    let is_group = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_hexdigit());
    if !digits.split('_').all(is_group) {
        return None;
    }
    let digits = digits.replace('_', "");
    Some(sign * i128::from_str_radix(&digits, 16).unwrap_or(i128::MAX))
}

fn incomplete_response() -> Http1Error {
    Http1Error::Closed("the response is incomplete or malformed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_chunk_sizes_like_python() {
        let table: [(&[u8], Option<i128>); 18] = [
            (b"16\r\n", Some(22)),
            (b"  0016 \r\n", Some(22)),
            (b"1_6", Some(22)),
            (b"0x16", Some(22)),
            (b"0X_16", Some(22)),
            (b"+16", Some(22)),
            (b"-1", Some(-1)),
            (b"-0", Some(0)),
            (b"16;a=b", Some(22)),
            (b"ffffffffffffffffffffffffffffffffffffffff", Some(i128::MAX)),
            (b"", None),
            (b";x", None),
            (b"0x", None),
            (b"1__6", None),
            (b"_16", None),
            (b"+-16", None),
            (b"1 6", None),
            (b"\xff", None),
        ];
        for (line, size) in table {
            assert_eq!(parse_chunk_size(line), size, "{}", line.escape_ascii());
        }
    }
}
