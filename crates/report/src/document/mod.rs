//! A document: what a report says, without how it looks.
//!
//! Texts are as they came from outside. A writer bounds them ([`limits`](crate::limits)), makes them
//! harmless and escapes them for its form; whoever makes a document masks secrets in it.

mod drawing;
pub mod html;
pub mod markdown;
pub mod pdf;
mod style;
mod svg;
mod text;

#[cfg(test)]
pub(crate) use tests::EVIL;

pub use drawing::{Anchor, Drawing, Ink, Shape};

/// A document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What it is about, in one line.
    pub title: String,
    /// What it is and when it was made: the small line above the title.
    pub over: String,
    /// What it says, in one or two sentences: for lists of files and search.
    pub about: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading with what stands below it. Sections within sections have smaller headings.
    Section(Section),
    /// A paragraph; a line end in it begins a new line.
    Paragraph(Text),
    /// How something is: never by colour alone.
    Sign(Sign),
    /// Labels with values.
    Facts(Vec<Fact>),
    /// Rows and columns.
    Table(Table),
    /// Items, one after the other.
    List(List),
    /// Text that is kept as it is, letter by letter: commands, evidence.
    Code(Code),
    /// A text to copy and send.
    Ready(Ready),
    /// Something that a reader fills in.
    Blank(Blank),
    /// A drawing.
    Picture(Drawing),
}

/// A heading with what stands below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
    /// Whether it may be parted between two sheets of paper.
    pub is_long: bool,
}

impl Section {
    /// Creates a section that stays on one sheet of paper where it can.
    pub fn new(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { heading: heading.into(), blocks, is_long: false }
    }

    /// Creates a section that may be parted between sheets of paper.
    pub fn long(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { heading: heading.into(), blocks, is_long: true }
    }
}

/// A text with how it is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub voice: Voice,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// As it is.
    #[default]
    Plain,
    /// Said beside the point.
    Soft,
    /// Names, addresses and ids, letter by letter.
    Code,
    /// With weight.
    Strong,
    /// A number among numbers: to the right.
    Number,
}

impl Text {
    /// Creates a text said beside the point.
    pub fn soft(text: impl Into<String>) -> Self {
        Self { text: text.into(), voice: Voice::Soft }
    }

    /// Creates a name, an address or an id.
    pub fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), voice: Voice::Code }
    }

    /// Creates a text with weight.
    pub fn strong(text: impl Into<String>) -> Self {
        Self { text: text.into(), voice: Voice::Strong }
    }

    /// Creates a number among numbers.
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), voice: Voice::Number }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, voice: Voice::Plain }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// How something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Its colour and its mark.
    pub tone: Tone,
    /// How it is, in a word or two.
    pub word: String,
    /// The same in a sentence; it stands large.
    pub says: String,
}

/// How good or bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Well.
    Good,
    /// Broken.
    Bad,
    /// To be looked at.
    Warn,
    /// Neither.
    Neutral,
}

impl Tone {
    /// Returns the mark, so that colour is never the only sign.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Good => "\u{2713}",
            Self::Bad => "\u{2715}",
            Self::Warn => "!",
            Self::Neutral => "\u{2022}",
        }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Neutral => "neutral",
        }
    }
}

/// A label with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it comes to; several stand one below the other.
    pub values: Vec<Text>,
}

impl Fact {
    /// Creates a fact of one value.
    pub fn new(label: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { label: label.into(), values: vec![value.into()] }
    }
}

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What it shows, in a line; empty where the heading says it.
    pub caption: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows; each has a cell for each column, and a shorter one ends in empty cells.
    pub rows: Vec<Vec<Text>>,
}

/// Items, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Whether they are steps in an order.
    pub is_numbered: bool,
    /// The items.
    pub items: Vec<Text>,
}

/// Text that is kept letter by letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// What it is; empty where the text before it says it.
    pub label: String,
    /// The text.
    pub text: String,
}

/// A text to copy and send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Whom it is for.
    pub to: String,
    /// Its subject, in one line.
    pub subject: String,
    /// The text, in paragraphs.
    pub text: String,
}

impl Ready {
    /// Returns what is copied: the subject, an empty line, the text.
    pub fn whole(&self) -> String {
        format!("Subject: {}\n\n{}", self.subject.replace(['\n', '\r'], " "), self.text)
    }
}

/// Something that a reader fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blank {
    /// What is asked for.
    pub label: String,
    /// How to answer it well.
    pub hint: String,
    /// What is known already.
    pub known: String,
}

#[cfg(test)]
mod tests;
