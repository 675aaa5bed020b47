//! Carries out one probe: looks up, connects, shakes hands, asks.
//!
//! A probe gives typed outcomes ([`goodgate_evidence::probe`]) and never a verdict. What the other
//! side does wrong is a value; what we cannot do ourselves is a [`ProbeError`].
//!
//! Everything here is bounded ([`limits`]), has a deadline ([`Timeouts`]) and may be dropped at any
//! await. The caller brings the tokio runtime, with time and I/O enabled.

pub mod app;
mod call;
mod clock;
mod connect;
mod error;
mod foreign;
pub mod hello;
pub mod http1;
pub mod http2;
mod kept;
pub mod limits;
mod policy;
mod proxy;
mod raw;
mod request;
pub mod resolve;
mod stream;
pub mod tls;

pub use app::{AppRequest, app};
pub use call::{Call, Method, USER_AGENT};
pub use clock::{Deadlines, Timeouts};
pub use connect::{Connection, Route, connect};
pub use error::ProbeError;
pub use foreign::classify;
pub use hello::{HelloRequest, hello, suite_name};
pub use kept::{KeptRequest, kept};
pub use policy::{FREE_PORTS, Network, OWN_PORTS, PUBLIC_PORTS, Policy, is_global};
pub use proxy::Proxy;
pub use request::{Observed, Request, Speak, request};
pub use stream::{BoxedStream, Stream};
pub use tls::{TlsOptions, TrustAnchors};
