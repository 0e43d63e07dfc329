//! Versions of the store's schema, and how a store of an older one is brought up to date.

use rusqlite::Connection;

/// Version of the schema. Whoever raises it adds to [`MIGRATIONS`].
pub(super) const VERSION: i64 = 1 + MIGRATIONS.len() as i64;

/// What makes a store of version 1, 2 and so on one of the next.
const MIGRATIONS: [&str; 0] = [];

/// Brings a store up to date, whole or not at all.
pub(super) fn migrate(connection: &Connection) -> anyhow::Result<()> {
    migrate_by(connection, &MIGRATIONS)
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate_by(connection: &Connection, migrations: &[&str]) -> anyhow::Result<()> {
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
    use crate::local::store::create;

    #[test]
    fn older_stores_are_brought_up_to_date() {
        let first = "ALTER TABLE device ADD COLUMN one TEXT";
        let second = "ALTER TABLE device ADD COLUMN two TEXT; UPDATE device SET two = 'x'";
        let store = create::in_memory().expect("memory");
        migrate_by(&store, &[]).expect("nothing to do");
        migrate_by(&store, &[first]).expect("one step");
        migrate_by(&store, &[first, second]).expect("another one");
        migrate_by(&store, &[first, second]).expect("nothing to do");
        assert_eq!(version_of(&store).ok(), Some(3));
        let both = "INSERT INTO device (device_id, identity_pool_id, identity_id, platform, token, \
             one, two) SELECT 1, 2, 3, 4, 5, 6, 7 WHERE 0";
        store.execute_batch(both).expect("both columns are there");
        let refused = migrate_by(&store, &[first]).expect_err("it is newer");
        assert!(
            refused.to_string().starts_with("it is of version 3, "),
            "{refused}"
        );
        assert_eq!(version_of(&store).ok(), Some(3));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let store = create::in_memory().expect("memory");
        let broken = "CREATE TABLE more (a); nonsense";
        migrate_by(&store, &[broken]).expect_err("it is nonsense");
        assert_eq!(version_of(&store).ok(), Some(1));
        store
            .execute_batch("CREATE TABLE more (a)")
            .expect("it is not there");
    }
}
