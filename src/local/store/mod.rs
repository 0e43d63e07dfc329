//! The store of the local service: a SQLite file that several processes can use at once, or memory.
//! A read sees one consistent state; writes are committed in batches, and each is durable before it
//! is acknowledged. The modules of this directory define the tables, and `operations` their
//! meaning.

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

/// The name of a store in memory.
pub const IN_MEMORY: &str = ":memory:";

/// What to do if the directory of a new store does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingDirectory {
    /// Create it.
    Create,
    /// Reject the store.
    Reject,
}

/// An open store.
#[derive(Debug)]
pub(super) struct Store {
    /// The open files; `None` in memory.
    files: Option<OpenFiles>,
    /// The connection for writes; `None` once the store is closed.
    writer: Mutex<Option<Connection>>,
    /// Idle connections for reads. `None` if the writing connection also reads.
    idle: Option<Mutex<Vec<Connection>>>,
    /// Whether all tables and indexes were checked against each other.
    is_fully_checked: bool,
    /// Whether the write-ahead log was flushed to a file that was removed or replaced.
    is_wal_flushed: AtomicBool,
}

/// A write transaction, which holds the store's lock. Dropping it without `perform` rolls it back.
pub(super) struct WriteTransaction<'a> {
    store: &'a Store,
    connection: MutexGuard<'a, Option<Connection>>,
    is_open: bool,
}

/// The tables within a transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    connection: &'a Connection,
    is_writable: bool,
    is_fully_checked: bool,
}

impl Tables<'_> {
    /// Whether the transaction can write.
    pub fn are_writable(&self) -> bool {
        self.is_writable
    }
}

impl Store {
    /// Opens the store, and creates it if it does not exist. Rejects a file that is not a store, or
    /// is damaged, without writing to it.
    pub fn open(
        name: &str,
        integrity_check: IntegrityCheck,
        directory: MissingDirectory,
    ) -> Result<Store> {
        let (files, connection, is_fully_checked) = match name {
            IN_MEMORY => (None, store_file::in_memory()?, true),
            name => {
                let opened = store_file::open(Path::new(name), integrity_check, directory)?;
                (
                    Some(opened.files),
                    opened.connection,
                    opened.is_fully_checked,
                )
            }
        };
        // A command works sequentially, so it needs no second connection.
        let is_for_many = files.is_some() && integrity_check == IntegrityCheck::Full;
        Ok(Store {
            files,
            writer: Mutex::new(Some(connection)),
            idle: is_for_many.then(Mutex::default),
            is_fully_checked,
            is_wal_flushed: AtomicBool::new(false),
        })
    }

    /// Performs a read from one consistent state.
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
                    // SQLite opens the auxiliary files only now.
                    self.check()?;
                }
                // Dropping a connection that cannot end its read ends it.
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
        // Fails if SQLite has already ended it.
        drop(execute(connection, "COMMIT"));
        outcome
    }

    /// Returns an idle connection for reads, and whether it is new.
    fn reader(&self, idle: &Mutex<Vec<Connection>>) -> Result<(Connection, bool), ServiceError> {
        let connection = lock(idle).pop();
        match (connection, &self.files) {
            (Some(connection), _) => Ok((connection, false)),
            (None, Some(files)) => store_file::connect(&files.resolved_path, files.file)
                .map(|connection| (connection, true))
                .map_err(|why| ServiceError::internal(format!("The store failed: {why}"))),
            (None, None) => Err(store_closed()),
        }
    }

    /// Performs all jobs in one transaction, in order, and returns their results once all are
    /// durable. A job that fails leaves no changes.
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

    /// Begins a transaction once no other program writes. Fails at the deadline.
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

    /// Fails if the files were removed or replaced.
    fn check(&self) -> Result<(), ServiceError> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        let Err(change) = files.check() else {
            if self.is_wal_flushed.load(Ordering::Relaxed) {
                // The file was put back.
                self.is_wal_flushed.store(false, Ordering::Relaxed);
            }
            return Ok(());
        };
        match self.writer.try_lock() {
            Ok(connection) => self.flush_wal(connection.as_ref(), change),
            Err(TryLockError::Poisoned(connection)) => {
                self.flush_wal(connection.into_inner().as_ref(), change);
            }
            // The writer detects the change itself.
            Err(TryLockError::WouldBlock) => {}
        }
        Err(ServiceError::internal(files.explain(change).to_string()))
    }

    /// Flushes the write-ahead log to the removed or replaced file, once, so that a file that was
    /// moved away is complete, and so that SQLite cannot apply its log to the new file.
    fn flush_wal(&self, connection: Option<&Connection>, change: FileChange) {
        let (Some(connection), false) = (connection, self.is_wal_flushed.load(Ordering::Relaxed))
        else {
            return;
        };
        let statement = match change {
            FileChange::Removed | FileChange::Replaced => "PRAGMA wal_checkpoint(TRUNCATE)",
            // Other processes may use another log by now.
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

    /// Closes the store. If no other program uses it, a single file remains.
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
                // The slow part is done before the last check of the files.
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
    /// Performs all jobs in order, and returns their results once all are durable.
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
            // The commit may be in a file that was removed.
            Ok(outcomes) => match self.check() {
                Err(error) => fail_all(jobs, &error),
                Ok(()) => outcomes,
            },
        }
    }

    /// Fails if the files were removed or replaced, while holding the lock.
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
            // SQLite may have rolled it back already.
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
            // Fails if, for example, the disk is full: SQLite has then rolled back the transaction.
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
