//! The reference page of a configuration, in Markdown.

use std::fmt::Write as _;

use crate::describe::{Described, DescribedKey, Shape};
use crate::section::{Section, prose};
use crate::show::Shown;

/// Writes every table of a configuration with its keys, defaults and bounds.
pub fn page<S: Section>() -> String {
    let root = Described::of::<S>();
    let mut out = String::new();
    for key in &root.keys {
        tables(&mut out, key, "");
    }
    out
}

/// Writes the table that a key opens, and the tables in it.
fn tables(out: &mut String, key: &DescribedKey, parent: &str) {
    let Some((header, name, section)) = key.shape.table(key.key.name, parent) else { return };
    // Writing into a string cannot fail.
    write!(
        out,
        "\n## `{header}`\n\n{} {}{}\n",
        prose(key.key.about),
        about(key, section),
        switch(key)
    )
    .ok();
    let values = || section.keys.iter().filter(|key| is_value(key));
    if values().next().is_some() {
        out.push_str("\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        out.extend(values().map(row));
    }
    for key in section.keys.iter().filter(|key| !is_value(key)) {
        tables(out, key, &name);
    }
}

/// What the section says of itself, unless its key said the same.
fn about(key: &DescribedKey, section: &Described) -> String {
    let about = prose(section.about);
    if prose(key.key.about) == about { String::new() } else { about }
}

/// Whether the table is there by default, where it need not be.
fn switch(key: &DescribedKey) -> String {
    let is_table = matches!(key.shape, Shape::Table(_));
    match &key.default {
        Shown::Value(default) if is_table && default == "\"off\"" => {
            " Off unless the table stands in the file.".to_owned()
        }
        Shown::Table(_) if is_table && key.is_optional => {
            format!(" On by default; `{} = \"off\"` turns it off.", key.key.name)
        }
        _ => String::new(),
    }
}

fn is_value(key: &DescribedKey) -> bool {
    matches!(key.shape, Shape::Value(_) | Shape::List(_) | Shape::Map(..))
}

fn row(key: &DescribedKey) -> String {
    let allowed = match &key.shape {
        Shape::Value(allowed) => allowed.clone(),
        Shape::List(allowed) => format!("a list: {allowed}"),
        Shape::Map(names, allowed) => {
            format!("{{ NAME = VALUE }}: names: {names}; values: {allowed}")
        }
        Shape::Table(_) | Shape::Tables(_) | Shape::Named(_) => String::new(),
    };
    let default = match &key.default {
        _ if key.key.is_required => "must be there".to_owned(),
        Shown::Value(default) => format!("`{default}`"),
        _ => "not set".to_owned(),
    };
    format!(
        "| `{}` | {} | {} | {} |\n",
        key.key.name,
        cell(&allowed),
        cell(&default),
        cell(&prose(key.key.about))
    )
}

/// Text for a cell of a table: without what would end the cell or begin markup.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*")
}
