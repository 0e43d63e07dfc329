//! Paths of the store's file and of SQLite's auxiliary files.

use std::ffi::OsStr;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// The write-ahead log: changes that are not in the store's file yet.
pub(super) const WAL: &str = "-wal";
/// The shared memory of the processes that use the store.
pub(super) const SHM: &str = "-shm";
/// The rollback journal of a store without a `-wal`.
const JOURNAL: &str = "-journal";

/// The maximum number of links to follow; more are left to the system, which rejects them.
const MAX_LINKS: usize = 16;

/// Resolves symbolic links, whether or not the file exists: the file is created, not the link. The
/// path is absolute, so that SQLite never takes it for a URI (`file:…`).
pub(super) fn resolve_links(path: &Path) -> Result<PathBuf> {
    let mut path_behind_links = std::path::absolute(path)?;
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&path_behind_links) else {
            break;
        };
        path_behind_links = path_behind_links
            .parent()
            .unwrap_or(Path::new("/"))
            .join(target);
    }
    Ok(path_behind_links)
}

/// Returns the path of an auxiliary file of a store.
pub(super) fn auxiliary_path(path: &Path, kind: impl AsRef<OsStr>) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(kind);
    PathBuf::from(file)
}

/// Rejects a store with an auxiliary file that is not a regular file: opening a FIFO may block
/// forever.
pub(super) fn check_auxiliary_files(path: &Path) -> Result<()> {
    for kind in [JOURNAL, WAL, SHM] {
        let file = auxiliary_path(path, kind);
        if fs::metadata(&file).is_ok_and(|found| !found.is_file()) {
            let file = file.display();
            return Err(Error::other(format!("'{file}' is not a regular file")));
        }
    }
    Ok(())
}

/// Removes the auxiliary files of a store that is not in use.
pub(super) fn remove_auxiliary_files(path: &Path) {
    for kind in [JOURNAL, WAL, SHM] {
        drop(fs::remove_file(auxiliary_path(path, kind)));
    }
}
