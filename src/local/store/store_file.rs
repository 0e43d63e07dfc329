//! Opens the store's file. Creates it if it does not exist, and does not touch files of other
//! programs or damaged stores.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, FileControl, MAIN_DB, OpenFlags};

use super::integrity::{self, IntegrityCheck};
use super::open_files::{FileId, OpenFiles};
use super::{IN_MEMORY, MissingDirectory, busy_handler, create, file_locks, migrations, paths};
use crate::error::{Error, Result};

/// The capacity of the statement cache: more than there are, so that each is prepared once per
/// connection.
const STATEMENT_CACHE_CAPACITY: usize = 64;

/// An open store that passed the integrity check.
#[derive(Debug)]
pub(super) struct OpenedStore {
    pub connection: Connection,
    pub files: OpenFiles,
    /// Whether all of it was checked.
    pub is_fully_checked: bool,
}

/// Checks and opens the file, and creates it if it does not exist.
pub(super) fn open(
    path: &Path,
    integrity_check: IntegrityCheck,
    directory: MissingDirectory,
) -> Result<OpenedStore> {
    let opened =
        busy_handler::with_default_deadline(|| open_checked(path, integrity_check, directory));
    opened.map_err(|why| unusable_store(&path.display().to_string(), &why))
}

/// Returns a new store in memory.
pub(super) fn in_memory() -> Result<Connection> {
    let connection = create::in_memory().map_err(|why| unusable_store(IN_MEMORY, &why))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
    Ok(connection)
}

fn open_checked(
    path: &Path,
    integrity_check: IntegrityCheck,
    directory: MissingDirectory,
) -> anyhow::Result<OpenedStore> {
    if path.as_os_str().is_empty() {
        anyhow::bail!("its name is empty");
    }
    let resolved_path = paths::resolve_links(path)?;
    paths::check_auxiliary_files(&resolved_path)?;
    if integrity::is_absent(&resolved_path)? {
        create::in_file(&resolved_path, directory)?;
    }
    let header = integrity::read_header(&resolved_path)?;
    file_locks::check_wal(&resolved_path)?;
    let file = FileId::from_path(&resolved_path)?;
    let connection = connect(&resolved_path, file).map_err(explain_sqlite_error)?;
    if !header.is_in_wal_mode {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
    }
    let is_fully_checked = integrity::check(&connection, integrity_check, header.size)
        .map_err(explain_sqlite_error)?;
    migrations::migrate(&connection)?;
    Ok(OpenedStore {
        files: OpenFiles::new(path, resolved_path, file)?,
        connection,
        is_fully_checked,
    })
}

/// Opens a connection to the file with this identity. A commit is on the disk when it returns.
/// Closing the connection neither flushes the log nor removes files, which is left to the last one.
pub(super) fn connect(resolved_path: &Path, file: FileId) -> anyhow::Result<Connection> {
    // Without the flag to create a file: if it was removed meanwhile, no empty one takes its place.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(resolved_path, flags)?;
    // Checked before the first read, which opens the auxiliary files.
    let mut has_moved = 0;
    connection.file_control(Some(MAIN_DB), FileControl::HasMoved(&mut has_moved))?;
    if has_moved != 0 || FileId::from_path(resolved_path)? != file {
        anyhow::bail!("it was replaced just now; try again");
    }
    connection.busy_handler(Some(busy_handler::handle_busy))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Query plans do not depend on bound values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
    Ok(connection)
}

/// Closes the last connection to the store. If no other program uses it, all changes are flushed to
/// the file and the auxiliary files are removed.
pub(super) fn close_last(connection: Connection) {
    let has_end = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
    // If it fails, the next program that opens the store finds the changes in its log.
    drop(has_end);
    drop(connection);
}

/// Adds the likely cause to an error of SQLite.
fn explain_sqlite_error(error: anyhow::Error) -> anyhow::Error {
    let code = error.downcast_ref().map(rusqlite::Error::sqlite_error_code);
    match code.flatten() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => anyhow::anyhow!(
            "SQLite cannot create its files beside it ({error}); the directory must be writable"
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
