//! `[[dashboard.token]]`: programs that use the API.

use goodgate_config::{SecretSource, section};

use super::values::UserName;
use crate::api::Scope;

/// The least characters of a token: sixteen of random ones are 80 bits and more.
pub const TOKEN_LEAST: usize = 16;

section! {
    /// A program that uses the API.
    pub struct Token {
        /// What it is called, in the timelines of incidents as well.
        pub name: UserName;
        /// Its token, of 16 characters at least: `env:NAME` or `file:PATH`.
        pub token: Option<SecretSource> = None;
        /// What it may do.
        pub scopes: Vec<Scope> = vec![Scope::Read];
    }
}
