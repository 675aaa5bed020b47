//! HTTP/1.1 as bytes (RFC 9112, RFC 9110), read strictly and written by hand.
//!
//! Pure: bytes go in, values come out. What a lenient reader would repair is refused, because the
//! next reader repairs it in another way, and a request that two readers frame differently is one
//! that an attacker smuggles.

pub mod chunked;
pub mod connection;
pub mod fields;
pub mod framing;
pub mod known;
pub mod limits;
pub mod malformed;
pub mod method;
pub mod request;
pub mod response;
pub mod status;
pub mod write;

mod lines;
mod octets;
mod request_line;
mod target;

pub use chunked::{ChunkedDecoder, Decoded};
pub use connection::{Connection, KeepAlive};
pub use fields::{Fields, InvalidField};
pub use framing::Framing;
pub use known::{Known, KnownSet};
pub use limits::HeadLimits;
pub use malformed::{Class, Malformed};
pub use method::{Method, Version};
pub(crate) use octets::is_quotable;
pub use request::{RequestHead, RequestParser};
pub use response::{ResponseHead, ResponseParser};
pub use write::{Ending, Persistence};
