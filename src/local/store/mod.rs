//! The store of the local service: one SQLite file that several processes may use at once, or memory.
//! Reads see one state; writes are done in batches, of which each is durable before anybody is told.
//! What is in the tables is for the modules beside this one, and what it means for the rules.

mod busy;
mod create;
mod datasets;
mod devices;
mod file;
mod identity;
mod inspection;
mod locks;
mod migrations;
mod paths;
mod pools;
mod records;
mod sessions;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};

pub(super) use busy::LIMIT as LOCK_LIMIT;
pub(super) use datasets::{Address, Dataset};
pub(super) use devices::Device;
pub(super) use inspection::Inspection;
pub(super) use pools::{BulkPublish, Identity, Pool};
pub(super) use records::Record;

use super::refusal::{Refusal, Ruled};
use crate::error::Result;
use identity::{Change, OpenFiles};

/// The name of a store that is nowhere but in memory.
pub const IN_MEMORY: &str = ":memory:";

/// What happens where the folder of a new store is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// It is made.
    IsMade,
    /// The store is refused.
    MustExist,
}

/// An open store.
#[derive(Debug)]
pub(super) struct Store {
    /// What it is open on; `None` in memory.
    files: Option<OpenFiles>,
    /// The connection that writes, until the store is closed.
    writer: Mutex<Option<Connection>>,
    /// Connections for reads that nobody uses just now. `None` where the one that writes reads, too.
    idle: Option<Mutex<Vec<Connection>>>,
    /// Whether tables and indexes were held against each other, all of them.
    is_checked: bool,
    /// Whether changes were moved to a file that has lost its name.
    was_flushed: AtomicBool,
}

/// A write that has the store's lock. It ends without a trace unless it is performed.
pub(super) struct Transaction<'a> {
    store: &'a Store,
    connection: MutexGuard<'a, Option<Connection>>,
    is_open: bool,
}

/// The tables within a read or a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    connection: &'a Connection,
    is_writable: bool,
    is_checked: bool,
}

impl Tables<'_> {
    /// Whether they may be changed.
    pub fn are_writable(&self) -> bool {
        self.is_writable
    }
}

impl Store {
    /// Opens the store of this name, and makes it where there is none. A file that is no store, or
    /// a damaged one, is refused and not written to.
    pub fn open(name: &str, inspection: Inspection, folder: Folder) -> Result<Store> {
        let (files, connection, is_checked) = match name {
            IN_MEMORY => (None, file::in_memory()?, true),
            name => {
                let opened = file::open(Path::new(name), inspection, folder)?;
                (Some(opened.files), opened.connection, opened.is_checked)
            }
        };
        // A command does one thing after the other, which takes no second connection.
        let is_for_many = files.is_some() && inspection == Inspection::Whole;
        Ok(Store {
            files,
            writer: Mutex::new(Some(connection)),
            idle: is_for_many.then(Mutex::default),
            is_checked,
            was_flushed: AtomicBool::new(false),
        })
    }

    /// Reads, all of it from one state.
    pub fn read<T>(&self, work: impl FnOnce(Tables<'_>) -> Ruled<T>) -> Ruled<T> {
        self.check()?;
        busy::within_limit(|| match &self.idle {
            Some(idle) => {
                let (connection, is_new) = self.reader(idle)?;
                let outcome = self.read_with(&connection, work);
                if is_new {
                    // Only now has SQLite opened what lies beside the file.
                    self.check()?;
                }
                // A connection that cannot end its read is dropped, which ends it.
                if connection.is_autocommit() {
                    lock(idle).push(connection);
                }
                outcome
            }
            None => {
                let connection = lock(&self.writer);
                self.read_with(connection.as_ref().ok_or_else(ended)?, work)
            }
        })
    }

    fn read_with<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce(Tables<'_>) -> Ruled<T>,
    ) -> Ruled<T> {
        execute(connection, "BEGIN")?;
        let outcome = work(Tables {
            connection,
            is_writable: false,
            is_checked: self.is_checked,
        });
        // Fails where SQLite has ended it already.
        drop(execute(connection, "COMMIT"));
        outcome
    }

    /// A connection for reads that nobody else uses, and whether it was made just now.
    fn reader(&self, idle: &Mutex<Vec<Connection>>) -> Ruled<(Connection, bool)> {
        let connection = lock(idle).pop();
        match (connection, &self.files) {
            (Some(connection), _) => Ok((connection, false)),
            (None, Some(files)) => file::connect(&files.place, files.file)
                .map(|connection| (connection, true))
                .map_err(|why| Refusal::internal(format!("The store failed: {why}"))),
            (None, None) => Err(ended()),
        }
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
        match self.begin(Instant::now() + LOCK_LIMIT) {
            Ok(transaction) => transaction.perform(jobs, work),
            Err(refusal) => for_all(jobs, &refusal),
        }
    }

    /// Begins a write once no other program writes, or refuses at the deadline.
    pub fn begin(&self, deadline: Instant) -> Ruled<Transaction<'_>> {
        self.check()?;
        let connection = lock(&self.writer);
        let begun = busy::until(deadline, || {
            execute(connection.as_ref().ok_or_else(ended)?, "BEGIN IMMEDIATE")
                .map_err(|why| self.refusal(why))
        });
        begun.map(|()| Transaction {
            store: self,
            connection,
            is_open: true,
        })
    }

