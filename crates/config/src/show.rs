//! Values as TOML, and the effective configuration with the origin of each value.

use std::fmt::Write as _;

use crate::read::Origins;
use crate::section::{Key, Section, Visitor};
use crate::setting::Setting;

/// A value as TOML.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// What stands behind `=`.
    Value(String),
    /// An optional key that is not there and has no word for it.
    Absent,
    /// A table.
    Table(Vec<Item>),
    /// Several tables.
    Tables(Vec<Vec<Item>>),
    /// Tables by name.
    Named(Vec<(String, Vec<Item>)>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The key.
    pub key: &'static Key,
    /// Its value.
    pub shown: Shown,
}

/// Returns the keys of a section with their values.
pub fn items<S: Section + Clone>(section: &S) -> Vec<Item> {
    let mut items = Items(Vec::new());
    section.clone().visit(&mut items);
    items.0
}

struct Items(Vec<Item>);

impl Visitor for Items {
    fn key<T: Setting>(&mut self, key: &'static Key, value: &mut T, _: Option<&T::Bound>) {
        self.0.push(Item { key, shown: value.show() });
    }
}

/// Writes text as a TOML string.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            other if steers(other) => {
                // Writing into a string cannot fail.
                write!(out, "\\u{:04X}", u32::from(other)).ok();
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Writes a name as a key: bare where TOML allows it.
fn bare(name: &str) -> String {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !name.is_empty() && name.bytes().all(fits) { name.to_owned() } else { quoted(name) }
}

/// Whether a character steers a terminal or turns the direction of text around.
pub(crate) fn steers(character: char) -> bool {
    let turns = matches!(character, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control()
}

/// Writes a configuration as TOML, each value with its origin as a comment. It reads back as the same.
pub fn explain<S: Section + Clone>(section: &S, origins: &Origins) -> String {
    let mut writer = Writer { origins, out: String::new() };
    writer.body("", "", &items(section));
    writer.out
}

/// A key with its effective value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The key, such as `upstream.app.timeouts.connect`.
    pub path: String,
    /// Its value as TOML; nothing where it is not set.
    pub value: Option<String>,
    /// The line that sets it; nothing where it is a default.
    pub line: Option<usize>,
}

/// Returns every key with its effective value and origin.
pub fn effective<S: Section + Clone>(section: &S, origins: &Origins) -> Vec<Effective> {
    let mut all = Vec::new();
    flatten("", &items(section), origins, &mut all);
    all
}

fn flatten(path: &str, items: &[Item], origins: &Origins, all: &mut Vec<Effective>) {
    for item in items {
        let path = joined(path, item.key.name);
        let line = origins.line(&path);
        match &item.shown {
            Shown::Value(value) => all.push(Effective { path, value: Some(value.clone()), line }),
            Shown::Absent => all.push(Effective { path, value: None, line }),
            Shown::Table(items) => flatten(&path, items, origins, all),
            Shown::Tables(tables) => {
                for (index, items) in tables.iter().enumerate() {
                    flatten(&format!("{path}[{index}]"), items, origins, all);
                }
            }
            Shown::Named(tables) => {
                for (name, items) in tables {
                    flatten(&joined(&path, name), items, origins, all);
                }
            }
        }
    }
}

/// The column at which comments begin, unless a value is longer.
const COMMENTS: usize = 44;

struct Writer<'a> {
    origins: &'a Origins,
    out: String,
}

impl Writer<'_> {
    /// Writes the values of a table, then the tables in it, as TOML wants it. `name` is how the table
    /// is called in headers, `path` how it is called in origins.
    fn body(&mut self, name: &str, path: &str, items: &[Item]) {
        for item in items {
            let path = joined(path, item.key.name);
            match &item.shown {
                Shown::Value(value) => self.line(&format!("{} = {value}", item.key.name), &path),
                Shown::Absent => self.note(&format!("# {} is not set", item.key.name)),
                Shown::Table(_) | Shown::Tables(_) | Shown::Named(_) => {}
            }
        }
        for item in items {
            let (name, path) = (joined(name, item.key.name), joined(path, item.key.name));
            match &item.shown {
                Shown::Value(_) | Shown::Absent => {}
                Shown::Table(items) => self.table(&format!("[{name}]"), &name, &path, items),
                Shown::Tables(tables) => {
                    for (index, items) in tables.iter().enumerate() {
                        self.table(
                            &format!("[[{name}]]"),
                            &name,
                            &format!("{path}[{index}]"),
                            items,
                        );
                    }
                }
                Shown::Named(tables) => {
                    for (own, items) in tables {
                        let (name, path) = (joined(&name, &bare(own)), joined(&path, own));
                        self.table(&format!("[{name}]"), &name, &path, items);
                    }
                }
            }
        }
    }

    fn table(&mut self, header: &str, name: &str, path: &str, items: &[Item]) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(header, path);
        self.body(name, path, items);
    }

    fn note(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn line(&mut self, text: &str, path: &str) {
        let origin = match self.origins.line(path) {
            Some(line) => format!("line {line}"),
            None => "default".to_owned(),
        };
        self.note(&format!("{text:<COMMENTS$} # {origin}"));
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
