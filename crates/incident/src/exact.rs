//! Times as numbers of microseconds in what is kept: the words for people that [`Timestamp`] is otherwise
//! written in are shorter, and a time that is read again has to be the very same.

use goodgate_evidence::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that holds times, as it is kept.
pub(crate) trait Exact: Sized {
    /// What is written in its place.
    type Kept: Serialize + for<'a> Deserialize<'a>;

    fn keep(&self) -> Self::Kept;
    fn take(kept: Self::Kept) -> Self;
}

impl Exact for Timestamp {
    type Kept = i64;

    fn keep(&self) -> i64 {
        self.0
    }

    fn take(kept: i64) -> Self {
        Self(kept)
    }
}

impl<T: Exact> Exact for Option<T> {
    type Kept = Option<T::Kept>;

    fn keep(&self) -> Self::Kept {
        self.as_ref().map(T::keep)
    }

    fn take(kept: Self::Kept) -> Self {
        kept.map(T::take)
    }
}

/// A time and what belongs to it, in either order.
impl<T: Clone + Serialize + for<'a> Deserialize<'a>> Exact for (Timestamp, T) {
    type Kept = (i64, T);

    fn keep(&self) -> Self::Kept {
        (self.0.0, self.1.clone())
    }

    fn take(kept: Self::Kept) -> Self {
        (Timestamp(kept.0), kept.1)
    }
}

impl Exact for (String, Timestamp) {
    type Kept = (String, i64);

    fn keep(&self) -> Self::Kept {
        (self.0.clone(), self.1.0)
    }

    fn take(kept: Self::Kept) -> Self {
        (kept.0, Timestamp(kept.1))
    }
}

impl Exact for (crate::incident::Hush, Timestamp) {
    type Kept = (crate::incident::Hush, i64);

    fn keep(&self) -> Self::Kept {
        (self.0.clone(), self.1.0)
    }

    fn take(kept: Self::Kept) -> Self {
        (kept.0, Timestamp(kept.1))
    }
}

pub(crate) fn serialize<T: Exact, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.keep().serialize(serializer)
}

pub(crate) fn deserialize<'a, T: Exact, D: Deserializer<'a>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::Kept::deserialize(deserializer).map(T::take)
}
