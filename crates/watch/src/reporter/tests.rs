use std::path::{Path, PathBuf};

use goodgate_incident::AlertKind;
use goodgate_report::period::PeriodReport;

use super::*;
use crate::desk::{Ask, Input};
use crate::store::{ChannelName, Keeping, Sqlite};

const SAYS: &str = r#"
[[monitor]]
name = "shop"
tcp = "shop.example:443"
tags = ["eu"]

[[channel]]
name = "mail"
slack = { url = "env:NOT_READ_HERE" }

[[channel]]
name = "chat"
slack = { url = "env:NOT_READ_HERE" }

[[report]]
name = "weekly"
at = "07:00"
zone = "Europe/Berlin"
send = ["mail", "chat"]
"#;

/// A reporter with a store of its own, and a desk that knows no monitor.
struct Stand {
    reporter: Reporter,
    folder: PathBuf,
}

impl Stand {
    fn new(name: &str, calendar: fn() -> Timestamp) -> Self {
        let folder = std::env::temp_dir().join(format!("goodgate-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&folder).ok();
        let reading =
            crate::settings::read("goodgate.toml", SAYS.as_bytes(), Path::new("/"), Timestamp(0));
        assert!(reading.is_sound(), "{}", reading.render());
        let store = Arc::new(Sqlite::open(Keeping::in_folder(&folder)).unwrap());
        let (desk, mut asked) = Desk::new(8);
        tokio::spawn(async move {
            while let Some(input) = asked.recv().await {
                if let Input::Asked(Ask::Monitors(answer)) = input {
                    answer.send(Ok(Vec::new())).ok();
                }
            }
        });
        let settings = watch::channel(Arc::new(reading.value)).1;
        let name = "watch-1".to_owned();
        let reporter = Reporter { settings, store, desk, gateway: None, name, calendar };
        Self { reporter, folder }
    }

    async fn round(&self) {
        let settings = Arc::clone(&self.reporter.settings.borrow());
        self.reporter.see_to(&settings.report[0], &settings).await.unwrap();
    }

    async fn memory(&self, name: &str) -> Option<String> {
        self.reporter.store.memory(name).await.unwrap()
    }

    async fn told(&self, channel: &str) -> Vec<Bulletin> {
        let channel = ChannelName(channel.into());
        let claims = self.reporter.store.claim_alerts(&channel, (self.reporter.calendar)(), 9);
        let claims = claims.await.unwrap();
        assert!(claims.iter().all(|claim| claim.alert.key.kind == AlertKind::Report));
        claims.iter().map(|it| serde_json::from_str(&it.alert.details).unwrap()).collect()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

/// A Monday, five minutes before the report and five minutes after it.
fn before() -> Timestamp {
    at("2026-11-23T05:55:00Z")
}

fn after() -> Timestamp {
    at("2026-11-23T06:05:00Z")
}

fn days_later() -> Timestamp {
    at("2026-12-09T12:00:00Z")
}

#[tokio::test]
async fn a_schedule_that_is_new_begins_with_the_next_report() {
    let stand = Stand::new("reporter-new", after);

    stand.round().await;
    stand.round().await;

    assert_eq!(stand.memory("report/done/week/weekly").await.as_deref(), Some("2026-11-16"));
    assert_eq!(stand.memory("report/number").await, None);
    assert!(stand.told("mail").await.is_empty());
}

#[tokio::test]
async fn a_report_is_made_once_when_it_is_due_and_told_on_each_channel() {
    let mut stand = Stand::new("reporter-once", before);
    stand.round().await;
    assert!(stand.told("mail").await.is_empty(), "it is not due");

    stand.reporter.calendar = after;
    stand.round().await;
    stand.round().await;

    let told = stand.told("mail").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told, stand.told("chat").await);
    assert_eq!(told[0].title, "Weekly report");
    assert_eq!(told[0].command, "goodgate report --week --at 2026-11-16 --zone Europe/Berlin");
    assert_eq!(told[0].from, "2026-11-15T23:00:00.000Z");
    assert_eq!(stand.memory("report/number").await.as_deref(), Some("1"));
    let page = page(&*stand.reporter.store, told[0].kept.as_ref().unwrap()).await.unwrap();
    assert!(page.contains("Weekly report of everything that is watched"), "{page}");
}

#[tokio::test]
async fn one_that_was_missed_is_made_later_and_says_so() {
    let mut stand = Stand::new("reporter-late", after);
    stand.round().await;

    stand.reporter.calendar = days_later;
    stand.round().await;

    let told = stand.told("chat").await;
    assert_eq!(told.len(), 1, "of two that were missed the last one");
    let kept = stand.memory(told[0].kept.as_ref().unwrap()).await.unwrap();
    let report: PeriodReport = serde_json::from_str(&kept).unwrap();
    assert_eq!(report.until, "2026-12-06T23:00:00.000Z");
    assert!(report.gaps[0].starts_with("It was due at 2026-12-07T06:00:00Z"), "{:?}", report.gaps);
}

#[tokio::test]
async fn a_clock_that_went_back_makes_nothing_twice() {
    let mut stand = Stand::new("reporter-back", after);
    stand.round().await;
    stand.reporter.calendar = days_later;
    stand.round().await;

    for calendar in [after as fn() -> Timestamp, days_later] {
        stand.reporter.calendar = calendar;
        stand.round().await;
    }

    assert_eq!(stand.memory("report/number").await.as_deref(), Some("1"));
}
