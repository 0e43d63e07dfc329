//! Reads a file of the zone database. `TZ` can name any path, so only a regular file of sensible
//! size is read, and opening one that is not cannot block.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// The largest file of the zone database has a tenth of this.
const LARGEST: u64 = 64 << 10;

/// The file's content; `None` for what is no such file.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    // A FIFO would otherwise wait for a writer, and a terminal become ours.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits() as i32)
        .open(path)
        .ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let mut content = Vec::new();
    file.take(LARGEST).read_to_end(&mut content).ok()?;
    Some(content)
}
