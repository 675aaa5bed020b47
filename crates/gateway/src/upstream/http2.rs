//! One request and its answer on a stream of an HTTP/2 connection to an endpoint (RFC 9113).

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use goodgate_evidence::Stage;
use goodgate_resilience::{Failure, Progress};
use h2::client::{ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};

use super::multiplexed::Open;
use crate::alarm::Alarm;
use crate::failing;
use crate::http1::{Fields, Method, RequestHead, ResponseHead};
use crate::http2::{self, End};

/// An exchange on a stream.
#[derive(Debug)]
pub(crate) struct Http2 {
    connection: Open,
    alarm: Alarm,
    is_fresh: bool,
    method: Method,
    response: Option<ResponseFuture>,
    upload: Option<SendStream<Bytes>>,
    download: Option<RecvStream>,
    waiting: VecDeque<Bytes>,
    end: End,
    trailers: Option<Fields>,
    has_ended: bool,
    sent: u64,
    received: u64,
}

impl Http2 {
    /// An exchange that has not begun.
    pub(crate) fn new(connection: Open, is_fresh: bool) -> Self {
        Self {
            connection,
            alarm: Alarm::default(),
            is_fresh,
            method: Method::Get,
            response: None,
            upload: None,
            download: None,
            waiting: VecDeque::new(),
            end: End::Later,
            trailers: None,
            has_ended: false,
            sent: 0,
            received: 0,
        }
    }

    /// Returns the deadline of what the exchange waits for.
    pub(crate) fn alarm(&mut self) -> &mut Alarm {
        &mut self.alarm
    }

