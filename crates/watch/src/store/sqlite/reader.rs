//! Threads that answer questions, each on a connection of its own: a log (WAL) is read while it is
//! written.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::open::{file_error, open_reader};
use crate::store::{Pending, StoreError, limits};

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// The readers.
#[derive(Debug)]
pub(super) struct Readers {
    questions: Option<SyncSender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Opens the connections and starts the threads.
    pub(super) fn start(file: &Path) -> Result<Self, StoreError> {
        let (questions, receiver) = sync_channel(limits::READS_WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let mut readers = Self { questions: Some(questions), threads: Vec::new() };
        for _ in 0..limits::READERS {
            let (connection, receiver) = (open_reader(file)?, Arc::clone(&receiver));
            let thread = thread::Builder::new()
                .name("store-reader".to_owned())
                .spawn(move || answer_all(&connection, &receiver))
                .map_err(|error| file_error("start a reader of", file, &error))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Asks a question.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        let (answer, pending) = Pending::later();
        let question: Question = Box::new(move |connection| answer.give(question(connection)));
        let Some(questions) = &self.questions else {
            return Pending::ready(Err(StoreError::Closed));
        };
        match questions.try_send(question) {
            Ok(()) => pending,
            Err(TrySendError::Full(_)) => {
                Pending::ready(Err(StoreError::Busy { waiting: limits::READS_WAITING }))
            }
            Err(TrySendError::Disconnected(_)) => Pending::ready(Err(StoreError::Closed)),
        }
    }

    /// Asks for something of one moment, however many statements it takes.
    pub(super) fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<T> {
        self.ask(|connection| {
            let moment = connection.unchecked_transaction();
            let answer = moment.and_then(|moment| question(&moment));
            answer.map_err(|error| StoreError::Database {
                doing: "read from the store",
                why: error.to_string(),
            })
        })
    }
}

impl Drop for Readers {
    /// Waits until what was asked is answered.
    fn drop(&mut self) {
        self.questions = None;
        for thread in self.threads.drain(..) {
            // A reader that has panicked has already said so.
            drop(thread.join());
        }
    }
}

fn answer_all(connection: &Connection, questions: &Mutex<Receiver<Question>>) {
    loop {
        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(question) => question(connection),
            Err(_) => return,
        }
    }
}
