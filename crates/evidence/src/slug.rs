//! Enums whose values are words of a public contract: one macro gives the word, the list and JSON.

/// Declares a fieldless enum with a slug and a one-line meaning for each value.
macro_rules! slugs {
    ($(#[$about:meta])* $name:ident { $($variant:ident $slug:literal $meaning:literal,)+ }) => {
        $(#[$about])*
        // The meanings are also shown to people, as they are.
        #[allow(clippy::doc_markdown)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $meaning] $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word that stands for the value in JSON, documents and the command line.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// Returns what the value means, in one line.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// Returns the value with this slug.
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.slug() == slug)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.slug())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.slug())
            }
        }

        impl<'a> serde::Deserialize<'a> for $name {
            fn deserialize<D: serde::Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
                let slug = std::borrow::Cow::<str>::deserialize(from)?;
                let unknown = || serde::de::Error::custom(format!("no such word: {slug}"));
                Self::from_slug(&slug).ok_or_else(unknown)
            }
        }
    };
}

pub(crate) use slugs;
