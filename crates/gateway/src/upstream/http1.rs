//! One request and its answer over HTTP/1.1 towards an endpoint.

use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use goodgate_resilience::{Failure, Progress};

use super::kept::Kept;
use super::slots::Slot;
use crate::alarm::Alarm;
use crate::body::{Body, Piece, put_chunk, put_end};
use crate::clock;
use crate::failing::{self, Used};
use crate::http1::{
    Ending, Fields, Framing, HeadLimits, KeepAlive, Method, Persistence, RequestHead, ResponseHead,
    ResponseParser, write,
};
use crate::limits::{
    OUTPUT_MAX, STALE_IDLE_MIN, STALE_WITHIN, UPSTREAM_READ_MAX, UPSTREAM_READ_MIN,
};
use crate::net::{Output, Reading, Writing};

/// An exchange on a connection of its own.
#[derive(Debug)]
pub(crate) struct Http1 {
    reading: Reading,
    writing: Writing,
    slot: Slot,
    output: Output,
    input: BytesMut,
    parser: ResponseParser,
    limits: HeadLimits,
    alarm: Alarm,
    /// When the connection was opened.
    opened: Instant,
    /// Requests that it carried before.
    requests: u64,
    exchange: Exchange,
}

/// What is of one exchange alone.
#[derive(Debug)]
struct Exchange {
    body: Body,
    method: Method,
    chunked: bool,
    /// When the connection was taken for this request.
    taken: Instant,
    /// For how long it had been idle before this request; `None` on a fresh one.
    idle: Option<Duration>,
    /// Bytes of the response that came.
    received: u64,
    /// Whether the connection may carry another request, by what the head said.
    persists: bool,
    /// What the head said of how long it is kept.
    keep_alive: KeepAlive,
    /// The whole request was passed to the output.
    is_sent: bool,
    room: usize,
}

impl Exchange {
    fn new(taken: Instant, idle: Option<Duration>) -> Self {
        Self {
            body: Body::UntilClose,
            method: Method::Get,
            chunked: false,
            taken,
            idle,
            received: 0,
            persists: false,
            keep_alive: KeepAlive::default(),
            is_sent: false,
            room: UPSTREAM_READ_MIN,
        }
    }
}

impl Http1 {
    /// An exchange on a fresh connection.
    pub(crate) fn fresh(
        reading: Reading,
        writing: Writing,
        slot: Slot,
        limits: HeadLimits,
    ) -> Self {
        let now = clock::now();
        Self {
            reading,
            writing,
            slot,
            output: Output::default(),
            input: BytesMut::new(),
            parser: ResponseParser::new(),
            limits,
            alarm: Alarm::default(),
            opened: now,
            requests: 0,
            exchange: Exchange::new(now, None),
        }
    }

    /// An exchange on a kept connection.
    pub(crate) fn again(kept: Kept, limits: HeadLimits, now: Instant) -> Box<Self> {
        let Kept { mut connection, idle_since } = kept;
        let idle = now.saturating_duration_since(idle_since);
        connection.limits = limits;
        connection.requests += 1;
        connection.exchange = Exchange::new(now, Some(idle));
        connection
    }

    /// Puts the head of the request into the output.
    pub(crate) fn send_head(&mut self, head: &RequestHead, target: &[u8]) -> Result<(), Failure> {
        let framing = head.framing();
        self.exchange.method = head.method();
        self.exchange.chunked = framing == Framing::Chunked;
        self.exchange.is_sent = framing.is_empty();
        let persistence = match head.upgrade() {
            Some(protocols) => Persistence::Upgrade(protocols),
            None => Persistence::Silent,
        };
        let ending = Ending { framing, persistence, added: &[] };
        let written = write::request(self.output.tail(), head, target, &ending);
        written.map_err(|_| failing::internal())
    }

    /// Puts a piece of the request's body into the output.
    pub(crate) fn send_data(&mut self, piece: Bytes) {
        if self.exchange.chunked {
            put_chunk(&mut self.output, piece);
        } else {
            self.output.push(piece);
        }
    }

    /// Puts the end of the request's body into the output.
    pub(crate) fn send_end(&mut self, trailers: Option<&Fields>) {
        if self.exchange.chunked {
            put_end(&mut self.output, trailers);
        }
        self.exchange.is_sent = true;
    }

    /// Tells whether more of the body may be put into the output.
    pub(crate) fn has_room(&self) -> bool {
        self.output.len() < OUTPUT_MAX
    }

