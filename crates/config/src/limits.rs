//! The bounds of reading a configuration.

/// The largest file, in bytes: some ten thousand routes. What is larger is not a configuration.
pub const FILE: usize = 1024 * 1024;

/// The most problems that are told; who repairs a hundred will check again.
pub const PROBLEMS: usize = 100;

/// The longest text value, in bytes; every other bound of a text is tighter.
pub const TEXT: usize = 4096;

/// The longest name of a table such as `[upstream.NAME]`, in bytes: it becomes a label of metrics.
pub const NAME: usize = 64;

/// The longest line that is shown with a problem, in characters; the rest is cut around the marker.
pub const SHOWN_LINE: usize = 120;

/// The most elements of one list.
pub const LIST: usize = 10_000;

/// The most brackets and braces that may be open at the same time; sections need four. The reader of
/// TOML takes quadratic time for what is nested deeply.
pub const DEPTH: usize = 32;
