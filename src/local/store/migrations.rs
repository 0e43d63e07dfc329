//! Schema versions, and the migration of older stores.

use rusqlite::Connection;

/// The current schema version. To raise it, add to [`MIGRATIONS`].
pub(super) const VERSION: i64 = 1 + MIGRATIONS.len() as i64;

/// The SQL that migrates a store from version 1, 2 and so on to the next.
const MIGRATIONS: [&str; 0] = [];

/// Migrates a store to the current version, in one transaction.
pub(super) fn migrate(connection: &Connection) -> anyhow::Result<()> {
    migrate_by(connection, &MIGRATIONS)
}

fn read_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate_by(connection: &Connection, migrations: &[&str]) -> anyhow::Result<()> {
    let newest = 1 + migrations.len() as i64;
    if read_version(connection)? == newest {
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
    // Read again, since another process may have migrated it.
    let found = read_version(connection)?;
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
    use crate::local::store::create;

    #[test]
    fn migrates_older_stores() {
        let first = "ALTER TABLE device ADD COLUMN one TEXT";
        let second = "ALTER TABLE device ADD COLUMN two TEXT; UPDATE device SET two = 'x'";
        let store = create::in_memory().expect("memory");
        migrate_by(&store, &[]).expect("nothing to do");
        migrate_by(&store, &[first]).expect("one step");
        migrate_by(&store, &[first, second]).expect("another one");
        migrate_by(&store, &[first, second]).expect("nothing to do");
        assert_eq!(read_version(&store).ok(), Some(3));
        let both = "INSERT INTO device (device_id, identity_pool_id, identity_id, platform, token, \
             one, two) SELECT 1, 2, 3, 4, 5, 6, 7 WHERE 0";
        store.execute_batch(both).expect("both columns are there");
        let rejected = migrate_by(&store, &[first]).expect_err("it is newer");
        assert!(
            rejected.to_string().starts_with("it is of version 3, "),
            "{rejected}"
        );
        assert_eq!(read_version(&store).ok(), Some(3));
    }

    #[test]
    fn rolls_back_failed_migration() {
        let store = create::in_memory().expect("memory");
        let broken = "CREATE TABLE more (a); nonsense";
        migrate_by(&store, &[broken]).expect_err("it is nonsense");
        assert_eq!(read_version(&store).ok(), Some(1));
        store
            .execute_batch("CREATE TABLE more (a)")
            .expect("it is not there");
    }
}
