//! The side of the clients: their connections, where a request's body comes from and where its
//! answer goes.

mod bare;
mod connection;
mod http1;
mod http2;
mod pace;
mod reply;
mod source;

pub(crate) use connection::serve;
pub(crate) use reply::{Gone, Http1Reply, Http2Reply, Reply};
pub(crate) use source::{Http1Source, Http2Source, Source, SourceFault};
