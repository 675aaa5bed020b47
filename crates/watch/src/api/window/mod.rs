//! What a window of time holds: shares of time, error budgets, percentiles and incidents, for all monitors
//! or those with a tag.
//!
//! It is answered from transitions and sums of results, in two reads however long the window is. Sums are
//! those of full hours of UTC: `counted` says from when to when.

mod budgets;
mod domains;
mod group;
mod incidents;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State as Shared};
use goodgate_door::{Object, list, ok};
use goodgate_incident::uptime::Spent;
use goodgate_incident::{MonitorId, State, Timestamp};
use serde::Deserialize;

use self::group::{Group, latencies};
use super::moments::before;
use super::refusal::Answer;
pub(crate) use super::refusal::Refusal;
use super::share::{rounded, time};
use super::{Panel, asked, limits, monitors, within};
use crate::desk::{Desk, MonitorView};
use crate::settings::Settings;
use crate::store::{Span, Store, Wanted, Windowed};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    from: Option<String>,
    until: Option<String>,
    tag: Option<String>,
}

/// `GET /report`.
pub(super) async fn report(Shared(panel): Shared<Arc<Panel>>, request: Request) -> Answer {
    let filter: Filter = asked::query(&request, "from, until (moments), tag")?;
    let now = (panel.calendar)();
    let span = span(&filter, now)?;
    let (desk, store, settings) = (&panel.desk, &*panel.store, &*panel.settings());
    let question = Question { desk, store, settings, name: &panel.name, now };
    answer(&question, span, filter.tag.as_deref()).await.map(ok)
}

/// Who is asked about a window, and when.
pub(crate) struct Question<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) store: &'a dyn Store,
    pub(crate) settings: &'a Settings,
    /// What the watch is called.
    pub(crate) name: &'a str,
    pub(crate) now: Timestamp,
}

/// Says what a window holds, of all monitors or those with a tag.
///
/// # Errors
///
/// Where no monitor has the tag, or the store does not answer.
pub(crate) async fn answer(
    question: &Question<'_>,
    span: Span,
    tag: Option<&str>,
) -> Result<Object, Refusal> {
    let &Question { desk, store, settings, name, now } = question;
    let mut views = within(desk.monitors()).await?;
    if let Some(tag) = tag {
        views.retain(|view| view.tags.contains(tag));
        if views.is_empty() {
            let error = "No monitor has this tag; GET /monitors shows which there are.";
            return Err(Refusal::missing(error));
        }
    }
    let wanted: Wanted = Arc::new(views.iter().map(|view| view.id.clone()).collect());
    let windows = within(store.window(span, Arc::clone(&wanted))).await?;
    let by_id: BTreeMap<&MonitorId, &Windowed> =
        windows.iter().map(|window| (&window.monitor, window)).collect();
    let pieces = views.iter().filter_map(|view| Some(Piece::of(view, by_id.get(&view.id)?, span)));
    let mut pieces: Vec<Piece<'_>> = pieces.collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.badness()));

    let known = tag.map(|_| &*wanted);
    let incidents = incidents::of(store, span, known, now).await?;
    let budgets = budgets::of(store, settings, &by_id, &wanted).await?;
    let counted = span.to_hours();
    Ok(Object::answer("goodgate.watch_report/1")
        .with("watch", name)
        .at("at", now)
        .at("from", span.from)
        .at("until", span.until)
        .with("counted", Object::default().at("from", counted.from).at("until", counted.until))
        .with_some("tag", tag)
        .with("all", Group::of(&pieces).shown())
        .with("tags", list(tags(&pieces), |(tag, group)| group.shown().with("tag", &**tag)))
        .with("monitors_total", pieces.len())
        .with("monitors", list(pieces.iter().take(limits::REPORT_MONITORS), |it| it.shown(now)))
        .with("budgets", budgets)
        .with("incidents", incidents)
        .with("domains", domains::of(store, settings, tag).await?))
}

