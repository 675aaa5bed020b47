//! Times in which nobody is told, although checks go on and incidents are kept.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::{MonitorId, Timestamp};

use super::policy::Watched;

/// What names a silence. The caller chooses it, so that one of the file and one over the API cannot
/// clash: `file/nightly/2026-11-23`, `api/7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SilenceId(pub Arc<str>);

impl fmt::Display for SilenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time in which nobody is told about some failures. What lasts longer is told when it ends.
///
/// One that comes again every day is given day by day: the calendar belongs to the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Which. One with the same name is replaced.
    pub id: SilenceId,
    /// What it is for.
    pub matchers: Matchers,
    /// When it begins.
    #[serde(with = "crate::exact")]
    pub from: Timestamp,
    /// When it ends; this moment is no part of it.
    #[serde(with = "crate::exact")]
    pub until: Timestamp,
    /// Who wanted it.
    pub by: String,
    /// Why, for those who ask.
    pub why: String,
}

/// What a silence is for. Within each of the three any one is enough; those that are not empty have to
/// match together; where all are empty everything matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matchers {
    /// Monitors by name.
    pub monitors: BTreeSet<MonitorId>,
    /// Tags of monitors.
    pub tags: BTreeSet<Arc<str>>,
    /// Causes by their ids in the catalogue, or [`CANNOT_MEASURE`](super::CANNOT_MEASURE).
    pub causes: BTreeSet<Arc<str>>,
}

impl Silence {
    /// Returns whether it is now, for this monitor, failing with this cause.
    pub(super) fn covers(
        &self,
        monitor: &MonitorId,
        watched: Option<&Watched>,
        cause: Option<&str>,
        now: Timestamp,
    ) -> bool {
        self.from <= now && now < self.until && self.matchers.matches(monitor, watched, cause)
    }
}

impl Matchers {
    fn matches(&self, monitor: &MonitorId, watched: Option<&Watched>, cause: Option<&str>) -> bool {
        let has_tag = || watched.is_some_and(|watched| !watched.tags.is_disjoint(&self.tags));
        (self.monitors.is_empty() || self.monitors.contains(monitor))
            && (self.tags.is_empty() || has_tag())
            && (self.causes.is_empty() || cause.is_some_and(|cause| self.causes.contains(cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::PlanId;

    fn matches(matchers: &Matchers, cause: Option<&str>) -> bool {
        let watched = Watched {
            tags: BTreeSet::from(["shop".into(), "eu".into()]),
            needs: BTreeSet::new(),
            plan: PlanId("default".into()),
        };
        matchers.matches(&MonitorId("web".into()), Some(&watched), cause)
    }

    #[test]
    fn what_is_named_has_to_match_together() {
        let tags = BTreeSet::from(["eu".into(), "us".into()]);
        let causes = BTreeSet::from(["connect_refused".into()]);
        let matchers = Matchers { tags, causes, ..Matchers::default() };

        assert!(matches(&matchers, Some("connect_refused")));
        assert!(!matches(&matchers, Some("dns_timeout")));
        assert!(!matches(&matchers, None));
    }

    #[test]
    fn one_that_names_nothing_is_for_everything() {
        assert!(matches(&Matchers::default(), None));
    }

    #[test]
    fn another_monitor_is_not_meant() {
        let monitors = BTreeSet::from([MonitorId("api".into())]);

        assert!(!matches(&Matchers { monitors, ..Matchers::default() }, None));
    }
}
