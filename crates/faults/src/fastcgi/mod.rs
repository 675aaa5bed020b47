//! FastCGI in the role of a responder, well and with faults.

use std::io;

use crate::context::Context;
use crate::wire::BoxedWire;

/// A fault on a FastCGI request.
pub(crate) trait FastcgiFault: Send + Sync {}

/// Serves a connection that speaks FastCGI.
pub(crate) async fn serve(_wire: BoxedWire, _context: &Context) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
