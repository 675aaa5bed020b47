//! What a process says on standard error while it runs.

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The lines that a process has written to standard error so far.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<String>>);

impl Said {
    /// Reads along from now on. Nothing is ever said by a process whose standard error is not piped.
    pub fn of(child: &mut Child) -> Self {
        let said = Self::default();
        if let Some(stderr) = child.stderr.take() {
            let into = said.clone();
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut text = into.0.lock().unwrap_or_else(PoisonError::into_inner);
                    text.push_str(&line);
                    text.push('\n');
                }
            });
        }
        said
    }

    /// Returns what it has said so far.
    pub fn so_far(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
