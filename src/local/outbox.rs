//! The outbox: a file that gets a line of JSON for everything that the real service would send
//! elsewhere. What the lines say is for `delivery`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::delivery::Delivery;
use crate::error::{Error, Result};

/// An open outbox.
#[derive(Debug)]
pub(super) struct Outbox(Mutex<File>);

impl Outbox {
    /// Opens the file to add to it, and makes it where there is none.
    pub fn open(path: &Path) -> Result<Outbox> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(|file| Outbox(Mutex::new(file))).map_err(|why| {
            let message = format!("The outbox '{}' cannot be opened: {why}", path.display());
            Error::general(message).caused_by(why)
        })
    }

    /// Adds a line; in one piece, so that several processes may share the file.
    pub fn add(&self, delivery: &Delivery) -> io::Result<()> {
        let line = format!("{}\n", delivery.line());
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(line.as_bytes())
    }
}
