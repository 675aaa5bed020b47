//! A drawing: a few shapes on a sheet, the same for the screen and for paper.

/// A drawing with its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// What it shows, in a few words.
    pub title: String,
    /// The same in sentences: all that the drawing says, for those who do not see it.
    pub says: String,
    /// Its width, in the unit of its shapes; text of size 13 is as large as a small text around it.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// What is drawn, the later above the earlier.
    pub shapes: Vec<Shape>,
}

/// A part of a drawing. The point 0, 0 is at the top left.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A box that is filled.
    Box {
        /// Its left edge.
        x: f64,
        /// Its upper edge.
        y: f64,
        /// Its width.
        width: f64,
        /// Its height.
        height: f64,
        /// The radius of its corners.
        round: f64,
        /// What it is filled with.
        ink: Ink,
        /// Whether a line goes around it.
        is_framed: bool,
    },
    /// A straight line.
    Line {
        /// Where it begins.
        from: (f64, f64),
        /// Where it ends.
        to: (f64, f64),
        /// Its colour.
        ink: Ink,
        /// Whether it is broken into dashes.
        is_dashed: bool,
    },
    /// One line of text.
    Text {
        /// Where its anchor is.
        x: f64,
        /// Where its letters stand.
        y: f64,
        /// Its size.
        size: f64,
        /// What of it is at `x`.
        anchor: Anchor,
        /// Its colour.
        ink: Ink,
        /// Whether it is bold.
        is_bold: bool,
        /// What it says.
        text: String,
    },
}

/// What of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// What a shape is drawn with. Each writer has the colour, by theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As text.
    Text,
    /// As text beside the point.
    Soft,
    /// As lines between things.
    Line,
    /// As the ground of a box.
    Ground,
    /// Good.
    Good,
    /// Bad.
    Bad,
    /// The ground of what is bad.
    BadGround,
    /// To be looked at.
    Warn,
    /// Looking up a name.
    Resolve,
    /// Connecting.
    Connect,
    /// Shaking hands.
    Tls,
    /// Waiting for the head of an answer.
    Wait,
    /// Reading the rest of it.
    Body,
    /// Held back.
    Held,
}

impl Ink {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::Soft,
        Self::Line,
        Self::Ground,
        Self::Good,
        Self::Bad,
        Self::BadGround,
        Self::Warn,
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Wait,
        Self::Body,
        Self::Held,
    ];

    /// Returns the class for style sheets: letters and hyphens.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Text => "ink-text",
            Self::Soft => "ink-soft",
            Self::Line => "ink-line",
            Self::Ground => "ink-ground",
            Self::Good => "ink-good",
            Self::Bad => "ink-bad",
            Self::BadGround => "ink-bad-ground",
            Self::Warn => "ink-warn",
            Self::Resolve => "ink-resolve",
            Self::Connect => "ink-connect",
            Self::Tls => "ink-tls",
            Self::Wait => "ink-wait",
            Self::Body => "ink-body",
            Self::Held => "ink-held",
        }
    }
}
