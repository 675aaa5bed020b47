//! What a running gateway says on standard error, one thing a line.
//!
//! While it starts, lines are bare. What happens later has its time and the process before it: two
//! processes write to the same place during a hand-over. The journal of systemd has both already, and
//! gets the weight of a line instead (sd-daemon(3)).

use std::io::{self, Write as _};

use goodgate_evidence::text::neutralise;

/// Says things.
#[derive(Clone, Copy, Debug)]
pub(super) struct Say {
    is_journal: bool,
    has_started: bool,
}

/// How much a line weighs, as in syslog(3).
#[derive(Clone, Copy)]
enum Weight {
    Error = 3,
    Warning = 4,
    Info = 6,
}

impl Say {
    /// Says what is told while it starts.
    pub(super) fn at_start() -> Self {
        Self { is_journal: std::env::var_os("JOURNAL_STREAM").is_some(), has_started: false }
    }

    /// Says what is told later.
    pub(super) fn later(self) -> Self {
        Self { has_started: true, ..self }
    }

    /// Says what happened.
    pub(super) fn info(self, text: &str) {
        self.write(Weight::Info, "", text);
    }

    /// Says what may not be as it was meant.
    pub(super) fn warning(self, text: &str) {
        self.write(Weight::Warning, "warning: ", text);
    }

    /// Says what did not work.
    pub(super) fn error(self, text: &str) {
        self.write(Weight::Error, "error: ", text);
    }

    /// Says what has its weight in its own words already.
    pub(super) fn bare(self, text: &str) {
        self.write(Weight::Warning, "", text);
    }

    fn write(self, weight: Weight, kind: &str, text: &str) {
        let before = match (self.is_journal, self.has_started) {
            (true, _) => format!("<{}>", weight as u8),
            (false, true) => format!("{:.0} [{}] ", jiff::Timestamp::now(), std::process::id()),
            (false, false) => String::new(),
        };
        let indent = if self.has_started { "  " } else { "" };
        let mut whole = String::new();
        for (place, line) in text.trim_end().lines().enumerate() {
            let (before, kind) = match (place, self.is_journal) {
                (0, _) => (before.as_str(), kind),
                (_, true) => (before.as_str(), indent),
                (_, false) => ("", indent),
            };
            whole.push_str(before);
            whole.push_str(kind);
            whole.push_str(&neutralise(line));
            whole.push('\n');
        }
        // Where standard error is closed there is nobody left to tell.
        io::stderr().lock().write_all(whole.as_bytes()).ok();
    }
}
