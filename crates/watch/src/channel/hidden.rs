//! Secrets of one channel, to be taken out of whatever a provider says.
//!
//! A provider may repeat the token or the URL that it was asked with, and what it says is kept with the
//! incident and shown.

use std::fmt;

use goodgate_config::Secret;

use crate::message::urlencoded;

/// What stands in place of a secret.
const MASK: &str = "***";

/// Secrets shorter than this are left where they stand: masking every `a` hides nothing and garbles all.
const SHORTEST: usize = 4;

/// The secrets of one channel in every form in which they go over the wire.
#[derive(Clone, Default)]
pub(super) struct Hidden(Vec<String>);

impl Hidden {
    /// Adds a secret.
    pub(super) fn add(&mut self, secret: &Secret) {
        self.add_text(secret.reveal());
    }

    /// Adds a form of a secret, such as the credentials of basic authentication.
    pub(super) fn add_text(&mut self, text: &str) {
        for form in [text.to_owned(), urlencoded(text)] {
            if form.len() >= SHORTEST && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
        // What holds another one has to go first.
        self.0.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// Adds a URL that is a secret: the whole of it, and what stands behind its host.
    pub(super) fn add_url(&mut self, url: &reqwest::Url) {
        self.add_text(url.as_str());
        if url.path().len() > 1 {
            self.add_text(url.path());
        }
        if let Some(query) = url.query() {
            self.add_text(query);
        }
    }

    /// Returns a text without them.
    pub(super) fn mask(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hidden({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let mut hidden = Hidden::default();
        hidden.add(&Secret::new("to/ken"));
        hidden.add_url(&"https://hooks.example/services/T0/B0?key=abcd".parse().unwrap());

        let text = hidden
            .mask("to/ken to%2Fken https://hooks.example/services/T0/B0?key=abcd /services/T0/B0");

        assert_eq!(text, "*** *** *** ***");
        assert!(!format!("{hidden:?}").contains("ken"));
    }

    #[test]
    fn the_path_of_the_root_is_no_secret() {
        let mut hidden = Hidden::default();
        hidden.add_url(&"https://hooks.example/".parse().unwrap());

        assert_eq!(hidden.mask("a/b"), "a/b");
    }
}
