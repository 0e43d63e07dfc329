//! Opens the store's file: makes it where there is none, and leaves it alone where it is somebody else's
//! or damaged. What its tables hold is not known here.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, FileControl, MAIN_DB, OpenFlags};

use super::integrity::{self, IntegrityCheck};
use super::open_files::{FileId, OpenFiles};
use super::{IN_MEMORY, MissingFolder, busy_handler, create, file_locks, migrations, paths};
use crate::error::{Error, Result};

/// More statements than there are; each is prepared once for a connection.
const STATEMENT_CACHE_CAPACITY: usize = 64;

/// A store's file that was found sound.
#[derive(Debug)]
pub(super) struct OpenedStore {
    pub connection: Connection,
    pub files: OpenFiles,
    /// Whether all of it was looked at.
    pub is_fully_checked: bool,
}

/// Opens the file after a look at it, and makes it where there is none.
pub(super) fn open(
    path: &Path,
    integrity_check: IntegrityCheck,
    folder: MissingFolder,
) -> Result<OpenedStore> {
    let opened =
        busy_handler::with_default_deadline(|| open_checked(path, integrity_check, folder));
    opened.map_err(|why| unusable_store(&path.display().to_string(), &why))
}

/// A new store that ends with the process.
pub(super) fn in_memory() -> Result<Connection> {
    let connection = create::in_memory().map_err(|why| unusable_store(IN_MEMORY, &why))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
    Ok(connection)
}

fn open_checked(
    path: &Path,
    integrity_check: IntegrityCheck,
    folder: MissingFolder,
) -> anyhow::Result<OpenedStore> {
    if path.as_os_str().is_empty() {
        anyhow::bail!("its name is empty");
    }
    let place = paths::resolve_links(path)?;
    paths::check_auxiliary_files(&place)?;
    if integrity::is_absent(&place)? {
        create::in_file(&place, folder)?;
    }
    let header = integrity::read_header(&place)?;
    file_locks::check_wal(&place)?;
    let file = FileId::of(&place)?;
    let connection = connect(&place, file).map_err(explain_sqlite_error)?;
    if !header.is_in_wal_mode {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
    }
    let is_fully_checked = integrity::check(&connection, integrity_check, header.size)
        .map_err(explain_sqlite_error)?;
    migrations::migrate(&connection)?;
    Ok(OpenedStore {
        files: OpenFiles::of(path, place, file)?,
        connection,
        is_fully_checked,
    })
}

/// One more connection to the file with this identity. A commit is on the disk when it returns; nothing is
/// moved to the file or removed when the connection is closed, which is for the last one to do.
pub(super) fn connect(place: &Path, file: FileId) -> anyhow::Result<Connection> {
    // Whoever has removed the file meanwhile does not get an empty one in its place.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(place, flags)?;
    // Before anything is read, which opens what lies beside the file.
    let mut has_moved = 0;
    connection.file_control(Some(MAIN_DB), FileControl::HasMoved(&mut has_moved))?;
    if has_moved != 0 || FileId::of(place)? != file {
        anyhow::bail!("it was replaced just now; try again");
    }
    connection.busy_handler(Some(busy_handler::handle_busy))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Statements are not planned anew for other values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
    Ok(connection)
}

/// Closes the last connection to the store: where no other program uses it, all changes move to the file,
/// and what lies beside it is removed.
pub(super) fn close_last(connection: Connection) {
    let has_end = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
    // Should it fail, the next program that opens the store finds the changes in its log.
    drop(has_end);
    drop(connection);
}

/// SQLite's error, with what it is likely to mean here.
fn explain_sqlite_error(error: anyhow::Error) -> anyhow::Error {
    let code = error.downcast_ref().map(rusqlite::Error::sqlite_error_code);
    match code.flatten() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => anyhow::anyhow!(
            "SQLite cannot make its files beside it ({error}); the folder must be writable"
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => anyhow::anyhow!(
            "another program has locked it for {} seconds; end that program, or try again",
            busy_handler::LOCK_TIMEOUT.as_secs()
        ),
        _ => error,
    }
}

fn unusable_store(name: &str, why: &anyhow::Error) -> Error {
    Error::general(format!("The store '{name}' cannot be used: {why}"))
        .hint("--store of serve and COGNITO_SYNC_STORE name another file")
}
