//! The declaration of a section: a struct whose fields are keys.

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
///         pub connect: Duration = Duration::from_secs(2), in Duration::from_millis(1)..=Duration::from_mins(1);
///     }
/// }
/// assert_eq!(Timeouts::default().connect.as_secs(), 2);
/// ```
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $key_doc:literal])+
                pub $field:ident : $type:ty $(= $default:expr $(, in $bound:expr)?)? ;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $key_doc])+ pub $field: $type, )*
        }

        impl Default for $name {
            /// The defaults; a key without one has a value that no checked configuration has.
            fn default() -> Self {
                Self { $( $field: $crate::default_of!($type $(, $default)?), )* }
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
    };
}

/// Short names of durations and sizes for the declarations of sections.
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
