//! The examination of a URL: which probe comes next, and what the outcomes show.
//!
//! An [`Examination`] is driven from outside: [`Examination::next`] gives a batch of probes, the
//! caller carries them out and gives each outcome to [`Examination::record`], until there is
//! nothing left to learn or the budget is used up. Then [`Examination::observations`] says what was
//! seen, in the words of `goodgate-evidence`; what that means is decided by `goodgate-causes`.
//!
//! Nothing here opens a socket, reads a clock or waits. Only GET, HEAD and OPTIONS are ever asked for.

mod answer;
mod chain;
mod examination;
mod experiments;
pub mod limits;
mod notice;
mod plan;
mod probe;
mod signs;
mod target;
#[cfg(test)]
mod tests;
mod written;

pub use answer::{Answer, answer, words};
pub use chain::{Link, Run};
pub use examination::{Examination, Step};
pub use notice::Notice;
pub use probe::{
    Ask, Asked, Hop, Method, Outcome, Patience, Probe, ProbeId, Purpose, Resolver, Special,
    TlsWish, What,
};
pub use signs::{Window, of_host, unit_words, without_consequences};
pub use target::{Budget, Options, Origin, Place, Scheme, Target};
pub use written::{Host, Misread, Url, host_and_port};
