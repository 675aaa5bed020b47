//! Regular expressions that take linear time and a bounded amount of memory.

use std::sync::Arc;

use goodgate_config::{Fault, Text};
use regex::{Regex, RegexBuilder};

/// Bytes of one compiled expression: hundreds of alternatives fit, a counted repetition of a
/// thousand does not. With ten thousand monitors this is what keeps memory in bounds.
const COMPILED_MAX: usize = 256 * 1024;

/// Bytes of the text of an expression.
const LONGEST: usize = 1024;

/// Brackets within brackets.
const NESTED_MAX: u32 = 32;

/// A regular expression in the syntax of the crate `regex`: no look-around and no back-references, so
/// that its time is linear in the text.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Regex>);

impl Pattern {
    /// Whether it is found in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Returns it as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Text for Pattern {
    const KIND: &'static str = "a regular expression";
    const ALLOWED: &'static str =
        "a regular expression without look-around and back-references, such as \"in stock: [1-9]\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if text.is_empty() {
            return Err(Fault::new("an empty expression is found in every text"));
        }
        if text.len() > LONGEST {
            return Err(Fault::new(format!("the expression has more than {LONGEST} bytes")));
        }
        let mut builder = RegexBuilder::new(text);
        builder.size_limit(COMPILED_MAX).dfa_size_limit(COMPILED_MAX).nest_limit(NESTED_MAX);
        builder.build().map(|regex| Self(Arc::new(regex))).map_err(|error| fault(&error))
    }

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }
}

goodgate_config::text!(Pattern);

fn fault(error: &regex::Error) -> Fault {
    match error {
        regex::Error::CompiledTooBig(_) => {
            Fault::new("the expression needs too much memory").hint("use smaller repetition counts")
        }
        // Its last line says what is wrong, those before draw a picture of the place.
        other => {
            let words = other.to_string();
            let last = words.lines().last().unwrap_or_default();
            let last = last.trim_start_matches("error: ");
            let fault = Fault::new(format!("this is no regular expression: {last}"));
            if last.contains("look-around") || last.contains("backreferences") {
                fault.hint("use `body_lacks` for what must not be there")
            } else {
                fault
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_could_take_long_are_refused() {
        for text in ["a{1000}{1000}", "(?=a)b", r"(a)\1", "(", "[z-a]", "*", "", "a{99999}"] {
            assert!(Pattern::from_text(text).is_err(), "{text}");
        }
        assert!(Pattern::from_text(&"(".repeat(500)).is_err());
        assert!(Pattern::from_text(&"a".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn it_says_what_is_wrong_in_one_line() {
        let fault = Pattern::from_text("(?=a)b").unwrap_err();

        assert!(fault.what.contains("look-around") && !fault.what.contains('\n'), "{}", fault.what);
        assert!(fault.hint.is_some());
    }

    #[test]
    fn it_looks_anywhere_in_the_text() {
        let pattern = Pattern::from_text("in stock: [1-9]").unwrap();

        assert!(pattern.is_in("<p>in stock: 7</p>") && !pattern.is_in("in stock: 0"));
    }
}
