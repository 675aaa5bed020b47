//! End-to-end scenarios with real gateways.
//!
//! The library starts nginx, Apache and HAProxy as child processes on loopback, puts origins
//! behind them that fail on demand, and runs the `goodgate` binary against them. The scenarios
//! stand under `tests/`. Nothing here depends on the crates of the product: a scenario sees only
//! what an operator sees.

pub mod browser;
pub mod declared;
pub mod gateway;
pub mod goodgate;
pub mod http;
pub mod lab;
pub mod net;
pub mod origin;
pub mod pages;
pub mod pictures;
pub mod port;
pub mod program;
pub mod recorded;
mod said;
pub mod scenario;
pub mod score;
pub mod snippets;
mod text;
pub mod tls;
pub mod wait;
pub mod workdir;

pub use said::Said;
pub use scenario::Held;
pub use workdir::Workdir;
