//! The numbers by which results name monitors and causes.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Result};

use crate::store::limits;

/// Returns the number of a monitor, and gives it one where it has none.
pub(super) fn monitor(connection: &Connection, id: &str) -> Result<i64> {
    if let Some(number) = find_monitor(connection, id)? {
        return Ok(number);
    }
    connection.prepare_cached("INSERT INTO monitor (id) VALUES (?)")?.insert([id])
}

/// Returns the number of a monitor that has one.
pub(super) fn find_monitor(connection: &Connection, id: &str) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT number FROM monitor WHERE id = ?")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// Returns every word by its number.
pub(super) fn words(connection: &Connection) -> Result<HashMap<i64, Arc<str>>> {
    let mut words = connection.prepare_cached("SELECT number, text FROM word")?;
    words.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The numbers that the writer has met, so that it need not ask for each result.
#[derive(Debug, Default)]
pub(super) struct Names {
    monitors: HashMap<Arc<str>, i64>,
    words: HashMap<Arc<str>, i64>,
}

impl Names {
    /// Returns the number of a monitor; [`None`] where it has too long a name, or there are too many.
    pub(super) fn monitor(
        &mut self,
        connection: &Connection,
        id: &Arc<str>,
    ) -> Result<Option<i64>> {
        if let Some(number) = self.monitors.get(id) {
            return Ok(Some(*number));
        }
        if id.len() > limits::NAME || self.monitors.len() >= limits::MONITORS {
            return Ok(None);
        }
        let number = monitor(connection, id)?;
        self.monitors.insert(Arc::clone(id), number);
        Ok(Some(number))
    }

    /// Returns the number of a word; [`None`] where it is too long, or there are too many.
    pub(super) fn word(&mut self, connection: &Connection, word: &Arc<str>) -> Result<Option<i64>> {
        if let Some(number) = self.words.get(word) {
            return Ok(Some(*number));
        }
        if word.len() > limits::NAME || self.words.len() >= limits::WORDS {
            return Ok(None);
        }
        let found = connection
            .prepare_cached("SELECT number FROM word WHERE text = ?")?
            .query_row([word], |row| row.get(0))
            .optional()?;
        let number = match found {
            Some(number) => number,
            None => {
                connection.prepare_cached("INSERT INTO word (text) VALUES (?)")?.insert([word])?
            }
        };
        self.words.insert(Arc::clone(word), number);
        Ok(Some(number))
    }
}
