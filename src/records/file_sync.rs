//! Writes the content of files to the disk.

use std::fs::File;
use std::io::Result;

/// Waits until the content of a file is on the disk. On macOS this flushes the drive's cache, too,
/// which network file systems do not support: there, only the cache of the system is flushed.
pub(super) fn sync_data(file: &File) -> Result<()> {
    let synced = file.sync_data();
    #[cfg(target_os = "macos")]
    {
        let unsupported = rustix::io::Errno::NOTSUP.raw_os_error();
        let code = synced.as_ref().err().and_then(std::io::Error::raw_os_error);
        if code == Some(unsupported) {
            return Ok(rustix::fs::fsync(file)?);
        }
    }
    synced
}
