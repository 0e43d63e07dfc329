//! The files of an open store, and whether their names still lead to them. SQLite keeps writing to
//! files that were removed or replaced, and those writes are lost.

use std::fmt;
use std::fs::{self, Metadata};
use std::io::Result;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::paths::{self, SHM, WAL};

/// The identity of a file: device and inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// Returns the identity of the file at this path.
    pub fn from_path(path: &Path) -> Result<FileId> {
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

/// The files of an open store: its own, and SQLite's auxiliary files.
#[derive(Debug)]
pub(super) struct OpenFiles {
    /// The store's path as the user gave it, made absolute.
    pub name: PathBuf,
    /// The path with symbolic links resolved.
    pub resolved_path: PathBuf,
    /// The file at that path.
    pub file: FileId,
    /// The paths and identities of the auxiliary files.
    auxiliary: [(PathBuf, FileId); 2],
    /// The largest size that the file had; it never shrinks.
    size: AtomicU64,
    is_truncated: AtomicBool,
}

/// A change of the files of an open store by another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileChange {
    /// The file was removed or moved.
    Removed,
    /// The file was replaced by another one.
    Replaced,
    /// The file shrank.
    Truncated,
    /// An auxiliary file was removed.
    LogRemoved,
    /// An auxiliary file was replaced.
    LogReplaced,
}

impl OpenFiles {
    /// Returns the files of a store that SQLite has opened.
    pub fn new(name: &Path, resolved_path: PathBuf, file: FileId) -> Result<OpenFiles> {
        let beside = |kind| {
            let path = paths::auxiliary_path(&resolved_path, kind);
            let identity = FileId::from_path(&path)?;
            Ok::<_, std::io::Error>((path, identity))
        };
        Ok(OpenFiles {
            name: std::path::absolute(name)?,
            file,
            auxiliary: [beside(WAL)?, beside(SHM)?],
            resolved_path,
            size: AtomicU64::new(0),
            is_truncated: AtomicBool::new(false),
        })
    }

    /// Checks that the paths still lead to the files; three system calls, some microseconds.
    pub fn check(&self) -> std::result::Result<(), FileChange> {
        let found = fs::metadata(&self.name).map_err(|_| FileChange::Removed)?;
        if FileId::from(&found) != self.file {
            return Err(FileChange::Replaced);
        }
        let size = self.size.fetch_max(found.len(), Ordering::Relaxed);
        // Another thread may have seen it grow since; a second check decides.
        if found.len() < size && fs::metadata(&self.name).is_ok_and(|found| found.len() < size) {
            // A program that truncates the file is likely to write other data next, of any size.
            self.is_truncated.store(true, Ordering::Relaxed);
        }
        if self.is_truncated.load(Ordering::Relaxed) {
            return Err(FileChange::Truncated);
        }
        for (path, identity) in &self.auxiliary {
            let found = FileId::from_path(path).map_err(|_| FileChange::LogRemoved)?;
            if found != *identity {
                return Err(FileChange::LogReplaced);
            }
        }
        Ok(())
    }

    /// Returns a message that says what happened and what to do.
    pub fn explain(&self, change: FileChange) -> impl fmt::Display {
        let name = self.name.display();
        let log = paths::auxiliary_path(&self.resolved_path, WAL);
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
