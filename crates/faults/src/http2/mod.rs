//! HTTP/2, well and with faults.

use std::io;

use crate::context::Context;
use crate::wire::BoxedWire;

/// A fault on an HTTP/2 connection.
pub(crate) trait Http2Fault: Send + Sync {}

/// Serves a connection that speaks HTTP/2.
pub(crate) async fn serve(_wire: BoxedWire, _context: &Context) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
