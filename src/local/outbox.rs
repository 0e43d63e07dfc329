//! The outbox: a file with one line of JSON for each delivery that the real service would send
//! elsewhere. `delivery` defines the lines.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::delivery::Delivery;
use super::lone_surrogates::with_escapes;
use crate::error::{Error, Result};

/// An open outbox.
#[derive(Debug)]
pub(super) struct Outbox(Mutex<OutboxFile>);

#[derive(Debug)]
struct OutboxFile {
    file: File,
    /// Whether the last line may be incomplete, because writing it failed.
    is_last_line_torn: bool,
}

impl Outbox {
    /// Opens the file for appending, and creates it if it does not exist. As with the store, only
    /// its owner can read it.
    pub fn open(path: &Path) -> Result<Outbox> {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).mode(0o600).open(path);
        let file = file.map_err(|why| {
            let message = format!(
                "--outbox '{}': the file cannot be opened: {why}",
                path.display()
            );
            Error::general(message)
        })?;
        Ok(Outbox(Mutex::new(OutboxFile {
            file,
            is_last_line_torn: false,
        })))
    }

    /// Appends a line with a single write, so that several processes can share the file.
    pub fn add(&self, delivery: &Delivery) -> io::Result<()> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end_of_torn = if lines.is_last_line_torn { "\n" } else { "" };
        let delivery = delivery.to_json().to_string();
        let line = format!("{end_of_torn}{}\n", with_escapes(&delivery));
        let written = lines.file.write_all(line.as_bytes());
        lines.is_last_line_torn = written.is_err();
        written
    }
}
