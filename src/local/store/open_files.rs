//! Which files a store is open on, and whether their names still lead to them. SQLite goes on with files that
//! were removed or replaced, and what it writes to them is lost.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::Result;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::paths::{self, SHM, WAL};

/// A file, whatever its name: device and inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The file that the name leads to.
    pub fn of(path: &Path) -> Result<FileId> {
        fs::metadata(path).map(|found| FileId::from(&found))
    }
}

impl From<&Metadata> for FileId {
    fn from(metadata: &Metadata) -> FileId {
        FileId {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }
}

/// The files of an open store: its own, and those that SQLite has beside it.
#[derive(Debug)]
pub(super) struct OpenFiles {
    /// The store's name, as the user gave it but absolute.
    pub name: PathBuf,
    /// The file's own name, behind links.
    pub place: PathBuf,
    /// The file.
    pub file: FileId,
    /// Names of the others, with the files that they led to.
    auxiliary: [(PathBuf, FileId); 2],
    /// Largest size that the file had; it never becomes smaller.
    size: AtomicU64,
    is_truncated: AtomicBool,
}

/// What has happened to the files of an open store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileChange {
    /// There is no file of the store's name.
    Removed,
    /// There is another one.
    Replaced,
    /// It is smaller than it was.
    Truncated,
    /// A file beside it was removed.
    LogRemoved,
    /// A file beside it is another one.
    LogReplaced,
}

impl OpenFiles {
    /// The files of a store that SQLite has begun to use.
    pub fn of(name: &Path, place: PathBuf, file: FileId) -> Result<OpenFiles> {
        let beside = |kind| {
            let path = paths::auxiliary_path(&place, kind);
            let identity = FileId::of(&path)?;
            Ok::<_, std::io::Error>((path, identity))
        };
        Ok(OpenFiles {
            name: std::path::absolute(name)?,
            file,
            auxiliary: [beside(WAL)?, beside(SHM)?],
            place,
            size: AtomicU64::new(0),
            is_truncated: AtomicBool::new(false),
        })
    }

    /// Whether the names still lead to the files; three calls of the system, some microseconds.
    pub fn check(&self) -> std::result::Result<(), FileChange> {
        let found = fs::metadata(&self.name).map_err(|_| FileChange::Removed)?;
        if FileId::from(&found) != self.file {
            return Err(FileChange::Replaced);
        }
        let size = self.size.fetch_max(found.len(), Ordering::Relaxed);
        // Somebody may have seen it grow since; a second look tells.
        if found.len() < size && fs::metadata(&self.name).is_ok_and(|found| found.len() < size) {
            // Whoever cuts it writes something else to it next, of any size.
            self.is_truncated.store(true, Ordering::Relaxed);
        }
        if self.is_truncated.load(Ordering::Relaxed) {
            return Err(FileChange::Truncated);
        }
        for (path, identity) in &self.auxiliary {
            let found = FileId::of(path).map_err(|_| FileChange::LogRemoved)?;
            if found != *identity {
                return Err(FileChange::LogReplaced);
            }
        }
        Ok(())
    }

    /// What has happened and what to do, for whoever wanted to use the store.
    pub fn explain(&self, change: FileChange) -> impl fmt::Display {
        let name = self.name.display();
        let log = paths::auxiliary_path(&self.place, WAL);
        let log = log.display();
        let unusable = "so that nothing can be read from it or stored in it";
        match change {
            FileChange::Removed => format!(
                "The store '{name}' was removed or moved while it was in use, {unusable}. Put the file \
                 back, or restart to begin with a new one."
            ),
            FileChange::Replaced => format!(
                "The store '{name}' was replaced by another file while it was in use, {unusable}. Put \
                 the old file back, or restart to use the new one."
            ),
            FileChange::Truncated => format!(
                "The store '{name}' was cut short or overwritten while it was in use, {unusable}. \
                 Restart once the file is whole."
            ),
            FileChange::LogRemoved | FileChange::LogReplaced => format!(
                "'{log}' or the -shm beside it was removed or replaced while the store '{name}' was in \
                 use, {unusable}. Restart; what was stored is written to the store's file."
            ),
        }
    }
}
