//! The store of the local service: one SQLite file that several processes may use at once, or memory.
//! Reads see one state; writes are done in batches, of which each is durable before anybody is told.
//! What is in the tables is for the modules beside this one, and what it means for the rules.

mod datasets;
mod devices;
mod file;
mod pools;
mod records;
mod sessions;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;

pub(super) use datasets::{Address, Dataset};
pub(super) use devices::Device;
pub(super) use pools::{BulkPublish, Pool};
pub(super) use records::Record;

use super::refusal::{Refusal, Ruled};
use crate::error::Result;

/// The name of a store that is nowhere but in memory.
pub const IN_MEMORY: &str = ":memory:";

/// How long somebody waits for others who write, in milliseconds and so in attempts; less than
/// clients wait for a reply.
const PATIENCE: i32 = 10_000;

/// How much of a store is looked at before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inspection {
    /// All of it.
    Whole,
    /// All of a small one, and of a large one only its beginning and its size.
    Quick,
}

/// An open store.
#[derive(Debug)]
pub(super) enum Store {
    /// A file, to which there are as many connections as there are reads at once.
    File(FileStore),
    /// Memory, to which there is one connection alone.
    Memory(Mutex<Connection>),
}

/// A store in a file.
#[derive(Debug)]
pub(super) struct FileStore {
    path: PathBuf,
    /// Connections that nobody uses just now.
    idle: Mutex<Vec<Connection>>,
    /// The one that writes, once something was written.
    writer: Mutex<Option<Connection>>,
}

/// The tables within a read or a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a>(&'a Connection, Access);

/// Whether tables may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Tables<'_> {
    /// Whether they may be changed.
    pub fn are_writable(&self) -> bool {
        self.1 == Access::Write
    }
}

impl Store {
    /// Opens the store of this name, and makes it where there is none. A file that is no store, or
    /// a damaged one, is refused and not written to.
    pub fn open(name: &str, inspection: Inspection) -> Result<Store> {
        if name == IN_MEMORY {
            return Ok(Store::Memory(Mutex::new(file::in_memory()?)));
        }
        let path = PathBuf::from(name);
        let connection = file::open(&path, inspection)?;
        Ok(Store::File(FileStore {
            path,
            idle: Mutex::new(vec![connection]),
            writer: Mutex::new(None),
        }))
    }

    /// Reads, all of it from one state.
    pub fn read<T>(&self, work: impl FnOnce(Tables<'_>) -> Ruled<T>) -> Ruled<T> {
        let file = match self {
            Store::File(file) => file,
            Store::Memory(connection) => return work(Tables(&lock(connection), Access::Read)),
        };
        let connection = file.connection()?;
        execute(&connection, "BEGIN")?;
        let outcome = work(Tables(&connection, Access::Read));
        // A connection that cannot end its read is dropped, which ends it.
        if execute(&connection, "COMMIT").is_ok() {
            lock(&file.idle).push(connection);
        }
        outcome
    }

    /// Does all jobs in one transaction, in order, and returns what each came to once all of it is
    /// durable. A job that is refused leaves nothing behind.
    pub fn write<J, T>(
        &self,
        jobs: &[J],
        work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
    ) -> Vec<Ruled<T>> {
        if jobs.is_empty() {
            return Vec::new();
        }
        let refused = |why: rusqlite::Error| -> Vec<Ruled<T>> {
            let refusal = Refusal::from(why);
            jobs.iter().map(|_| Err(refusal.clone())).collect()
        };
        match self {
            Store::Memory(connection) => in_transaction(&lock(connection), jobs, work),
            Store::File(file) => file
                .writing(&mut lock(&file.writer))
                .and_then(|connection| in_transaction(connection, jobs, work)),
        }
        .unwrap_or_else(refused)
    }

    /// Moves what is in the log of changes to the file itself, as far as nobody has to be waited for;
    /// nothing is lost by what stays.
    pub fn tidy(&self) {
        if let Store::File(file) = self
            && let Ok(connection) = file.connection()
        {
            let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
            drop(connection.query_row(checkpoint, [], |_| Ok(())));
        }
    }
}

impl FileStore {
    /// A connection that nobody else uses.
    fn connection(&self) -> rusqlite::Result<Connection> {
        let idle = lock(&self.idle).pop();
        idle.map_or_else(|| file::connect(&self.path), Ok)
    }

    /// The connection that writes.
    fn writing<'a>(&self, writer: &'a mut Option<Connection>) -> rusqlite::Result<&'a Connection> {
        let connection = match writer.take() {
            Some(connection) => connection,
            None => self.connection()?,
        };
        Ok(writer.insert(connection))
    }
}

/// Does all jobs, or leaves nothing of them where the transaction itself fails.
fn in_transaction<J, T>(
    connection: &Connection,
    jobs: &[J],
    work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
) -> rusqlite::Result<Vec<Ruled<T>>> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let outcomes = one_by_one(connection, jobs, work);
    if outcomes.is_err() {
        // It may have been rolled back already.
        drop(execute(connection, "ROLLBACK"));
    }
    outcomes
}

fn one_by_one<J, T>(
    connection: &Connection,
    jobs: &[J],
    work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
) -> rusqlite::Result<Vec<Ruled<T>>> {
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        execute(connection, "SAVEPOINT job")?;
        let outcome = work(Tables(connection, Access::Write), job);
        if outcome.is_err() {
            // Fails where the disk is full or the like: SQLite has then undone the transaction.
            execute(connection, "ROLLBACK TO job")?;
        }
        execute(connection, "RELEASE job")?;
        outcomes.push(outcome);
    }
    execute(connection, "COMMIT")?;
    Ok(outcomes)
}

fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

/// Waits a moment for somebody else who writes; SQLite asks again and again.
fn wait(attempts: i32) -> bool {
    sleep(Duration::from_millis(1));
    attempts < PATIENCE
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
