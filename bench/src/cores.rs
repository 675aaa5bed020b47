//! Which core does what: the load generator and the origin on one, the proxy on another.

use anyhow::Context as _;
use rustix::thread::{CpuSet, sched_setaffinity};

/// The core of the load generator and the origin; `process.rs` has the proxy's.
const LOAD_CORE: usize = 0;

/// Binds the calling thread, and those that it starts, to the core of the load generator.
pub(crate) fn pin_to_load() -> anyhow::Result<()> {
    let mut cores = CpuSet::new();
    cores.set(LOAD_CORE);
    sched_setaffinity(None, &cores).context("bind to the first core")
}
