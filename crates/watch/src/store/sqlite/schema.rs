//! The versions of the file: forward only, one file of statements for each.

use rusqlite::{Connection, TransactionBehavior};

use super::apply::int;

/// Says in the head of the file whose it is: `ggwt`.
pub(super) const APPLICATION: i32 = 0x6767_7774;

/// The statements that lead from each version to the next, from version 0, an empty file.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("migrations/1.sql")];

/// Returns the version that a file has after all `migrations`.
pub(super) fn latest(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// Returns the version of a file.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a file to the last version, each step whole or not at all.
pub(super) fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    let present = usize::try_from(version(connection)?).unwrap_or(usize::MAX);
    for (before, statements) in migrations.iter().enumerate().skip(present) {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(statements)?;
        step.pragma_update(None, "application_id", APPLICATION)?;
        step.pragma_update(None, "user_version", int(before) + 1)?;
        step.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(connection: &Connection) -> Vec<String> {
        let mut names = connection.prepare("SELECT name FROM sqlite_schema ORDER BY name").unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    #[test]
    fn each_step_is_taken_once() {
        let mut connection = Connection::open_in_memory().unwrap();

        migrate(&mut connection, &["CREATE TABLE one (n)"]).unwrap();
        migrate(&mut connection, &["CREATE TABLE one (n)", "CREATE TABLE two (n)"]).unwrap();

        assert_eq!(tables(&connection), ["one", "two"]);
        assert_eq!(version(&connection), Ok(2));
    }

    #[test]
    fn a_step_that_fails_leaves_no_trace() {
        let mut connection = Connection::open_in_memory().unwrap();

        let failed = migrate(
            &mut connection,
            &["CREATE TABLE one (n)", "CREATE TABLE two (n); SELECT nonsense"],
        );

        assert!(failed.is_err());
        assert_eq!(tables(&connection), ["one"]);
        assert_eq!(version(&connection), Ok(1));
    }
}
