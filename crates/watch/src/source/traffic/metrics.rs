//! Metrics in the text format of Prometheus, version 0.0.4, as far as the gateway writes it.

use std::collections::BTreeMap;

/// One sample: a name, labels and a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    pub(super) labels: BTreeMap<&'a str, String>,
    pub(super) value: f64,
}

impl Sample<'_> {
    /// Returns the value of a label; empty without it.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// Returns the value as a count.
    pub(super) fn count(&self) -> u64 {
        // What is no count becomes 0; casts of floats saturate.
        self.value as u64
    }
}

/// Returns the samples of a text, in order. What cannot be read is left out: another version may write
/// more than we know.
pub(super) fn samples(text: &str) -> impl Iterator<Item = Sample<'_>> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(sample)
}

fn sample(line: &str) -> Option<Sample<'_>> {
    let end = line.find(['{', ' '])?;
    let (name, rest) = line.split_at_checked(end)?;
    let mut labels = BTreeMap::new();
    let value = match rest.strip_prefix('{') {
        None => rest,
        Some(mut rest) => {
            while !rest.starts_with('}') {
                let (label, value) = rest.split_once("=\"")?;
                let (value, after) = quoted(value)?;
                labels.insert(label, value);
                rest = after.strip_prefix(',').unwrap_or(after);
            }
            rest.strip_prefix('}')?
        }
    };
    let value: f64 = value.split_whitespace().next()?.parse().ok()?;
    (!name.is_empty() && value.is_finite()).then_some(Sample { name, labels, value })
}

/// Reads the value of a label up to its closing quote, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(at + 1..)?)),
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
        let text = "# HELP a An a.\na{b=\"x, \\\"y\\\"\\\\}\\n\",c=\"\"} 12\nplain 0.5\n";

        let all: Vec<Sample<'_>> = samples(text).collect();

        let [one, other] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((one.name, one.label("b"), one.count()), ("a", "x, \"y\"\\}\n", 12));
        assert_eq!((one.label("c"), one.label("d")), ("", ""));
        assert_eq!((other.name, other.value), ("plain", 0.5));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let text = "a{b=\"x} 1\nb{c} 1\nc\nd NaN\ne{f=\"g\"}\n{} 1\nfine 1\n";

        let names: Vec<&str> = samples(text).map(|sample| sample.name).collect();

        assert_eq!(names, ["fine"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z{}=\", \\\\0-9\\n]{0,80}") {
            prop_assert!(samples(&text).count() <= text.lines().count());
        }
    }
}
