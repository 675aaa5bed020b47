//! Status pages: how things are, for those who use them. They tell what is confirmed and nothing that is
//! guessed: no address, no cause, no promise of a time.

mod badge;
mod feed;
mod show;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_door::{Peer, guard};

pub(crate) use badge::badge;
pub(crate) use feed::feed;
pub(crate) use show::show;

use super::{Frame, login, message};
use crate::back::{Ask, Back, Missing, read};
use crate::limits::{INCIDENTS_PUBLISHED, INCIDENTS_READ};
use crate::model::{Incident, IncidentFile, Incidents, Monitor, TimelineEntry};
use crate::monitors::every;
use crate::running::App;
use crate::session;
use crate::settings::{Publish, StatusPage};
use crate::words::{self, text};

/// What a page tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// What stands at its top.
    title: String,
    /// Each service, with whether it works.
    services: Vec<Service>,
    /// What is published, the latest first.
    notices: Vec<Notice>,
}

/// A monitor as its users see it.
#[derive(Clone, Debug, PartialEq)]
struct Service {
    name: String,
    how: How,
}

/// How a service is, in the words of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Works,
    Maintained,
    NotMeasured,
    Partly,
    Fails,
}

/// An incident that is published.
#[derive(Clone, Debug, PartialEq)]
struct Notice {
    id: String,
    opened_at: String,
    resolved_at: Option<String>,
    services: Vec<String>,
    /// What is told, the latest first: when, and in which words.
    updates: Vec<(String, String)>,
}

impl How {
    const fn words(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Maintained => "under maintenance",
            Self::NotMeasured => "not measured at the moment",
            Self::Partly => "works in part",
            Self::Fails => "does not work",
        }
    }

    /// Returns the state whose sign and colour it has.
    const fn slug(self) -> &'static str {
        match self {
            Self::Works => "up",
            Self::Maintained => "maintenance",
            Self::NotMeasured => "unknown",
            Self::Partly => "partial",
            Self::Fails => "down",
        }
    }
}

impl Told {
    /// Says in one sentence how everything is.
    fn headline(&self) -> &'static str {
        match self.services.iter().map(|service| service.how).max() {
            None => "Nothing is shown here yet",
            Some(How::Works) => "Everything works",
            Some(How::Maintained) => "Everything works but for what is under maintenance",
            Some(How::NotMeasured) => "Some of it cannot be measured at the moment",
            Some(How::Partly) => "Some of it works in part",
            Some(How::Fails) if self.services.iter().all(|it| it.how == How::Fails) => {
                "Nothing works at the moment"
            }
            Some(How::Fails) => "Some of it does not work",
        }
    }

    fn worst(&self) -> How {
        self.services.iter().map(|service| service.how).max().unwrap_or(How::NotMeasured)
    }
}

/// Reads what a page tells, or answers why it is not told.
async fn told(
    app: &App,
    name: &str,
    peer: Peer,
    headers: &HeaderMap,
) -> Result<Told, Response<Body>> {
    let pages = app.status_pages();
    let found = pages.iter().find(|page| page.name.as_str() == name);
    let may_see = found.is_some_and(|page| page.public) || is_inside(app, peer, headers);
    // Whether there is such a page is nothing for strangers.
    let Some(page) = found.filter(|_| may_see) else {
        if !may_see && app.has_users() {
            return Err(login::to_login(&format!("/status/{}", crate::back::segment(name))));
        }
        let frame = Frame::outside("There is nothing here");
        let says = "No status page has this address.";
        return Err(message(StatusCode::NOT_FOUND, headers, frame, says, ""));
    };
    asked(&*app.watch, page).await.map_err(|_| {
        let says = "How things are cannot be told at the moment: the watch does not answer. That says \
                    nothing about the services themselves.";
        message(StatusCode::BAD_GATEWAY, headers, Frame::outside("Not known"), says, "")
    })
}

/// Whether somebody has a session, or asks from this host where there are no users.
fn is_inside(app: &App, peer: Peer, headers: &HeaderMap) -> bool {
    let key = session::sent(headers, app.is_secure());
    let find = |key| app.sessions.find(key, &app.users(), app.lasting(), Instant::now());
    let is_local = match peer {
        Peer::Unix(_) => true,
        Peer::Tcp { peer, .. } => guard::is_local(peer, headers),
    };
    key.and_then(find).is_some() || (is_local && !app.has_users())
}

