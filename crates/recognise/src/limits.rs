//! Bounds on what is read.

/// No more than this is read of one input: a paste is small, and a whole log is not for pasting.
pub const INPUT_MAX: usize = 16 << 20;

/// A line is read up to this length: nginx cuts its error lines at 2 KiB, access lines with large
/// headers reach 32 KiB.
pub const LINE_MAX: usize = 64 << 10;

/// Text of this length and below is also read as a page and as prose.
pub const PAGE_MAX: usize = 256 << 10;

/// A quote is shortened to this many characters.
pub const QUOTE_MAX: usize = 240;

/// This many sightings of one sign are kept; the rest are counted only.
pub const SIGHTINGS_MAX: usize = 1_000;

/// A line that shows nothing is read together with this many lines that follow: pasted text is
/// often wrapped.
pub const WRAPPED_LINES: usize = 3;

/// Wrapped lines are put together only up to this length.
pub const WRAPPED_MAX: usize = 2 << 10;
