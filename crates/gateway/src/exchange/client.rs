//! The client of a request, as an exchange sees it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep_until};

use super::outgoing::Asker;
use crate::alarm::Alarm;
use crate::clock;
use crate::downstream::{Gone, Reply, Source};
use crate::http1::{Fields, Framing, RequestHead, ResponseHead};
use crate::limits::CONTINUE_AFTER;

/// The client of a request.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    /// The body of its request.
    pub(crate) source: Source<'a>,
    /// Where the answer goes.
    pub(crate) reply: Reply<'a>,
    /// Who it is.
    pub(crate) asker: Asker,
    /// How long it may take nothing of what waits for it.
    send_timeout: Duration,
    /// The deadline of what is sent.
    alarm: &'a mut Alarm,
    /// What was taken of it when the deadline was set.
    taken: u64,
    /// Whether the kernel took what was offered to it, and may take more before it says so.
    has_room: bool,
    continues: Continue,
}

/// Whether the client waits for `100 Continue` before it sends its body (RFC 9110 section 10.1.1).
#[derive(Debug)]
enum Continue {
    /// It does not, or was told.
    No,
    /// It does.
    Waits,
    /// It does, and is told at this time.
    Timed(Pin<Box<Sleep>>),
    /// It is being told.
    Told,
}

impl<'a> Client<'a> {
    /// The client of one request.
    pub(crate) fn new(
        source: Source<'a>,
        reply: Reply<'a>,
        asker: Asker,
        send_timeout: Duration,
        alarm: &'a mut Alarm,
    ) -> Self {
        let continues = Continue::No;
        Self { source, reply, asker, send_timeout, alarm, taken: 0, has_room: false, continues }
    }
}

impl Client<'_> {
    /// Takes from the head whether the client waits before it sends its body.
    pub(crate) fn expects(&mut self, head: &RequestHead) {
        if head.expects_continue() && !self.source.has_ended() {
            self.continues = Continue::Waits;
        }
    }

    /// Tells whether the client may still wait for `100 Continue`, and so may never send its body.
    pub(crate) fn waits_to_continue(&self) -> bool {
        matches!(self.continues, Continue::Waits | Continue::Timed(_)) && self.source.bytes() == 0
    }

    /// Passes an interim answer on. `100 Continue` comes once, however many endpoints say it.
    pub(crate) async fn interim(&mut self, head: &ResponseHead) -> Result<(), Gone> {
        if head.status() == 100 && matches!(self.continues, Continue::Told) {
            return Ok(());
        }
        if head.status() == 100 {
            self.continues = Continue::Told;
        }
        self.reply.interim(head);
        self.flush().await
    }

    /// Tells a client that waits for it to send its body, where no endpoint has done so in time:
    /// servers that know nothing of `Expect` wait for the body as well.
    pub(crate) fn poll_continue(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        if matches!(self.continues, Continue::No) {
            return Poll::Pending;
        }
        if self.source.bytes() > 0 {
            self.continues = Continue::Told;
        }
        if matches!(self.continues, Continue::Waits) {
            let end = clock::now() + CONTINUE_AFTER;
            self.continues = Continue::Timed(Box::pin(sleep_until(end.into())));
        }
        if let Continue::Timed(timer) = &mut self.continues {
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.continues = Continue::Told;
            // A head without fields is always valid.
            if let Ok(head) = ResponseHead::from_parts(100, Fields::new(), Framing::None) {
                self.reply.interim(&head);
            }
        }
        match self.reply.poll_flush(cx) {
            Poll::Ready(Err(gone)) => Poll::Ready(gone),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
        }
    }

    /// Resolves when the client has gone. Looked for only once its body has come: before that the
    /// body itself shows it.
    pub(crate) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<Gone> {
        let ended = self.source.has_ended();
        if (ended && self.source.poll_gone(cx).is_ready()) || self.reply.poll_gone(cx).is_ready() {
            return Poll::Ready(Gone);
        }
        Poll::Pending
    }

    /// Waits for something, but not longer than the client does.
    pub(crate) async fn wait_for<T>(&mut self, what: impl Future<Output = T>) -> Result<T, Gone> {
        let mut what = std::pin::pin!(what);
        poll_fn(|cx| {
            if let Poll::Ready(done) = what.as_mut().poll(cx) {
                return Poll::Ready(Ok(done));
            }
            self.poll_gone(cx).map(Err)
        })
        .await
    }

    /// Begins a flush: the time for which nothing is taken counts from now on.
    pub(crate) fn begin_flush(&mut self) {
        self.alarm.clear();
    }

    /// Sends what is in the output. A client that takes nothing for too long is as good as gone. It may
    /// read all the time and yet leave the kernel's buffer too full for the runtime to be told: when the
    /// time is over, more is offered, until the buffer takes nothing, so that the next time counts anew.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        loop {
            if let Poll::Ready(flushed) = self.reply.poll_flush(cx) {
                return Poll::Ready(flushed);
            }
            if self.has_room {
                self.has_room = self.reply.offer();
                if self.has_room {
                    continue;
                }
            }
            let taken = self.reply.taken();
            if taken != self.taken {
                self.taken = taken;
                self.alarm.clear();
            }
            self.alarm.set_once(|| clock::now() + self.send_timeout);
            ready!(self.alarm.poll(cx));
            self.has_room = self.reply.offer();
            if !self.has_room {
                return Poll::Ready(Err(Gone));
            }
            self.alarm.clear();
        }
    }

    /// Sends what is in the output, to its end.
    pub(crate) async fn flush(&mut self) -> Result<(), Gone> {
        self.begin_flush();
        poll_fn(|cx| self.poll_flush(cx)).await
    }
}
