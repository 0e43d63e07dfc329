//! The output buffer of streamed JSON.

use std::io::{self, Write};

use super::super::json;
use crate::timestamp::LocalZone;

/// How many bytes to buffer between writes to the sink.
const CHUNK: usize = 64 << 10;

/// Buffers JSON on its way to a sink.
pub(super) struct StreamWriter<'w> {
    /// The JSON not yet written to the sink.
    pub(super) buffer: Vec<u8>,
    /// The buffer for reordering members, kept so that not every record allocates.
    pub(super) scratch: Vec<u8>,
    /// Where the JSON goes; `None` only validates the response, without copying its strings.
    pub(super) sink: Option<&'w mut dyn Write>,
    /// The first error of the sink.
    pub(super) sink_error: Option<io::Error>,
    /// The time zone of printed timestamps.
    pub(super) zone: &'w LocalZone,
}

impl StreamWriter<'_> {
    /// Writes the buffer to the sink.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if let Some(sink) = &mut self.sink {
            sink.write_all(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// Writes the buffer to the sink if it holds a chunk.
    pub(super) fn flush_chunk<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.buffer.len() < CHUNK {
            return Ok(());
        }
        self.flush().map_err(|error| {
            self.sink_error = Some(error);
            E::custom("the sink failed")
        })
    }

    /// Begins a member on a line of its own.
    pub(super) fn key(&mut self, name: &str, depth: usize) {
        json::new_line(depth, &mut self.buffer);
        json::write_string(name, &mut self.buffer);
        self.buffer.extend_from_slice(b": ");
    }
}
