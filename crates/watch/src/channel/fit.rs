//! Messages in parts, for providers that take only so many characters.

/// Joins as many parts as fit, from the first on, with a line between; the rest is left out whole, so that
/// no markup is cut in the middle, and `…` says so. Counts UTF-16 units, as Telegram and Discord do.
pub(super) fn joined(parts: &[String], most: usize) -> String {
    const MORE: &str = "\n…";
    let mut out = String::new();
    let mut used = 0;
    for (at, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
        let units = part.encode_utf16().count() + usize::from(at > 0);
        let is_last = parts.len() == at + 1;
        let room = if is_last { most } else { most.saturating_sub(MORE.encode_utf16().count()) };
        if used + units > room {
            out.push_str(MORE);
            break;
        }
        if at > 0 {
            out.push('\n');
        }
        out.push_str(part);
        used += units;
    }
    out
}

/// Cuts a text so that what `escape` makes of it has at most so many UTF-16 units.
pub(super) fn escaped(text: &str, most: usize, escape: fn(&str) -> String) -> String {
    let whole = escape(text);
    if whole.encode_utf16().count() <= most {
        return whole;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        let piece = escape(c.encode_utf8(&mut [0; 4]));
        let units = piece.encode_utf16().count();
        if used + units > most {
            break;
        }
        out.push_str(&piece);
        used += units;
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::escape::telegram;

    #[test]
    fn parts_that_do_not_fit_are_left_out_whole() {
        let parts = ["<b>a</b>".to_owned(), "bc".to_owned(), "d".repeat(20)];

        assert_eq!(joined(&parts, 100), format!("<b>a</b>\nbc\n{}", "d".repeat(20)));
        assert_eq!(joined(&parts, 20), "<b>a</b>\nbc\n…");
        assert!(joined(&parts, 12).encode_utf16().count() <= 12);
    }

    #[test]
    fn an_entity_is_never_cut() {
        assert_eq!(escaped("a<b", 100, telegram), "a&lt;b");
        assert_eq!(escaped("a<<<", 9, telegram), "a&lt;…");
        assert_eq!(escaped("😀😀😀", 5, telegram), "😀😀…");
    }
}
