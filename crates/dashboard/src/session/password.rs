//! Passwords: as hashes only, checked beside the threads that answer, a few at a time.

use std::fmt;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use goodgate_config::Secret;
use tokio::sync::Semaphore;

use crate::limits::{PASSWORD, PASSWORDS_AT_ONCE};

/// The largest cost of a hash that is taken, in KiB and in passes: a file must not be able to fill the
/// memory with each log-in.
const MEMORY: u32 = 256 << 10;
const PASSES: u32 = 16;

/// The hash of a password: argon2id as a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct Hash(String);

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hash(hidden)")
    }
}

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is none.
    #[error("this is no hash of a password; `goodgate password` makes one")]
    NoHash,
    /// It is one of another kind, or costs too much.
    #[error(
        "this hash is none of argon2id within 256 MiB and 16 passes; `goodgate password` makes one"
    )]
    OtherKind,
    /// The password is empty, or longer than 1024 bytes.
    #[error("a password has from 1 to {PASSWORD} bytes")]
    Length,
    /// The system has no randomness.
    #[error("the system gives no random numbers")]
    Random,
}

impl Hash {
    /// Reads a hash.
    ///
    /// # Errors
    ///
    /// [`PasswordError`]: it is none, or one that would take too much to check.
    pub fn of(secret: &Secret) -> Result<Self, PasswordError> {
        let text = secret.reveal();
        let hash = PasswordHash::new(text).map_err(|_| PasswordError::NoHash)?;
        let within = |name: &str, most| hash.params.get_decimal(name).is_some_and(|it| it <= most);
        let fits =
            hash.algorithm.as_str() == "argon2id" && within("m", MEMORY) && within("t", PASSES);
        if fits { Ok(Self(text.to_owned())) } else { Err(PasswordError::OtherKind) }
    }

    /// Returns its text, to tell whether it is another one.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    fn fits(&self, password: &[u8]) -> bool {
        let hash = PasswordHash::new(&self.0);
        hash.is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
    }
}

/// Returns the hash of a password: argon2id with 19 MiB and two passes, as OWASP recommends.
///
/// # Errors
///
/// [`PasswordError`]: it is empty or too long, or there is no randomness.
pub fn hash_of(password: &str) -> Result<String, PasswordError> {
    if password.is_empty() || password.len() > PASSWORD {
        return Err(PasswordError::Length);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Random)
}

/// Checks passwords.
#[derive(Clone, Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    /// What is checked for a user whom nobody knows, so that it takes as long.
    nobody: Option<Hash>,
}

impl Hashing {
    /// Makes one. It hashes once: tens of milliseconds.
    pub fn new() -> Self {
        let nobody = hash_of("nobody has this password").ok().map(Hash);
        Self { places: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)), nobody }
    }

    /// Tells whether a password is that of a hash. Without a hash it is wrong, which takes as long to
    /// find out.
    pub async fn fits(&self, hash: Option<Hash>, password: String) -> bool {
        let is_known = hash.is_some();
        let Some(hash) = hash.or_else(|| self.nobody.clone()) else { return false };
        if password.len() > PASSWORD {
            return false;
        }
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return false };
        let checked = tokio::task::spawn_blocking(move || {
            let fits = hash.fits(password.as_bytes());
            drop(place);
            fits
        });
        checked.await.unwrap_or(false) && is_known
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits() {
        let hash = Hash::of(&Secret::new(&hash_of("correct horse").expect("hashed"))).expect("one");
        let hashing = Hashing::new();

        assert!(hashing.fits(Some(hash.clone()), "correct horse".to_owned()).await);
        assert!(!hashing.fits(Some(hash.clone()), "correct".to_owned()).await);
        assert!(!hashing.fits(Some(hash.clone()), "x".repeat(PASSWORD + 1)).await);
        assert!(!hashing.fits(None, "nobody has this password".to_owned()).await);
        assert!(!format!("{hash:?}").contains('$'));
    }

    #[test]
    fn a_hash_of_another_kind_is_refused() {
        let of = |text: &str| Hash::of(&Secret::new(text)).err();
        let dear = "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$\
                    JGmDBGBcNcMJhpCbQPo5YDqDpEwsTUlBJwUUbHxIQD4";

        assert_eq!(of("hunter2"), Some(PasswordError::NoHash));
        assert_eq!(of(dear), Some(PasswordError::OtherKind));
        assert_eq!(hash_of(""), Err(PasswordError::Length));
        assert_ne!(hash_of("a"), hash_of("a"), "each has a salt of its own");
    }
}
