//! How everything is, what is broken first.

use std::sync::Arc;

use axum::extract::State as Shared;
use goodgate_door::{Object, list, ok};
use goodgate_incident::State;
use serde_json::Value;

use super::alerts::dead_letters;
use super::incidents;
use super::moments::before;
use super::monitors::{counts, of};
use super::refusal::Answer;
use super::{Panel, limits, within};
use crate::desk::{Selection, Survey};
use crate::settings::Settings;
use crate::store::{Delivery, Fullness, Health, Proof};

/// `GET /status`.
pub(super) async fn status(Shared(panel): Shared<Arc<Panel>>) -> Answer {
    let broken =
        Selection { states: BROKEN.to_vec(), limit: limits::BROKEN, ..Selection::default() };
    let survey = within(panel.desk.survey(broken)).await?;
    let open = within(panel.store.open_incidents()).await?;
    let proofs = within(panel.store.proofs()).await?;
    let now = (panel.calendar)();
    let dead = dead_letters(&panel).await?;
    let since = before(now, limits::DEAD_FOR);
    let dead: Vec<Delivery> = dead.into_iter().filter(|it| it.alert.decided_at >= since).collect();
    let health = panel.store.health();
    let settings = panel.settings();
    let alerts =
        Object::default().with("pending", health.alerts_pending).with("dead_7d", dead.len());
    let body = Object::answer("goodgate.status/1")
        .with("watch", panel.name.as_str())
        .with("version", env!("CARGO_PKG_VERSION"))
        .at("since", panel.since)
        .at("at", now)
        .with("monitors", counts(&survey))
        .with("bad_gateways", survey.bad_gateways)
        .with("broken_total", survey.matching)
        .with("broken", list(&survey.monitors, |view| of(view, now)))
        .with("incidents_total", open.len())
        .with("incidents", list(open.iter().take(limits::BROKEN), incidents::of))
        .with("channels", channels(&settings, &proofs, &dead))
        .with("alerts", alerts)
        .with("store", of_store(&health))
        .with("doubts", doubts(&survey));
    Ok(ok(body))
}

/// `GET /changes`: what costs nothing to ask, for those who ask often.
pub(super) async fn changes(Shared(panel): Shared<Arc<Panel>>) -> Answer {
    let body = Object::answer("goodgate.changes/1")
        .at("at", (panel.calendar)())
        .at("since", panel.since)
        .with("changes", panel.store.changes());
    Ok(ok(body))
}

/// The states of a monitor that is broken, or may be.
const BROKEN: [State; 4] = [State::Down, State::Partial, State::Unknown, State::Suspect];

/// Shows why monitors cannot be measured, with how many and since when.
fn doubts(survey: &Survey) -> Value {
    list(&survey.doubts, |(doubt, monitors, since)| {
        Object::default()
            .with("doubt", doubt.slug())
            .with("monitors", *monitors)
            .at("since", *since)
    })
}

fn channels(settings: &Settings, proofs: &[Proof], dead: &[Delivery]) -> Value {
    list(&settings.channel, |channel| {
        let name = channel.name.as_str();
        let proven = proofs.iter().filter(|proof| &*proof.channel.0 == name);
        let proofs = list(proven, |proof| {
            Object::default()
                .with("kind", proof.kind.slug())
                .at("at", proof.at)
                .with("succeeded", proof.failure.is_none())
                .with_some("failure", proof.failure.clone())
        });
        let dead = dead.iter().filter(|it| &*it.alert.channel.0 == name).count();
        Object::default()
            .with("name", name)
            .with_some("kind", channel.kind())
            .with_some("fallback", channel.fallback.as_ref().map(|it| it.as_str().to_owned()))
            .with("proofs", proofs)
            .with("dead_7d", dead)
    })
}

fn of_store(health: &Health) -> Object {
    let aside = health.started_anew.as_ref().map(|path| path.display().to_string());
    Object::default()
        .with("full", health.fullness == Fullness::Full)
        .with_some("trouble", health.trouble.clone())
        .with("bytes", health.bytes)
        .with("waiting_in_memory", health.waiting)
        .with("changes_lost", health.changes_lost)
        .with("results_dropped", health.results_dropped)
        .with("evidence_dropped", health.evidence_dropped)
        .with_some("started_anew", aside)
}
