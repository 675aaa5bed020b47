//! Origins that fail on demand: for tests, demonstrations and exercises.
//!
//! A fault is one file in [`catalogue`]. The engine listens, accepts, reads requests and asks at
//! every moment at which something can go wrong whether a fault strikes; where none does, it
//! answers well, or passes on to a real origin.
//!
//! Everything that goes over the wire is written by hand: the point of most faults is what no
//! well-behaved library sends. Bounds stand in [`limits`].

pub mod catalogue;
mod context;
mod control;
mod dns;
mod doors;
mod error;
mod fastcgi;
mod fault;
mod http1;
mod http2;
pub mod limits;
mod listen;
mod plan;
mod protocol;
mod proxy_protocol;
mod replay;
mod schedule;
mod script;
mod server;
mod tls;
mod units;
mod upstream;
mod wire;
mod words;

pub use dns::{Record, RecordError};
pub use error::StartError;
pub use fault::{Argument, ArgumentError, Fault, Spec, SpecError};
pub use listen::Address;
pub use plan::{Entry, PlanError, Share};
pub use protocol::Protocol;
pub use schedule::{ScheduleError, schedule};
pub use server::{Options, Server};
pub use upstream::{Target, TargetError};
pub use words::{Key, Words, WordsError};
