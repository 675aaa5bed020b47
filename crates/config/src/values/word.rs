//! Choices between words.

use crate::problem::Fault;
use crate::section::prose;
use crate::setting::mismatch;
use crate::suggest;
use crate::tree::Node;

/// Reads one of a few words.
pub fn one_of<T: Copy>(node: &Node, all: &[(T, &'static str)]) -> Result<T, Fault> {
    let words = || all.iter().map(|(_, word)| *word);
    let text = node.text().ok_or_else(|| mismatch("a word in quotes", node))?;
    let found = all.iter().find(|(_, word)| *word == text);
    found.map(|(value, _)| *value).ok_or_else(|| {
        let fault = Fault::new(format!("{} is none of the words", super::brief(text)));
        match suggest::nearest(text, words()) {
            Some(meant) => fault.hint(format!("did you mean \"{meant}\"?")),
            None => fault,
        }
    })
}

/// Says which words there are and what they mean.
pub fn words_explained(words: &[(&str, &str)]) -> String {
    let word = |(word, about): &(&str, &str)| match prose(about) {
        // A word such as "GET" means itself.
        about if about.trim_end_matches('.') == word.trim_matches('"') => format!("{word}."),
        about => format!("{word}: {about}"),
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}
