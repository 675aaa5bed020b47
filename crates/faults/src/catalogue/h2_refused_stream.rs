//! An HTTP/2 stream that is refused unseen.

use std::sync::Arc;

use crate::fault::{Fault, Hook, NONE};
use crate::http2::frame::code::REFUSED_STREAM;
use crate::http2::{Ending, Http2Fault};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "h2_refused_stream",
    summary: "Answers an HTTP/2 request with RST_STREAM (REFUSED_STREAM): it was not looked at and \
              may be sent again.",
    arguments: NONE,
    causes: &["http2_stream_failure"],
    protocols: Protocol::HTTP2,
    make: |_| Ok(Hook::Http2(Arc::new(Refused))),
};

struct Refused;

impl Http2Fault for Refused {
    fn strike(&self) -> Ending {
        Ending::Reset(REFUSED_STREAM)
    }
}
