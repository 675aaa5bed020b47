//! A finding, as the pages of monitors and incidents show it.

use crate::limits::COMPONENTS_SHOWN;
use crate::model::{self, Component};
use crate::told;
use crate::words::text;

/// A finding in words. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was seen, in one sentence.
    pub(crate) summary: String,
    /// The id of the cause, as words and as a part of a path.
    pub(crate) cause: String,
    pub(crate) path: String,
    /// What the cause is.
    pub(crate) title: String,
    /// How sure that is.
    pub(crate) sure: String,
    /// Where it breaks.
    pub(crate) stage: String,
    /// Whose part it is.
    pub(crate) blame: String,
    /// Who can change it.
    pub(crate) contact: String,
    /// What was met on the way: its kind and its name.
    pub(crate) components: Vec<(String, String)>,
    /// Whether it is over.
    pub(crate) is_over: bool,
}

impl Finding {
    /// Shows what is wrong with a monitor, or was.
    pub(crate) fn of_monitor(finding: &model::Finding, is_over: bool) -> Self {
        let cause = finding.cause.as_deref().unwrap_or_default();
        Self {
            summary: text(&finding.summary),
            cause: text(cause),
            path: told::segment(cause),
            title: finding.title.as_deref().map(text).unwrap_or_default(),
            sure: told::sure(finding.confidence),
            stage: finding.stage.as_deref().map(told::stage).unwrap_or_default().into_owned(),
            blame: finding.blame.as_deref().map(told::blame).unwrap_or_default().into_owned(),
            contact: told::contact(cause).unwrap_or_default().to_owned(),
            components: components(&finding.components),
            is_over,
        }
    }

    /// Shows what an incident is about.
    pub(crate) fn of_incident(incident: &model::Incident) -> Self {
        let finding = model::Finding {
            cause: incident.cause.clone(),
            title: incident.title.clone(),
            confidence: incident.confidence,
            summary: incident.summary.clone(),
            stage: incident.stage.clone(),
            blame: incident.blame.clone(),
            components: incident.components.clone(),
        };
        Self::of_monitor(&finding, incident.resolved_at.is_some())
    }
}

fn components(all: &[Component]) -> Vec<(String, String)> {
    let capital = |kind: &str| match kind {
        "endpoint" => "Endpoint".to_owned(),
        "address" => "Address".to_owned(),
        "gateway" => "Gateway".to_owned(),
        "certificate" => "Certificate".to_owned(),
        "dependency" => "Dependency".to_owned(),
        other => text(other),
    };
    let shown = all.iter().take(COMPONENTS_SHOWN);
    let mut shown: Vec<(String, String)> =
        shown.map(|it| (capital(&it.kind), text(&it.name))).collect();
    if all.len() > COMPONENTS_SHOWN {
        shown.push(("More".to_owned(), (all.len() - COMPONENTS_SHOWN).to_string()));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_names_who_must_act() {
        let finding =
            model::Finding { cause: Some("connect_refused".to_owned()), ..Default::default() };

        let shown = Finding::of_monitor(&finding, false);

        assert!(!shown.contact.is_empty());
        assert_eq!(shown.path, "connect_refused");
    }

    #[test]
    fn many_components_are_counted() {
        let one = Component { kind: "address".to_owned(), name: "10.0.0.7:80".to_owned() };

        let shown = components(&vec![one; COMPONENTS_SHOWN + 7]);

        assert_eq!(shown.len(), COMPONENTS_SHOWN + 1);
        assert_eq!(shown.last(), Some(&("More".to_owned(), "7".to_owned())));
    }
}
