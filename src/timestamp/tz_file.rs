//! Reads a TZif file. `TZ` may name any path, so only regular files up to a maximum size are read,
//! and opening other files does not block.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Ten times the largest file of the tz database.
const MAX_SIZE: u64 = 64 << 10;

/// Returns the file's content; `None` if it is not a regular file of acceptable size.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    // Otherwise opening a FIFO would wait for a writer, and a terminal could become the controlling
    // one.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits() as i32)
        .open(path)
        .ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return None;
    }
    let mut content = Vec::new();
    file.take(MAX_SIZE).read_to_end(&mut content).ok()?;
    Some(content)
}
