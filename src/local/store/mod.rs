//! The store of the local service: one SQLite file that several processes may use at once, or memory.
//! Reads see one state; writes are done in batches, of which each is durable before anybody is told.
//! What is in the tables is for the modules beside this one, and what it means for the rules.

mod busy_handler;
mod create;
mod datasets;
mod devices;
mod file_locks;
mod identity_pools;
mod integrity;
mod migrations;
mod open_files;
mod paths;
mod records;
mod store_file;
mod used_sessions;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};

pub(super) use busy_handler::LOCK_TIMEOUT;
pub(super) use datasets::{Dataset, DatasetId};
pub(super) use devices::Device;
pub(super) use identity_pools::{BulkPublish, Identity, IdentityPool};
pub(super) use integrity::IntegrityCheck;
pub(super) use records::Record;

use super::service_error::ServiceError;
use crate::error::Result;
use open_files::{FileChange, OpenFiles};

/// The name of a store that is nowhere but in memory.
pub const IN_MEMORY: &str = ":memory:";

/// What happens where the folder of a new store is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingFolder {
    /// It is made.
    Create,
    /// The store is refused.
    Reject,
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
    is_fully_checked: bool,
    /// Whether changes were moved to a file that has lost its name.
    is_wal_flushed: AtomicBool,
}

/// A write that has the store's lock. It ends without a trace unless it is performed.
pub(super) struct WriteTransaction<'a> {
    store: &'a Store,
    connection: MutexGuard<'a, Option<Connection>>,
    is_open: bool,
}

