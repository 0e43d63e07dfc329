//! The body of a response: where it ends, by the rules of `http.client` and of urllib3 2.6 above it,
//! which each decide for themselves.

use tokio::io::AsyncRead;

use super::error::Http1Error;
use super::response_head::{HttpVersion, ResponseHead};
use super::response_reader::ResponseReader;
use crate::python;

/// Most lines behind the last chunk. urllib3 would read them without end.
const MAX_TRAILER_LINES: usize = 1000;

/// How a body is delimited.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BodyFraming {
    pub(super) body: BodyDelimiter,
    /// Whether the connection can be used again once the body has been read.
    pub(super) keep_open: bool,
}

/// What delimits a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyDelimiter {
    /// Chunks, each with its length before it.
    Chunks,
    /// A length.
    Length {
        /// Where `http.client` stops to read; without it, where the connection ends.
        stop: Option<u64>,
        /// What urllib3 then expects to have been read, if it understands the length.
        expected: Option<i128>,
    },
}

impl BodyFraming {
    pub(super) fn of(head: &ResponseHead) -> Result<BodyFraming, Http1Error> {
        let first_coding = head.fields.first("transfer-encoding").unwrap_or_default();
        let is_chunked_only = first_coding.eq_ignore_ascii_case("chunked");
        let codings = head.fields.joined("transfer-encoding").unwrap_or_default();
        let is_chunked = codings
            .split(',')
            .any(|coding| python::strip(coding).eq_ignore_ascii_case("chunked"));
        let has_no_body = matches!(head.status, 100..200 | 204 | 304);
        let stop = match head.fields.first("content-length") {
            _ if has_no_body => Some(0),
            Some(length) if !is_chunked_only => length_of(length),
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
            keep_open: has_end && stays_open(head),
        })
    }
}

/// The value of `Content-Length` in a single field; none where it makes no sense.
fn length_of(text: &str) -> Option<u64> {
    let length = saturated(&python::parse_int(text)?);
    (length >= 0).then(|| u64::try_from(length).unwrap_or(u64::MAX))
}

/// The length that urllib3 takes from all fields together (`HTTPResponse._init_length`).
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
        Some([length, ..]) => Ok(Some(saturated(length)).filter(|length| *length >= 0)),
        _ => Ok(None),
    }
}

/// A whole number that may be longer than any body.
fn saturated(digits: &str) -> i128 {
    let most = match digits.starts_with('-') {
        true => i128::MIN,
        false => i128::MAX,
    };
    digits.parse().unwrap_or(most)
}

/// Whether the server means to keep the connection (`http.client.HTTPResponse._check_close`).
fn stays_open(head: &ResponseHead) -> bool {
    let says = |name: &str, what: &str| {
        let value = head.fields.first(name).unwrap_or_default();
        value.to_ascii_lowercase().contains(what)
    };
    match head.version {
        HttpVersion::Http11 => !says("connection", "close"),
        _ => {
            head.fields
                .first("keep-alive")
                .is_some_and(|v| !v.is_empty())
                || says("connection", "keep-alive")
                || says("proxy-connection", "keep-alive")
        }
    }
}

/// Receives the body.
pub(super) async fn receive<S: AsyncRead + Unpin>(
    reader: &mut ResponseReader<'_, S>,
    framing: &BodyFraming,
) -> Result<Vec<u8>, Http1Error> {
    let mut body = Vec::new();
    match framing.body {
        BodyDelimiter::Chunks => receive_chunks(reader, &mut body).await?,
        BodyDelimiter::Length { stop, expected } => {
            let read = reader.append(&mut body, stop.unwrap_or(u64::MAX)).await?;
            if stop != Some(read) && expected.is_some_and(|length| length != i128::from(read)) {
                return Err(incomplete());
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
        let line = reader.line().await?;
        match chunk_size(&line).ok_or_else(incomplete)? {
            0 => break,
            size if size < -1 => {
                let why = "read length must be non-negative or -1";
                return Err(Http1Error::Unhandled(why.into()));
            }
            size => receive_chunk(reader, body, u64::try_from(size).unwrap_or(u64::MAX)).await?,
        }
    }
    // The trailer, which says nothing that is wanted.
    for _ in 0..MAX_TRAILER_LINES {
        let line = reader.line().await?;
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
    let is_whole = reader.append(body, size).await? == size
        // Whatever it is.
        && reader.append(&mut line_end, 2).await? == 2;
    is_whole.then_some(()).ok_or_else(incomplete)
}

/// The size before a chunk, as `int(line, 16)` reads it from bytes: with white space, a sign, `0x` and
/// single underscores where Python allows them. Extensions behind a semicolon do not count.
fn chunk_size(line: &[u8]) -> Option<i128> {
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

fn incomplete() -> Http1Error {
    Http1Error::Closed("the connection ended, or lost step, within the response".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_chunk_sizes_as_python_does() {
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
            assert_eq!(chunk_size(line), size, "{}", line.escape_ascii());
        }
    }
}