    /// Refuses to use files that have lost their names.
    fn check(&self) -> Ruled<()> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        let Err(change) = files.check() else {
            if self.was_flushed.load(Ordering::Relaxed) {
                // The file is back.
                self.was_flushed.store(false, Ordering::Relaxed);
            }
            return Ok(());
        };
        match self.writer.try_lock() {
            Ok(connection) => self.flush_log(connection.as_ref(), change),
            Err(TryLockError::Poisoned(connection)) => {
                self.flush_log(connection.into_inner().as_ref(), change);
            }
            // Whoever writes finds out, too.
            Err(TryLockError::WouldBlock) => {}
        }
        Err(Refusal::internal(files.explain(change).to_string()))
    }

    /// Moves what was stored to the file that has lost its name, once, so that a file which was moved
    /// away is whole, and so that SQLite cannot take its log for that of the file in its place.
    fn flush_log(&self, connection: Option<&Connection>, change: Change) {
        let (Some(connection), false) = (connection, self.was_flushed.load(Ordering::Relaxed))
        else {
            return;
        };
        let statement = match change {
            Change::Removed | Change::Replaced => "PRAGMA wal_checkpoint(TRUNCATE)",
            // Others may use another log by now.
            Change::LogRemoved => "PRAGMA wal_checkpoint(PASSIVE)",
            Change::LogReplaced | Change::Cut => return,
        };
        let is_busy = busy::until(Instant::now(), || {
            connection.query_row(statement, [], |row| row.get::<_, bool>(0))
        });
        self.was_flushed
            .store(is_busy == Ok(false), Ordering::Relaxed);
    }

    fn refusal(&self, why: rusqlite::Error) -> Refusal {
        let name = match &self.files {
            Some(files) => files.name.display().to_string(),
            None => IN_MEMORY.to_string(),
        };
        match why.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Refusal::internal(format!(
                    "The store '{name}' is locked: another program has been writing to it for {} \
                 seconds. End that program or its transaction, and try again.",
                    LOCK_LIMIT.as_secs()
                ))
            }
            _ => why.into(),
        }
    }

    /// Ends the use of the store. Where no other program uses it, it is one file then.
    pub fn close(&self) {
        let Some(files) = &self.files else { return };
        let idle = self
            .idle
            .as_ref()
            .map(|idle| std::mem::take(&mut *lock(idle)));
        drop(idle);
        let Some(connection) = lock(&self.writer).take() else {
            return;
        };
        match files.check() {
            Ok(()) | Err(Change::LogRemoved | Change::LogReplaced) => {
                // What takes long is done before the last look at whose files those are.
                if self.idle.is_some() {
                    let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
                    drop(connection.query_row(checkpoint, [], |_| Ok(())));
                }
                file::close_last(connection);
            }
            Err(change) => self.flush_log(Some(&connection), change),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

impl Transaction<'_> {
    /// Does all jobs, in order, and returns what each came to once all of it is durable.
    pub fn perform<J, T>(
        mut self,
        jobs: &[J],
        work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
    ) -> Vec<Ruled<T>> {
        let Some(connection) = self.connection.as_ref() else {
            return for_all(jobs, &ended());
        };
        let tables = Tables {
            connection,
            is_writable: true,
            is_checked: self.store.is_checked,
        };
        let outcomes = one_by_one(tables, jobs, work);
        self.is_open = outcomes.is_err();
        match outcomes.map_err(|why| self.store.refusal(why)) {
            Err(refusal) => for_all(jobs, &refusal),
            // It may be in a file that nobody finds any more.
            Ok(outcomes) => match self.check() {
                Err(refusal) => for_all(jobs, &refusal),
                Ok(()) => outcomes,
            },
        }
    }

    /// Whether the files still have their names, asked by who holds the lock.
    fn check(&self) -> Ruled<()> {
        let Some(files) = &self.store.files else {
            return Ok(());
        };
        files.check().map_err(|change| {
            self.store.flush_log(self.connection.as_ref(), change);
            Refusal::internal(files.explain(change).to_string())
        })
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let (Some(connection), true) = (self.connection.as_ref(), self.is_open) {
            // It may have been rolled back already.
            drop(execute(connection, "ROLLBACK"));
        }
    }
}

fn one_by_one<J, T>(
    tables: Tables<'_>,
    jobs: &[J],
    work: impl Fn(Tables<'_>, &J) -> Ruled<T>,
) -> rusqlite::Result<Vec<Ruled<T>>> {
    let connection = tables.connection;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        execute(connection, "SAVEPOINT job")?;
        let outcome = work(tables, job);
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

fn for_all<J, T>(jobs: &[J], refusal: &Refusal) -> Vec<Ruled<T>> {
    jobs.iter().map(|_| Err(refusal.clone())).collect()
}

fn ended() -> Refusal {
    Refusal::internal("The service has ended.")
}

fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
