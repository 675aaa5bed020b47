//! Keys that nobody guesses: 256 bits of the system's randomness, in letters for cookies and forms.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

/// A key. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// What is kept of a key: whoever reads it out of memory cannot use it.
pub(super) type Print = [u8; 32];

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(hidden)")
    }
}

impl Key {
    /// Makes one; nothing where the system has no randomness.
    pub fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Returns its letters.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Returns what is kept of a key.
pub(super) fn print(key: &str) -> Print {
    let mut print = [0; 32];
    let hashed = digest(&SHA256, key.as_bytes());
    for (to, from) in print.iter_mut().zip(hashed.as_ref()) {
        *to = *from;
    }
    print
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_alike_and_none_is_shown() {
        let (one, other) = (Key::random().expect("a key"), Key::random().expect("a key"));

        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 43);
        assert!(!format!("{one:?}").contains(one.reveal()));
        assert_ne!(print(one.reveal()), print(other.reveal()));
    }
}
