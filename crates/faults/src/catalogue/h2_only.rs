//! A server that speaks nothing but HTTP/2.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::fault::{Accepted, Fault, Hook, NONE};
use crate::http2::frame::code::PROTOCOL_ERROR;
use crate::http2::{frame, preface};
use crate::limits;
use crate::protocol::Protocol;
use crate::replay::Replay;
use crate::wire::{self, BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "h2_only",
    summary: "Speaks HTTP/2 with prior knowledge alone: answers HTTP/1.1 with the frames SETTINGS \
              and GOAWAY (PROTOCOL_ERROR).",
    arguments: NONE,
    causes: &["http_version_mismatch"],
    protocols: &[Protocol::H2c],
    make: |_| Ok(Hook::Accepted(Arc::new(Only))),
};

struct Only;

impl Accepted for Only {
    fn strike(&self, mut wire: BoxedWire) -> Step<'_, Option<BoxedWire>> {
        Box::pin(async move {
            let first = timeout(limits::REQUEST_WAIT_MAX, preface::read(&mut wire)).await??;
            if first.is_preface {
                return Ok(Some(Replay::boxed(first.bytes, wire)));
            }
            let refusal = [frame::settings(), frame::goaway(0, PROTOCOL_ERROR)].concat();
            wire.write_all(&refusal).await?;
            wire::close(wire).await;
            Ok(None)
        })
    }
}
