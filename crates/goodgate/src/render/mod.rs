//! How answers are written.

pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod style;
pub(crate) mod verdict;
