//! Response heads, parsed as Python 3.11's `http.client` and `email.feedparser` do: they tolerate
//! nearly everything, and the header fields end at the first line that they cannot parse.

use tokio::io::AsyncRead;

use super::error::Http1Error;
use super::response_reader::ResponseReader;
use crate::python;

/// Maximum number of lines in a head, including the empty one at its end
/// (`http.client._MAXHEADERS`).
const MAX_LINES: usize = 100;

/// Maximum number of interim responses before the final one. `http.client` has no limit.
const MAX_INTERIM: usize = 100;

/// The HTTP version of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum HttpVersion {
    /// HTTP/1.0, and a status line with `HTTP/0.9`.
    Http10,
    /// HTTP/1.1 and any other version that starts with `HTTP/1.`.
    Http11,
    /// Any other version.
    Unknown,
}

/// The status line of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct StatusLine {
    pub(in super::super) version: HttpVersion,
    pub(in super::super) status: u16,
}

impl StatusLine {
    /// Parses a status line; `None` if it is not one.
    pub(in super::super) fn parse(line: &[u8]) -> Option<StatusLine> {
        let text = latin1(line);
        let mut parts = text.split(python::is_space).filter(|part| !part.is_empty());
        let (version, status) = (parts.next()?, parts.next()?);
        if !version.starts_with("HTTP/") {
            return None;
        }
        let status = python::parse_int(status)?.parse().ok()?;
        (100..=999).contains(&status).then_some(StatusLine {
            version: match version {
                "HTTP/1.0" | "HTTP/0.9" => HttpVersion::Http10,
                version if version.starts_with("HTTP/1.") => HttpVersion::Http11,
                _ => HttpVersion::Unknown,
            },
            status,
        })
    }
}

/// The head of a response.
#[derive(Debug, Clone)]
pub(super) struct ResponseHead {
    pub(super) version: HttpVersion,
    pub(super) status: u16,
    pub(super) fields: HeaderFields,
}

impl ResponseHead {
    /// Receives the head of the final response.
    ///
    /// `http.client` treats an interim response (`103 Early Hints`) as the final one, so that the
    /// AWS CLI reports success whatever the final response is. Here an interim response counts only
    /// if no final one follows.
    pub(super) async fn receive<S: AsyncRead + Unpin>(
        reader: &mut ResponseReader<'_, S>,
    ) -> Result<ResponseHead, Http1Error> {
        let mut interim = None;
        for _ in 0..MAX_INTERIM {
            match ResponseHead::receive_non_100(reader).await {
                Ok(head) if matches!(head.status, 102..200) => {
                    interim = Some(head.without_fields())
                }
                Ok(head) => return Ok(head),
                Err(why) => return interim.ok_or(why),
            }
        }
        Err(too_many_interim())
    }

    /// Removes the header fields, so that neither a body nor another response is expected.
    fn without_fields(self) -> ResponseHead {
        ResponseHead {
            version: HttpVersion::Http10,
            fields: HeaderFields::default(),
            ..self
        }
    }

    /// Receives a head, skipping `100 Continue` responses.
    async fn receive_non_100<S: AsyncRead + Unpin>(
        reader: &mut ResponseReader<'_, S>,
    ) -> Result<ResponseHead, Http1Error> {
        let mut continued = 0;
        let line = loop {
            let line = reader.read_line().await?;
            if line.is_empty() {
                let why = "the connection was closed without a response";
                return Err(Http1Error::Disconnected(why.into()));
            }
            let line = StatusLine::parse(&line).ok_or_else(|| {
                Http1Error::Closed("the response does not start with an HTTP status line".into())
            })?;
            if line.status != 100 {
                break line;
            }
            continued += 1;
            if continued > MAX_INTERIM {
                return Err(too_many_interim());
            }
            receive_fields(reader).await?;
        };
        if line.version == HttpVersion::Unknown {
            let why = "the response has an unsupported HTTP version";
            return Err(Http1Error::Closed(why.into()));
        }
        Ok(ResponseHead {
            version: line.version,
            status: line.status,
            fields: HeaderFields::parse(&receive_fields(reader).await?),
        })
    }
}

fn too_many_interim() -> Http1Error {
    let why = format!("there are more than {MAX_INTERIM} interim responses");
    Http1Error::Closed(why)
}

/// Receives lines up to and including an empty one, or to the end of the connection.
async fn receive_fields<S: AsyncRead + Unpin>(
    reader: &mut ResponseReader<'_, S>,
) -> Result<Vec<u8>, Http1Error> {
    let mut block = Vec::new();
    for _ in 0..MAX_LINES {
        let line = reader.read_line().await?;
        block.extend_from_slice(&line);
        if matches!(&*line, b"\r\n" | b"\n" | b"") {
            return Ok(block);
        }
    }
    let why = format!("the head has more than {MAX_LINES} lines");
    Err(Http1Error::Closed(why))
}

/// Header fields in the order received, with names in lower case. Folded values keep their line
/// ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderFields(Vec<(String, String)>);

impl HeaderFields {
    pub(super) fn parse(block: &[u8]) -> HeaderFields {
        let mut fields: Vec<(String, String)> = Vec::new();
        // Whether a folded line continues the previous field.
        let mut continues = false;
        let text = latin1(block);
        for line in lines(&text).take_while(|line| is_field_line(line)) {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut().filter(|_| continues) {
                    value.push_str(line);
                }
                continue;
            }
            let field = line.split_once(':').filter(|(name, _)| !name.is_empty());
            // `email.feedparser` parses mail, where "From " starts the envelope.
            let field = field.filter(|_| !line.starts_with("From "));
            continues = field.is_some();
            if let Some((name, value)) = field {
                let value = value.trim_start_matches([' ', '\t']);
                fields.push((name.to_ascii_lowercase(), value.to_string()));
            }
        }
        for (_, value) in &mut fields {
            value.truncate(value.trim_end_matches(['\r', '\n']).len());
        }
        HeaderFields(fields)
    }

    /// Returns the first field with this lower-case name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        let mut same = self.0.iter().filter(|(other, _)| other == name);
        same.next().map(|(_, value)| value.as_str())
    }

    /// Returns all fields with this name, joined as in urllib3.
    pub(super) fn joined(&self, name: &str) -> Option<String> {
        let same = self.0.iter().filter(|(other, _)| other == name);
        let values: Vec<_> = same.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Returns each name once, with its values joined.
    pub(super) fn merged(self) -> Vec<(String, String)> {
        let mut merged: Vec<(String, String)> = Vec::with_capacity(self.0.len());
        for (name, value) in self.0 {
            match merged.iter_mut().find(|(other, _)| *other == name) {
                Some((_, values)) => {
                    values.push_str(", ");
                    values.push_str(&value);
                }
                None => merged.push((name, value)),
            }
        }
        merged
    }
}

/// Decodes Latin-1.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Returns the lines with their ends: `\r\n`, `\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = match rest.find(['\r', '\n']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// Returns whether a line is a header field or a folded line (`email.feedparser.headerRE`). The
/// first line that is neither ends the fields.
fn is_field_line(line: &str) -> bool {
    let is_name = |c: char| matches!(c, '!'..='9' | ';'..='~');
    line.starts_with([' ', '\t'])
        || line.starts_with("From ")
        || line.trim_start_matches(is_name).starts_with(':')
}
