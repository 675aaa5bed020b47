//! The end of an HTTP/2 connection in place of an answer.

use std::sync::Arc;

use crate::fault::{Fault, Hook, NONE};
use crate::http2::frame::code::INTERNAL_ERROR;
use crate::http2::{Ending, Http2Fault};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "h2_goaway",
    summary: "Answers an HTTP/2 request with GOAWAY (INTERNAL_ERROR), which says that it was not \
              looked at, and closes.",
    arguments: NONE,
    causes: &["http2_stream_failure"],
    protocols: Protocol::HTTP2,
    make: |_| Ok(Hook::Http2(Arc::new(Goaway))),
};

struct Goaway;

impl Http2Fault for Goaway {
    fn strike(&self) -> Ending {
        Ending::Goaway(INTERNAL_ERROR)
    }
}
