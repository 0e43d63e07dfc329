//! Buffered reads from a connection, each with the read timeout.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::error::Http1Error;
use super::with_timeout;

/// Maximum length of a line in bytes, including its end (`http.client._MAXLINE`).
const MAX_LINE_LENGTH: usize = 65536;

/// Size of reads for lines, in bytes.
const READ_SIZE: usize = 8 << 10;

/// Minimum growth of a body's buffer, in bytes.
const MIN_GROWTH: usize = 16 << 10;

/// Reads lines and bodies from a stream.
pub(in super::super) struct ResponseReader<'a, S> {
    stream: &'a mut S,
    limit: Option<Duration>,
    read_size: usize,
    /// The bytes read from the stream. Those from `at` on are not consumed yet.
    buffer: Vec<u8>,
    position: usize,
}

impl<'a, S: AsyncRead + Unpin> ResponseReader<'a, S> {
    /// Creates a reader that limits each read to `limit`.
    pub(in super::super) fn new(stream: &'a mut S, limit: Option<Duration>) -> Self {
        ResponseReader {
            stream,
            limit,
            read_size: READ_SIZE,
            buffer: Vec::new(),
            position: 0,
        }
    }

    /// Creates a reader that never reads ahead, so that another protocol may follow on the stream.
    pub(in super::super) fn unbuffered(stream: &'a mut S, limit: Option<Duration>) -> Self {
        ResponseReader {
            read_size: 1,
            ..ResponseReader::new(stream, limit)
        }
    }

    /// Returns whether all buffered bytes are consumed.
    pub(super) fn is_empty(&self) -> bool {
        self.position == self.buffer.len()
    }

    /// Returns the capacity of the buffer in bytes.
    #[cfg(test)]
    pub(super) fn buffered(&self) -> usize {
        self.buffer.capacity()
    }

    /// Returns the next line with its `\n`. At the end of the connection, the line lacks the `\n`
    /// or is empty.
    pub(in super::super) async fn read_line(&mut self) -> Result<Vec<u8>, Http1Error> {
        let mut searched = self.position;
        loop {
            let end = self.buffer[searched..].iter().position(|b| *b == b'\n');
            let end = end.map(|length| searched + length + 1);
            if end.unwrap_or(self.buffer.len()) - self.position > MAX_LINE_LENGTH {
                return Err(Http1Error::Closed("a line is too long".into()));
            }
            searched = self.buffer.len();
            if let Some(end) = end {
                return Ok(self.take(end));
            }
            if !self.fill().await? {
                return Ok(self.take(searched));
            }
        }
    }

    /// Consumes the buffer up to `end` and returns those bytes.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let taken = self.buffer[self.position..end].to_vec();
        self.position = end;
        // Not for every line, since draining moves the rest.
        if self.is_empty() || self.position >= READ_SIZE {
            self.buffer.drain(..self.position);
            self.position = 0;
        }
        taken
    }

    /// Reads into the buffer; returns `false` at the end of the connection.
    async fn fill(&mut self) -> Result<bool, Http1Error> {
        let before = self.buffer.len();
        self.buffer.resize(before + self.read_size, 0);
        let read = with_timeout(self.limit, self.stream.read(&mut self.buffer[before..])).await;
        let read = zero_at_unexpected_eof(read.ok_or(Http1Error::TimedOut)?);
        self.buffer
            .truncate(before + read.as_ref().copied().unwrap_or(0));
        Ok(read? > 0)
    }

    /// Appends up to `amount` bytes to `body` and returns their number, which is less only at the
    /// end of the connection.
    pub(super) async fn read_into(
        &mut self,
        body: &mut Vec<u8>,
        amount: u64,
    ) -> Result<u64, Http1Error> {
        let mut left = amount;
        if !self.is_empty() {
            let buffered = self.buffer.len() - self.position;
            let length = usize::try_from(left).map_or(buffered, |left| left.min(buffered));
            reserve(body, length)?;
            let taken = self.take(self.position + length);
            body.extend_from_slice(&taken);
            left -= length as u64;
        }
        while left > 0 {
            if body.len() == body.capacity() {
                let more = usize::try_from(left).unwrap_or(usize::MAX);
                reserve(body, more.min(body.len().max(MIN_GROWTH)))?;
            }
            let mut rest = (&mut *self.stream).take(left);
            let read = with_timeout(self.limit, rest.read_buf(body)).await;
            match zero_at_unexpected_eof(read.ok_or(Http1Error::TimedOut)?)? {
                0 => break,
                read => left -= read as u64,
            }
        }
        Ok(amount - left)
    }
}

/// Treats a TLS connection that ends without `close_notify` as closed, as Python's `ssl` does.
fn zero_at_unexpected_eof(read: std::io::Result<usize>) -> Result<usize, Http1Error> {
    match read {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
        read => read.map_err(Http1Error::from_read),
    }
}

/// Reserves space for more bytes. Space grows as bytes arrive, since the length that a server
/// announces may be wrong.
fn reserve(body: &mut Vec<u8>, more: usize) -> Result<(), Http1Error> {
    body.try_reserve_exact(more).map_err(|_| {
        Http1Error::Unhandled(format!(
            "there is no memory for more than the first {} bytes of the response",
            body.len()
        ))
    })
}
