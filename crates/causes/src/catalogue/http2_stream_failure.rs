//! `http2_stream_failure`: the upstream ended the HTTP/2 stream or connection.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {
    id: "http2_stream_failure",
    summary: "The upstream ended the HTTP/2 stream or connection.",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::ResponseHead,
    blame: Blame::Origin,
    proxy_error: Some(ProxyError::HttpProtocolError),
    prior: -4.0,
    weighs: &[
        proves(Sign::Http2StreamReset),
        proves(Sign::Http2Goaway),
        supports(Sign::ConnectOrTlsFailed, 2.6),
        supports(Sign::EndedBeforeHead, 1.9),
        supports(Sign::Http2FailsHere, 6.2),
        supports(Sign::NoServerAvailable, 2.0),
    ],
    contact: "whoever runs the upstream",
};
