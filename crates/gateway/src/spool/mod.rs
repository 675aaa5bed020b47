//! Where request bodies are kept to be sent again: in memory, then on disk, both bounded for all
//! requests together.

mod file;
mod room;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use file::{Chunk, Store};
pub(crate) use room::{Room, Taken};

use crate::settings;

/// The room for bodies.
#[derive(Debug)]
pub(crate) struct Spool {
    /// In memory.
    pub(crate) memory: Room,
    /// On disk.
    pub(crate) disk: Room,
    folder: Mutex<Arc<PathBuf>>,
}

impl Spool {
    /// The room that a configuration gives.
    pub(crate) fn new(settings: &settings::Spool) -> Self {
        Self {
            memory: Room::new(settings.total_memory.get()),
            disk: Room::new(settings.total_disk.get()),
            folder: Mutex::new(Arc::new(settings.folder.clone())),
        }
    }

    /// Takes the bounds of another configuration; what is taken stays taken.
    pub(crate) fn apply(&self, settings: &settings::Spool) {
        self.memory.set_max(settings.total_memory.get());
        self.disk.set_max(settings.total_disk.get());
        *self.folder.lock().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(settings.folder.clone());
    }

    /// Returns the folder of the files.
    pub(crate) fn folder(&self) -> Arc<PathBuf> {
        Arc::clone(&self.folder.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
