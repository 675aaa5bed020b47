//! The body of a request on its way to an endpoint, and again to another one.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use goodgate_resilience::Failure;

use super::replay::{Cursor, Replay};
use crate::downstream::{Source, SourceFault};
use crate::upstream::Carrier;

/// The body of one attempt: what is kept, then what comes.
#[derive(Debug)]
pub(crate) struct Upload {
    cursor: Cursor,
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
    /// What was kept of it cannot be read any more.
    Lost,
}

impl From<SourceFault> for UploadFault {
    fn from(fault: SourceFault) -> Self {
        Self::Source(fault)
    }
}

impl Upload {
    /// Begins with the first byte. Without a body only the head is to be sent.
    pub(crate) fn new(has_body: bool) -> Self {
        Self {
            cursor: Cursor::default(),
            has_ended: !has_body,
            is_done: false,
            waits_for_client: false,
        }
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
            let mut waits = None;
            while !self.has_ended && waits.is_none() && carrier.has_room() {
                match self.poll_piece(cx, source, replay) {
                    Poll::Ready(Ok(Some(piece))) => carrier.send_data(piece),
                    Poll::Ready(Ok(None)) => {
                        carrier.send_end(replay.trailers.as_ref());
                        self.has_ended = true;
                    }
                    Poll::Ready(Err(fault)) => return Poll::Ready(Err(fault)),
                    Poll::Pending => waits = Some(self.waits_for_client),
                }
                if max.is_some_and(|max| source.bytes() > max) {
                    return Poll::Ready(Err(UploadFault::TooLarge));
                }
            }
            self.waits_for_client = false;
            ready!(self.poll_flush(cx, carrier))?;
            self.is_done |= carrier.is_deaf();
            if self.is_done {
                return Poll::Ready(Ok(()));
            }
            if let Some(for_client) = waits {
                self.waits_for_client = for_client;
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
    ) -> Poll<Result<Option<Bytes>, UploadFault>> {
        // A piece that is on its way to the disk holds up what follows: memory is bounded.
        ready!(replay.poll_kept(cx));
        let kept = ready!(replay.poll_next(cx, &mut self.cursor)).map_err(|_| UploadFault::Lost)?;
        if kept.is_some() {
            return Poll::Ready(Ok(kept));
        }
        let Poll::Ready(piece) = source.poll_next(cx) else {
            self.waits_for_client = true;
            return Poll::Pending;
        };
        let piece = piece?;
        match &piece {
            Some(piece) => replay.keep(piece, &mut self.cursor),
            None => replay.trailers = source.trailers().or(replay.trailers.take()),
        }
        Poll::Ready(Ok(piece))
    }
}
