//! An answer that comes when the disk has done its work.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::StoreError;

/// An answer of the store that is on its way: a future, or something to wait for on a plain thread.
///
/// What was asked for happens also when nobody takes the answer.
#[derive(Debug)]
#[must_use = "an answer may be an error"]
pub struct Pending<T>(State<T>);

#[derive(Debug)]
enum State<T> {
    Ready(Option<Result<T, StoreError>>),
    Coming(oneshot::Receiver<Result<T, StoreError>>),
}

/// The other end of a [`Pending`].
#[derive(Debug)]
pub(crate) struct Answer<T>(oneshot::Sender<Result<T, StoreError>>);

impl<T> Pending<T> {
    /// Makes an answer that is there already, for stores without a disk.
    pub fn ready(answer: Result<T, StoreError>) -> Self {
        Self(State::Ready(Some(answer)))
    }

    /// Makes an answer that comes later, and the end to give it on.
    pub(crate) fn later() -> (Answer<T>, Self) {
        let (sender, receiver) = oneshot::channel();
        (Answer(sender), Self(State::Coming(receiver)))
    }

    /// Waits for the answer on a thread that runs no futures.
    ///
    /// # Errors
    ///
    /// The error of the request, or [`StoreError::Closed`] where the store has ended before it.
    pub fn wait(self) -> Result<T, StoreError> {
        match self.0 {
            State::Ready(answer) => answer.unwrap_or(Err(StoreError::Closed)),
            State::Coming(receiver) => receiver.blocking_recv().unwrap_or(Err(StoreError::Closed)),
        }
    }
}

impl<T: Unpin> Future for Pending<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(answer) => Poll::Ready(answer.take().unwrap_or(Err(StoreError::Closed))),
            State::Coming(receiver) => Pin::new(receiver)
                .poll(context)
                .map(|answer| answer.unwrap_or(Err(StoreError::Closed))),
        }
    }
}

impl<T> Answer<T> {
    /// Gives the answer. Whoever asked may have gone, and that is their right.
    pub(crate) fn give(self, answer: Result<T, StoreError>) {
        drop(self.0.send(answer));
    }
}
