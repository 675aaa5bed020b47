//! Decisions that keep failures from the client: balancing, health, ejection, breakers, retries,
//! holding. No I/O, no clock, no sockets: time and randomness are arguments.
//!
//! Types that every request of every core touches take `&self` and hold atomics; they never
//! allocate after their construction. The others take `&mut self` and belong under a short lock.

pub mod backoff;
pub mod balance;
pub mod breaker;
pub mod budget;
pub mod candidates;
pub mod commit;
pub mod counterfactual;
pub mod ejection;
pub mod endpoint;
mod epoch;
pub mod failure;
pub mod health;
pub mod hedge;
pub mod hold;
pub mod idle;
pub mod latency;
pub mod limits;
pub mod load;
mod random;
pub mod retry;
mod set;
pub mod shed;
pub mod slow_start;
pub mod window;

pub use failure::{Ending, Failure, Mark, Method, Progress, Said};
pub use random::{Random, SplitMix};
pub use set::Set;
