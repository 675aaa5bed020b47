//! Budgets of stored results, in virtual time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::uptime::BURN_RULES;
use goodgate_incident::{MonitorId, Outcome, State, Timestamp};
use tokio::sync::watch;

use super::{Aim, BudgetView, Budgets, Member, Running, aims};
use crate::desk::{Desk, Input};
use crate::settings::{Settings, read};
use crate::store::{Grain, Keeping, Measured, Phases, RollUp, Seen, Span, Sqlite, Store};

/// 2026-11-23T12:00:00Z.
const NOON: i64 = 1_795_435_200_000_000;

const TEXT: &str = r#"
[[monitor]]
name = "shop"
tcp = "a.example:1"
tags = ["eu"]
slo = { objective = "99.9%", window = "720h" }

[[monitor]]
name = "api"
tcp = "a.example:2"
tags = ["eu"]
provider = "cloudflare"

[[slo]]
name = "europe"
tag = "eu"

[[slo]]
name = "edge"
provider = "cloudflare"
objective = "99%"
window = "24h"
"#;

fn settings() -> Settings {
    let reading = read("a", TEXT.as_bytes(), Path::new("/"), Timestamp(NOON));
    assert!(reading.is_sound(), "{}", reading.render());
    reading.value
}

fn aim(id: &str) -> Aim {
    let all = aims(&settings(), &[]);
    all.into_iter().find(|aim| &*aim.id.0 == id).expect("an objective")
}

fn minute(minute: i64) -> Timestamp {
    Timestamp(NOON + minute * 60_000_000)
}

/// The results of a monitor, as a store rolls them up: one each minute, bad where it is said.
struct Kept(Vec<Measured>);

impl Kept {
    fn new(minutes: std::ops::Range<i64>, seen: impl Fn(i64) -> (State, bool)) -> Self {
        let one = |at| {
            let (state, is_bad) = seen(at);
            Measured {
                monitor: MonitorId("shop".into()),
                at: minute(at),
                took: Duration::from_millis(5),
                state,
                seen: if is_bad { Seen::Bad(None) } else { Seen::Good },
                status: None,
                phases: Phases::default(),
            }
        };
        Self(minutes.map(one).collect())
    }

    fn roll_ups(&self, grain: Grain, span: Span, until: Timestamp) -> Vec<RollUp> {
        let mut all: BTreeMap<Timestamp, RollUp> = BTreeMap::new();
        for result in self.0.iter().filter(|it| it.at <= until) {
            let start = grain.start(result.at);
            if start >= span.from && start < span.until {
                all.entry(start).or_insert_with(|| RollUp::empty(start)).add(result);
            }
        }
        all.into_values().collect()
    }

    fn read_into(&self, member: &mut Member, window: Duration, now: Timestamp) {
        let wanted = member.wanted(window, now);
        let [(hours, of_hours), (minutes, of_minutes)] = wanted;
        let (hours, minutes) =
            (self.roll_ups(hours, of_hours, now), self.roll_ups(minutes, of_minutes, now));
        member.take(window, now, &wanted, &hours, &minutes);
    }
}

fn view(aim: &Aim, kept: &Kept, now: Timestamp) -> BudgetView {
    let mut member = Member::default();
    kept.read_into(&mut member, aim.window, now);
    BudgetView::of(aim, &BTreeMap::from([(MonitorId("shop".into()), member)]), now)
}

#[test]
fn every_objective_has_its_monitors() {
    let all = aims(&settings(), &[]);

    let members = |id: &str| -> Vec<String> {
        let aim = all.iter().find(|aim| &*aim.id.0 == id).expect("an objective");
        aim.members.iter().map(ToString::to_string).collect()
    };
    assert_eq!(members("budget/monitor/shop"), ["shop"]);
    assert_eq!(members("budget/europe"), ["api", "shop"]);
    assert_eq!(members("budget/edge"), ["api"]);
    assert_eq!(all.len(), 3);
    assert_eq!(aim("budget/europe").target().about, "99.9% good, of tag eu");
}

#[test]
fn what_is_read_bit_by_bit_is_what_is_read_at_once() {
    let kept = Kept::new(-3000..600, |at| (State::Up, at % 7 == 0));
    let (window, mut member) = (Duration::from_hours(40), Member::default());

    for at in 0..600 {
        kept.read_into(&mut member, window, minute(at));
        if at % 97 == 0 {
            let mut anew = Member::default();
            kept.read_into(&mut anew, window, minute(at));
            let buckets = |it: &Member| it.buckets().copied().collect::<Vec<_>>();
            assert_eq!(buckets(&member), buckets(&anew), "minute {at}");
        }
    }
    assert!(member.buckets().count() < 40 + 9 * 60);
}

