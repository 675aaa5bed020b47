//! Switches, text and paths.

use std::path::PathBuf;

use crate::limits;
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Scalar, Text, mismatch};
use crate::show::quoted;
use crate::tree::{Node, Value};

impl Scalar for bool {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "`true` or `false`".to_owned()
    }

    fn parse(node: &Node, _: &Reader<'_>) -> Result<Self, Fault> {
        let fault = || mismatch("`true` or `false`", node);
        match (&node.value, node.text()) {
            (Value::Boolean(value), _) => Ok(*value),
            (_, Some("true" | "on" | "yes")) => Err(fault().hint("write `true`, without quotes")),
            (_, Some("false" | "off" | "no")) => Err(fault().hint("write `false`, without quotes")),
            _ => Err(fault()),
        }
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

crate::scalar!(bool);

impl Text for String {
    const KIND: &'static str = "text";
    const ALLOWED: &'static str = "text without control characters";

    fn from_text(text: &str) -> Result<Self, Fault> {
        plain(text).map(str::to_owned)
    }

    fn to_text(&self) -> String {
        self.clone()
    }
}

crate::text!(String);

impl Scalar for PathBuf {
    type Bound = ();

    fn allowed(_: Option<&()>) -> String {
        "a path; a relative one begins at the folder of this file".to_owned()
    }

    fn parse(node: &Node, reader: &Reader<'_>) -> Result<Self, Fault> {
        let text = node.text().ok_or_else(|| mismatch("a path", node))?;
        plain(text).map(|text| reader.path_from_base(text))
    }

    fn beyond(&self, (): &()) -> Option<String> {
        None
    }

    fn write(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

crate::scalar!(PathBuf);

/// Text of a bearable length that a person could have meant.
fn plain(text: &str) -> Result<&str, Fault> {
    if text.is_empty() {
        return Err(Fault::new("there is no text between the quotes"));
    }
    if text.len() > limits::TEXT {
        return Err(Fault::new(format!("the text has more than {} bytes", limits::TEXT)));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::new("there is a control character in the text"));
    }
    Ok(text)
}
