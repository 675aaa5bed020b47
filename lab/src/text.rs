//! Building text piece by piece.

/// Adds a line to a string.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => {{
        use std::fmt::Write as _;
        // Writing to memory cannot fail.
        writeln!($out, $($arg)*).unwrap_or_default();
    }};
}

pub(crate) use line;
