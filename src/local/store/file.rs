//! The store's file: made in one step, known by its mark, and left alone where it is somebody else's
//! or damaged. What its tables hold is not known here.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{IN_MEMORY, Inspection, wait};
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("schema.sql");

/// What a store is known by: SQLite's "application id", `CoSy`.
const MARK: u32 = u32::from_be_bytes(*b"CoSy");

/// Version of the schema. Whoever raises it adds to [`MIGRATIONS`].
const VERSION: i64 = 1 + MIGRATIONS.len() as i64;

/// What makes a store of version 1, 2 and so on one of the next.
const MIGRATIONS: [&str; 0] = [];

/// Of a store up to this size all is looked at before every use.
const SMALL: u64 = 1 << 20;

/// Beginning of a file of SQLite, up to and with the mark.
const HEADER: usize = 72;

/// More statements than there are; each is prepared once for a connection.
const STATEMENTS: usize = 64;

/// Opens the file after a look at it, and makes it where there is none.
pub(super) fn open(path: &Path, inspection: Inspection) -> Result<Connection> {
    let opening = || -> anyhow::Result<Connection> {
        let place = &behind_links(path);
        if is_absent(place)? {
            create(place)?;
        }
        let size = inspect(place)?;
        let connection = connect(place)?;
        let whole = inspection == Inspection::Whole || size <= SMALL;
        check(&connection, whole)?;
        migrate(&connection, &MIGRATIONS)?;
        Ok(connection)
    };
    opening().map_err(|why| unusable(&path.display().to_string(), &why))
}

/// A new store that ends with the process.
pub(super) fn in_memory() -> Result<Connection> {
    let making = || -> anyhow::Result<Connection> {
        let connection = Connection::open_in_memory()?;
        make(&connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    };
    making().map_err(|why| unusable(IN_MEMORY, &why))
}

/// One more connection to a store that is known to be sound. A commit is on the disk when it
/// returns; nothing is moved about at the end of a process, so that short ones stay short.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Whoever has removed the file meanwhile does not get an empty one in its place.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(wait))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Statements are not planned anew for other values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn unusable(name: &str, why: &anyhow::Error) -> Error {
    Error::general(format!("The store '{name}' cannot be used: {why}"))
        .hint("--store of serve and COGNITO_SYNC_STORE name another file")
}

/// Where links lead to, be there a file or not: it is the file that is made, and not the link.
fn behind_links(path: &Path) -> PathBuf {
    let mut place = path.to_path_buf();
    // Links that lead in a circle are left to the system, which refuses them.
    for _ in 0..16 {
        let Ok(target) = fs::read_link(&place) else {
            break;
        };
        place = place.parent().unwrap_or(Path::new("")).join(target);
    }
    place
}

/// An empty file counts as none: tools for temporary files make such.
fn is_absent(path: &Path) -> std::io::Result<bool> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_file() && found.len() == 0),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(true),
        Err(why) => Err(why),
    }
}

/// Makes a store beside its place and puts it there whole, so that nobody ever sees half of one.
/// Where somebody else was first, theirs stays.
fn create(path: &Path) -> anyhow::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.new"));
    // Of several that begin at once, one makes the store.
    let folder = File::open(folder)?;
    folder.lock()?;
    if !is_absent(path)? {
        return Ok(());
    }
    // Left by somebody who was ended, or of a store that was removed: SQLite would take that log for
    // the new one's.
    drop(fs::remove_file(&draft));
    remove_beside(&draft);
    remove_beside(path);
    let made = draft_of(&draft).and_then(|()| {
        fs::rename(&draft, path)?;
        folder.sync_all()?;
        Ok(())
    });
    drop(fs::remove_file(&draft));
    remove_beside(&draft);
    made
}

/// What SQLite has beside a file.
fn beside(path: &Path, kind: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(kind);
    PathBuf::from(file)
}

fn remove_beside(path: &Path) {
    for kind in ["-journal", "-wal", "-shm"] {
        drop(fs::remove_file(beside(path, kind)));
    }
}

fn draft_of(draft: &Path) -> anyhow::Result<()> {
    // What users have stored is nobody else's business.
    let mut owners = OpenOptions::new();
    let file = owners
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    let connection = Connection::open(draft)?;
    make(&connection)?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, why)| why)?;
    file.sync_all()?;
    Ok(())
}

