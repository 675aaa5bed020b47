//! Values that may be absent, lists, and values by name.

use std::collections::BTreeMap;

use crate::describe::Shape;
use crate::limits;
use crate::problem::Fault;
use crate::read::Reader;
use crate::setting::{Setting, Text, mismatch};
use crate::show::{Shown, quoted};
use crate::tree::{Entry, Node, Value};

impl<T: Setting> Setting for Option<T> {
    type Bound = T::Bound;
    const CAN_BE_OFF: bool = T::CAN_BE_OFF;
    const IS_OPTIONAL: bool = true;

    fn shape(bound: Option<&Self::Bound>) -> Shape {
        match T::shape(bound) {
            Shape::Value(allowed) if T::CAN_BE_OFF => {
                Shape::Value(format!("{allowed}, or \"off\""))
            }
            other => other,
        }
    }

    fn read(node: &Node, bound: Option<&Self::Bound>, reader: &mut Reader<'_>) -> Option<Self> {
        let is_off = T::CAN_BE_OFF && node.text() == Some("off");
        if is_off { Some(None) } else { T::read(node, bound, reader).map(Some) }
    }

    fn show(&self) -> Shown {
        match self {
            Some(value) => value.show(),
            None if T::CAN_BE_OFF => Shown::Value(quoted("off")),
            None => Shown::Absent,
        }
    }
}

impl<T: Setting> Setting for Vec<T> {
    type Bound = T::Bound;

    fn shape(bound: Option<&Self::Bound>) -> Shape {
        match T::shape(bound) {
            Shape::Table(section) => Shape::Tables(section),
            Shape::Value(allowed) => Shape::List(allowed),
            other => other,
        }
    }

    fn read(node: &Node, bound: Option<&Self::Bound>, reader: &mut Reader<'_>) -> Option<Self> {
        let of_tables = matches!(T::shape(bound), Shape::Table(_));
        match &node.value {
            Value::List(items) => items_of(items, node, bound, reader),
            Value::Table(_) if of_tables => {
                let fault = mismatch("a list of tables", node);
                let hint = format!("write [[{}]], with two brackets", reader.header());
                reader.complain(&node.span, fault.hint(hint));
                None
            }
            _ if of_tables => {
                reader.complain(&node.span, mismatch("a list of tables", node));
                None
            }
            // One value may stand without brackets.
            _ => T::read(node, bound, reader).map(|value| vec![value]),
        }
    }

    fn show(&self) -> Shown {
        let shown: Vec<Shown> = self.iter().map(Setting::show).collect();
        let tables: Option<Vec<_>> = shown
            .iter()
            .map(|item| match item {
                Shown::Table(items) => Some(items.clone()),
                _ => None,
            })
            .collect();
        match tables {
            Some(tables) if !tables.is_empty() => Shown::Tables(tables),
            _ => Shown::Value(format!("[{}]", values(&shown).join(", "))),
        }
    }
}

fn items_of<T: Setting>(
    items: &[Node],
    node: &Node,
    bound: Option<&T::Bound>,
    reader: &mut Reader<'_>,
) -> Option<Vec<T>> {
    if items.len() > limits::LIST {
        reader.complain(
            &node.span,
            Fault::new(format!("the list has more than {} elements", limits::LIST)),
        );
        return None;
    }
    let read = items.iter().enumerate().filter_map(|(index, item)| {
        reader.below(&format!("[{index}]"), &item.span, |reader| T::read(item, bound, reader))
    });
    Some(read.collect())
}

fn values(shown: &[Shown]) -> Vec<String> {
    shown
        .iter()
        .filter_map(|item| match item {
            Shown::Value(value) => Some(value.clone()),
            _ => None,
        })
        .collect()
}

/// What the keys of a table are, where users choose them.
pub trait Name: Text + Ord {}

impl<T: Text + Ord> Name for T {}

impl<K: Name, V: Setting> Setting for BTreeMap<K, V> {
    type Bound = V::Bound;

    fn shape(bound: Option<&Self::Bound>) -> Shape {
        match V::shape(bound) {
            Shape::Table(section) => Shape::Named(section),
            Shape::Value(allowed) => Shape::Map(K::ALLOWED.to_owned(), allowed),
            other => other,
        }
    }

    fn read(node: &Node, bound: Option<&Self::Bound>, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Table(entries) = &node.value else {
            reader.complain(&node.span, mismatch("a table", node));
            return None;
        };
        let mut map = Self::new();
        for entry in entries {
            if let Some((name, value)) = named(entry, bound, reader)
                && map.insert(name, value).is_some()
            {
                reader.complain(
                    &entry.name_span,
                    Fault::new(format!("`{}` is set twice", entry.name)),
                );
            }
        }
        Some(map)
    }

    fn show(&self) -> Shown {
        let shown: Vec<(String, Shown)> =
            self.iter().map(|(name, value)| (name.to_text(), value.show())).collect();
        let named: Option<Vec<_>> = shown
            .iter()
            .map(|(name, item)| match item {
                Shown::Table(items) => Some((name.clone(), items.clone())),
                _ => None,
            })
            .collect();
        let pair = |(name, item): &(String, Shown)| match item {
            Shown::Value(value) => Some(format!("{} = {value}", quoted(name))),
            _ => None,
        };
        match named {
            Some(named) if !named.is_empty() => Shown::Named(named),
            _ if shown.is_empty() => Shown::Value("{}".to_owned()),
            _ => Shown::Value(format!(
                "{{ {} }}",
                shown.iter().filter_map(pair).collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

fn named<K: Name, V: Setting>(
    entry: &Entry,
    bound: Option<&V::Bound>,
    reader: &mut Reader<'_>,
) -> Option<(K, V)> {
    let name = match K::from_text(&entry.name) {
        Ok(name) => Some(name),
        Err(mut fault) => {
            fault.allowed.get_or_insert_with(|| K::ALLOWED.to_owned());
            reader.complain(&entry.name_span, fault);
            None
        }
    };
    let value = reader.below(&format!(".{}", entry.name), &entry.node.span, |reader| {
        V::read(&entry.node, bound, reader)
    });
    Some((name?, value?))
}
