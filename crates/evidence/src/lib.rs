//! What can be seen of a failing gateway.
//!
//! Everything that looks at a failure (a probe, a log line, a pasted page, a configuration) says
//! what it saw in the same words: an [`Observation`] is one [`Sign`] with its source, its time and
//! its group. What the observations mean is decided elsewhere (`goodgate-causes`).
//!
//! The [`probe`] module holds the typed outcomes of one probe: *their* failure is a value there. The
//! [`host`] module holds what a look at one host showed, [`metrics`] reads what a gateway counts.

mod blame;
pub mod host;
pub mod metrics;
mod observation;
pub mod probe;
mod product;
mod proxy_error;
mod sign;
mod slug;
mod stage;
pub mod text;

pub use blame::Blame;
pub use observation::{Detail, Observation, Source, Timestamp};
pub use product::Product;
pub use proxy_error::ProxyError;
pub use sign::Sign;
pub use stage::Stage;
