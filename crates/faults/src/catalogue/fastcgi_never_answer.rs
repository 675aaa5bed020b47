//! A FastCGI request without an answer.

use std::sync::Arc;

use crate::fastcgi::{FastcgiFault, Request};
use crate::fault::{Fault, Hook, NONE, Then};
use crate::protocol::Protocol;
use crate::wire::{BoxedWire, Step};

pub(super) static ITEM: Fault = Fault {
    name: "fastcgi_never_answer",
    summary: "Reads a FastCGI request and never answers it.",
    arguments: NONE,
    causes: &["response_timeout"],
    protocols: &[Protocol::Fastcgi],
    make: |_| Ok(Hook::Fastcgi(Arc::new(NeverAnswer))),
};

struct NeverAnswer;

impl FastcgiFault for NeverAnswer {
    fn strike<'a>(&'a self, _: &'a Request, _: &'a mut BoxedWire) -> Step<'a, Then> {
        Box::pin(async { Ok(Then::Hold) })
    }
}
