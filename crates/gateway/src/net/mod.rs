//! Connections: sockets, plain or with TLS, cut into a half that reads and a half that writes.

mod half;
mod output;
mod socket;

pub(crate) use half::{Reading, Writing, halves, halves_tls};
pub(crate) use output::Output;
pub(crate) use socket::Socket;