/// Reads the window: the last seven days unless it is said, and never more than has been.
fn span(filter: &Filter, now: Timestamp) -> Result<Span, Refusal> {
    let moment = |text: &Option<String>, what| match text {
        Some(text) => asked::moment(text, what).map(Some),
        None => Ok(None),
    };
    let until = moment(&filter.until, "until")?.unwrap_or(now).min(now);
    let week = Duration::from_hours(7 * 24);
    let from = moment(&filter.from, "from")?.unwrap_or_else(|| before(until, week));
    if from >= until {
        return Err(Refusal::bad("The window is empty: `from` is not before `until` or not over."));
    }
    if from < before(until, limits::REPORT) {
        let days = limits::REPORT.as_secs() / 86_400;
        return Err(Refusal::bad(format!("The window has more than {days} days.")));
    }
    Ok(Span { from, until })
}

/// One monitor in the window.
struct Piece<'a> {
    view: &'a MonitorView,
    window: &'a Windowed,
    /// The time in each state; absent where it is not known.
    spent: Option<Spent>,
    span: Span,
}

impl<'a> Piece<'a> {
    fn of(view: &'a MonitorView, window: &'a Windowed, span: Span) -> Self {
        // Without a single result nothing was seen: a state of before the window, or of an hour in which
        // nobody looked, is not one of the window.
        let has_results = window.sum.count() > 0 || view.kind == "heartbeat";
        let spent = (!window.is_cut && has_results).then(|| {
            // A monitor that never changed is as it is now, since when it is so.
            let first = match window.first {
                Some(first) => (span.from, first),
                None => (view.since.clamp(span.from, span.until), view.state),
            };
            let all = std::iter::once(first).chain(window.changes.iter().copied());
            Spent::between(&all.collect::<Vec<_>>(), span.from, span.until)
        });
        Self { view, window, spent, span }
    }

    /// Returns how bad the window was for it: what was down longest comes first.
    fn badness(&self) -> (Duration, Duration, u64, Duration) {
        let spent = self.spent.unwrap_or_default();
        (spent.down, spent.partial, self.window.sum.bad, spent.unknown)
    }

    /// Returns the share of the checks that its interval asks for which were made; absent where it was to
    /// make none.
    fn coverage(&self) -> Option<f64> {
        let excepted = self.spent.map_or(Duration::ZERO, |spent| spent.excepted);
        let counted = self.span.to_hours();
        let micros = u64::try_from(counted.until.0.saturating_sub(counted.from.0)).ok()?;
        let time = Duration::from_micros(micros).saturating_sub(excepted);
        let asked = time.as_secs_f64() / self.view.interval.as_secs_f64().max(1.0);
        let made = self.window.sum.count() as f64;
        (asked >= 1.0).then(|| (made / asked).min(1.0))
    }

    fn shown(&self, now: Timestamp) -> Object {
        let sum = &self.window.sum;
        let changes = self.window.changes.iter();
        let failures = changes.filter(|(_, state)| matches!(state, State::Down | State::Partial));
        monitors::of(self.view, now)
            .with_some("uptime", self.spent.as_ref().map(time))
            .with("failures", failures.count())
            .with("checks", sum.count())
            .with("bad", sum.bad)
            .with_some("coverage", self.coverage().map(rounded))
            .with_some("latency", latencies(&sum.latencies))
    }
}

/// Puts monitors together by their tags, in the order of the tags.
fn tags<'a, 'b>(pieces: &'b [Piece<'a>]) -> Vec<(&'b Arc<str>, Group)> {
    let all: BTreeSet<&Arc<str>> = pieces.iter().flat_map(|piece| &piece.view.tags).collect();
    let of_tag = |tag: &'b Arc<str>| {
        let has = pieces.iter().filter(|piece| piece.view.tags.contains(tag));
        (tag, Group::of(has))
    };
    all.into_iter().take(limits::REPORT_TAGS).map(of_tag).collect()
}
