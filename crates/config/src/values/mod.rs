//! The kinds of values that a key can have.

mod address;
mod collection;
mod duration;
mod header;
mod number;
mod percent;
mod plain;
mod quantity;
mod secret;
mod size;
mod status;
mod word;

pub use collection::Name;
pub use header::{HeaderName, HeaderValue};
pub use number::number_in;
pub use percent::Percent;
pub use secret::{Secret, SecretSource};
pub use size::Size;
pub use status::StatusRange;
pub use word::{one_of, words_explained};

/// The beginning of a value in quotes, for a message.
fn brief(text: &str) -> String {
    crate::show::quoted(&text.chars().take(60).collect::<String>())
}
