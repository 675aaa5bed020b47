//! What goodgate's access log says of the failed attempts of a schedule, against what the schedule
//! does to each endpoint.
//!
//! An attempt counts if it has a cause. It is right if something that the schedule does to that very
//! endpoint ends like this on the wire; no failure is expected, since the gateway may see a fault in
//! time to keep out of its way.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use goodgate_lab::recorded::line::{Line, lines};
use goodgate_lab::wait::wait_until;
use serde_json::{Value, json};

use super::schedule::{Action, Schedule};

/// The log's name, beside the configuration.
const LOG: &str = "access.json";

/// How long the last lines may take to reach the file.
const FLUSHED: Duration = Duration::from_secs(3);

/// What one thing that is done to an endpoint ends like.
struct Effect {
    /// The fault, or its beginning; for what is done to processes the name here.
    of: &'static str,
    /// The causes that a gateway may see.
    causes: &'static [&'static str],
}

/// Every effect. A kept connection that ends as soon as the next request is on it cannot be told
/// from one that both sides gave up at the same moment.
const EFFECTS: &[Effect] = &[
    // Nobody listens, what was on its way is cut off, and kept connections end.
    Effect {
        of: "kill",
        causes: &[
            "connect_refused",
            "closed_before_response",
            "reset_before_response",
            "stale_keepalive",
            "response_header_truncated",
            "body_truncated",
        ],
    },
    Effect {
        of: "stop",
        causes: &[
            "connect_refused",
            "closed_before_response",
            "reset_before_response",
            "stale_keepalive",
        ],
    },
    // The kernel goes on to accept, until the queue is full.
    Effect { of: "freeze", causes: &["response_timeout", "connect_filtered", "body_stalled"] },
    Effect { of: "slow_head", causes: &["response_timeout"] },
    Effect { of: "status", causes: &[] },
    Effect { of: "reset_after_request", causes: &["reset_before_response", "stale_keepalive"] },
    Effect {
        of: "accept_close",
        causes: &["closed_before_response", "reset_before_response", "stale_keepalive"],
    },
    Effect { of: "no_status_line:garbage", causes: &["not_http"] },
    Effect { of: "truncated_body", causes: &["body_truncated"] },
    Effect { of: "reset_in_body", causes: &["body_truncated"] },
    Effect { of: "header_too_large:24k", causes: &[] },
    Effect { of: "close_idle", causes: &["stale_keepalive"] },
];

/// How many failed attempts have a cause that the schedule can have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Causes {
    /// Attempts with a right cause.
    right: usize,
    /// Attempts with any.
    of: usize,
    /// How often each cause was recorded.
    counts: BTreeMap<String, usize>,
    /// What is wrong: the cause at an endpoint.
    wrong: BTreeMap<String, usize>,
}

impl Causes {
    /// Reads the log in `folder` once it has a line for each of so many requests.
    pub(super) fn read(
        folder: &Path,
        requests: usize,
        schedule: &Schedule,
        endpoints: &[SocketAddr],
    ) -> anyhow::Result<Self> {
        let path = folder.join(LOG);
        let read = || std::fs::read_to_string(&path).context("the access log");
        // A request that never reached the gateway has none.
        let _came = wait_until("the last lines", FLUSHED, || {
            Ok((read()?.lines().count() >= requests).then_some(()))
        });
        Ok(Self::of(&lines(&read()?), schedule, endpoints))
    }

    fn of(lines: &[Line], schedule: &Schedule, endpoints: &[SocketAddr]) -> Self {
        let mut causes = Self::default();
        for attempt in lines.iter().flat_map(|line| &line.attempts) {
            let Some(cause) = &attempt.cause else { continue };
            let named = attempt.endpoint.rsplit('/').next().unwrap_or_default();
            let place = endpoints.iter().position(|endpoint| endpoint.to_string() == named);
            let is_right = place.is_some_and(|place| may_be(schedule, place, cause));
            causes.of += 1;
            causes.right += usize::from(is_right);
            *causes.counts.entry(cause.clone()).or_default() += 1;
            if !is_right {
                let place = place.map_or_else(|| named.to_owned(), |place| place.to_string());
                *causes.wrong.entry(format!("{cause} at {place}")).or_default() += 1;
            }
        }
        causes
    }

    /// Says how many are right, and what is wrong.
    pub(super) fn words(&self) -> String {
        if self.of == 0 {
            return "–".to_owned();
        }
        let wrong: Vec<String> =
            self.wrong.iter().map(|(what, count)| format!("; {count} {what}")).collect();
        format!("{} of {}{}", self.right, self.of, wrong.concat())
    }

    /// Returns the counts for a file of results.
    pub(super) fn json(&self) -> Value {
        json!({ "right": self.right, "of": self.of, "recorded": self.counts, "wrong": self.wrong })
    }
}

/// Says whether something that is done to this endpoint can end with this cause.
fn may_be(schedule: &Schedule, place: usize, cause: &str) -> bool {
    let done = schedule.steps.iter().filter_map(|(_, action)| effect(schedule, *action));
    done.filter(|(at, _)| *at == place).any(|(_, effect)| effect.causes.contains(&cause))
}

/// Returns what an action does, and to which endpoint; nothing for one that repairs.
fn effect(schedule: &Schedule, action: Action) -> Option<(usize, &'static Effect)> {
    let (place, name) = match action {
        Action::Kill(place) => (place, "kill"),
        Action::Stop(place) => (place, "stop"),
        Action::Freeze(place) => (place, "freeze"),
        Action::Fault(place, fault, _) => (place, fault),
        Action::Start(_) | Action::Thaw(_) | Action::Heal(_) | Action::Name(_) => return None,
    };
    debug_assert!(place < schedule.endpoints, "schedules name endpoints that exist");
    Some((place, EFFECTS.iter().find(|effect| name.starts_with(effect.of))?))
}

#[cfg(test)]
mod tests {
    use super::super::schedule::ALL;
    use super::*;

    fn schedule(name: &str) -> &'static Schedule {
        ALL.iter().find(|schedule| schedule.name == name).unwrap()
    }

    #[test]
    fn every_action_that_breaks_something_has_an_effect() {
        for schedule in ALL {
            for (_, action) in schedule.steps {
                let repairs = matches!(
                    action,
                    Action::Start(_) | Action::Thaw(_) | Action::Heal(_) | Action::Name(_)
                );
                assert!(repairs || effect(schedule, *action).is_some(), "{}", schedule.name);
            }
        }
    }

    #[test]
    fn an_attempt_is_right_by_its_endpoint() {
        let endpoints: Vec<SocketAddr> =
            ["127.0.0.1:1", "127.0.0.1:2"].map(|it| it.parse().unwrap()).to_vec();
        let log = r#"{"attempts":[{"endpoint":"127.0.0.1:1","cause":"body_truncated"},{"endpoint":"127.0.0.1:2","status":200}]}
{"attempts":[{"endpoint":"app.test/127.0.0.1:2","cause":"body_truncated"}]}"#;

        let causes = Causes::of(&lines(log), schedule("truncation"), &endpoints);

        assert_eq!(causes.words(), "1 of 2; 1 body_truncated at 1");
    }

    #[test]
    fn where_nothing_failed_there_is_no_share() {
        assert_eq!(Causes::of(&[], schedule("calm"), &[]).words(), "–");
    }
}
