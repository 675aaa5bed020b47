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

/// Characters of a piece of text in an incident's report: a note of an operator fits.
pub const SAID: usize = 4_000;

/// Monitors of an incident that are asked about: a report names what to look at, no fleet.
pub const MONITORS: usize = 30;

/// Pieces of evidence that are asked for: the first and the last ones prove as much as thousands.
pub const PIECES: usize = 20;

/// Observations of a verdict, and phases of a hop.
pub const OBSERVATIONS: usize = 60;

/// Request ids, endpoints and changes that are listed: enough to find the others in a log.
pub const LISTED: usize = 50;

/// Entries of a timeline.
pub const ENTRIES: usize = 300;

/// Causes that it can be, the best first.
pub const CANDIDATES: usize = 6;

/// How long before its beginning changes of an incident are looked for: a day has the deploy of yesterday.
pub const CHANGES_BEFORE: std::time::Duration = std::time::Duration::from_hours(24);

/// After how many minutes an update is suggested while an incident is open.
pub const UPDATE_MINUTES: i64 = 30;

/// Incidents of one report over a time.
pub const INCIDENTS: usize = 50;

/// Sheets of a PDF: nobody prints more, and a reader can ask for less.
pub const SHEETS: usize = 400;
