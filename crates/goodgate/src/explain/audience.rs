//! Whose steps come first.

use goodgate_causes::guides::{self, Guide};

use crate::cli::Reader;

/// Returns the guide that stands before everything else for a reader. Operators and developers
/// read the page first: it is written for them.
pub(super) fn first_guide(reader: Reader) -> Option<&'static Guide> {
    match reader {
        Reader::Visitor => guides::find("visitor"),
        Reader::Owner => guides::find("owner"),
        Reader::Operator | Reader::Developer => None,
    }
}

/// Returns the guide that follows a verdict on pasted text.
pub(super) fn guide(reader: Reader) -> Option<&'static Guide> {
    guides::find(match reader {
        Reader::Visitor => "visitor",
        Reader::Owner => "owner",
        Reader::Operator => "operator",
        Reader::Developer => "developer",
    })
}

/// Returns the sections of a cause's page in the order in which a reader needs them.
pub(super) fn order(reader: Option<Reader>) -> [&'static str; 7] {
    match reader {
        None | Some(Reader::Operator) => [
            "How to fix it",
            "What it means",
            "How we know",
            "What rules it out",
            "How to prevent it",
            "Whom to call",
            "References",
        ],
        Some(Reader::Developer) => [
            "What it means",
            "How to prevent it",
            "How to fix it",
            "How we know",
            "What rules it out",
            "Whom to call",
            "References",
        ],
        Some(Reader::Visitor | Reader::Owner) => [
            "What it means",
            "Whom to call",
            "How to fix it",
            "How to prevent it",
            "How we know",
            "What rules it out",
            "References",
        ],
    }
}
