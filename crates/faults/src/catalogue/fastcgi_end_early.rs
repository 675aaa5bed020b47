//! The end of a FastCGI request without a response.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use crate::fastcgi::{self, FastcgiFault, Request};
use crate::fault::{Fault, Hook, NONE, Then};
use crate::protocol::Protocol;
use crate::wire::{BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "fastcgi_end_early",
    summary: "Ends a FastCGI request with END_REQUEST before anything of the response was sent.",
    arguments: NONE,
    causes: &["closed_before_response"],
    protocols: &[Protocol::Fastcgi],
    make: |_| Ok(Hook::Fastcgi(Arc::new(EndEarly))),
};

struct EndEarly;

impl FastcgiFault for EndEarly {
    fn strike<'a>(&'a self, request: &'a Request, wire: &'a mut BoxedWire) -> Step<'a, Then> {
        Box::pin(async move {
            wire.write_all(&fastcgi::end(request.id, 1)).await?;
            Ok(request.afterwards())
        })
    }
}
