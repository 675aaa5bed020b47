//! The programme: which origin fails when, how, and what has to come of it.

/// A fault, and what has to come of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// The origin that fails.
    pub(super) origin: &'static str,
    /// How, as `goodgate faults` takes it.
    pub(super) fault: &'static str,
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
        fault: "reset_after_request",
        words: "reads requests and resets the connection",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        fault: "refuse",
        words: "is stopped: its port refuses connections",
        wanted: &[Explained, Incident],
    },
];

/// What follows, over and over.
pub(super) const THEN: [Scene; 8] = [
    Scene {
        origin: "web-2",
        fault: "header_too_large:200k",
        words: "answers with a header field of 200 KiB",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        fault: "no_status_line:ssh",
        words: "is another program: SSH answers on its port",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-1",
        fault: "close_idle:100ms:late_rst",
        words: "closes kept connections as the next request comes",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        fault: "never_answer",
        words: "takes requests and never answers",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-2",
        fault: "truncated_body",
        words: "sends half of each answer",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        fault: "status:502",
        words: "answers 502 by itself",
        wanted: &[Explained],
    },
    Scene {
        origin: "web-1",
        fault: "refuse",
        words: "is stopped: its port refuses connections",
        wanted: &[Absorbed],
    },
    Scene {
        origin: "reports",
        fault: "bad_chunking",
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
            let name = scene.fault.split(':').next().unwrap_or_default();
            let known = goodgate_faults::catalogue::ALL.iter().any(|fault| fault.name == name);
            assert!(known, "{scene:?}");
        }
    }
}
