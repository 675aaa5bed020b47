//! Hosts that exist for the time of one scenario: namespaces, wires, limits.

pub mod cgroup;
pub mod host;
pub mod listening;
pub mod wire;
