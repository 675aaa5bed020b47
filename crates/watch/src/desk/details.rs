//! The details of an alert, as they are kept: within the bound of the store.

use std::sync::Arc;

use goodgate_evidence::text::shorten;
use goodgate_incident::incident::Alert;

use super::words;
use crate::store::limits::ALERT_DETAILS;

/// How much of each list is left, one try after the other. The first leaves what is usual.
const LEFT: [usize; 6] = [64, 16, 8, 4, 2, 1];

/// The characters of a sentence that are left with the shortest lists.
const SENTENCE: usize = 200;

/// Writes what is told. Lists are cut where it would be more than the store takes: an alert that names
/// fewer changes is told, one that is too large never would be.
pub(super) fn of(mut alert: Alert) -> Arc<str> {
    let mut text = words::json(&alert);
    for left in LEFT {
        if text.len() <= ALERT_DETAILS {
            break;
        }
        cut(&mut alert, left);
        text = words::json(&alert);
    }
    text.into()
}

fn cut(alert: &mut Alert, left: usize) {
    alert.markers.truncate(left);
    for marker in &mut alert.markers {
        // Which of the monitors of an incident a change concerns is seen by the first of them.
        while marker.monitors.len() > left {
            marker.monitors.pop_last();
        }
    }
    while alert.components.len() > left {
        alert.components.pop_last();
    }
    alert.monitors.truncate(left);
    if let Some(finding) = &mut alert.finding {
        while finding.components.len() > left {
            finding.components.pop_last();
        }
        if left == 1 {
            finding.summary = shorten(&finding.summary, SENTENCE);
        }
    }
    if let Some(digest) = &mut alert.digest {
        let more = digest.missed.len().saturating_sub(left);
        digest.missed.truncate(left);
        digest.more = digest.more.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        for missed in &mut digest.missed {
            missed.monitors.truncate(left.min(4));
        }
    }
    if left == 1 {
        // What a component or a channel is called has no bound of its own; each row names its channel.
        alert.components.clear();
        alert.channels.clear();
        alert.finding.iter_mut().for_each(|finding| finding.components.clear());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use goodgate_incident::incident::{
        ChannelId, Digest, Marker, MarkerKind, Missed, PlanId, Radius, Subject, Why,
    };
    use goodgate_incident::{
        AlertKey, AlertKind, Component, Finding, IncidentId, MonitorId, State, Timestamp,
    };

    use super::*;

    fn long(number: usize) -> String {
        format!("{number:03}{}", "ä".repeat(190))
    }

    fn monitors(count: usize) -> BTreeSet<MonitorId> {
        (0..count).map(|number| MonitorId(long(number).into())).collect()
    }

    fn components() -> BTreeSet<Component> {
        (0..32).map(|number| Component::Address(long(number).as_str().into())).collect()
    }

    fn marker(number: usize) -> Marker {
        Marker {
            at: Timestamp(0),
            kind: MarkerKind::Deploy,
            what: long(number),
            by: long(number),
            monitors: monitors(500),
        }
    }

    /// An alert with all that its bounds allow.
    fn largest() -> Alert {
        let missed = |number| Missed {
            incident: IncidentId(number),
            monitors: monitors(20).into_iter().collect(),
            monitors_total: 20,
            cause: Some("connect_refused"),
            summary: "ü".repeat(500),
            from: Timestamp(0),
            to: None,
        };
        Alert {
            key: AlertKey { incident: IncidentId(1), kind: AlertKind::Opened, number: 0 },
            at: Timestamp(0),
            plan: PlanId("default".into()),
            steps: 1,
            channels: (0..100).map(|number| ChannelId(long(number).into())).collect(),
            why: Why::Began,
            subject: Subject::Targets,
            since: Timestamp(0),
            until: None,
            lasted: Duration::ZERO,
            state: State::Down,
            cause: Some("connect_refused"),
            finding: Some(Finding {
                state: State::Down,
                cause: Some("connect_refused"),
                confidence: 0.5,
                summary: "ü".repeat(500),
                stage: None,
                blame: None,
                components: components(),
            }),
            components: components(),
            monitors: monitors(20).into_iter().collect(),
            radius: Radius { down: 10_000, ..Radius::default() },
            acknowledged: None,
            markers: (0..64).map(marker).collect(),
            digest: Some(Digest {
                from: Timestamp(0),
                to: Timestamp(1),
                unmeasured: 9,
                still_unmeasured: 0,
                missed: (0..50).map(missed).collect(),
                more: 3,
                supersedes: Vec::new(),
            }),
        }
    }

    #[test]
    fn the_largest_alert_is_cut_to_what_the_store_takes_and_counts_what_it_leaves_out() {
        let text = of(largest());

        assert!(text.len() <= ALERT_DETAILS, "{} bytes", text.len());
        let told: Alert = serde_json::from_str(&text).unwrap();
        assert_eq!((told.radius.down, !told.monitors.is_empty()), (10_000, true));
        let digest = told.digest.unwrap();
        assert_eq!(digest.missed.len() + digest.more as usize, 53);
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        let mut alert = largest();
        (alert.digest, alert.markers, alert.finding) = (None, vec![marker(1)], None);
        alert.markers[0].monitors = monitors(3);
        alert.components.clear();
        alert.channels.clear();

        assert_eq!(&*of(alert.clone()), words::json(&alert));
    }

    #[test]
    fn changes_that_concern_many_monitors_do_not_keep_an_alert_from_being_told() {
        let mut alert = largest();
        (alert.digest, alert.finding) = (None, None);
        alert.components.clear();
        alert.channels.clear();

        let told: Alert = serde_json::from_str(&of(alert)).unwrap();

        assert!(!told.markers.is_empty() && !told.markers[0].monitors.is_empty());
    }
}