/// The tables within a read or a write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    connection: &'a Connection,
    is_writable: bool,
    is_fully_checked: bool,
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
    pub fn open(
        name: &str,
        integrity_check: IntegrityCheck,
        folder: MissingFolder,
    ) -> Result<Store> {
        let (files, connection, is_fully_checked) = match name {
            IN_MEMORY => (None, store_file::in_memory()?, true),
            name => {
                let opened = store_file::open(Path::new(name), integrity_check, folder)?;
                (
                    Some(opened.files),
                    opened.connection,
                    opened.is_fully_checked,
                )
            }
        };
        // A command does one thing after the other, which takes no second connection.
        let is_for_many = files.is_some() && integrity_check == IntegrityCheck::Full;
        Ok(Store {
            files,
            writer: Mutex::new(Some(connection)),
            idle: is_for_many.then(Mutex::default),
            is_fully_checked,
            is_wal_flushed: AtomicBool::new(false),
        })
    }

    /// Reads, all of it from one state.
    pub fn read<T>(
        &self,
        work: impl FnOnce(Tables<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.check()?;
        busy_handler::with_default_deadline(|| match &self.idle {
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
                self.read_with(connection.as_ref().ok_or_else(store_closed)?, work)
            }
        })
    }

    fn read_with<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce(Tables<'_>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        execute(connection, "BEGIN")?;
        let outcome = work(Tables {
            connection,
            is_writable: false,
            is_fully_checked: self.is_fully_checked,
        });
        // Fails where SQLite has ended it already.
        drop(execute(connection, "COMMIT"));
        outcome
    }

    /// A connection for reads that nobody else uses, and whether it was made just now.
    fn reader(&self, idle: &Mutex<Vec<Connection>>) -> Result<(Connection, bool), ServiceError> {
        let connection = lock(idle).pop();
        match (connection, &self.files) {
            (Some(connection), _) => Ok((connection, false)),
            (None, Some(files)) => store_file::connect(&files.place, files.file)
                .map(|connection| (connection, true))
                .map_err(|why| ServiceError::internal(format!("The store failed: {why}"))),
            (None, None) => Err(store_closed()),
        }
    }

    /// Does all jobs in one transaction, in order, and returns what each came to once all of it is
    /// durable. A job that is refused leaves nothing behind.
    pub fn write<J, T>(
        &self,
        jobs: &[J],
        work: impl Fn(Tables<'_>, &J) -> Result<T, ServiceError>,
    ) -> Vec<Result<T, ServiceError>> {
        if jobs.is_empty() {
            return Vec::new();
        }
        match self.begin(Instant::now() + LOCK_TIMEOUT) {
            Ok(transaction) => transaction.perform(jobs, work),
            Err(error) => fail_all(jobs, &error),
        }
    }

    /// Begins a write once no other program writes, or refuses at the deadline.
    pub fn begin(&self, deadline: Instant) -> Result<WriteTransaction<'_>, ServiceError> {
        self.check()?;
        let connection = lock(&self.writer);
        let begun = busy_handler::with_deadline(deadline, || {
            execute(
                connection.as_ref().ok_or_else(store_closed)?,
                "BEGIN IMMEDIATE",
            )
            .map_err(|why| self.error(why))
        });
        begun.map(|()| WriteTransaction {
            store: self,
            connection,
            is_open: true,
        })
    }

    /// Refuses to use files that have lost their names.
    fn check(&self) -> Result<(), ServiceError> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        let Err(change) = files.check() else {
            if self.is_wal_flushed.load(Ordering::Relaxed) {
                // The file is back.
                self.is_wal_flushed.store(false, Ordering::Relaxed);
            }
            return Ok(());
        };
        match self.writer.try_lock() {
            Ok(connection) => self.flush_wal(connection.as_ref(), change),
            Err(TryLockError::Poisoned(connection)) => {
                self.flush_wal(connection.into_inner().as_ref(), change);
            }
            // Whoever writes finds out, too.
            Err(TryLockError::WouldBlock) => {}
        }
        Err(ServiceError::internal(files.explain(change).to_string()))
    }

    /// Moves what was stored to the file that has lost its name, once, so that a file which was moved
    /// away is whole, and so that SQLite cannot take its log for that of the file in its place.
    fn flush_wal(&self, connection: Option<&Connection>, change: FileChange) {
        let (Some(connection), false) = (connection, self.is_wal_flushed.load(Ordering::Relaxed))
        else {
            return;
        };
        let statement = match change {
            FileChange::Removed | FileChange::Replaced => "PRAGMA wal_checkpoint(TRUNCATE)",
            // Others may use another log by now.
            FileChange::LogRemoved => "PRAGMA wal_checkpoint(PASSIVE)",
            FileChange::LogReplaced | FileChange::Truncated => return,
        };
        let is_busy = busy_handler::with_deadline(Instant::now(), || {
            connection.query_row(statement, [], |row| row.get::<_, bool>(0))
        });
        self.is_wal_flushed
            .store(is_busy == Ok(false), Ordering::Relaxed);
    }

    fn error(&self, why: rusqlite::Error) -> ServiceError {
        let name = match &self.files {
            Some(files) => files.name.display().to_string(),
            None => IN_MEMORY.to_string(),
        };
        match why.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                ServiceError::internal(format!(
                    "The store '{name}' is locked: another program has been writing to it for {} \
                 seconds. End that program or its transaction, and try again.",
                    LOCK_TIMEOUT.as_secs()
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
            Ok(()) | Err(FileChange::LogRemoved | FileChange::LogReplaced) => {
                // What takes long is done before the last look at whose files those are.
                if self.idle.is_some() {
                    let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
                    drop(connection.query_row(checkpoint, [], |_| Ok(())));
                }
                store_file::close_last(connection);
            }
            Err(change) => self.flush_wal(Some(&connection), change),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

impl WriteTransaction<'_> {
    /// Does all jobs, in order, and returns what each came to once all of it is durable.
    pub fn perform<J, T>(
        mut self,
        jobs: &[J],
        work: impl Fn(Tables<'_>, &J) -> Result<T, ServiceError>,
    ) -> Vec<Result<T, ServiceError>> {
        let Some(connection) = self.connection.as_ref() else {
            return fail_all(jobs, &store_closed());
        };
        let tables = Tables {
            connection,
            is_writable: true,
            is_fully_checked: self.store.is_fully_checked,
        };
        let outcomes = run_jobs(tables, jobs, work);
        self.is_open = outcomes.is_err();
        match outcomes.map_err(|why| self.store.error(why)) {
            Err(error) => fail_all(jobs, &error),
            // It may be in a file that nobody finds any more.
            Ok(outcomes) => match self.check() {
                Err(error) => fail_all(jobs, &error),
                Ok(()) => outcomes,
            },
        }
    }

    /// Whether the files still have their names, asked by who holds the lock.
    fn check(&self) -> Result<(), ServiceError> {
        let Some(files) = &self.store.files else {
            return Ok(());
        };
        files.check().map_err(|change| {
            self.store.flush_wal(self.connection.as_ref(), change);
            ServiceError::internal(files.explain(change).to_string())
        })
    }
}

impl Drop for WriteTransaction<'_> {
    fn drop(&mut self) {
        if let (Some(connection), true) = (self.connection.as_ref(), self.is_open) {
            // It may have been rolled back already.
            drop(execute(connection, "ROLLBACK"));
        }
    }
}

fn run_jobs<J, T>(
    tables: Tables<'_>,
    jobs: &[J],
    work: impl Fn(Tables<'_>, &J) -> Result<T, ServiceError>,
) -> rusqlite::Result<Vec<Result<T, ServiceError>>> {
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

fn fail_all<J, T>(jobs: &[J], error: &ServiceError) -> Vec<Result<T, ServiceError>> {
    jobs.iter().map(|_| Err(error.clone())).collect()
}

fn store_closed() -> ServiceError {
    ServiceError::internal("The service has ended.")
}

fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
