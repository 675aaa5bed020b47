//! What a kind of values has to know: how it is read, shown and described.

use crate::describe::Shape;
use crate::problem::Fault;
use crate::read::Reader;
use crate::show::Shown;
use crate::tree::Node;

/// A kind of values that a key can have.
pub trait Setting: Sized {
    /// What limits a value of this kind, given after `in` where a key is declared.
    type Bound;

    /// Whether a key of this kind can be `"off"` where it is optional.
    const CAN_BE_OFF: bool = false;

    /// Whether a value may be absent.
    const IS_OPTIONAL: bool = false;

    /// Says what is allowed.
    fn shape(bound: Option<&Self::Bound>) -> Shape;

    /// Reads a value; what is wrong goes to the reader.
    fn read(node: &Node, bound: Option<&Self::Bound>, reader: &mut Reader) -> Option<Self>;

    /// Writes a value so that it reads back as the same.
    fn show(&self) -> Shown;
}

/// A kind of values that stand as one piece: text, a number, a word.
///
/// [`scalar!`](crate::scalar) makes a [`Setting`] of it.
pub trait Scalar: Sized {
    /// What limits a value.
    type Bound;

    /// Whether a key of this kind can be `"off"` where it is optional.
    const CAN_BE_OFF: bool = false;

    /// Says what is allowed, such as `a duration from 1s to 5m, such as "2s"`.
    fn allowed(bound: Option<&Self::Bound>) -> String;

    /// Says what is allowed and what it means, for the reference.
    fn explained(bound: Option<&Self::Bound>) -> String {
        Self::allowed(bound)
    }

    /// Reads a value, without looking at bounds.
    fn parse(node: &Node, reader: &Reader) -> Result<Self, Fault>;

    /// Says why a value is out of bounds.
    fn beyond(&self, bound: &Self::Bound) -> Option<String>;

    /// Writes a value as TOML.
    fn write(&self) -> String;
}

/// A kind of values that is written as text.
pub trait Text: Sized {
    /// What it is, such as `a host name`.
    const KIND: &'static str;

    /// Says what is allowed, with an example.
    const ALLOWED: &'static str;

    /// Reads the text.
    fn from_text(text: &str) -> Result<Self, Fault>;

    /// Writes the text.
    fn to_text(&self) -> String;
}

/// Reads a scalar with its bound.
#[doc(hidden)]
pub fn read_scalar<T: Scalar>(
    node: &Node,
    bound: Option<&T::Bound>,
    reader: &mut Reader,
) -> Option<T> {
    let checked = T::parse(node, reader).and_then(|value| {
        let beyond = bound.and_then(|bound| value.beyond(bound));
        beyond.map_or(Ok(value), |what| Err(Fault::new(what)))
    });
    match checked {
        Ok(value) => Some(value),
        Err(mut fault) => {
            fault.allowed.get_or_insert_with(|| T::allowed(bound));
            reader.complain(&node.span, fault);
            None
        }
    }
}

/// Says that a value is of another kind.
pub fn mismatch(expected: &str, node: &Node) -> Fault {
    Fault::new(format!("expected {expected}, found {}", node.describe()))
}

/// Makes a [`Setting`] of a [`Scalar`].
#[macro_export]
macro_rules! scalar {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::Setting for $type {
            type Bound = <Self as $crate::Scalar>::Bound;
            const CAN_BE_OFF: bool = <Self as $crate::Scalar>::CAN_BE_OFF;

            fn shape(bound: Option<&Self::Bound>) -> $crate::describe::Shape {
                $crate::describe::Shape::Value(<Self as $crate::Scalar>::explained(bound))
            }

            fn read(
                node: &$crate::tree::Node,
                bound: Option<&Self::Bound>,
                reader: &mut $crate::Reader,
            ) -> Option<Self> {
                $crate::read_scalar(node, bound, reader)
            }

            fn show(&self) -> $crate::show::Shown {
                $crate::show::Shown::Value(<Self as $crate::Scalar>::write(self))
            }
        }
    )+ };
}

/// Makes a [`Setting`] of a [`Text`].
#[macro_export]
macro_rules! text {
    ($($type:ty),+ $(,)?) => { $(
        impl $crate::Scalar for $type {
            type Bound = ();

            fn allowed(_: Option<&()>) -> String {
                <Self as $crate::Text>::ALLOWED.to_owned()
            }

            fn parse(
                node: &$crate::tree::Node,
                _: &$crate::Reader,
            ) -> Result<Self, $crate::Fault> {
                let text = node.text();
                let text = text.ok_or_else(|| $crate::mismatch(<Self as $crate::Text>::KIND, node))?;
                <Self as $crate::Text>::from_text(text)
            }

            fn beyond(&self, (): &()) -> Option<String> {
                None
            }

            fn write(&self) -> String {
                $crate::show::quoted(&<Self as $crate::Text>::to_text(self))
            }
        }
        $crate::scalar!($type);
    )+ };
}
