//! What a document is bounded by, whatever it is made of.

/// Characters of one text: a letter or a piece of evidence fits, a body of a megabyte does not.
pub const TEXT: usize = 32 * 1024;

/// Characters of a cell, an item or the words of a drawing: what is read at a glance.
pub const LINE: usize = 2_000;

/// Characters of a heading, a label or a title: a line or two.
pub const HEADING: usize = 300;

/// Rows of a table or a list: more is read by nobody, and the reader is told how many there are.
pub const ROWS: usize = 500;

/// Blocks of a document, all depths together: the incidents of a bad month fit.
pub const BLOCKS: usize = 20_000;

/// Shapes of one drawing: a waterfall of a hundred attempts fits.
pub const SHAPES: usize = 2_000;

/// How deep sections stand in sections: a report of several incidents has three.
pub const DEPTH: usize = 5;
