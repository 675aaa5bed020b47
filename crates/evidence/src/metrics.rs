//! Metrics in the text format of Prometheus, version 0.0.4, as far as the gateway writes it.

use std::borrow::Cow;

/// One sample: a name, labels and a value, which is a finite number.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// What is measured or counted.
    pub name: &'a str,
    /// The value.
    pub value: f64,
    labels: Vec<(&'a str, Cow<'a, str>)>,
}

impl Sample<'_> {
    /// Returns the value of a label; empty without it.
    pub fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }

    /// Returns whether it has a label of this name, be it empty.
    pub fn has(&self, label: &str) -> bool {
        self.labels.iter().any(|(it, _)| *it == label)
    }

    /// Returns the value as a count.
    pub fn count(&self) -> u64 {
        // What is no count becomes 0; casts of floats saturate.
        self.value as u64
    }
}

/// Returns the samples of a text, in order. What cannot be read is left out: another version may write
/// more than we know.
pub fn samples(text: &str) -> impl Iterator<Item = Sample<'_>> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(sample)
}

fn sample(line: &str) -> Option<Sample<'_>> {
    let (name, mut rest) = line.split_at_checked(line.find(['{', ' '])?)?;
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, value) = rest.split_once("=\"")?;
            let (value, behind) = quoted(value)?;
            labels.push((label, value));
            rest = behind.strip_prefix(',').unwrap_or(behind);
        }
        rest = rest.strip_prefix('}')?;
    }
    let value: f64 = rest.split_whitespace().next()?.parse().ok()?;
    (!name.is_empty() && value.is_finite()).then_some(Sample { name, value, labels })
}

/// Reads the value of a label up to its closing quote, and what stands behind it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = text.find(['"', '\\'])?;
    if text[end..].starts_with('"') {
        return Some((Cow::Borrowed(&text[..end]), &text[end + 1..]));
    }
    let mut value = text[..end].to_owned();
    let mut letters = text[end..].char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Cow::Owned(value), text.get(end + at + 1..)?)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_read_with_their_escapes() {
        let text = "# HELP a An a.\na{b=\"x, \\\"y\\\"\\\\}\\n\",c=\"\"} 12 1700\nplain 0.5\n";

        let all: Vec<Sample<'_>> = samples(text).collect();

        let [one, other] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((one.name, one.label("b"), one.count()), ("a", "x, \"y\"\\}\n", 12));
        assert_eq!((one.label("c"), one.label("d")), ("", ""));
        assert!(one.has("c") && !one.has("d"));
        assert_eq!((other.name, other.value), ("plain", 0.5));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let broken = [
            "",
            "a",
            "a NaN",
            "a +Inf",
            "a many",
            "a{b=\"x} 1",
            "a{b=\"x\\",
            "a{b} 1",
            "a{b=\"x\"",
            "a{b=\"x\"}",
            "{} 1",
            "<html>\u{0}\u{202e}",
        ];
        let text = broken.join("\n") + "\nfine 1\n";

        let names: Vec<&str> = samples(&text).map(|sample| sample.name).collect();

        assert_eq!(names, ["fine"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z{}=\", \\\\0-9\\n\u{e4}]{0,80}") {
            prop_assert!(samples(&text).count() <= text.lines().count());
        }
    }
}
