//! Faults that are nothing but a certificate.

use std::sync::Arc;

use super::{Desk, Flaw, Session, TlsFault};
use crate::fault::Hook;
use crate::wire::{BoxedWire, Step};

/// A fault that shows a certificate with `flaw`, and serves whoever takes it.
pub(crate) fn with_flaw(flaw: Flaw) -> Hook {
    Hook::Tls(Arc::new(Flawed { flaw }))
}

struct Flawed {
    flaw: Flaw,
}

impl TlsFault for Flawed {
    fn strike<'a>(&'a self, wire: BoxedWire, desk: Desk<'a>) -> Step<'a, Option<Session>> {
        Box::pin(async move { desk.shake(wire, self.flaw).await.map(Some) })
    }
}
