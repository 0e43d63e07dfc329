//! The outbox: a file that gets a line of JSON for everything that the real service would send
//! elsewhere. What the lines say is for `delivery`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::delivery::Delivery;
use crate::error::{Error, Result};

/// An open outbox.
#[derive(Debug)]
pub(super) struct Outbox(Mutex<OutboxFile>);

#[derive(Debug)]
struct OutboxFile {
    file: File,
    /// Whether the last line may lack its end, since the disk was full or the like.
    is_last_line_torn: bool,
}

impl Outbox {
    /// Opens the file to add to it, and makes it where there is none; for its owner alone, as the
    /// store is.
    pub fn open(path: &Path) -> Result<Outbox> {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).mode(0o600).open(path);
        let file = file.map_err(|why| {
            let message = format!("The outbox '{}' cannot be opened: {why}", path.display());
            Error::general(message).caused_by(why)
        })?;
        Ok(Outbox(Mutex::new(OutboxFile {
            file,
            is_last_line_torn: false,
        })))
    }

    /// Adds a line; in one piece, so that several processes may share the file.
    pub fn add(&self, delivery: &Delivery) -> io::Result<()> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end_of_torn = if lines.is_last_line_torn { "\n" } else { "" };
        let line = format!("{end_of_torn}{}\n", delivery.to_json());
        let written = lines.file.write_all(line.as_bytes());
        lines.is_last_line_torn = written.is_err();
        written
    }
}