    /// Waits until the connection takes another stream.
    pub(crate) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let ready = ready!(self.connection.send.poll_ready(cx));
        Poll::Ready(
            ready.map_err(|error| self.failed(&error, Stage::Request, Progress::NothingSent)),
        )
    }

    /// Sends the head of the request.
    pub(crate) fn send_head(
        &mut self,
        head: &RequestHead,
        target: &[u8],
        is_secure: bool,
    ) -> Result<(), Failure> {
        let ends = head.framing().is_empty();
        self.method = head.method();
        let request = http2::request_of(head, target, is_secure).ok_or_else(failing::internal)?;
        let sender: &mut SendRequest<Bytes> = &mut self.connection.send;
        let (response, upload) = sender.send_request(request, ends).map_err(|error| {
            let first = self.connection.watch.first();
            failing::http2(&error, first, Stage::Request, Progress::NothingSent)
        })?;
        self.sent += target.len() as u64;
        self.response = Some(response);
        self.upload = (!ends).then_some(upload);
        Ok(())
    }

    /// Puts a piece of the request's body into the output.
    pub(crate) fn send_data(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.waiting.push_back(piece);
        }
    }

    /// Puts the end of the request's body into the output.
    pub(crate) fn send_end(&mut self, trailers: Option<&Fields>) {
        self.end = End::of(trailers);
    }

    /// Tells whether the endpoint wants no more of the body.
    pub(crate) fn is_deaf(&self) -> bool {
        self.upload.is_none()
    }

    /// Tells whether more of the body may be put into the output.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Sends what is in the output, as far as the endpoint's window lets it.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let progress = self.progress();
        let watch = &self.connection.watch;
        let fails =
            |error: h2::Error| Err(failing::http2(&error, watch.first(), Stage::Request, progress));
        let Some(stream) = self.upload.as_mut() else { return Poll::Ready(Ok(())) };
        while let Some(piece) = self.waiting.front_mut() {
            stream.reserve_capacity(piece.len());
            let room = match ready!(stream.poll_capacity(cx)) {
                Some(Ok(room)) => room,
                Some(Err(error)) => return Poll::Ready(fails(error)),
                // The endpoint wants no more of it (RFC 9113 section 8.1); its answer counts.
                None => {
                    self.upload = None;
                    self.waiting.clear();
                    return Poll::Ready(Ok(()));
                }
            };
            let part = piece.split_to(room.min(piece.len()));
            self.sent += part.len() as u64;
            if piece.is_empty() {
                self.waiting.pop_front();
            }
            if let Err(error) = stream.send_data(part, false) {
                return Poll::Ready(fails(error));
            }
        }
        let sent = match std::mem::take(&mut self.end) {
            End::Later => return Poll::Ready(Ok(())),
            End::Now => stream.send_data(Bytes::new(), true),
            End::Trailers(trailers) => stream.send_trailers(http2::map_of(&trailers)),
        };
        self.upload = None;
        Poll::Ready(sent.or_else(fails))
    }

    /// Returns how far the request has come.
    pub(crate) fn progress(&self) -> Progress {
        match (self.received, &self.response) {
            (0, None) if self.sent == 0 => Progress::NothingSent,
            (0, _) => Progress::RequestSent,
            _ => Progress::ResponseStarted,
        }
    }

    /// Reads the next head, interim ones too.
    pub(crate) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ResponseHead, Failure>> {
        let progress = self.progress();
        let Some(response) = self.response.as_mut() else {
            return Poll::Ready(Err(failing::internal()));
        };
        if let Poll::Ready(Some(Ok(interim))) = response.poll_informational(cx) {
            return Poll::Ready(http2::head_of(&interim, self.method, true));
        }
        match ready!(Pin::new(response).poll(cx)) {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                self.received += 1;
                self.has_ended = body.is_end_stream();
                let head = http2::head_of(
                    &http::Response::from_parts(parts, ()),
                    self.method,
                    self.has_ended,
                );
                self.download = Some(body);
                Poll::Ready(head)
            }
            Err(error) => Poll::Ready(Err(self.failed(&error, Stage::ResponseHead, progress))),
        }
    }

    /// Reads the next piece of the body, `None` at its end.
    pub(crate) fn poll_body(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Failure>> {
        let Some(body) = self.download.as_mut().filter(|_| !self.has_ended) else {
            return Poll::Ready(Ok(None));
        };
        let watch = &self.connection.watch;
        let fails = |error: h2::Error| {
            let (first, progress) = (watch.first(), Progress::ResponseStarted);
            Err(failing::http2(&error, first, Stage::ResponseBody, progress))
        };
        match ready!(body.poll_data(cx)) {
            Some(Ok(data)) => {
                self.received += data.len() as u64;
                // A stream that is gone needs no window.
                body.flow_control().release_capacity(data.len()).ok();
                Poll::Ready(Ok(Some(data)))
            }
            // Also without an error: that may follow a whole answer (RFC 9113 section 8.1), which the
            // crate h2 tells apart, and not cut one off.
            Some(Err(error)) => Poll::Ready(fails(error)),
            None => match ready!(body.poll_trailers(cx)) {
                Ok(trailers) => {
                    self.trailers = trailers.map(|map| http2::fields_of(&map));
                    self.has_ended = true;
                    Poll::Ready(Ok(None))
                }
                Err(error) => Poll::Ready(fails(error)),
            },
        }
    }

    fn failed(&self, error: &h2::Error, stage: Stage, progress: Progress) -> Failure {
        failing::http2(error, self.connection.watch.first(), stage, progress)
    }

    /// Tells whether the whole response was taken.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Returns the trailers, once the body has ended.
    pub(crate) fn trailers(&mut self) -> Option<Fields> {
        self.trailers.take()
    }

    /// Returns how many bytes of the request went out.
    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    /// Returns how many bytes of the response came.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Returns when the connection was opened, whether for this request, and what it carried before.
    pub(crate) fn history(&self) -> (Instant, bool, u64) {
        (self.connection.opened, self.is_fresh, self.connection.requests)
    }
}

impl Drop for Http2 {
    /// Tells the endpoint that nobody waits any more.
    fn drop(&mut self) {
        if let Some(upload) = self.upload.as_mut().filter(|_| !self.has_ended) {
            upload.send_reset(Reason::CANCEL);
        }
    }
}
