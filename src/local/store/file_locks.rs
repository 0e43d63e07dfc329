//! Detects whether another program has a store open, by the locks that SQLite holds. Before this
//! program opens a store, the `-wal` beside the file must belong to that file: SQLite relies on
//! names alone, and would apply the `-wal` of a file that was moved away to the new one.
//!
//! Only for a store that this process does not have open: closing any descriptor of a file releases
//! all POSIX locks of the process on it.

use std::fs::File;
use std::io::{ErrorKind, Result};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};

use super::paths::{self, SHM, WAL};

/// The byte of `-shm` on which every user holds a shared lock; the "deadman switch" in SQLite's
/// os_unix.c.
const SHM_IN_USE: (u64, u64) = (128, 1);

/// The bytes of the store's file on which every user holds a shared lock (from PENDING_BYTE on).
const FILE_IN_USE: (u64, u64) = (0x4000_0000, 512);

/// While a process opens or closes the store, its locks are inconsistent for a short time.
const ATTEMPTS: usize = 50;
const PAUSE: Duration = Duration::from_millis(2);

/// Whether another program has the `-shm` of this file open, and so its `-wal`.
pub(super) fn is_wal_in_use(path: &Path) -> Result<bool> {
    is_locked(&paths::auxiliary_path(path, SHM), SHM_IN_USE)
}

/// Rejects a file whose `-wal` belongs to another file, which was moved or removed while a program
/// had it open.
pub(super) fn check_wal(path: &Path) -> anyhow::Result<()> {
    for _ in 0..ATTEMPTS {
        let belongs = !is_wal_in_use(path)?
            || (is_locked(path, FILE_IN_USE)? && paths::auxiliary_path(path, WAL).exists());
        if belongs {
            return Ok(());
        }
        sleep(PAUSE);
    }
    anyhow::bail!(
        "another program that uses the store still has an older file of this name, or its log, which \
         was removed or replaced; end that program first"
    )
}

fn is_locked(path: &Path, (start, length): (u64, u64)) -> Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(why),
    };
    let wanted = Flock {
        start,
        length,
        pid: None,
        typ: FlockType::WriteLock,
        offset_type: FlockOffsetType::Set,
    };
    Ok(fcntl_getlk(&file, &wanted)?.is_some())
}
