//! Paths into a JSON document.

use std::fmt;

use serde_json::Value;

use crate::check::limits::{PATH_STEPS, PATH_VALUES};

/// A path from the whole document to the values that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(Box<[Step]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A member, or how long a list or text is where it is called `length`.
    Member(Box<str>),
    /// An element, from the beginning or, below zero, from the end.
    Element(i32),
    /// Every element or member.
    Every,
}

/// What is wrong, and the rest of the text from there.
type Wrong<'a> = (&'static str, &'a str);

impl Path {
    /// Reads a path from the beginning of a text; returns it with what follows.
    pub(super) fn parse(text: &str) -> Result<(Self, &str), Wrong<'_>> {
        let text = text.trim_start();
        let mut rest = text.strip_prefix('$').ok_or(("expected `$`", text))?;
        let mut steps = Vec::new();
        while rest.starts_with(['.', '[']) {
            if steps.len() >= PATH_STEPS {
                return Err(("the path has too many steps", rest));
            }
            let (step, after) = Step::parse(rest)?;
            steps.push(step);
            rest = after;
        }
        Ok((Self(steps.into_boxed_slice()), rest))
    }

    /// Returns the values that it leads to; nothing where they are too many. `length` makes new values.
    pub(super) fn find(&self, document: &Value) -> Option<Vec<Value>> {
        let mut found = vec![document];
        for (index, step) in self.0.iter().enumerate() {
            let is_last = index + 1 == self.0.len();
            if let (true, Step::Member(name)) = (is_last, step)
                && name.as_ref() == "length"
            {
                return Some(found.into_iter().filter_map(length).collect());
            }
            found =
                found.into_iter().flat_map(|value| step.of(value)).take(PATH_VALUES + 1).collect();
            if found.len() > PATH_VALUES {
                return None;
            }
        }
        Some(found.into_iter().cloned().collect())
    }
}

/// How long a list or a text is; of an object the member of this name.
fn length(value: &Value) -> Option<Value> {
    match value {
        Value::Array(list) => Some(Value::from(list.len())),
        Value::String(text) => Some(Value::from(text.chars().count())),
        Value::Object(object) => object.get("length").cloned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

impl Step {
    fn parse(text: &str) -> Result<(Self, &str), Wrong<'_>> {
        if let Some(rest) = text.strip_prefix('.') {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            return match name {
                "" => Err(("expected a name", rest)),
                name => Ok((Self::Member(name.into()), after)),
            };
        }
        let rest = text.strip_prefix('[').ok_or(("expected a step", text))?;
        if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let inside = rest.get(1..).unwrap_or_default();
            let (name, after) = inside.split_once(quote).ok_or(("the name does not end", rest))?;
            let after = after.strip_prefix(']').ok_or(("expected `]`", after))?;
            return Ok((Self::Member(name.into()), after));
        }
        let (inside, after) = rest.split_once(']').ok_or(("expected `]`", rest))?;
        if inside == "*" {
            return Ok((Self::Every, after));
        }
        let number =
            inside.parse().map_err(|_| ("expected a number, `*` or a name in quotes", rest))?;
        Ok((Self::Element(number), after))
    }

    fn of<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Member(name), Value::Object(object)) => {
                object.get(name.as_ref()).into_iter().collect()
            }
            (Self::Element(at), Value::Array(list)) => element(list, *at).into_iter().collect(),
            (Self::Every, Value::Array(list)) => list.iter().collect(),
            (Self::Every, Value::Object(object)) => object.values().collect(),
            _ => Vec::new(),
        }
    }
}

fn element(list: &[Value], at: i32) -> Option<&Value> {
    let distance = usize::try_from(at.unsigned_abs()).ok()?;
    if at < 0 { list.get(list.len().checked_sub(distance)?) } else { list.get(distance) }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("$")?;
        self.0.iter().try_for_each(|step| match step {
            Step::Member(name) => {
                let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                if name.chars().all(plain) && !name.is_empty() {
                    write!(formatter, ".{name}")
                } else {
                    write!(formatter, "[{name:?}]")
                }
            }
            Step::Element(at) => write!(formatter, "[{at}]"),
            Step::Every => formatter.write_str("[*]"),
        })
    }
}
