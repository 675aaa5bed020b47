//! What takes minutes: `cargo xtask soak` runs it.

mod flapping;
mod shared;
mod uplink;
