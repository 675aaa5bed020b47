//! The pages for each kind of reader.

/// A guide: its topic on the command line and its text.
#[derive(Debug)]
pub struct Guide {
    /// The word by which it is asked for.
    pub topic: &'static str,
    /// What it is about, in one line.
    pub about: &'static str,
    /// Its text, in Markdown.
    pub text: &'static str,
}

/// Every guide, sorted by topic.
pub static ALL: &[Guide] = &[
    Guide {
        topic: "developer",
        about: "what to change in the code of an application",
        text: include_str!("guides/developer.md"),
    },
    Guide {
        topic: "differences",
        about: "how 500, 502, 503 and 504 differ",
        text: include_str!("guides/differences.md"),
    },
    Guide {
        topic: "operator",
        about: "what to do when paged for a 502",
        text: include_str!("guides/operator.md"),
    },
    Guide {
        topic: "owner",
        about: "what the owner of a site does without a shell",
        text: include_str!("guides/owner.md"),
    },
    Guide {
        topic: "retry",
        about: "when to retry what, with backoff, idempotency and budgets",
        text: include_str!("guides/retry.md"),
    },
    Guide {
        topic: "visitor",
        about: "what a visitor can do who sees a 502",
        text: include_str!("guides/visitor.md"),
    },
];

/// Returns the guide on a topic.
pub fn find(topic: &str) -> Option<&'static Guide> {
    ALL.iter().find(|guide| guide.topic == topic)
}
