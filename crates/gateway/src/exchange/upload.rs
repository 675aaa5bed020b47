//! The body of a request on its way to an endpoint, and again to another one.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use goodgate_resilience::Failure;

use crate::downstream::{Source, SourceFault};
use crate::http1::Fields;
use crate::spool::Taken;
use crate::upstream::Carrier;

/// What of a body has been sent, as far as it is kept.
#[derive(Debug)]
pub(crate) struct Replay<'a> {
    pieces: Vec<Bytes>,
    trailers: Option<Fields>,
    taken: Taken<'a>,
    bytes: u64,
    max: u64,
    /// Whether all that came was kept.
    is_whole: bool,
}

impl<'a> Replay<'a> {
    /// Keeps up to `max` bytes, and nothing if that is 0.
    pub(crate) fn new(taken: Taken<'a>, max: u64) -> Self {
        Self { pieces: Vec::new(), trailers: None, taken, bytes: 0, max, is_whole: true }
    }

    /// Tells whether all that was sent can be sent again.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns how many bytes are kept.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    fn keep(&mut self, piece: &Bytes) {
        if !self.is_whole {
            return;
        }
        let bytes = self.bytes + piece.len() as u64;
        if bytes > self.max || !self.taken.more(piece.len() as u64) {
            self.is_whole = false;
            self.pieces = Vec::new();
            self.taken.release();
            return;
        }
        self.bytes = bytes;
        self.pieces.push(piece.clone());
    }
}

/// The body of one attempt: what is kept, then what comes.
#[derive(Debug)]
pub(crate) struct Upload {
    next: usize,
    has_ended: bool,
    is_done: bool,
    waits_for_client: bool,
}

/// Why a body was not sent.
#[derive(Debug)]
pub(crate) enum UploadFault {
    /// It does not come.
    Source(SourceFault),
    /// The endpoint does not take it.
    Upstream(Failure),
    /// It is larger than the route allows.
    TooLarge,
}

impl Upload {
    /// Begins with the first byte. Without a body only the head is to be sent.
    pub(crate) fn new(has_body: bool) -> Self {
        Self { next: 0, has_ended: !has_body, is_done: false, waits_for_client: false }
    }

    /// Tells whether all of it was sent.
    pub(crate) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Tells whether all that came was sent, and more is to come.
    pub(crate) fn waits_for_client(&self) -> bool {
        self.waits_for_client
    }

    /// Gives up: the endpoint takes no more.
    pub(crate) fn give_up(&mut self) {
        self.is_done = true;
    }

    /// Sends as much as goes.
    pub(crate) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut Source<'_>,
        replay: &mut Replay<'_>,
        max: Option<u64>,
        carrier: &mut Carrier,
    ) -> Poll<Result<(), UploadFault>> {
        self.waits_for_client = false;
        loop {
            let mut waits = false;
            while !self.has_ended && !waits && carrier.has_room() {
                match self.poll_piece(cx, source, replay) {
                    Poll::Ready(Ok(Some(piece))) => carrier.send_data(piece),
                    Poll::Ready(Ok(None)) => {
                        carrier.send_end(replay.trailers.as_ref());
                        self.has_ended = true;
                    }
                    Poll::Ready(Err(fault)) => {
                        return Poll::Ready(Err(UploadFault::Source(fault)));
                    }
                    Poll::Pending => waits = true,
                }
                if max.is_some_and(|max| source.bytes() > max) {
                    return Poll::Ready(Err(UploadFault::TooLarge));
                }
            }
            ready!(self.poll_flush(cx, carrier))?;
            if self.is_done {
                return Poll::Ready(Ok(()));
            }
            if waits {
                self.waits_for_client = true;
                return Poll::Pending;
            }
        }
    }

    /// Sends what is in the output already: all there is of a request without a body.
    pub(crate) fn poll_flush(
        &mut self,
        cx: &mut Context<'_>,
        carrier: &mut Carrier,
    ) -> Poll<Result<(), UploadFault>> {
        ready!(carrier.poll_flush(cx)).map_err(UploadFault::Upstream)?;
        self.is_done = self.has_ended;
        Poll::Ready(Ok(()))
    }

    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut Source<'_>,
        replay: &mut Replay<'_>,
    ) -> Poll<Result<Option<Bytes>, SourceFault>> {
        if let Some(piece) = replay.pieces.get(self.next) {
            self.next += 1;
            return Poll::Ready(Ok(Some(piece.clone())));
        }
        let piece = ready!(source.poll_next(cx))?;
        match &piece {
            Some(piece) => {
                replay.keep(piece);
                self.next += 1;
            }
            None => replay.trailers = source.trailers().or(replay.trailers.take()),
        }
        Poll::Ready(Ok(piece))
    }
}
