//! Assertions about a body in JSON: `$.nodes[*].state == "ok"`.
//!
//! A path begins with `$`, the whole document; `.name` and `["any name"]` take a member, `[0]` an element
//! (`[-1]` the last), `[*]` every element or member, and `.length` of a list or a text how long it is.
//! Behind it may stand `==`, `!=`, `<`, `<=`, `>`, `>=` or `contains` and a value in JSON. With a
//! wildcard it has to be true of every value, and there has to be one. A path alone has to exist.

mod path;

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use self::path::Path;
use super::limits::QUOTED;

/// An assertion about a document.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonTest {
    text: Box<str>,
    path: Path,
    wanted: Option<(Comparison, Value)>,
}

/// Why a text is no assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {at}")]
pub struct JsonTestError {
    /// What is wrong.
    pub what: &'static str,
    /// Where, counted from 1.
    pub at: usize,
}

/// How a value has to compare with the one that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
}

/// Every comparison with how it is written; longer words come before those with which they begin.
const COMPARISONS: &[(&str, Comparison)] = &[
    ("==", Comparison::Equal),
    ("!=", Comparison::Different),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("contains", Comparison::Contains),
];

impl JsonTest {
    /// Reads an assertion.
    pub fn parse(text: &str) -> Result<Self, JsonTestError> {
        let wrong = |what, rest: &str| {
            let before = text.len().saturating_sub(rest.len());
            let before = text.get(..before).unwrap_or_default().chars().count();
            JsonTestError { what, at: before.saturating_add(1) }
        };
        let (path, rest) =
            Path::parse(text.trim_end()).map_err(|(what, rest)| wrong(what, rest))?;
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(Self { text: text.into(), path, wanted: None });
        }
        let found = COMPARISONS.iter().find(|(word, _)| rest.starts_with(word));
        let (word, comparison) = found.ok_or_else(|| wrong("expected a comparison", rest))?;
        let value = rest.get(word.len()..).unwrap_or_default().trim_start();
        let wanted: Value = serde_json::from_str(value)
            .map_err(|_| wrong("expected a value in JSON, with texts in quotes,", value))?;
        let is_ordered = matches!(wanted, Value::Number(_) | Value::String(_));
        if matches!(comparison, Comparison::Equal | Comparison::Different) || is_ordered {
            return Ok(Self { text: text.into(), path, wanted: Some((*comparison, wanted)) });
        }
        Err(wrong("only numbers and texts have an order", value))
    }

    /// Returns it as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says why it is not true of a document; nothing where it is.
    pub fn objection(&self, document: &Value) -> Option<String> {
        let Some(found) = self.path.find(document) else {
            return Some(format!("{} leads to too many values", self.path));
        };
        if found.is_empty() {
            return Some(format!("{} does not exist", self.path));
        }
        let (comparison, wanted) = self.wanted.as_ref()?;
        let bad = found.iter().find(|value| !comparison.holds(value, wanted))?;
        Some(format!("{} is {}, not {comparison} {wanted}", self.path, brief(bad)))
    }
}

