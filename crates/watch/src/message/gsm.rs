//! The alphabets of SMS and how much of them fits (3GPP TS 23.038 section 6.2.1, TS 23.040 section
//! 9.2.3.24.1).
//!
//! Text whose characters are all in the GSM alphabet is sent in units of 7 bits, 160 to a message; a
//! character of the extension table takes two. One character outside makes the whole text UCS-2: units
//! of 16 bits, 70 to a message. A text of several segments loses 6 octets of each to the header that
//! joins them, so that 153 or 67 remain; neither an escape pair nor a surrogate pair is split.

use goodgate_evidence::text::neutralise;

/// The basic table without the control characters that are not text.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table: each takes the escape and itself.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What is written for a character outside the table without a loss of meaning.
const FOLDED: &[(char, &str)] = &[
    ('\u{a0}', " "),
    ('\u{2010}', "-"),
    ('\u{2011}', "-"),
    ('\u{2013}', "-"),
    ('\u{2014}', "-"),
    ('\u{2018}', "'"),
    ('\u{2019}', "'"),
    ('\u{201c}', "\""),
    ('\u{201d}', "\""),
    ('\u{201e}', "\""),
    ('\u{2026}', "..."),
    ('\u{2192}', "->"),
    ('`', "'"),
    ('\t', " "),
];

/// The alphabet in which a text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM alphabet of 7 bits.
    Gsm7,
    /// UCS-2, 16 bits.
    Ucs2,
}

impl Alphabet {
    /// Returns the units that fit into a text of one segment.
    pub const fn single(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Returns the units that fit into each of several segments.
    pub const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// Returns the alphabet that a text needs.
    pub fn of(text: &str) -> Self {
        if text.chars().all(|c| gsm_units(c).is_some()) { Self::Gsm7 } else { Self::Ucs2 }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Gsm7 => gsm_units(c).unwrap_or(1),
            Self::Ucs2 => c.len_utf16(),
        }
    }
}

/// How a text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// In which alphabet.
    pub alphabet: Alphabet,
    /// How many units of it.
    pub units: usize,
    /// How many segments; 0 for no text.
    pub segments: usize,
}

/// Counts a text as it would be sent.
pub fn count(text: &str) -> Count {
    let alphabet = Alphabet::of(text);
    let units: usize = text.chars().map(|c| alphabet.units(c)).sum();
    let segments = if units <= alphabet.single() { units.min(1) } else { joined(text, alphabet) };
    Count { alphabet, units, segments }
}

/// Counts the segments of a text that does not fit into one.
fn joined(text: &str, alphabet: Alphabet) -> usize {
    let (mut segments, mut used) = (1, 0);
    for c in text.chars() {
        let units = alphabet.units(c);
        if used + units > alphabet.joined() {
            segments += 1;
            used = 0;
        }
        used += units;
    }
    segments
}

/// Returns a text without control characters and with typographic ones written plainly.
pub(super) fn folded(text: &str) -> String {
    let fold = |c: char| FOLDED.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match fold(c) {
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        }
    }
    neutralise(&out)
}

/// Returns as much of a text as fits into so many segments, with `...` where it was cut.
pub(super) fn fitted(text: &str, segments: usize) -> String {
    let fits = |text: &str| count(text).segments <= segments;
    if fits(text) {
        return text.to_owned();
    }
    // The longest beginning that fits with its mark. Beginnings only grow, also where one of them turns
    // from 7 bits to 16.
    let mut least = 0;
    let mut most = text.chars().count();
    let cut = |length: usize| {
        let beginning: String = text.chars().take(length).collect();
        format!("{}...", beginning.trim_end())
    };
    while least < most {
        let middle = usize::midpoint(least, most + 1);
        if fits(&cut(middle)) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    cut(least)
}

fn gsm_units(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENSION.contains(c) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (Alphabet, usize, usize) {
        let Count { alphabet, units, segments } = count(text);
        (alphabet, units, segments)
    }

    #[test]
    fn the_tables_have_the_characters_of_the_standard() {
        // 128 places less the escape; of the extension table those that are characters.
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        assert!(EXTENSION.chars().all(|c| !BASIC.contains(c)));
    }

    #[test]
    fn segments_are_counted_as_phones_count_them() {
        for (text, expected) in [
            (String::new(), (Alphabet::Gsm7, 0, 0)),
            ("a".repeat(160), (Alphabet::Gsm7, 160, 1)),
            ("a".repeat(161), (Alphabet::Gsm7, 161, 2)),
            ("a".repeat(306), (Alphabet::Gsm7, 306, 2)),
            ("a".repeat(307), (Alphabet::Gsm7, 307, 3)),
            ("€".repeat(80), (Alphabet::Gsm7, 160, 1)),
            ("€".repeat(81), (Alphabet::Gsm7, 162, 2)),
            // 153 is odd, so that an escape pair leaves one unit of each segment unused.
            ("€".repeat(153), (Alphabet::Gsm7, 306, 3)),
            ("ж".repeat(70), (Alphabet::Ucs2, 70, 1)),
            ("ж".repeat(71), (Alphabet::Ucs2, 71, 2)),
            (format!("{}ж", "a".repeat(70)), (Alphabet::Ucs2, 71, 2)),
            ("😀".repeat(35), (Alphabet::Ucs2, 70, 1)),
            // 67 is odd: 33 pairs to a segment.
            ("😀".repeat(67), (Alphabet::Ucs2, 134, 3)),
        ] {
            assert_eq!(counted(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_where_the_next_character_would_be_too_much() {
        for c in ['a', '€', 'ж', '😀'] {
            let text = c.to_string().repeat(500);
            for segments in 1..=3 {
                let cut = fitted(&text, segments);
                let longer = format!("{}{c}...", cut.trim_end_matches("..."));

                assert_eq!(count(&cut).segments, segments, "{cut}");
                assert_eq!(count(&longer).segments, segments + 1, "{longer}");
            }
        }
        assert_eq!(fitted("short", 1), "short");
    }

    #[test]
    fn nothing_more_would_have_fitted() {
        let cut = fitted(&"a".repeat(500), 1);

        assert_eq!(count(&cut), Count { alphabet: Alphabet::Gsm7, units: 160, segments: 1 });
    }

    #[test]
    fn typographic_characters_do_not_double_the_price() {
        let text = folded("“refused” – 10.0.0.7… → `x`\u{7}");

        assert_eq!(text, "\"refused\" - 10.0.0.7... -> 'x'\\u{7}");
        assert_eq!(Alphabet::of(&text), Alphabet::Gsm7);
    }
}
