//! Integrity checks before a store is used, which leave files of other programs and damaged stores
//! untouched: the kind of file, its header, and the consistency of tables and indexes.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use rusqlite::Connection;

use super::paths::{self, WAL};

/// The "application id" in SQLite's header that marks a store: `CoSy`.
pub(super) const APPLICATION_ID: u32 = u32::from_be_bytes(*b"CoSy");

/// A store up to this size is checked completely before every use, which takes some milliseconds.
const SMALL_STORE_BYTES: u64 = 1 << 20;

/// The tables with few rows compared to `record`.
const SMALL_TABLES: [&str; 7] = [
    "secret",
    "identity_pool",
    "identity",
    "dataset",
    "device",
    "subscription",
    "used_session",
];

/// The size of SQLite's header up to and including the application id.
const HEADER_BYTES: usize = 72;

/// How much of a store is checked before use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::local) enum IntegrityCheck {
    /// All tables and indexes.
    Full,
    /// All of a small store; of a large one all but the records, which are checked when they are
    /// read.
    Quick,
}

/// The parsed header of a store's file.
#[derive(Debug)]
pub(super) struct StoreHeader {
    /// The size of the file in bytes.
    pub size: u64,
    /// Whether SQLite uses write-ahead logging; copies that SQLite makes may not.
    pub is_in_wal_mode: bool,
}

/// Whether no store exists yet. An empty file counts as none, since tools for temporary files
/// create such. Rejects everything that is not a writable regular file without opening it, since
/// opening it might block.
pub(super) fn is_absent(path: &Path) -> anyhow::Result<bool> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(true),
        Err(why) => return Err(why.into()),
    };
    if found.is_dir() {
        anyhow::bail!("it is a directory");
    }
    if !found.is_file() {
        anyhow::bail!("it is not a regular file");
    }
    // Root could write it, but read-only permissions say that nobody should.
    if found.permissions().readonly() {
        anyhow::bail!("it is read-only; make it writable, or use a copy of it");
    }
    Ok(found.len() == 0)
}

/// Reads the header, before SQLite opens the file.
pub(super) fn read_header(path: &Path) -> anyhow::Result<StoreHeader> {
    let mut header = [0; HEADER_BYTES];
    let opened = OpenOptions::new().read(true).write(true).open(path);
    let mut file: File = opened.map_err(|why| match why.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            anyhow::anyhow!("it cannot be both read and written ({why})")
        }
        _ => why.into(),
    })?;
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        anyhow::bail!("it is not an SQLite database; it was left as it is");
    }
    let word = |at: usize| {
        let bytes = header[at..].first_chunk::<4>();
        bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
    };
    if word(68) != APPLICATION_ID {
        anyhow::bail!("it is a database of another program; it was left as it is");
    }
    let page = match u64::from(word(16) >> 16) {
        1 => 65_536,
        page => page,
    };
    // Pages that are still in the write-ahead log may be missing from the file: the first page,
    // with the page count, is written first. Only without a log does the size count.
    let has_wal = has_wal(path);
    let size = file.metadata()?.len();
    if !has_wal && size < page * u64::from(word(28)) {
        anyhow::bail!("its end is missing; it was left as it is");
    }
    Ok(StoreHeader {
        size,
        is_in_wal_mode: header[18..20] == [2, 2],
    })
}

/// Whether a write-ahead log has changes that may not be in the file yet.
fn has_wal(path: &Path) -> bool {
    fs::metadata(paths::auxiliary_path(path, WAL)).is_ok_and(|log| log.len() > 0)
}

/// Checks that tables and indexes agree. Returns whether the whole store was checked.
pub(super) fn check(
    connection: &Connection,
    integrity_check: IntegrityCheck,
    size: u64,
) -> anyhow::Result<bool> {
    if integrity_check == IntegrityCheck::Full || size <= SMALL_STORE_BYTES {
        run_check(connection, "PRAGMA integrity_check(1)")?;
        return Ok(true);
    }
    for table in SMALL_TABLES {
        run_check(connection, &format!("PRAGMA integrity_check({table})"))?;
    }
    Ok(false)
}

fn run_check(connection: &Connection, statement: &str) -> anyhow::Result<()> {
    let found: String = connection.query_row(statement, [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    // For example "row 3 missing from index sqlite_autoindex_record_1".
    let remedy = match found.contains(" index ") {
        true => "SQLite's command REINDEX rebuilds its indexes",
        false => "put a backup in its place",
    };
    anyhow::bail!("it is damaged ({found}); it was left as it is; {remedy}")
}
