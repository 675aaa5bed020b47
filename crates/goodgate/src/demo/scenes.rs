//! The programme: which origin fails when, how, and what has to come of it.

/// A fault, and what has to come of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// The origin that fails.
    pub(super) origin: &'static str,
    /// How, as `goodgate faults` takes it. Where new connections fail, kept ones have to end too.
    pub(super) faults: &'static [&'static str],
    /// The same in words, after the name of the origin.
    pub(super) words: &'static str,
    /// What has to come of it.
    pub(super) wanted: &'static [Wanted],
}

/// What has to come of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Requests met it and were answered all the same.
    Absorbed,
    /// A failed request has a verdict.
    Explained,
    /// An incident about the origin.
    Incident,
}

impl Wanted {
    /// Says what did not happen.
    pub(super) fn missing(self) -> &'static str {
        match self {
            Self::Absorbed => "no request met it and was answered all the same",
            Self::Explained => "no failed request has an explanation",
            Self::Incident => "no incident was opened about it",
        }
    }
}

use Wanted::{Absorbed, Explained, Incident};

/// What is shown first: one of each kind.
pub(super) const FIRST: [Scene; 2] = [
    Scene {
        origin: "web-1",
        faults: &["reset_after_request"],
        words: "reads requests and resets the connection",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        faults: &["refuse"],
        words: "is stopped: its port refuses connections",
        wanted: &[Explained, Incident],
    },
];

/// What follows, over and over.
pub(super) const THEN: [Scene; 8] = [
    Scene {
        origin: "web-2",
        faults: &["header_too_large:200k"],
        words: "answers with a header field of 200 KiB",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        faults: &["no_status_line:ssh"],
        words: "is another program: SSH answers on its port",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-1",
        faults: &["reset_in_head"],
        words: "resets in the middle of the head of its answers",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        faults: &["never_answer"],
        words: "takes requests and never answers",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-2",
        faults: &["truncated_body"],
        words: "sends half of each answer",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        faults: &["status:502"],
        words: "answers 502 by itself",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-1",
        faults: &["refuse", "close_after_request"],
        words: "is stopped: its port refuses connections",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        faults: &["bad_chunking"],
        words: "sends a body in broken chunks",
        wanted: &[Explained],
    },
];

#[cfg(test)]
mod tests {
    use super::super::origins::NAMES;
    use super::*;

    #[test]
    fn every_scene_has_an_origin_a_fault_that_can_be_made_and_something_to_come_of_it() {
        for scene in FIRST.iter().chain(&THEN) {
            assert!(NAMES.contains(&scene.origin), "{scene:?}");
            assert!(!scene.wanted.is_empty(), "{scene:?}");
            assert!(!scene.faults.is_empty(), "{scene:?}");
            for fault in scene.faults {
                let name = fault.split(':').next().unwrap_or_default();
                let known = goodgate_faults::catalogue::ALL.iter().any(|fault| fault.name == name);
                assert!(known, "{scene:?}");
            }
        }
    }
}
