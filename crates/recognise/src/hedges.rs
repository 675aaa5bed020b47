//! Errors that a person names and has not seen: denied, supposed, explained or past.
//!
//! Only lines without a time are read so; a log does not hedge.

/// Words right before an error that deny it.
const DENIALS: &[&str] = &["aren't", "isn't", "never", "no", "not", "wasn't", "without"];

/// Words right before an error that, after `if` or `when`, suppose it.
const SUPPOSITIONS: &[&str] =
    &["contains", "find", "get", "reads", "say", "says", "see", "show", "shows"];

/// Words right before an error that take it back.
const RETRACTIONS: &[&str] = &["thought it was", "thought this was", "used to be"];

/// Words of a line that explains errors or tells of a past one.
const PAST: &[&str] = &["fixed it with", "fixed it by", "was fixed by", "we fixed"];

/// Words by which the same line comes back to the present.
const PRESENT: &[&str] = &[" now ", " but ", "still", "again"];

/// Tells whether the words that begin at `start` are only spoken of.
pub(crate) fn hedged(text: &str, start: usize) -> bool {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| lower.contains(words));
    if says(PAST) && !says(PRESENT) {
        return true;
    }
    let before = text.get(..start).unwrap_or_default().to_lowercase();
    let sentence = before.rsplit(". ").next().unwrap_or_default();
    let mut words: Vec<&str> = sentence
        .split([' ', '"', '`', '\'', '\u{201c}', '*'])
        .filter(|word| !word.is_empty())
        .collect();
    while matches!(words.last(), Some(&("a" | "an" | "any" | "the" | "error" | "111:"))) {
        words.pop();
    }
    let Some(last) = words.last() else { return false };
    DENIALS.contains(last)
        || SUPPOSITIONS.contains(last) && supposes(&words)
        || RETRACTIONS.iter().any(|words| sentence.trim_end().ends_with(words))
}

/// Tells whether a clause like "if you see" ends here: short, and not about the writer.
fn supposes(words: &[&str]) -> bool {
    let clause = words.get(words.len().saturating_sub(CLAUSE_WORDS)..).unwrap_or_default();
    let Some(at) = clause.iter().rposition(|word| matches!(*word, "if" | "when")) else {
        return false;
    };
    !clause.iter().skip(at).any(|word| matches!(*word, "i" | "we"))
}

/// "If the error log shows" has five words.
const CLAUSE_WORDS: usize = 5;

#[cfg(test)]
mod tests {
    use super::hedged;

    fn at(text: &str, error: &str) -> bool {
        hedged(text, text.find(error).unwrap_or_default())
    }

    #[test]
    fn denied_supposed_and_past_errors_are_not_seen() {
        for text in [
            "There is no \"Connection refused\" in the log.",
            "If you see Connection refused, restart it.",
            "If the log shows \"Connection refused\", restart it.",
            "I thought it was Connection refused.",
            "We had Connection refused and fixed it with a restart.",
        ] {
            assert!(at(text, "Connection refused"), "{text}");
        }
    }

    #[test]
    fn complaints_are_seen() {
        for text in [
            "I get Connection refused",
            "It does not work: Connection refused",
            "I fixed it by a restart but now I get Connection refused",
            "When I open the page I get Connection refused",
            "If I upload more than one megabyte nginx says Connection refused",
            "Connection refused",
        ] {
            assert!(!at(text, "Connection refused"), "{text}");
        }
    }
}