async fn asked(watch: &dyn Back, page: &StatusPage) -> Result<Told, Missing> {
    let target = format!("/incidents?limit={INCIDENTS_READ}");
    // Single ones are found among all; with tags alone the watch leaves out the others.
    let tags: &[String] = if page.monitors.is_empty() { &page.tags } else { &[] };
    let (monitors, incidents) =
        tokio::try_join!(every(watch, tags), read::<Incidents>(watch, Ask::get(target)),)?;
    let shown = shown(page, &monitors);
    let mut notices = Vec::new();
    for incident in incidents.incidents.iter().filter(|it| concerns(it, &shown)) {
        if notices.len() >= INCIDENTS_PUBLISHED {
            break;
        }
        let path = format!("/incidents/{}", crate::back::segment(&incident.id));
        let file: IncidentFile = read(watch, Ask::get(path)).await?;
        notices.extend(notice(page, &file, &shown));
    }
    let title = page.title.as_deref().unwrap_or(page.name.as_str());
    let services = shown.iter().map(|it| Service { name: text(&it.id), how: how(&it.state) });
    Ok(Told { title: text(title), services: services.collect(), notices })
}

/// Returns the monitors of a page, by name. What is switched off is none of it.
fn shown<'a>(page: &StatusPage, monitors: &'a [Monitor]) -> Vec<&'a Monitor> {
    let is_shown = |it: &&Monitor| {
        it.state != "paused"
            && (page.monitors.contains(&it.id) || it.tags.iter().any(|tag| page.tags.contains(tag)))
    };
    let mut shown: Vec<&Monitor> = monitors.iter().filter(is_shown).collect();
    shown.sort_by(|one, other| one.id.cmp(&other.id));
    shown
}

fn how(state: &str) -> How {
    match state {
        // A suspicion is none yet.
        "up" | "suspect" => How::Works,
        "partial" => How::Partly,
        "down" => How::Fails,
        "maintenance" => How::Maintained,
        _ => How::NotMeasured,
    }
}

fn concerns(incident: &Incident, shown: &[&Monitor]) -> bool {
    // That we cannot measure is nothing that its users see.
    incident.kind != "cannot_measure"
        && incident.monitors.iter().any(|id| shown.iter().any(|it| it.id == *id))
}

/// Returns what is told of an incident; nothing where it waits to be published.
fn notice(page: &StatusPage, file: &IncidentFile, shown: &[&Monitor]) -> Option<Notice> {
    let incident = &file.incident;
    let published = published(&file.timeline);
    let mut updates: Vec<(String, String)> =
        published.map(|entry| (entry.at.clone(), words::lines(&entry.text))).collect();
    if updates.is_empty() && page.publish == Publish::ByHand {
        return None;
    }
    let services: Vec<String> = incident
        .monitors
        .iter()
        .filter(|id| shown.iter().any(|it| it.id == **id))
        .map(|id| text(id))
        .collect();
    let named = services.join(", ");
    let first = format!("We see a failure of {named} and are looking into it.");
    updates.insert(0, (incident.opened_at.clone(), first));
    if let Some(at) = &incident.resolved_at {
        updates.push((at.clone(), format!("{named}: what failed works again.")));
    }
    updates.sort_by(|one, other| other.0.cmp(&one.0));
    Some(Notice {
        id: text(&incident.id),
        opened_at: incident.opened_at.clone(),
        resolved_at: incident.resolved_at.clone(),
        services,
        updates,
    })
}

/// Returns what was published by hand and not taken back.
pub(super) fn published(timeline: &[TimelineEntry]) -> impl Iterator<Item = &TimelineEntry> {
    let retracted = timeline.iter().rposition(|entry| entry.kind == "retracted");
    let valid = timeline.iter().skip(retracted.map_or(0, |at| at + 1));
    valid.filter(|entry| entry.kind == "published")
}

