//! Buffered reads from a connection, each with the read timeout.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::error::Http1Error;
use super::limited;

/// Longest line of a head, with its end (`http.client._MAXLINE`).
const MAX_LINE: usize = 65536;

/// Bytes that a read asks for at a time where lines are wanted.
const CHUNK: usize = 8 << 10;

/// Least room that is made for a body.
const LEAST_ROOM: usize = 16 << 10;

/// Reads lines and bodies.
pub(in super::super) struct ResponseReader<'a, S> {
    stream: &'a mut S,
    limit: Option<Duration>,
    chunk: usize,
    /// What has been read from the stream; the bytes from `at` on have not been taken.
    buffer: Vec<u8>,
    at: usize,
}

impl<'a, S: AsyncRead + Unpin> ResponseReader<'a, S> {
    /// A reader whose every read may take this long.
    pub(in super::super) fn new(stream: &'a mut S, limit: Option<Duration>) -> Self {
        ResponseReader {
            stream,
            limit,
            chunk: CHUNK,
            buffer: Vec::new(),
            at: 0,
        }
    }

    /// A reader that takes no byte beyond what it returns, so that another protocol may follow.
    pub(in super::super) fn unbuffered(stream: &'a mut S, limit: Option<Duration>) -> Self {
        ResponseReader {
            chunk: 1,
            ..ResponseReader::new(stream, limit)
        }
    }

    /// Whether nothing has been read that was not taken.
    pub(super) fn is_empty(&self) -> bool {
        self.at == self.buffer.len()
    }

    /// How much memory the buffer takes.
    #[cfg(test)]
    pub(super) fn buffered(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next line with its `\n`; without one, or empty, at the end of the connection.
    pub(in super::super) async fn line(&mut self) -> Result<Vec<u8>, Http1Error> {
        let mut searched = self.at;
        loop {
            let end = self.buffer[searched..].iter().position(|b| *b == b'\n');
            let end = end.map(|length| searched + length + 1);
            if end.unwrap_or(self.buffer.len()) - self.at > MAX_LINE {
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

    /// What has been read up to `end`.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let taken = self.buffer[self.at..end].to_vec();
        self.at = end;
        // Not for every line: what is left has to be moved.
        if self.is_empty() || self.at >= CHUNK {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        taken
    }

    /// Reads more into the buffer; returns whether there was more.
    async fn fill(&mut self) -> Result<bool, Http1Error> {
        let before = self.buffer.len();
        self.buffer.resize(before + self.chunk, 0);
        let read = limited(self.limit, self.stream.read(&mut self.buffer[before..])).await;
        let read = at_end_for_none(read.ok_or(Http1Error::TimedOut)?);
        self.buffer
            .truncate(before + read.as_ref().copied().unwrap_or(0));
        Ok(read? > 0)
    }

    /// Appends bytes to `body`, up to this amount or to the end of the connection; returns how many.
    pub(super) async fn append(
        &mut self,
        body: &mut Vec<u8>,
        amount: u64,
    ) -> Result<u64, Http1Error> {
        let mut left = amount;
        if !self.is_empty() {
            let buffered = self.buffer.len() - self.at;
            let length = usize::try_from(left).map_or(buffered, |left| left.min(buffered));
            make_room(body, length)?;
            let taken = self.take(self.at + length);
            body.extend_from_slice(&taken);
            left -= length as u64;
        }
        while left > 0 {
            if body.len() == body.capacity() {
                let more = usize::try_from(left).unwrap_or(usize::MAX);
                make_room(body, more.min(body.len().max(LEAST_ROOM)))?;
            }
            let mut rest = (&mut *self.stream).take(left);
            let read = limited(self.limit, rest.read_buf(body)).await;
            match at_end_for_none(read.ok_or(Http1Error::TimedOut)?)? {
                0 => break,
                read => left -= read as u64,
            }
        }
        Ok(amount - left)
    }
}

/// A TLS connection that ends without saying so has ended, as Python's `ssl` has it.
fn at_end_for_none(read: std::io::Result<usize>) -> Result<usize, Http1Error> {
    match read {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
        read => read.map_err(Http1Error::of_read),
    }
}

/// Makes room for more bytes. It is made as they arrive: what a server says of the length may be wrong.
fn make_room(body: &mut Vec<u8>, more: usize) -> Result<(), Http1Error> {
    body.try_reserve_exact(more).map_err(|_| {
        Http1Error::Unhandled(format!(
            "there is no memory for more than the first {} bytes of the response",
            body.len()
        ))
    })
}