impl Comparison {
    fn holds(self, value: &Value, wanted: &Value) -> bool {
        let order = order(value, wanted);
        match self {
            Self::Equal => order == Some(Ordering::Equal) || value == wanted,
            Self::Different => order != Some(Ordering::Equal) && value != wanted,
            Self::Less => order == Some(Ordering::Less),
            Self::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::More => order == Some(Ordering::Greater),
            Self::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Self::Contains => match (value, wanted) {
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                (Value::Array(list), part) => list.iter().any(|one| Self::Equal.holds(one, part)),
                _ => false,
            },
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = COMPARISONS.iter().find(|(_, known)| known == self).map_or("", |(word, _)| word);
        formatter.write_str(word)
    }
}

/// Compares two numbers or two texts; nothing else has an order.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            // Numbers beyond 2^53 are not told apart as fractions.
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// A value for a sentence: large ones by their kind.
fn brief(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
        other => goodgate_evidence::text::shorten(&other.to_string(), QUOTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{
        "status": "ok", "queue": [1, 2, 3], "load": 0.5, "big": 9007199254740993, "none": null,
        "nodes": [{"up": true, "n": "a"}, {"up": false, "n": "b"}], "a b": {"c.d": 1}, "empty": [],
        "length": 7, "on": true
    }"#;

    fn objection(test: &str) -> Option<String> {
        let document = serde_json::from_str(DOCUMENT).unwrap();
        JsonTest::parse(test).unwrap().objection(&document)
    }

    #[test]
    fn what_is_true_meets_no_objection() {
        for test in [
            "$",
            "$.status == \"ok\"",
            "$.status contains \"o\"",
            "$.queue.length < 4",
            "$.queue contains 2",
            "$.queue[0] == 1",
            "$.queue[-1] == 3",
            "$.queue[*] <= 3",
            "$.load >= 0.5",
            "$.load == 5e-1",
            "$.big == 9007199254740993",
            "$.big != 9007199254740992",
            "$.none == null",
            "$.none",
            "$[\"a b\"]['c.d'] == 1",
            "$.nodes[*].n != \"c\"",
            "$.length == 7",
            "$.on == true",
            "$.status.length == 2",
            "  $.status  ==  \"ok\"  ",
        ] {
            assert_eq!(objection(test), None, "{test}");
        }
    }

    #[test]
    fn what_is_not_true_says_what_it_found() {
        for (test, words) in [
            ("$.status == \"down\"", "$.status is \"ok\", not == \"down\""),
            ("$.nodes[*].up == true", "$.nodes[*].up is false, not == true"),
            ("$.queue.length > 3", "$.queue.length is 3, not > 3"),
            ("$.missing", "$.missing does not exist"),
            ("$.empty[*] == 1", "$.empty[*] does not exist"),
            ("$.queue[3]", "$.queue[3] does not exist"),
            ("$.queue[-4]", "$.queue[-4] does not exist"),
            ("$.load < \"1\"", "$.load is 0.5, not < \"1\""),
            ("$.nodes == 1", "$.nodes is a list of 2, not == 1"),
            ("$.none < 1", "$.none is null, not < 1"),
        ] {
            assert_eq!(objection(test).as_deref(), Some(words), "{test}");
        }
    }

    #[test]
    fn what_is_no_assertion_is_refused_with_its_place() {
        for (test, at) in [
            ("", 1),
            ("status", 1),
            ("$.", 3),
            ("$.a ==", 7),
            ("$.a = 1", 5),
            ("$.a == ok", 8),
            ("$.a < true", 7),
            ("$[", 3),
            ("$[x]", 3),
            ("$['a]", 3),
            ("$..a", 3),
            ("$.a == 1 2", 8),
            ("$[99999999999999999999]", 3),
        ] {
            assert_eq!(JsonTest::parse(test).map_err(|error| error.at), Err(at), "{test}");
        }
        let deep = format!("${}", ".a".repeat(33));
        assert!(JsonTest::parse(&deep).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_an_assertion_or_none(text in "\\$?[.\\[\\]*'\"a-c0-9 =<>!é-]{0,24}") {
            let document = serde_json::from_str(DOCUMENT).unwrap();
            match JsonTest::parse(&text) {
                Ok(test) => {
                    test.objection(&document);
                    proptest::prop_assert_eq!(JsonTest::parse(test.as_str()).unwrap(), test);
                }
                Err(error) => proptest::prop_assert!(error.at <= text.chars().count() + 1),
            }
        }
    }

    #[test]
    fn wildcards_do_not_multiply_without_end() {
        let row = Value::Array(vec![Value::from(1); 101]);
        let document = Value::Array(vec![row; 101]);

        let objection = JsonTest::parse("$[*][*] == 1").unwrap().objection(&document);

        assert_eq!(objection.as_deref(), Some("$[*][*] leads to too many values"));
    }
}
