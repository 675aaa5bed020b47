//! What a configuration may hold, as data: for error messages and the reference page.

use crate::section::{Key, Section, Visitor};
use crate::setting::Setting;
use crate::show::Shown;

/// What a key may hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// One value, with words for what is allowed.
    Value(String),
    /// A list of values, with words for what is allowed in it.
    List(String),
    /// Values by name: words for the names and for the values.
    Map(String, String),
    /// A table.
    Table(Described),
    /// Several tables, `[[name]]`.
    Tables(Described),
    /// Tables by name, `[name.NAME]`.
    Named(Described),
}

/// A section as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// What it is for.
    pub about: &'static str,
    /// Its keys, in the order of their declaration.
    pub keys: Vec<DescribedKey>,
}

/// A key as data.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedKey {
    /// Its name, what it means, whether it must be there.
    pub key: &'static Key,
    /// What it may hold.
    pub shape: Shape,
    /// Its default.
    pub default: Shown,
    /// Whether it may be left out or `"off"`.
    pub is_optional: bool,
}

impl Described {
    /// Describes a section.
    pub fn of<S: Section>() -> Self {
        let mut described = Self { about: S::ABOUT, keys: Vec::new() };
        S::default().visit(&mut described);
        described
    }

    /// Returns the header of the table nearest to this one, which is called `name`, that has a key.
    pub(crate) fn home_of(&self, key: &str, name: &str) -> Option<String> {
        let below = || self.keys.iter().filter_map(|key| key.shape.table(key.key.name, name));
        let here =
            below().find(|(_, _, table)| table.keys.iter().any(|known| known.key.name == key));
        if let Some((header, _, _)) = here {
            return Some(format!("`{header}`"));
        }
        below().find_map(|(_, name, table)| table.home_of(key, &name))
    }
}

impl Shape {
    /// Returns the header, the name and the section of the table that a key opens, if it opens one.
    pub(crate) fn table(&self, key: &str, parent: &str) -> Option<(String, String, &Described)> {
        let name = if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") };
        match self {
            Self::Table(section) => Some((format!("[{name}]"), name, section)),
            Self::Tables(section) => Some((format!("[[{name}]]"), name, section)),
            Self::Named(section) => {
                Some((format!("[{name}.NAME]"), format!("{name}.NAME"), section))
            }
            Self::Value(_) | Self::List(_) | Self::Map(..) => None,
        }
    }
}

impl Visitor for Described {
    fn key<T: Setting>(&mut self, key: &'static Key, value: &mut T, bound: Option<&T::Bound>) {
        self.keys.push(DescribedKey {
            key,
            shape: T::shape(bound),
            default: value.show(),
            is_optional: T::IS_OPTIONAL,
        });
    }
}
