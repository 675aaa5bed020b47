//! TOML as a tree in which every value knows where it stands, in the order of the file.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value; of a table its header.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text in quotes.
    Text(String),
    /// A whole number; nothing where it is too large for 128 bits.
    Integer(Option<i128>),
    /// Another number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time.
    Date,
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The name of the key.
    pub name: String,
    /// Where the name stands.
    pub name_span: Range<usize>,
    /// Its value.
    pub node: Node,
}

/// What is wrong with a text that is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// The words of the TOML reader.
    pub(crate) message: String,
    /// Where it gave up, if it says so.
    pub(crate) span: Option<Range<usize>>,
}

/// Reads text as far as it is TOML, with everything that is not.
pub(crate) fn parse(text: &str) -> (Node, Vec<SyntaxError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let error = |error: toml::de::Error| SyntaxError {
        message: error.message().to_owned(),
        span: error.span(),
    };
    let root = Node { span: 0..0, value: Value::Table(entries(table.get_ref())) };
    (root, errors.into_iter().map(error).collect())
}

fn entries(table: &DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(name, value)| Entry {
            name: name.get_ref().to_string(),
            name_span: name.span(),
            node: node(value.get_ref(), value.span()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.name_span.start);
    entries
}

/// The reader of TOML refuses more than 80 levels, so that the recursion ends.
fn node(value: &DeValue<'_>, span: Range<usize>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            Value::Integer(i128::from_str_radix(number.as_str(), number.radix()).ok())
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(list) => {
            Value::List(list.iter().map(|item| node(item.get_ref(), item.span())).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { span, value }
}

impl Node {
    /// Returns the text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Says what it is: `the text "abc"`, `the number 5`, `a list`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("the text {}", crate::show::quoted(&shortened(text))),
            Value::Integer(Some(number)) => format!("the number {number}"),
            Value::Integer(None) => "a number too large to be read".to_owned(),
            Value::Float(number) => format!("the number {number}"),
            Value::Boolean(value) => value.to_string(),
            Value::Date => "a date".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }
}

/// Cuts a text that is too long to be repeated in a message.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<(String, String, String)> {
        let Node { value: Value::Table(entries), .. } = parse(text).0 else { panic!("no table") };
        entries
            .into_iter()
            .map(|entry| {
                (entry.name, text[entry.name_span].to_owned(), text[entry.node.span].to_owned())
            })
            .collect()
    }

    #[test]
    fn entries_keep_the_order_of_the_file_and_their_places() {
        let spans = spans("b = 1\n\"a\" = [2]\n[z]\nx = 1\n[[y]]\n");

        let expected =
            [("b", "b", "1"), ("a", "\"a\"", "[2]"), ("z", "z", "[z]"), ("y", "y", "[[y]]")];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(spans, expected);
    }
}