    /// Sends what is in the output.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let flushed = ready!(self.output.poll_flush(cx, &mut self.writing));
        Poll::Ready(
            flushed.map_err(|error| failing::send_failed(&error, self.progress(), self.used())),
        )
    }

    /// Returns how far the request has come.
    pub(crate) fn progress(&self) -> Progress {
        match (self.exchange.received, self.output.taken()) {
            (0, 0) => Progress::NothingSent,
            (0, _) => Progress::RequestSent,
            _ => Progress::ResponseStarted,
        }
    }

    /// Reads the next head, interim ones too.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ResponseHead, Failure>> {
        loop {
            match self.parser.parse(&mut self.input, self.exchange.method, &self.limits) {
                Ok(Some(head)) => {
                    self.note(&head);
                    return Poll::Ready(Ok(head));
                }
                Ok(None) => {}
                Err(malformed) => {
                    let failed = failing::head_malformed(malformed.class, &self.input);
                    return Poll::Ready(Err(failed));
                }
            }
            match ready!(self.poll_fill(cx)) {
                Ok(1..) => {}
                Ok(0) => return Poll::Ready(Err(self.head_ended(None))),
                Err(error) => return Poll::Ready(Err(self.head_ended(Some(&error)))),
            }
        }
    }

    /// Reads the next piece of the body, `None` at its end.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            match self.exchange.body.take(&mut self.input) {
                Ok(Piece::Data(data)) => return Poll::Ready(Ok(Some(data))),
                Ok(Piece::End) => return Poll::Ready(Ok(None)),
                Ok(Piece::More) => {}
                Err(_) => return Poll::Ready(Err(failing::chunks_invalid())),
            }
            match ready!(self.poll_fill(cx)) {
                Ok(1..) => {}
                Ok(0) => match self.exchange.body.close() {
                    Ok(()) => return Poll::Ready(Ok(None)),
                    Err(_) => return Poll::Ready(Err(failing::body_ended(None))),
                },
                Err(error) => return Poll::Ready(Err(failing::body_ended(Some(&error)))),
            }
        }
    }

    /// Tells whether the whole response was taken.
    pub(crate) fn has_ended(&self) -> bool {
        self.exchange.body.has_ended()
    }

    /// Returns the trailers, once the body has ended.
    pub(crate) fn trailers(&mut self) -> Option<Fields> {
        self.exchange.body.trailers()
    }

    /// Returns how many bytes the kernel took.
    pub(crate) fn sent(&self) -> u64 {
        self.output.taken()
    }

    /// Returns how many bytes of the response came.
    pub(crate) fn received(&self) -> u64 {
        self.exchange.received
    }

    /// Returns when the connection was opened, how long it had been idle, and what it carried before.
    pub(crate) fn history(&self) -> (Instant, Option<Duration>, u64) {
        (self.opened, self.exchange.idle, self.requests)
    }

    /// Returns what the endpoint said of how long it keeps connections.
    pub(crate) fn keep_alive(&self) -> KeepAlive {
        self.exchange.keep_alive
    }

    /// Gives the connection back for the next request, if it is of use for one: the response has
    /// ended, the request was sent whole, nothing came that nobody asked for, and both sides stay.
    /// `head` is that of the response: the next one takes its memory.
    pub(crate) fn into_kept(mut self: Box<Self>, head: ResponseHead, now: Instant) -> Option<Kept> {
        let is_done = self.has_ended() && self.exchange.is_sent && self.output.is_empty();
        if !is_done || !self.exchange.persists || !self.input.is_empty() {
            return None;
        }
        self.parser.reuse(head);
        if self.exchange.room > UPSTREAM_READ_MIN {
            self.input = BytesMut::new();
        }
        self.output.begin();
        self.alarm.clear();
        Some(Kept { connection: self, idle_since: now })
    }

    /// Returns the deadline of what the exchange waits for.
    pub(crate) fn alarm(&mut self) -> &mut Alarm {
        &mut self.alarm
    }

    /// Returns the half that reads.
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Gives up the connection with what was read beyond the head, for an upgraded protocol.
    pub(crate) fn into_parts(self) -> (Reading, Writing, BytesMut, Slot) {
        (self.reading, self.writing, self.input, self.slot)
    }

    /// Notes what a final head says of the body and the connection.
    fn note(&mut self, head: &ResponseHead) {
        if !head.is_interim() {
            self.exchange.persists = head.persists();
            self.exchange.keep_alive = head.keep_alive();
            self.exchange.body = Body::framed(head.framing());
        }
    }

    fn head_ended(&self, by: Option<&io::Error>) -> Failure {
        failing::head_ended(by, self.exchange.received > 0, self.used())
    }

    /// Tells whether an end at this moment would be that of a kept connection.
    fn used(&self) -> Used {
        let was_idle = self.exchange.idle.is_some_and(|idle| idle >= STALE_IDLE_MIN);
        let is_stale = was_idle && clock::since(self.exchange.taken) < STALE_WITHIN;
        if is_stale { Used::Stale } else { Used::Now }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let count = ready!(self.reading.poll_read(cx, &mut self.input, self.exchange.room))?;
        self.exchange.received += count as u64;
        if count >= self.exchange.room {
            self.exchange.room = UPSTREAM_READ_MAX;
        }
        Poll::Ready(Ok(count))
    }
}
