//! Change markers that follow from what the gateway tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use goodgate_incident::Timestamp;

use super::ledger::Round;
use super::site::Site;
use crate::source::limits::{ENDPOINTS, MARK_AGAIN, UPSTREAMS};
use crate::source::span;
use crate::source::words::name;
use crate::store::Marker;

/// What was told before.
#[derive(Debug, Default)]
pub(super) struct Marks {
    site: Option<Site>,
    /// When the last marker of an endpoint was made.
    endpoints: BTreeMap<(Arc<str>, Arc<str>), Timestamp>,
}

impl Marks {
    /// Takes a round of counters: another process, another version, endpoints that left or came back.
    pub(super) fn round(&mut self, round: &Round, now: Timestamp) -> Vec<Marker> {
        let mut marks = Vec::new();
        if round.is_anew || round.version.is_some() {
            let version =
                round.version.as_ref().map(|version| format!(", version {}", name(version)));
            let text = format!(
                "the gateway is another process: started anew or handed over{}",
                version.unwrap_or_default()
            );
            marks.push(marker("reload", text, now));
        }
        for moved in &round.moved {
            let key = (Arc::clone(&moved.upstream), Arc::clone(&moved.endpoint));
            let last = self.endpoints.get(&key);
            let is_late = last.is_none_or(|last| span::between(*last, now) >= MARK_AGAIN);
            let has_room = last.is_some() || self.endpoints.len() < UPSTREAMS * ENDPOINTS / 16;
            if is_late && has_room {
                self.endpoints.insert(key, now);
                let (endpoint, upstream) = (name(&moved.endpoint), name(&moved.upstream));
                let (from, to) = (name(&moved.from), name(&moved.to));
                let text =
                    format!("endpoint {endpoint} of upstream {upstream} is {to}; it was {from}");
                marks.push(marker("endpoint", text, now));
            }
        }
        self.endpoints.retain(|_, at| span::between(*at, now) < MARK_AGAIN);
        marks
    }

    /// Takes what the gateway is configured to do.
    pub(super) fn site(&mut self, site: Site, now: Timestamp) -> Option<Marker> {
        let text = self.site.as_ref().and_then(|before| site.changed(before));
        self.site = Some(site);
        text.map(|text| marker("reload", text, now))
    }
}

fn marker(kind: &str, text: String, at: Timestamp) -> Marker {
    Marker { at, kind: kind.into(), text, source: "watch".into(), tags: BTreeSet::new() }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Moved;
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    #[test]
    fn an_endpoint_that_flaps_is_one_line_in_five_minutes() {
        let mut marks = Marks::default();
        let moved = |from: &str, to: &str| Round {
            moved: vec![Moved {
                upstream: "app".into(),
                endpoint: "10.0.0.7:80".into(),
                from: from.into(),
                to: to.into(),
            }],
            ..Round::default()
        };

        let first = marks.round(&moved("up", "ejected"), second(0));
        let soon = marks.round(&moved("ejected", "up"), second(30));
        let late = marks.round(&moved("up", "down"), second(400));

        assert_eq!(first[0].text, "endpoint 10.0.0.7:80 of upstream app is ejected; it was up");
        assert_eq!((soon.len(), late.len(), marks.endpoints.len()), (0, 1, 1));
    }

    #[test]
    fn another_process_is_a_marker() {
        let round = Round { is_anew: true, version: Some("0.2.0".into()), ..Round::default() };

        let marks = Marks::default().round(&round, second(0));

        assert_eq!(&*marks[0].kind, "reload");
        assert!(marks[0].text.ends_with("version 0.2.0"), "{}", marks[0].text);
    }
}
