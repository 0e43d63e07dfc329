//! The messages of the scripted server: requests as the client sent them, and responses. HTTP/1.1
//! with content-length bodies, which is all that the clients under test use.
//!
//! `server` has the sockets and threads. A request with a chunked body is an error, so that a
//! client that starts to send them is noticed.

use std::io::{self, BufRead};

use serde::Serialize;
use serde_json::{Map, Value};

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as sent: escapes are not decoded.
    pub(crate) path: String,
    /// The query as sent, without `?`; empty if there is none.
    pub(crate) raw_query: String,
    /// Names in lower case, in the order sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads one request; `None` if the client closed the connection instead.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(line) = read_line(from)? else {
            return Ok(None);
        };
        let mut words = line.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1"), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(invalid(format!("not an HTTP/1.1 request line: {line:?}")));
        };
        let (path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            raw_query: raw_query.to_owned(),
            headers: read_headers(from)?,
            body: Vec::new(),
        };
        if request.header("transfer-encoding").is_some() {
            return Err(invalid("the server rejects transfer-encoding".to_owned()));
        }
        let length = request.header("content-length").unwrap_or("0");
        let length = length
            .parse()
            .map_err(|_| invalid(format!("content-length is {length:?}")))?;
        request.body = vec![0; length];
        from.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    /// Path and query as sent.
    pub(crate) fn target(&self) -> String {
        if self.raw_query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.raw_query)
        }
    }

    /// The query as decoded pairs in the order sent.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let decode = |text: &str| percent_decode(&text.replace('+', " "));
        self.raw_query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The value of a header, whose name is in lower case; the last one if it was sent repeatedly.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut same = self.headers.iter().filter(|(other, _)| other == name);
        same.next_back().map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` if it is not JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// A response of the scripted server to one request.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    content: ResponseContent,
}

#[derive(Clone, Debug)]
enum ResponseContent {
    Bytes(Vec<u8>),
    Echo,
    Disconnect,
}

impl Response {
    /// Status 200 with this body.
    pub(crate) fn body(body: impl Into<Vec<u8>>) -> Self {
        Self::with_content(ResponseContent::Bytes(body.into()))
    }

    /// The request's JSON object, with the identity pool of the path as its first member.
    pub(crate) fn echo() -> Self {
        Self::with_content(ResponseContent::Echo)
    }

    /// Closes the connection without a response.
    pub(crate) fn disconnect() -> Self {
        Self::with_content(ResponseContent::Disconnect)
    }

    fn with_content(content: ResponseContent) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("x-amzn-requestid", "00000000-aaaa-bbbb-cccc-000000000000"),
        ];
        Self {
            status: 200,
            headers: headers.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
            content,
        }
    }

    /// Replaces the status.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets or replaces a header, whose name is in lower case.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the response to `request` as bytes, or `None` to close the connection.
    ///
    /// It has no `date` header, since no test may depend on the time of day.
    pub(crate) fn to_wire(&self, request: &Request) -> Option<Vec<u8>> {
        let body = match &self.content {
            ResponseContent::Bytes(bytes) => bytes.clone(),
            ResponseContent::Echo => echo(request),
            ResponseContent::Disconnect => return None,
        };
        let mut head = format!("HTTP/1.1 {} \r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        let mut wire = head.into_bytes();
        wire.extend(body);
        Some(wire)
    }
}

/// The echo of the conformance kit: the identity pool ID of the path comes first, even where a
/// member of the request with that name overrides its value.
fn echo(request: &Request) -> Vec<u8> {
    let mut members = Map::new();
    if let Some(rest) = request.path.strip_prefix("/identitypools/") {
        let id = rest.split('/').next().unwrap_or_default();
        if !id.is_empty() {
            members.insert("IdentityPoolId".to_owned(), percent_decode(id).into());
        }
    }
    if let Some(Value::Object(sent)) = request.json() {
        members.extend(sent);
    }
    python_json(&Value::Object(members))
}

/// Writes JSON as Python's `json.dumps(…, ensure_ascii=False)` does, so that a client receives the
/// same bytes as the recorded one. Numbers keep the form in which they were sent.
fn python_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, PythonSpacing);
    value
        .serialize(&mut serializer)
        .expect("a JSON value is written to memory");
    out
}

struct PythonSpacing;

impl serde_json::ser::Formatter for PythonSpacing {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// Decodes percent-encoding. Invalid escapes stay, invalid UTF-8 becomes U+FFFD.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match escaped_byte(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that an escape such as `%41` at the start of `text` stands for.
fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn read_headers(from: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(invalid(format!("not a header: {line:?}")));
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// Reads one line without its line ending, decoded as Latin-1, since headers need not be UTF-8;
/// `None` at the end of the connection.
fn read_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(Some(bytes.into_iter().map(char::from).collect()))
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
