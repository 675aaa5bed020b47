//! TLS: keys, certificates and the faults of the handshake.

use std::io;
use std::path::Path;

use crate::context::Context;
use crate::error::StartError;
use crate::wire::{BoxedWire, Step};

/// Keys and certificates of the origin, made by an own authority.
pub(crate) struct Material;

impl Material {
    /// Makes the material and writes the authority's certificate where it is wanted.
    pub(crate) fn make(_names: &[String], _ca_out: Option<&Path>) -> Result<Self, StartError> {
        Err(StartError::Setting { what: "TLS".to_owned(), problem: "not there yet".to_owned() })
    }
}

/// A fault in the handshake.
pub(crate) trait TlsFault: Send + Sync {
    /// Shakes hands in its own way; gives back the connection if it goes on.
    #[expect(dead_code, reason = "for the faults of TLS")]
    fn strike<'a>(&'a self, wire: BoxedWire, material: &'a Material)
    -> Step<'a, Option<BoxedWire>>;
}

/// Shakes hands, or lets a fault do it, and serves what was negotiated.
pub(crate) async fn serve(_wire: BoxedWire, _context: &Context) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
