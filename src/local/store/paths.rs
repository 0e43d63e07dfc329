//! Names of the store's file and of the files that SQLite has beside it while the store is in use.

use std::ffi::OsStr;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// Where SQLite keeps changes that are not in the store's file yet.
pub(super) const WAL: &str = "-wal";
/// The memory that those who use the store share.
pub(super) const SHM: &str = "-shm";
/// Undoes a change that was not finished, where there is no `-wal`.
const JOURNAL: &str = "-journal";

/// Links that are followed, at most; more are left to the system, which refuses them.
const MAX_LINKS: usize = 16;

/// The name of the file itself, behind symbolic links, be it there or not: it is the file that is made,
/// and not the link. It is absolute, so that SQLite takes it for a name and never for a URI (`file:…`).
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

/// The file of this kind beside a store.
pub(super) fn auxiliary_path(path: &Path, kind: impl AsRef<OsStr>) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(kind);
    PathBuf::from(file)
}

/// Refuses what SQLite would take for its own beside a store, but is no regular file: to open a FIFO may
/// take forever.
pub(super) fn check_auxiliary_files(path: &Path) -> Result<()> {
    for kind in [JOURNAL, WAL, SHM] {
        let file = auxiliary_path(path, kind);
        if fs::metadata(&file).is_ok_and(|found| !found.is_file()) {
            let file = file.display();
            return Err(Error::other(format!("'{file}' is no regular file")));
        }
    }
    Ok(())
}

/// Removes what SQLite has beside a store that nobody uses.
pub(super) fn remove_auxiliary_files(path: &Path) {
    for kind in [JOURNAL, WAL, SHM] {
        drop(fs::remove_file(auxiliary_path(path, kind)));
    }
}
