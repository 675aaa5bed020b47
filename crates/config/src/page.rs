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
    let about = format!("{}{}", about(key, section), switch(key));
    // Writing into a string cannot fail.
    write!(out, "\n## `{header}`\n\n{about}\n").ok();
    let values = || section.keys.iter().filter(|key| is_value(key));
    if values().next().is_some() {
        out.push_str("\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        out.extend(values().map(row));
    }
    for key in section.keys.iter().filter(|key| !is_value(key)) {
        tables(out, key, &name);
    }
}

/// What the key and the section say of themselves, where they begin alike only the section.
fn about(key: &DescribedKey, section: &Described) -> String {
    let (of_key, of_section) = (prose(key.key.about), prose(section.about));
    let is_same = of_section.starts_with(of_key.trim_end_matches('.'));
    if is_same { of_section } else { format!("{of_key} {of_section}") }
}

/// Whether the table is there by default, where it need not be.
fn switch(key: &DescribedKey) -> String {
    let is_table = matches!(key.shape, Shape::Table(_));
    match &key.default {
        _ if key.key.is_required => " Must be there.".to_owned(),
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

/// Text for a cell of a table: without what would end the cell or begin markup. What stands in
/// backticks is code already.
fn cell(text: &str) -> String {
    let mut is_code = false;
    let mut out = String::new();
    for character in text.chars() {
        is_code ^= character == '`';
        match character {
            '|' => out.push_str("\\|"),
            '<' if !is_code => out.push_str("&lt;"),
            '*' if !is_code => out.push_str("\\*"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::Size;

    crate::section! {
        /// Everything.
        pub(super) struct Root {
            /// The tables.
            pub table: Vec<Table> = Vec::new();
        }
    }

    crate::section! {
        /// One of them.
        pub(super) struct Table {
            /// What it is called | named.
            pub name: String;
            /// How large it may be.
            pub size: Option<Size> = None, in Size::kib(1)..=Size::mib(1);
        }
    }

    #[test]
    fn a_table_shows_its_keys_with_bounds_and_defaults() {
        let expected = "\n## `[[table]]`\n\nThe tables. One of them.\n\n\
            | key | value | default | meaning |\n| --- | --- | --- | --- |\n\
            | `name` | text without control characters | must be there | What it is called \\| named. |\n\
            | `size` | a size from 1KiB to 1MiB, such as \"64KiB\" or \"1MiB\", or \"off\" | `\"off\"` | How large it may be. |\n";
        assert_eq!(super::page::<Root>(), expected);
    }
}
