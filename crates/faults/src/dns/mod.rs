//! A name server, well and with faults.

use std::sync::Arc;

use crate::context::Context;
use crate::error::StartError;
use crate::listen::Address;

/// One answer: `NAME=IP[,IP…]`.
#[derive(Clone, Debug)]
pub struct Record;

/// A fault in the answer to a question.
pub(crate) trait DnsFault: Send + Sync {}

/// A bound name server, on UDP and TCP.
pub(crate) struct Listener;

impl Listener {
    /// Binds both sockets on one port.
    pub(crate) async fn bind(_address: &Address, _records: &[Record]) -> Result<Self, StartError> {
        Err(StartError::Setting { what: "DNS".to_owned(), problem: "not there yet".to_owned() })
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> Address {
        Address::Unix("unbound".into())
    }

    /// Answers until the origin ends.
    pub(crate) async fn run(self, _context: Arc<Context>) {}
}