#[test]
fn an_outage_burns_and_says_how_much_is_left_and_who_it_was() {
    let aim = aim("budget/monitor/shop");
    // Thirty days of good checks, then ten minutes without.
    let kept = Kept::new(-43_000..10, |at| (State::Up, at >= 0));

    let view = view(&aim, &kept, minute(9));

    let burn = view.burn.expect("it burns");
    assert_eq!(burn.rule, BURN_RULES[0]);
    assert_eq!((view.budget.bad, view.costs[0].bad), (10, 10));
    let summary = view.finding().expect("a finding").summary;
    assert!(
        summary.starts_with("the error budget of monitor shop (99.9% over 30 days) is spent 1"),
        "{summary}"
    );
    assert!(
        summary.contains("23.3 % of it is gone, at this rate nothing is left in 3 h"),
        "{summary}"
    );
    assert!(summary.ends_with("it went to shop (10 failed)"), "{summary}");
}

#[test]
fn a_budget_that_is_gone_is_gone() {
    let aim = aim("budget/monitor/shop");
    let kept = Kept::new(-5000..10, |at| (State::Up, at >= -20));

    let view = view(&aim, &kept, minute(9));

    assert!(view.budget.spent > 1.0);
    assert_eq!(view.used_up_in, Some(Duration::ZERO));
    let summary = view.finding().expect("a finding").summary;
    assert!(summary.contains("nothing of it is left"), "{summary}");
}

#[test]
fn a_maintenance_costs_nothing_and_what_cannot_be_measured_neither() {
    let aim = aim("budget/monitor/shop");
    let kept = Kept::new(-5000..60, |at| match at {
        0.. => (State::Maintenance, true),
        _ => (State::Up, false),
    });

    let view = view(&aim, &kept, minute(59));

    assert_eq!((view.budget.bad, view.burn), (0, None));
    assert_eq!(view.budget.checks, 5000);
}

#[test]
fn what_is_older_than_the_window_costs_nothing() {
    let aim = Aim { window: Duration::from_hours(24), ..aim("budget/monitor/shop") };
    let kept = Kept::new(-5000..0, |at| (State::Up, at < -2000));

    let view = view(&aim, &kept, minute(0));

    assert_eq!((view.budget.bad, view.finding()), (0, None));
}

#[test]
fn a_provider_is_to_blame_for_its_own_budget() {
    let aim = Aim { members: [MonitorId("shop".into())].into(), ..aim("budget/edge") };
    let kept = Kept::new(-1000..10, |at| (State::Up, at >= -30));

    let found = view(&aim, &kept, minute(9)).finding().expect("a finding");

    assert_eq!(found.blame, Some(goodgate_evidence::Blame::Dependency));
    assert_eq!(found.components.len(), 1);
    assert!(found.summary.contains("provider cloudflare (99% over 1 day)"), "{}", found.summary);
}

/// A folder that is removed in the end.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

#[tokio::test]
async fn what_a_store_keeps_is_told_to_the_desk_and_shown() {
    let name = format!("goodgate-budget-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    let store = Arc::new(Sqlite::open(Keeping::in_folder(&folder.0)).expect("a store"));
    let kept = Kept::new(-90..0, |at| (State::Up, at >= -30));
    assert_eq!(store.append_results(kept.0).dropped, 0);
    // The store writes results in batches.
    let all = Span { from: minute(-90), until: minute(1) };
    loop {
        let rows = store.roll_ups(&MonitorId("shop".into()), Grain::Minute, all).await;
        if rows.expect("rows").len() == 90 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (desk, mut told) = Desk::new(100);
    let (views, budgets) = Budgets::new();
    let (give, aims) = watch::channel(vec![aim("budget/monitor/shop")]);
    let calendar = || minute(0);
    let running =
        Running { aims, store: Arc::clone(&store) as Arc<dyn Store>, desk, calendar, views };
    let work = tokio::spawn(super::run(running));

    let Some(Input::Appeared(target)) = told.recv().await else { panic!("a target") };
    assert_eq!((&*target.monitor.0, target.kind), ("budget/monitor/shop", "budget"));
    let Some(Input::Heard(heard)) = told.recv().await else { panic!("a result") };

    assert!(matches!(heard.result.outcome, Outcome::Bad { .. }), "{heard:?}");
    let summary = heard.finding.expect("a finding").summary;
    assert!(summary.ends_with("it went to shop (30 failed)"), "{summary}");
    give.send_replace(Vec::new());
    let gone = loop {
        match told.recv().await.expect("it goes on") {
            Input::Gone(id) => break id,
            other => assert!(matches!(other, Input::Heard(_)), "{other:?}"),
        }
    };
    assert_eq!(&*gone.0, "budget/monitor/shop");
    drop(give);
    work.await.expect("it ends");
    assert_eq!(budgets.budgets().len(), 0, "what is gone is not shown");
}
