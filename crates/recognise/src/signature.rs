//! Signatures: words that a product prints when something is seen.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use goodgate_evidence::Sign;

use crate::products::{self, Words};

/// Words in a line, and what they show.
///
/// `{*}` stands for any text; the pieces between have to follow each other in the line.
#[derive(Debug)]
pub(crate) struct Signature {
    /// The words.
    pub(crate) pattern: &'static str,
    /// What they show.
    pub(crate) sign: Sign,
    /// What they show besides.
    pub(crate) also: &'static [Sign],
}

/// Words that show one thing.
pub(crate) const fn sig(pattern: &'static str, sign: Sign) -> Signature {
    Signature { pattern, sign, also: &[] }
}

/// Words that show several things.
pub(crate) const fn sigs(pattern: &'static str, sign: Sign, also: &'static [Sign]) -> Signature {
    Signature { pattern, sign, also }
}

/// A signature that was found in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Who prints such words.
    pub(crate) words: &'static Words,
    /// The signature.
    pub(crate) signature: &'static Signature,
    /// Where the matched words begin and end.
    pub(crate) span: (usize, usize),
}

/// Returns what the signatures find in a line: the first of each product, and those of the general
/// list only where no product's own words are in the line.
pub(crate) fn find(line: &str) -> Vec<Found> {
    let mut candidates: Vec<u32> = Vec::new();
    for hit in INDEX.automaton.find_overlapping_iter(line) {
        candidates.push(hit.pattern().as_u32());
        if candidates.len() >= CANDIDATES_MAX {
            break;
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    let mut found: Vec<Found> = Vec::new();
    for candidate in candidates {
        let Some(&(words, signature)) = INDEX.signatures.get(candidate as usize) else { continue };
        let taken = found.iter().any(|other| std::ptr::eq(other.words, words));
        let stands_back = words.general && !found.is_empty();
        if taken || stands_back {
            continue;
        }
        if let Some(span) = matches(signature.pattern, line) {
            found.push(Found { words, signature, span });
        }
    }
    found
}

/// A line with more hits than this is not a log line; the rest is passed over.
const CANDIDATES_MAX: usize = 4_096;

struct Index {
    automaton: AhoCorasick,
    signatures: Vec<(&'static Words, &'static Signature)>,
}

/// Every signature by the longest piece of its words; products in the order of their list.
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut signatures = Vec::new();
    for words in products::ALL {
        for signature in words.signatures {
            signatures.push((*words, signature));
        }
    }
    let pieces: Vec<&str> =
        signatures.iter().map(|(_, signature)| longest_piece(signature.pattern)).collect();
    let automaton = AhoCorasickBuilder::new().match_kind(MatchKind::Standard).build(&pieces);
    // The pieces are literals of this program, far below the automaton's limits.
    #[expect(clippy::expect_used)]
    let automaton = automaton.expect("the words of the signatures make an automaton");
    Index { automaton, signatures }
});

fn longest_piece(pattern: &'static str) -> &'static str {
    pattern.split("{*}").max_by_key(|piece| piece.len()).unwrap_or(pattern)
}

/// Returns where a pattern begins and ends in a line.
fn matches(pattern: &str, line: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    let mut start = None;
    for piece in pattern.split("{*}").filter(|piece| !piece.is_empty()) {
        let at = find_piece(line, piece, from)?;
        start.get_or_insert(at);
        from = at + piece.len();
    }
    Some((start?, from))
}

/// Finds a piece at or after `from`; a piece that begins or ends with a letter or digit must not
/// stand inside a longer word there (`EOF` is not in `TYPEOF`).
fn find_piece(line: &str, piece: &str, mut from: usize) -> Option<usize> {
    let word = |byte: u8| byte.is_ascii_alphanumeric();
    let bytes = line.as_bytes();
    let (first, last) = (*piece.as_bytes().first()?, *piece.as_bytes().last()?);
    loop {
        let at = line.get(from..)?.find(piece)? + from;
        let end = at + piece.len();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
        let after = bytes.get(end).copied();
        let begins_inside = word(first) && before.is_some_and(word);
        let ends_inside = word(last) && after.is_some_and(word);
        if !begins_inside && !ends_inside {
            return Some(at);
        }
        from = at + 1;
        while !line.is_char_boundary(from) {
            from += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_each_other() {
        assert_eq!(matches("a b{*}c", "x a b y c z"), Some((2, 9)));
        assert_eq!(matches("c{*}a b", "x a b y c z"), None);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(matches("EOF", "proxy error: EOF"), Some((13, 16)));
        assert_eq!(matches("EOF", "TYPEOF x"), None);
        assert_eq!(matches("(111", "(1111: x)"), None);
    }

    #[test]
    fn every_pattern_finds_itself() {
        for words in products::ALL {
            for signature in words.signatures {
                let text = signature.pattern.replace("{*}", " ");
                assert!(matches(signature.pattern, &text).is_some(), "{}", signature.pattern);
                assert!(longest_piece(signature.pattern).len() >= 3, "{}", signature.pattern);
            }
        }
    }
}
