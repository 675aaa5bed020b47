//! The end of an HTTP/2 stream in place of an answer.

use std::sync::Arc;

use crate::fault::{Argument, Fault, Hook};
use crate::http2::{Ending, Http2Fault};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "h2_reset_stream",
    summary: "Answers an HTTP/2 request with RST_STREAM; the connection goes on.",
    arguments: &[Argument {
        name: "CODE",
        meaning: "the number of the error (RFC 9113 section 7), from 0 to 4294967295; 2 is \
                  INTERNAL_ERROR",
        default: "2",
    }],
    causes: &["http2_stream_failure"],
    protocols: Protocol::HTTP2,
    make: |given| {
        let code = given.number("CODE", 0..=u32::MAX as usize)? as u32;
        Ok(Hook::Http2(Arc::new(Reset { code })))
    },
};

struct Reset {
    code: u32,
}

impl Http2Fault for Reset {
    fn strike(&self) -> Ending {
        Ending::Reset(self.code)
    }
}
