//! The declaration of a section: a struct whose fields are keys.

use crate::setting::Setting;

/// A part of the configuration with keys of its own; [`section!`](crate::section) declares it.
pub trait Section: Default {
    /// What it is for.
    const ABOUT: &'static str;

    /// Shows every key with its value to a visitor, in the order of their declaration.
    fn visit<V: Visitor>(&mut self, visitor: &mut V);
}

/// Something that goes through the keys of a section: to fill, show or describe them.
pub trait Visitor {
    /// Meets a key.
    fn key<T: Setting>(&mut self, key: &'static Key, value: &mut T, bound: Option<&T::Bound>);
}

/// What is known of a key besides its kind and default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it means: the lines of its documentation, each with the space before it.
    pub about: &'static str,
    /// Whether it has no default.
    pub is_required: bool,
}

/// Returns lines of documentation as one line.
pub fn prose(about: &str) -> String {
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Declares a section of the configuration: a struct whose public fields are the keys.
///
/// The first doc comment says what the section is for, that of a field says what the key means; both
/// are shown to users. A key with a default may be left out; one without must be there. `in` gives
/// the least and the largest value.
///
/// ```
/// use std::time::Duration;
/// goodgate_config::section! {
///     /// How long a stage may take.
///     pub struct Timeouts {
///         /// To establish a connection.
///         pub connect: Duration = Duration::from_secs(2), in Duration::from_millis(1)..=Duration::from_secs(60);
///     }
/// }
/// let text = b"connect = \"3s\"";
/// let reading = goodgate_config::read::<Timeouts>("goodgate.toml", text, std::path::Path::new("/"));
/// assert_eq!(reading.value.connect.as_secs(), 3);
/// ```
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis struct $name:ident {
            $(
                $(#[doc = $key_doc:literal])+
                pub $field:ident : $type:ty $(= $default:expr $(, in $bound:expr)?)? ;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        $visibility struct $name {
            $( $(#[doc = $key_doc])+ pub $field: $type, )*
        }

        impl Default for $name {
            /// The defaults; a key without one has a value that no checked configuration has.
            fn default() -> Self {
                Self { $( $field: $crate::default_of!($type $(, $default)?), )* }
            }
        }

        impl $crate::Section for $name {
            const ABOUT: &'static str = concat!($($doc),+);

            fn visit<V: $crate::Visitor>(&mut self, visitor: &mut V) {
                $(
                    visitor.key(
                        &$crate::Key {
                            name: stringify!($field),
                            about: concat!($($key_doc),+),
                            is_required: $crate::is_required!($($default)?),
                        },
                        &mut self.$field,
                        $crate::bound!($($($bound)?)?),
                    );
                )*
            }
        }

        impl $crate::Setting for $name {
            type Bound = ();
            const CAN_BE_OFF: bool = true;

            fn shape(_: Option<&()>) -> $crate::describe::Shape {
                $crate::describe::Shape::Table($crate::describe::Described::of::<Self>())
            }

            fn read(
                node: &$crate::tree::Node,
                _: Option<&()>,
                reader: &mut $crate::Reader,
            ) -> Option<Self> {
                reader.section(node)
            }

            fn show(&self) -> $crate::show::Shown {
                $crate::show::Shown::Table($crate::show::items(self))
            }
        }
    };
}

/// The default of a key, or what stands in its place where it has none.
#[doc(hidden)]
#[macro_export]
macro_rules! default_of {
    ($type:ty) => {
        <$type as Default>::default()
    };
    ($type:ty, $default:expr) => {
        $default
    };
}

/// Whether a key has no default.
#[doc(hidden)]
#[macro_export]
macro_rules! is_required {
    () => {
        true
    };
    ($default:expr) => {
        false
    };
}

/// The bound of a key.
#[doc(hidden)]
#[macro_export]
macro_rules! bound {
    () => {
        None
    };
    ($bound:expr) => {
        Some(&$bound)
    };
}

/// Declares a choice between words: an enum and how each of its values is written.
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[doc = $word_doc])+ $variant, )+
        }

        impl $name {
            /// Every value with its word, in the order of the documentation.
            pub const ALL: &'static [(Self, &'static str)] = &[ $( (Self::$variant, $word), )+ ];

            /// Returns how it is written in the file.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::Scalar for $name {
            type Bound = ();

            fn allowed(_: Option<&()>) -> String {
                let words: Vec<String> =
                    Self::ALL.iter().map(|(_, word)| $crate::show::quoted(word)).collect();
                words.join(", ")
            }

            fn explained(_: Option<&()>) -> String {
                let words = [ $( (concat!("\"", $word, "\""), concat!($($word_doc),+)), )+ ];
                $crate::words_explained(&words)
            }

            fn parse(
                node: &$crate::tree::Node,
                _: &$crate::Reader,
            ) -> Result<Self, $crate::Fault> {
                $crate::one_of(node, Self::ALL)
            }

            fn beyond(&self, (): &()) -> Option<String> {
                None
            }

            fn write(&self) -> String {
                $crate::show::quoted(self.word())
            }
        }
        $crate::scalar!($name);
    };
}

/// Short names of durations for the declarations of sections.
pub mod units {
    use std::time::Duration;

    /// Milliseconds.
    pub const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// Seconds.
    pub const fn secs(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Minutes.
    pub const fn mins(count: u64) -> Duration {
        Duration::from_secs(count.saturating_mul(60))
    }

    /// Hours.
    pub const fn hours(count: u64) -> Duration {
        Duration::from_secs(count.saturating_mul(3600))
    }
}
