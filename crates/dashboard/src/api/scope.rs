//! What a program may do: tokens, each with its scopes.

use std::sync::Arc;

use goodgate_config::{Secret, SecretSource, words};
use subtle::ConstantTimeEq as _;

use crate::settings;

words! {
    /// What a token allows.
    pub enum Scope {
        /// Looking.
        Read = "read",
        /// Working on incidents: acknowledge, resolve, note, check now, pause, drain, test a channel.
        Act = "act",
        /// Changing what is watched, and when nobody is told; reloading.
        Write = "write",
        /// Telling of changes, and nothing else: for pipelines that deploy.
        Events = "events",
    }
}

/// Every token that can be had.
#[derive(Clone, Debug, Default)]
pub struct Tokens(Vec<Known>);

#[derive(Clone, Debug)]
struct Known {
    name: Arc<str>,
    secret: Secret,
    scopes: Vec<Scope>,
}

impl Tokens {
    /// Reads them. Returns also which cannot be had, with the reason.
    pub fn of(
        tokens: &[settings::Token],
        secret: impl Fn(&SecretSource) -> Result<Secret, String>,
    ) -> (Self, Vec<String>) {
        let (mut all, mut without) = (Vec::new(), Vec::new());
        for token in tokens {
            let name = token.name.as_str();
            // The check of the configuration demands one.
            let Some(source) = &token.token else { continue };
            match secret(source) {
                Ok(secret) if secret.reveal().len() < settings::TOKEN_LEAST => {
                    without.push(format!(
                        "the token {name} has less than {} characters: nobody can use it",
                        settings::TOKEN_LEAST
                    ));
                }
                Ok(secret) => {
                    let scopes = token.scopes.clone();
                    all.push(Known { name: Arc::from(name), secret, scopes });
                }
                Err(why) => without.push(format!("nobody can use the token {name}: {why}")),
            }
        }
        (Self(all), without)
    }

    /// Returns the name and the scopes of a token. Every one is compared, each in constant time.
    pub(super) fn find(&self, sent: &[u8]) -> Option<(Arc<str>, &[Scope])> {
        let is = |known: &Known| bool::from(known.secret.reveal().as_bytes().ct_eq(sent));
        let mut found = None;
        for known in &self.0 {
            if is(known) {
                found = Some(known);
            }
        }
        found.map(|known| (Arc::clone(&known.name), known.scopes.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_token_is_found_by_itself_alone_and_a_short_one_never() {
        let text = "[[dashboard.token]]\nname = \"ci\"\ntoken = \"env:CI\"\nscopes = [\"events\"]\n\
                    [[dashboard.token]]\nname = \"short\"\ntoken = \"env:SHORT\"\nscopes = [\"read\"]\n";
        let read = settings::read("a.toml", text.as_bytes(), Path::new("/"));
        let secret = |source: &SecretSource| match source {
            SecretSource::Environment(name) if name == "CI" => Ok(Secret::new("0123456789abcdef")),
            _ => Ok(Secret::new("short")),
        };

        let (tokens, without) = Tokens::of(&read.value.dashboard.token, secret);

        let (name, scopes) = tokens.find(b"0123456789abcdef").expect("found");
        assert_eq!((&*name, scopes), ("ci", &[Scope::Events][..]));
        assert!(tokens.find(b"short").is_none() && tokens.find(b"").is_none());
        assert_eq!(without.len(), 1);
        assert!(!format!("{tokens:?}").contains("0123456789abcdef"));
    }
}
