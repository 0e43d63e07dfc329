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
    /// All of a small one, and of a large one only its beginning, its size and its tables.
    Quick,
}

/// An open store.
#[derive(Debug)]
pub(super) struct Store {
    /// Nothing for a store in memory, which has one connection alone.
    path: Option<PathBuf>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
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
        let path = (name != IN_MEMORY).then(|| PathBuf::from(name));
        let writer = match &path {
            Some(path) => file::open(path, inspection)?,
            None => file::in_memory()?,
        };
        Ok(Store {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })
    }

    /// Reads, all of it from one state.
    pub fn read<T>(&self, work: impl FnOnce(Tables<'_>) -> Ruled<T>) -> Ruled<T> {
        let Some(path) = &self.path else {
            return work(Tables(&lock(&self.writer), Access::Read));
        };
        let kept = lock(&self.readers).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => file::connect(path)?,
        };
        execute(&connection, "BEGIN")?;
        let outcome = work(Tables(&connection, Access::Read));
        // A connection that cannot end its read is dropped, which ends it.
        if execute(&connection, "COMMIT").is_ok() {
            lock(&self.readers).push(connection);
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
        let connection = lock(&self.writer);
        let outcomes = in_transaction(&connection, jobs, work);
        outcomes.unwrap_or_else(|why| {
            // It may have been rolled back already.
            drop(execute(&connection, "ROLLBACK"));
            let refusal = Refusal::from(why);
            jobs.iter().map(|_| Err(refusal.clone())).collect()
        })
    }

    /// Moves what is in the log of changes to the file itself, as far as nobody has to be waited for;
    /// nothing is lost by what stays.
    pub fn tidy(&self) {
        let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
        drop(lock(&self.writer).query_row(checkpoint, [], |_| Ok(())));
    }
}

fn in_transaction<J, T>(
    connection: &Connection,
    jobs: &[J],
    work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
) -> rusqlite::Result<Vec<Ruled<T>>> {
    execute(connection, "BEGIN IMMEDIATE")?;
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