/// `GET /status`: the pages that one may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Response<Body> {
    let is_inside = is_inside(&app, peer, &headers);
    let pages = app.status_pages();
    let seen = pages.iter().filter(|page| page.public || is_inside);
    let pages = seen.map(|page| {
        let title = page.title.as_deref().unwrap_or(page.name.as_str());
        (page.name.as_str().to_owned(), text(title))
    });
    show::list(&headers, pages.collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path as FilePath;

    use super::*;
    use crate::settings;

    fn page(more: &str) -> StatusPage {
        let text =
            format!("[[dashboard.status_page]]\nname = \"shop\"\ntags = [\"shop\"]\n{more}\n");
        let reading = settings::read("a.toml", text.as_bytes(), FilePath::new("/"));
        assert_eq!(reading.render(), "");
        reading.value.dashboard.status_page.into_iter().next().expect("a page")
    }

    fn monitor(id: &str, state: &str, tag: &str) -> Monitor {
        Monitor {
            id: id.to_owned(),
            state: state.to_owned(),
            tags: vec![tag.to_owned()],
            target: "http://10.0.0.7:3000/secret".to_owned(),
            ..Monitor::default()
        }
    }

    fn file(entries: &[(&str, &str)]) -> IncidentFile {
        let entry = |(kind, text): &(&str, &str)| TimelineEntry {
            at: "2026-11-23T12:05:00Z".to_owned(),
            kind: (*kind).to_owned(),
            text: (*text).to_owned(),
            ..TimelineEntry::default()
        };
        let incident = Incident {
            id: "7".to_owned(),
            opened_at: "2026-11-23T12:00:00Z".to_owned(),
            summary: "10.0.0.7:3000: connection refused".to_owned(),
            monitors: vec!["web".to_owned(), "inner".to_owned()],
            ..Incident::default()
        };
        IncidentFile {
            incident,
            timeline: entries.iter().map(entry).collect(),
            ..IncidentFile::default()
        }
    }

    #[test]
    fn a_page_shows_its_services_and_no_others() {
        let monitors = [
            monitor("web", "suspect", "shop"),
            monitor("api", "down", "shop"),
            monitor("off", "paused", "shop"),
            monitor("inner", "down", "office"),
        ];

        let shown = shown(&page(""), &monitors);

        let names: Vec<&str> = shown.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(names, ["api", "web"]);
        assert_eq!(how(&shown[1].state), How::Works, "a suspicion is not told");
    }

    #[test]
    fn what_is_told_names_services_and_neither_addresses_nor_causes() {
        let monitors = [monitor("web", "down", "shop")];
        let shown: Vec<&Monitor> = monitors.iter().collect();
        let file =
            file(&[("note", "the database of the shop is full"), ("published", "Orders wait.")]);

        let notice = notice(&page(""), &file, &shown).expect("told");

        let said = format!("{notice:?}");
        assert!(said.contains("Orders wait.") && said.contains("failure of web"));
        for hidden in ["10.0.0.7", "refused", "database", "inner"] {
            assert!(!said.contains(hidden), "{said}");
        }
    }

    #[test]
    fn by_hand_nothing_is_told_before_somebody_does() {
        let monitors = [monitor("web", "down", "shop")];
        let shown: Vec<&Monitor> = monitors.iter().collect();
        let by_hand = page("publish = \"by_hand\"");

        assert_eq!(notice(&by_hand, &file(&[("note", "looking")]), &shown), None);
        assert!(notice(&by_hand, &file(&[("published", "Orders wait.")]), &shown).is_some());
        assert!(notice(&page(""), &file(&[]), &shown).is_some());
    }

    #[test]
    fn what_is_taken_back_is_told_no_more() {
        let monitors = [monitor("web", "down", "shop")];
        let shown: Vec<&Monitor> = monitors.iter().collect();
        let by_hand = page("publish = \"by_hand\"");
        let told = |entries: &[(&str, &str)]| notice(&by_hand, &file(entries), &shown);
        let (first, back) = (("published", "The sky falls."), ("retracted", ""));

        assert_eq!(told(&[first, back]), None);
        let again = told(&[first, back, ("published", "Orders wait.")]).expect("told");
        let again = format!("{again:?}");
        assert!(again.contains("Orders wait.") && !again.contains("sky"), "{again}");
    }

    #[test]
    fn an_end_is_told_when_it_came() {
        let monitors = [monitor("web", "up", "shop")];
        let shown: Vec<&Monitor> = monitors.iter().collect();
        let mut over = file(&[]);
        over.incident.resolved_at = Some("2026-11-23T12:30:00Z".to_owned());

        let notice = notice(&page(""), &over, &shown).expect("told");

        let told: Vec<&str> = notice.updates.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("works again") && told[1].contains("looking into it"));
    }
}
