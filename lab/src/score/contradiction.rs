//! What a gateway answers when an attempt fails in a certain way: `lab/answers.toml`.
//!
//! A candidate that this gateway never answers like that contradicts what the client saw. Causes
//! that are not in the table are not judged.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::declared::file::Product;
use crate::score::verdict::Verdict;

/// The table.
const TABLE: &str = include_str!("../../answers.toml");

/// What a request comes to that does not reach the gateway.
const NOT_REACHED: &[&str] = &["refused", "unreachable", "gave_up"];

/// For each gateway and mechanism the answers that the client can see.
#[derive(Debug)]
pub struct Answers(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Answers {
    /// Reads the table.
    ///
    /// # Errors
    ///
    /// When it is not well formed.
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self(toml::from_str(TABLE).context("lab/answers.toml")?))
    }

    /// Lists the candidates that contradict what was seen; none where the verdict does not know the
    /// gateway: an answer that names nobody contradicts nothing.
    pub fn contradicted(
        &self,
        product: Product,
        verdict: &Verdict,
        seen: &[String],
    ) -> Vec<String> {
        if !verdict.knows_the_gateway {
            return Vec::new();
        }
        let names = verdict.causes.iter().map(|cause| cause.id.as_str());
        names.filter(|id| !self.allows(product, id, seen)).map(str::to_owned).collect()
    }

    /// Says whether a cause can have given one of these answers.
    pub fn allows(&self, product: Product, cause: &str, seen: &[String]) -> bool {
        let known = self.0.get(product.folder()).and_then(|causes| causes.get(cause));
        let Some(known) = known else { return true };
        // Where the gateway itself could not be reached, it has shown nothing.
        let mut shown =
            seen.iter().filter(|answer| !NOT_REACHED.contains(&answer.as_str())).peekable();
        shown.peek().is_none() || shown.any(|answer| known.contains(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(answer: &str) -> Vec<String> {
        vec![answer.to_owned()]
    }

    #[test]
    fn nginx_answers_a_refused_connection_with_502() {
        assert!(Answers::read().unwrap().allows(Product::Nginx, "connect_refused", &seen("502")));
    }

    #[test]
    fn nginx_never_answers_a_refused_connection_with_504() {
        assert!(!Answers::read().unwrap().allows(Product::Nginx, "connect_refused", &seen("504")));
    }

    #[test]
    fn what_is_not_in_the_table_is_not_judged() {
        assert!(Answers::read().unwrap().allows(Product::Nginx, "moon", &seen("504")));
    }
}
