//! Creating stores: written to a temporary file and renamed, so that a half-written store is never
//! visible.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::Connection;

use super::integrity::{self, APPLICATION_ID};
use super::migrations::VERSION;
use super::{MissingDirectory, file_locks, paths};

const SCHEMA: &str = include_str!("schema.sql");

/// Returns a new store in memory.
pub(super) fn in_memory() -> anyhow::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    initialize(&connection)?;
    Ok(connection)
}

/// Creates a store. If another process creates it first, that one is kept.
pub(super) fn in_file(path: &Path, directory: MissingDirectory) -> anyhow::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    match directory {
        MissingDirectory::Create => fs::create_dir_all(parent)?,
        MissingDirectory::Reject if !parent.exists() => anyhow::bail!(
            "the directory '{}' does not exist; create it first",
            parent.display()
        ),
        MissingDirectory::Reject => {}
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = parent.join(format!(".{name}.new"));
    // Of several processes, one creates the store.
    let parent = File::open(parent)?;
    parent.lock()?;
    if !integrity::is_absent(path)? {
        return Ok(());
    }
    if file_locks::is_wal_in_use(path)? {
        anyhow::bail!(
            "its file was removed or moved while another program had it open, and that program still \
             has '{}'; end it first",
            paths::auxiliary_path(path, paths::WAL).display()
        );
    }
    // Left by a process that was killed, or by a store that was removed: SQLite would apply that
    // log to the new store.
    drop(fs::remove_file(&draft));
    paths::remove_auxiliary_files(&draft);
    paths::remove_auxiliary_files(path);
    let made = create_draft(&draft).and_then(|()| {
        fs::rename(&draft, path)?;
        parent.sync_all()?;
        Ok(())
    });
    drop(fs::remove_file(&draft));
    paths::remove_auxiliary_files(&draft);
    made
}

fn create_draft(draft: &Path) -> anyhow::Result<()> {
    // Only the owner may read the data of a store.
    let mut owners = OpenOptions::new();
    let file = owners
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    let connection = Connection::open(draft)?;
    initialize(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, why)| why)?;
    file.sync_all()?;
    Ok(())
}

fn initialize(connection: &Connection) -> anyhow::Result<()> {
    let mut key = [0; 32];
    let filled = SystemRandom::new().fill(&mut key);
    filled.map_err(|_| anyhow::anyhow!("the system provides no random numbers"))?;
    connection.execute_batch(&format!(
        "BEGIN; {SCHEMA}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
    ))?;
    connection.execute(
        "INSERT INTO secret VALUES ('session token key', ?)",
        [&key[..]],
    )?;
    connection.execute_batch("COMMIT; PRAGMA foreign_keys = ON")?;
    Ok(())
}
