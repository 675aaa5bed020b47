//! From the alerts that are committed to the people who need them: one worker for each channel.
//!
//! # What is promised
//!
//! - **No channel waits for another.** Each has a worker of its own, with its own few sends at a time. One
//!   that hangs is left after its timeout, one that panics has failed; the others notice neither.
//! - **Nothing is lost.** An alert leaves the store only when a provider has taken it, when a fallback has
//!   been given it, or as a dead letter with the reason. What is in hand when the process ends is handed out
//!   again after the next start, with the same key.
//! - **Failures are tried again** after waits that grow, with chance in them; what a provider asks for comes
//!   first. A channel with a fallback gives up after a few minutes and hands the alert over, once along the
//!   chain; where nobody else can be told, it is tried for a day.
//! - **While we are cut off** every alert is tried once, since the doubt may be wrong, and then waits until
//!   the way out works; nothing is given up in that time. What a digest stands for is not sent any more.
//! - **Channels come and go** while it runs. Alerts of one that is gone go to the fallback that it had, also
//!   after a restart, or become dead letters that say why.
//! - **Acknowledgements are passed on** to providers that know the word, until they have taken it, also after
//!   a crash.
//! - **Channels are proven** every hour without a message, where the provider has a harmless way, and after
//!   each failure.

mod acknowledge;
mod backoff;
mod carry;
mod couriers;
mod guard;
mod letter;
pub mod limits;
mod office;
mod opened;
mod proving;
mod roster;
mod worker;

pub use couriers::{Couriers, Delivering};
pub use letter::{Linking, Pages};
pub use opened::Opened;

/// Delivers until [`Couriers::end`] is called, and what is in hand then is answered for. Dropping it ends
/// everything at once; what was in hand is sent again after the next start.
pub async fn run(couriers: Couriers) {
    couriers.run().await;
}

#[cfg(test)]
mod tests;
