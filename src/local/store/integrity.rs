//! What is looked at before a store is used, so that somebody else's file and a damaged one are left as
//! they are: what kind of file it is, its first bytes, and whether its tables and indexes agree.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use rusqlite::Connection;

use super::paths::{self, WAL};

/// What a store is known by: SQLite's "application id", `CoSy`.
pub(super) const APPLICATION_ID: u32 = u32::from_be_bytes(*b"CoSy");

/// Of a store up to this size all is looked at before every use, which takes some milliseconds.
const SMALL_STORE_BYTES: u64 = 1 << 20;

/// The tables that have few rows beside those of `record`.
const SMALL_TABLES: [&str; 7] = [
    "secret",
    "identity_pool",
    "identity",
    "dataset",
    "device",
    "subscription",
    "used_session",
];

/// Beginning of a file of SQLite, up to and with the mark.
const HEADER_BYTES: usize = 72;

/// How much of a store is looked at before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::local) enum IntegrityCheck {
    /// All of it.
    Full,
    /// All of a small one; of a large one all but the records, which are looked at when they are used.
    Quick,
}

/// What the first bytes of a store's file say.
#[derive(Debug)]
pub(super) struct Header {
    /// The file's size.
    pub size: u64,
    /// Whether changes go to a `-wal` first; copies that SQLite has made may have another setting.
    pub is_in_wal_mode: bool,
}

/// Whether there is no store yet. An empty file counts as none: tools for temporary files make such.
/// Whatever else is no file that can be written is refused before it is opened, which might take forever.
pub(super) fn is_absent(path: &Path) -> anyhow::Result<bool> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(true),
        Err(why) => return Err(why.into()),
    };
    if found.is_dir() {
        anyhow::bail!("it is a folder, and no file");
    }
    if !found.is_file() {
        anyhow::bail!("it is no regular file");
    }
    // Root may write it all the same, but somebody has said that nobody is to.
    if found.permissions().readonly() {
        anyhow::bail!("it is read-only; make it writable, or use a copy of it");
    }
    Ok(found.len() == 0)
}

/// Looks at the file's own bytes, before SQLite opens it.
pub(super) fn read_header(path: &Path) -> anyhow::Result<Header> {
    let mut header = [0; HEADER_BYTES];
    let opened = OpenOptions::new().read(true).write(true).open(path);
    let mut file: File = opened.map_err(|why| match why.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            anyhow::anyhow!("it cannot be both read and written ({why})")
        }
        _ => why.into(),
    })?;
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        anyhow::bail!("it is no database of SQLite; it was left as it is");
    }
    let word = |at: usize| {
        let bytes = header[at..].first_chunk::<4>();
        bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
    };
    if word(68) != APPLICATION_ID {
        anyhow::bail!("it is somebody else's database; it was left as it is");
    }
    let page = match u64::from(word(16) >> 16) {
        1 => 65_536,
        page => page,
    };
    // What the log still has may be missing here, as long as it is there: the first page, with the
    // number of all, is written first. Only after this look does the size count.
    let has_wal = has_wal(path);
    let size = file.metadata()?.len();
    if !has_wal && size < page * u64::from(word(28)) {
        anyhow::bail!("its end is missing; it was left as it is");
    }
    Ok(Header {
        size,
        is_in_wal_mode: header[18..20] == [2, 2],
    })
}

/// Whether there are changes that may not be in the file yet.
fn has_wal(path: &Path) -> bool {
    fs::metadata(paths::auxiliary_path(path, WAL)).is_ok_and(|log| log.len() > 0)
}

/// Holds tables and indexes against each other. Returns whether all of the store was looked at.
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
    // Such as "row 3 missing from index sqlite_autoindex_record_1".
    let remedy = match found.contains(" index ") {
        true => "SQLite's command REINDEX makes its indexes anew",
        false => "put a backup in its place",
    };
    anyhow::bail!("it is damaged ({found}); it was left as it is; {remedy}")
}
