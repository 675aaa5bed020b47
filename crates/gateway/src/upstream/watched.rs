//! What came at the beginning of a connection for HTTP/2, and the alert that ended it: the crate h2
//! says of both only that something was wrong.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use crate::failing::{First, alert_in};
use crate::net::Reading;

/// What was seen of a connection, shared with whoever asks about its streams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(Arc<Mutex<First>>);

impl Watch {
    /// Returns what was seen.
    pub(crate) fn first(&self) -> First {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, first: First) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = first;
    }
}

/// The half of a connection that reads, watched.
#[derive(Debug)]
pub(crate) struct Watched {
    reading: Reading,
    watch: Watch,
    /// The first bytes, until there are enough to name them.
    first: Option<Vec<u8>>,
}

impl Watched {
    /// Watches a connection.
    pub(crate) fn new(reading: Reading, watch: Watch) -> Self {
        Self { reading, watch, first: Some(Vec::new()) }
    }

    fn note(&mut self, bytes: &[u8]) {
        let Some(first) = &mut self.first else { return };
        first.extend(bytes.iter().take(FIRST_MAX));
        if let Some(named) = First::of(first) {
            self.watch.note(named);
            self.first = None;
        }
    }
}

/// Bytes that are enough to tell protocols apart.
const FIRST_MAX: usize = 8;

impl AsyncRead for Watched {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.reading).poll_read(cx, buffer));
        match &read {
            Ok(()) => this.note(buffer.filled().get(before..).unwrap_or_default()),
            Err(error) => match alert_in(error) {
                Some(alert) => this.watch.note(First::Alert(alert)),
                None if error.kind() == ErrorKind::ConnectionReset => {
                    this.watch.note(First::Reset);
                }
                None => {}
            },
        }
        Poll::Ready(read)
    }
}
