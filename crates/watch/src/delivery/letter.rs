//! From a stored alert to the message: what was decided, who we are, and links that are signed.

use goodgate_incident::incident::{self, Ending, Why};
use goodgate_incident::{AlertKey, AlertKind, State, Timestamp};

use crate::message::link::{Action, Grant, Signer};
use crate::message::{Alert, Links};
use crate::store;

use super::limits;

/// Where links of messages lead, and with what they are signed.
#[derive(Clone, Debug)]
pub struct Linking {
    /// The address of this watch for people, such as `https://watch.example.org`.
    pub base: String,
    /// Signs what can be done with a link.
    pub signer: Signer,
}

/// Writes messages of alerts.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    pub(super) watch: String,
    pub(super) linking: Option<Linking>,
    pub(super) pages: Pages,
}

/// The address of the pages for people, without a slash at its end: `https://watch.example`. Messages lead
/// there as it is when they are sent; without one they name no page.
pub type Pages = tokio::sync::watch::Receiver<Option<String>>;

impl Letters {
    /// Returns all that there is to say of an alert. One whose details cannot be read is told with what its
    /// key says: somebody has to look in any case.
    pub(super) fn alert(&self, kept: &store::Alert) -> Alert {
        let key = kept.key;
        if key.kind == AlertKind::Report {
            let report = serde_json::from_str(&kept.details).ok();
            return Alert { report, links: Links::default(), ..self.without_details(kept) };
        }
        match serde_json::from_str::<incident::Alert>(&kept.details) {
            Ok(decided) => {
                let links = self.links(key, decided.at, decided.acknowledged.is_none());
                Alert { key, ..Alert::of(&decided, &self.watch, links) }
            }
            Err(_) => self.without_details(kept),
        }
    }

    fn without_details(&self, kept: &store::Alert) -> Alert {
        let (key, at) = (kept.key, kept.decided_at);
        let (state, why) = match key.kind {
            AlertKind::Opened | AlertKind::Updated => (State::Down, Why::Began),
            AlertKind::Reminder => (State::Down, Why::Lasts),
            AlertKind::Escalated => (State::Down, Why::Unanswered),
            AlertKind::Resolved => (State::Up, Why::Over(Ending::Recovered)),
            AlertKind::Digest | AlertKind::Proof | AlertKind::Report => (State::Up, Why::CutOff),
        };
        Alert {
            key,
            watch: self.watch.clone(),
            why,
            at,
            since: at,
            until: (state == State::Up).then_some(at),
            state,
            monitors: Vec::new(),
            monitors_total: 0,
            radius: String::new(),
            components: Vec::new(),
            acknowledged: None,
            finding: None,
            doubt: None,
            changes: Vec::new(),
            cut_off: None,
            unmeasured: (0, 0),
            missed: Vec::new(),
            missed_more: 0,
            report: None,
            links: self.links(key, at, true),
        }
    }

    /// Makes the links. They are the same each time that the alert is sent.
    fn links(&self, key: AlertKey, at: Timestamp, is_open: bool) -> Links {
        let pages = self.pages.borrow().clone().filter(|_| key.kind != AlertKind::Proof);
        let page = pages.map(|base| format!("{base}/incidents/{}", key.incident));
        Links {
            report: page.as_ref().map(|page| format!("{page}/report")),
            incident: page,
            acknowledge: self
                .linking
                .as_ref()
                .filter(|_| is_open)
                .map(|it| it.acknowledge(key, at)),
        }
    }
}

impl Linking {
    /// Signs the link with which an incident is acknowledged.
    fn acknowledge(&self, key: AlertKey, at: Timestamp) -> String {
        let life = i64::try_from(limits::LINK.as_micros()).unwrap_or(i64::MAX);
        let grant = Grant {
            incident: key.incident,
            action: Action::Acknowledge,
            expires: Timestamp(at.0.saturating_add(life)),
        };
        self.signer.link(&self.base, grant)
    }
}

#[cfg(test)]
mod tests {
    use goodgate_incident::IncidentId;

    use super::*;

    fn kept(kind: AlertKind, details: &str) -> store::Alert {
        store::Alert {
            key: AlertKey { incident: IncidentId(7), kind, number: 2 },
            channel: store::ChannelName("mail".into()),
            decided_at: Timestamp(5),
            due_at: Timestamp(5),
            details: details.into(),
        }
    }

    fn letters(base: Option<&str>) -> Letters {
        let signer = Signer::new(b"a secret");
        let linking = base.map(|base| Linking { base: base.to_owned(), signer });
        Letters { watch: "watch-1".to_owned(), linking, pages: pages(None) }
    }

    fn pages(base: Option<&str>) -> Pages {
        tokio::sync::watch::channel(base.map(str::to_owned)).1
    }

    #[test]
    fn a_message_leads_to_the_pages_of_its_incident_and_a_test_to_none() {
        let letters = Letters { pages: pages(Some("https://watch.example")), ..letters(None) };

        let links = letters.alert(&kept(AlertKind::Resolved, "")).links;

        assert_eq!(links.incident.as_deref(), Some("https://watch.example/incidents/7"));
        assert_eq!(links.report.as_deref(), Some("https://watch.example/incidents/7/report"));
        assert_eq!(links.acknowledge, None);
        assert_eq!(letters.alert(&kept(AlertKind::Proof, "")).links, Links::default());
    }

    #[test]
    fn an_alert_whose_details_cannot_be_read_is_told_all_the_same() {
        for details in ["", "{}", "{\"key\":"] {
            let alert = letters(None).alert(&kept(AlertKind::Opened, details));

            assert_eq!((alert.key.number, alert.state), (2, State::Down));
            assert_eq!((alert.since, alert.watch.as_str()), (Timestamp(5), "watch-1"));
        }
        let over = letters(None).alert(&kept(AlertKind::Resolved, ""));
        assert_eq!((over.state, over.until), (State::Up, Some(Timestamp(5))));
    }

    #[test]
    fn links_allow_what_was_signed() {
        let letters = letters(Some("https://watch.example.org/"));
        let first = letters.alert(&kept(AlertKind::Opened, "")).links;
        let second = letters.alert(&kept(AlertKind::Opened, "")).links;

        assert_eq!(first, second, "the same each time that it is sent");
        assert_eq!(first.incident, None, "there are no pages");
        let link = first.acknowledge.expect("a link");
        let (path, query) = link.split_once('?').expect("a query");
        let path = path.strip_prefix("https://watch.example.org").expect("the base");
        let signer = Signer::new(b"a secret");
        let grant = signer.verify(path, query, Timestamp(6)).expect("it is ours");
        assert_eq!((grant.incident, grant.action), (IncidentId(7), Action::Acknowledge));
    }

    #[test]
    fn without_an_address_there_are_no_links() {
        assert_eq!(letters(None).alert(&kept(AlertKind::Opened, "")).links, Links::default());
    }
}