fn make(connection: &Connection) -> anyhow::Result<()> {
    let mut key = [0; 32];
    let filled = SystemRandom::new().fill(&mut key);
    filled.map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
    connection.execute_batch(&format!(
        "BEGIN; {SCHEMA}; PRAGMA application_id = {MARK}; PRAGMA user_version = {VERSION};"
    ))?;
    connection.execute(
        "INSERT INTO secret VALUES ('session token key', ?)",
        [&key[..]],
    )?;
    connection.execute_batch("COMMIT; PRAGMA foreign_keys = ON")?;
    Ok(())
}

/// Looks at the file's own bytes, before SQLite opens it; returns its size.
fn inspect(path: &Path) -> anyhow::Result<u64> {
    let mut header = [0; HEADER];
    let mut file = File::open(path)?;
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        anyhow::bail!("it is no database of SQLite; it was left as it is");
    }
    let word = |at: usize| {
        let bytes = header[at..].first_chunk::<4>();
        bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
    };
    if word(68) != MARK {
        anyhow::bail!("it is somebody else's database; it was left as it is");
    }
    let page = match u64::from(word(16) >> 16) {
        1 => 65_536,
        page => page,
    };
    // What the log still has may be missing here, as long as it is there: the first page, with the
    // number of all, is written first. Only after this look does the size count.
    let has_log = has_log(path);
    let size = file.metadata()?.len();
    if !has_log && size < page * u64::from(word(28)) {
        anyhow::bail!("its end is missing; it was left as it is");
    }
    Ok(size)
}

/// Whether there are changes that may not be in the file yet.
fn has_log(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

fn check(connection: &Connection, whole: bool) -> anyhow::Result<()> {
    if whole {
        let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if found != "ok" {
            anyhow::bail!("it is damaged ({found}); it was left as it is");
        }
    }
    Ok(())
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a store of an older version up to the one that these migrations lead to, whole or not at all.
fn migrate(connection: &Connection, migrations: &[&str]) -> anyhow::Result<()> {
    let newest = 1 + migrations.len() as i64;
    if version_of(connection)? == newest {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = migrate_within(connection, migrations, newest);
    let end = if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    connection.execute_batch(end)?;
    migrated
}

fn migrate_within(connection: &Connection, migrations: &[&str], newest: i64) -> anyhow::Result<()> {
    // Asked again, since somebody else may have been first.
    let found = version_of(connection)?;
    let done = usize::try_from(found - 1).ok().filter(|_| found <= newest);
    let Some(done) = done else {
        anyhow::bail!(
            "it is of version {found}, and this program knows up to {newest}; it was left as it is"
        );
    };
    for migration in migrations.iter().skip(done) {
        connection.execute_batch(migration)?;
    }
    connection.execute_batch(&format!("PRAGMA user_version = {newest}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_stores_are_brought_up_to_date() {
        let first = "ALTER TABLE device ADD COLUMN one TEXT";
        let second = "ALTER TABLE device ADD COLUMN two TEXT; UPDATE device SET two = 'x'";
        let store = in_memory().expect("memory");
        migrate(&store, &[]).expect("nothing to do");
        migrate(&store, &[first]).expect("one step");
        migrate(&store, &[first, second]).expect("another one");
        migrate(&store, &[first, second]).expect("nothing to do");
        assert_eq!(version_of(&store).ok(), Some(3));
        let both = "INSERT INTO device (device_id, identity_pool_id, identity_id, platform, token, \
             one, two) SELECT 1, 2, 3, 4, 5, 6, 7 WHERE 0";
        store.execute_batch(both).expect("both columns are there");
        let refused = migrate(&store, &[first]).expect_err("it is newer");
        assert!(
            refused.to_string().starts_with("it is of version 3, "),
            "{refused}"
        );
        assert_eq!(version_of(&store).ok(), Some(3));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let store = in_memory().expect("memory");
        let broken = "CREATE TABLE more (a); nonsense";
        migrate(&store, &[broken]).expect_err("it is nonsense");
        assert_eq!(version_of(&store).ok(), Some(1));
        store
            .execute_batch("CREATE TABLE more (a)")
            .expect("it is not there");
    }
}
