//! "Did you mean": the known word that is nearest to an unknown one.

/// Returns the known word that most likely was meant, if one is near enough.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the word may be wrong; of short words one character.
    let allowed = unknown.chars().count().max(3) / 3;
    let unknown = normal(unknown);
    known
        .into_iter()
        .map(|word| (distance(&unknown, &normal(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Case and the choice between `-` and `_` are the most common mistakes and count as none.
fn normal(word: &str) -> Vec<char> {
    let fold =
        |character: char| if character == '-' { '_' } else { character.to_ascii_lowercase() };
    // Longer words are no key; the distance takes quadratic time.
    word.chars().take(64).map(fold).collect()
}

/// The number of characters to insert, remove, replace or swap with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i.saturating_add(1)];
        for (j, right) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&row, j) + usize::from(left != right);
            let mut best = replaced.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(right) && b.get(j - 1) == Some(left);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["connect", "response_head", "tls", "timeouts"];

    #[test]
    fn finds_what_was_meant() {
        let cases = [
            ("conect", "connect"),
            ("cnonect", "connect"),
            ("response-head", "response_head"),
            ("TLS", "tls"),
            ("timeout", "timeouts"),
        ];
        for (unknown, meant) in cases {
            assert_eq!(nearest(unknown, KNOWN), Some(meant), "{unknown}");
        }
    }

    #[test]
    fn does_not_guess_wildly() {
        for unknown in ["", "x", "ssl", "keepalive", "\u{1f600}"] {
            assert_eq!(nearest(unknown, KNOWN), None, "{unknown}");
        }
    }
}
