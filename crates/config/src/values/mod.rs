//! The kinds of values that a key can have.

mod percent;
mod secret;
mod size;

pub use percent::Percent;
pub use secret::{Secret, SecretSource};
pub use size::Size;
