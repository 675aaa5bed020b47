//! Who is told and whether that works, what nobody has got, the watch itself, and who may log in.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::form::{Came, Sender};
use super::reply::see;
use super::{Frame, message, missing, page};
use crate::back::{Ask, Missing, read, segment};
use crate::limits::{ALERTS_SHOWN, ITEMS_IN_A_ROW};
use crate::model::{Channel, Delivery, Status, Tested, Undelivered};
use crate::running::App;
use crate::session::{Users, Viewer};
use crate::settings::Role;
use crate::told;
use crate::words::{between, bytes, counted, is_plain, lasted, moment, text};

/// What was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    tested: String,
}

/// Which channel is to be tried.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Try {
    key: String,
    channel: String,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Page {
    frame: Frame,
    tested: String,
    watch: Result<Watch, String>,
    users: Vec<(String, &'static str)>,
}

/// What the watch says of itself.
struct Watch {
    channels: Vec<Told>,
    alerts: [Alerts; 2],
    facts: Vec<(&'static str, String)>,
    troubles: Vec<String>,
}

/// A channel.
struct Told {
    name: String,
    /// Its name as a form holds it; none where it cannot.
    form: Option<String>,
    state: &'static str,
    word: &'static str,
    says: String,
    proofs: Vec<String>,
}

impl Told {
    fn sign(&self) -> &'static str {
        crate::words::sign(self.state)
    }
}

/// Alerts that nobody has got.
struct Alerts {
    title: &'static str,
    total: usize,
    rows: Vec<Alert>,
}

struct Alert {
    incident: String,
    link: String,
    what: String,
    at: String,
    why: String,
}

/// `GET /settings`.
pub(crate) async fn settings(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response<Body> {
    let asked = tokio::try_join!(
        read::<Status>(&*app.watch, Ask::get("/status")),
        read::<Undelivered>(&*app.watch, Ask::get(format!("/alerts?limit={ALERTS_SHOWN}"))),
    );
    let made = Page {
        frame: Frame::live("Settings", "/settings", &viewer),
        tested: text(&wish.tested),
        watch: asked.map(|(status, alerts)| watch(&status, &alerts)).map_err(|why| silent(&why)),
        users: users(&app.users()),
    };
    page(StatusCode::OK, &headers, &made)
}

/// `POST /settings/channels/test`.
pub(crate) async fn test(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
    came: Came<Try>,
) -> Response<Body> {
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/settings" };
    let form = match sender.operator(came, |it| &it.key) {
        Ok(form) => form,
        Err(page) => return *page,
    };
    let tell = |code, title: &str, says: String, hint: &str| {
        message(code, &headers, Frame::still(title, "/settings", &viewer), says, hint)
    };
    let name = text(&form.channel);
    if matches!(form.channel.as_str(), "" | "." | "..") {
        let says = "The form names no channel.".to_owned();
        return tell(StatusCode::BAD_REQUEST, "That was not done", says, "Nothing was sent.");
    }
    let target = format!("/channels/{}/test", segment(&form.channel));
    let ask = Ask { method: "POST", target, body: None };
    match read::<Tested>(&*app.watch, ask).await {
        Ok(Tested { accepted: true, .. }) => {
            see(&format!("/settings?tested={}", segment(&form.channel)))
        }
        Ok(Tested { why, .. }) => {
            let why = why.as_deref().map_or_else(|| "no reason was given".to_owned(), text);
            let says = format!("{name} did not take the test: {why}");
            let hint = "Messages about incidents would not arrive either, but for its fallback. Look at \
                        its table in goodgate.toml.";
            tell(StatusCode::OK, "The test was not taken", says, hint)
        }
        Err(Missing::Silent(why)) => {
            let hint = "The test may still arrive: a channel may take minutes, and the page of settings \
                        shows its proof as soon as there is one.";
            tell(StatusCode::BAD_GATEWAY, "Not known yet", text(&why), hint)
        }
        Err(why) => missing(&headers, &viewer, &why),
    }
}

fn silent(why: &Missing) -> String {
    match why {
        Missing::Absent(why) => (*why).to_owned(),
        Missing::Silent(why) | Missing::Refused { why, .. } => {
            format!("The watch does not say: {}", text(why))
        }
    }
}

fn watch(status: &Status, alerts: &Undelivered) -> Watch {
    let store = &status.store;
    let mut troubles: Vec<String> = told::of_store(store).collect();
    troubles.extend(
        store.started_anew.as_deref().map(|it| {
            format!("The old store could not be used and was put aside, at {}.", text(it))
        }),
    );
    let running = between(&status.since, &status.at).map(|it| format!(", for {}", lasted(it)));
    Watch {
        channels: status.channels.iter().map(|it| channel(it, &status.at)).collect(),
        alerts: [
            of_alerts("Given up", alerts.dead_total, &alerts.dead),
            of_alerts("Waiting", alerts.pending_total, &alerts.pending),
        ],
        facts: vec![
            ("Name", text(&status.watch)),
            ("Version", or_unknown(&status.version)),
            ("Runs since", format!("{}{}", moment(&status.since), running.unwrap_or_default())),
            ("Store", bytes(store.bytes)),
            ("Changes that wait to be written", store.waiting_in_memory.to_string()),
        ],
        troubles,
    }
}

fn or_unknown(value: &str) -> String {
    if value.is_empty() { "not known".to_owned() } else { text(value) }
}

fn channel(channel: &Channel, now: &str) -> Told {
    let last = channel.proofs.iter().max_by(|one, other| one.at.cmp(&other.at));
    let (state, word) = match last {
        None => ("unknown", "Never tried"),
        Some(proof) if proof.succeeded => ("up", "Works"),
        Some(_) => ("down", "Failed"),
    };
    let mut says = vec![or_unknown(&channel.kind)];
    says.extend(
        channel.fallback.as_deref().map(|it| format!("where it fails, {} is told", text(it))),
    );
    if channel.dead_7d > 0 {
        says.push(format!("{} given up in seven days", counted(channel.dead_7d, "alert")));
    }
    let proofs = channel.proofs.iter().take(ITEMS_IN_A_ROW).map(|proof| {
        let ago = between(&proof.at, now).map(|it| format!(", {} ago", lasted(it)));
        let how = match &proof.failure {
            Some(why) => format!("failed: {}", text(why)),
            None if proof.succeeded => "worked".to_owned(),
            None => "failed".to_owned(),
        };
        let (kind, at) = (text(&proof.kind.replace('_', " ")), moment(&proof.at));
        format!("{kind} {how} ({at}{})", ago.unwrap_or_default())
    });
    Told {
        name: text(&channel.name),
        form: is_plain(&channel.name).then(|| channel.name.clone()),
        state,
        word,
        says: says.join(" \u{b7} "),
        proofs: proofs.collect(),
    }
}

fn of_alerts(title: &'static str, total: usize, all: &[Delivery]) -> Alerts {
    let row = |it: &Delivery| Alert {
        incident: text(&it.incident),
        link: format!("/incidents/{}", segment(&it.incident)),
        what: format!("{} to {}", text(&it.kind), text(&it.channel)),
        at: moment(&it.decided_at),
        why: match (&it.why, it.attempts) {
            (Some(why), tries) => format!("{} after {}", text(why), tries_of(tries)),
            (None, tries) => tries_of(tries),
        },
    };
    Alerts { title, total, rows: all.iter().take(ALERTS_SHOWN).map(row).collect() }
}

fn tries_of(count: u32) -> String {
    match count {
        0 => "no try yet".to_owned(),
        1 => "1 try".to_owned(),
        more => format!("{more} tries"),
    }
}

/// Returns names and roles, and nothing else of those who may log in.
fn users(users: &Users) -> Vec<(String, &'static str)> {
    let role = |role| match role {
        Role::Viewer => "viewer: looks",
        Role::Operator => "operator: looks and acts",
    };
    users.names().map(|(name, of)| (text(name), role(of))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Proof;

    fn proof(at: &str, succeeded: bool) -> Proof {
        Proof { kind: "test".to_owned(), at: at.to_owned(), succeeded, failure: None }
    }

    fn html(status: &Status, alerts: &Undelivered, viewer: &Viewer) -> String {
        let page = Page {
            frame: Frame::live("Settings", "/settings", viewer),
            tested: String::new(),
            watch: Ok(watch(status, alerts)),
            users: vec![("anna".to_owned(), "viewer: looks")],
        };
        page.render().expect("html")
    }

    #[test]
    fn a_channel_is_as_its_last_proof_is() {
        let (old, new) = ("2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z");
        let of = |proofs| channel(&Channel { proofs, ..Channel::default() }, new).word;

        assert_eq!(of(vec![proof(old, true), proof(new, false)]), "Failed");
        assert_eq!(of(vec![proof(new, true), proof(old, false)]), "Works");
        assert_eq!(of(Vec::new()), "Never tried");
    }

    #[test]
    fn only_who_may_act_sees_the_button() {
        let status = Status { channels: vec![Channel::default()], ..Status::default() };
        let operator = Viewer { name: None, role: Role::Operator, form_key: Arc::from("k3y") };

        let alerts = Undelivered::default();
        assert!(html(&status, &alerts, &operator).contains("Send a test"));
        assert!(!html(&status, &alerts, &Viewer::guest()).contains("Send a test"));
    }

    #[test]
    fn no_field_becomes_code() {
        let evil =
            format!("<script>alert(1)</script>\"' onload=\"x\u{202e}{}", "a".repeat(100_000));
        let text = || evil.clone();
        let failed = Proof { kind: text(), at: text(), succeeded: false, failure: Some(text()) };
        let channel = Channel {
            name: text(),
            kind: text(),
            fallback: Some(text()),
            proofs: vec![failed],
            dead_7d: 1,
        };
        let delivery = Delivery {
            incident: text(),
            kind: text(),
            channel: "a".to_owned(),
            why: Some(text()),
            ..Delivery::default()
        };
        let status = Status {
            watch: text(),
            version: text(),
            since: text(),
            channels: vec![channel],
            ..Status::default()
        };
        let alerts = Undelivered { dead_total: 1, dead: vec![delivery], ..Undelivered::default() };

        let operator = Viewer { name: None, role: Role::Operator, form_key: Arc::from("k3y") };
        let html = html(&status, &alerts, &operator);

        for code in ["<script>alert", "\" onload", "\u{202e}"] {
            assert!(!html.contains(code), "{code}");
        }
    }
}
