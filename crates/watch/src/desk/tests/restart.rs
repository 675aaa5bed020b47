//! What a start goes on with, and what it does not tell anew.

use super::*;

const SILENCED: &str = r#"
[[silence]]
tags = ["shop"]
from = "11:00"
until = "13:00"
zone = "UTC"
reason = "move"
"#;

pub(super) fn night(monitors: &str) -> String {
    let channel = "[[channel]]\nname = \"night\"\nwebhook = { url = \"http://127.0.0.1:9/\" }\n";
    let policy =
        "[[policy]]\nname = \"night\"\nsteps = [{ after = \"0s\", channels = [\"night\"] }]\n";
    let all =
        "[[policy]]\nname = \"default\"\nsteps = [{ after = \"0s\", channels = [\"hook\"] }]\n";
    format!("{monitors}{CONFIGURATION}{channel}{policy}{all}")
}

async fn hooked(stand: &Stand, channel: &str) -> usize {
    let channel = ChannelName(channel.into());
    stand.store.claim_alerts(&channel, calendar(), 9).await.unwrap().len()
}

#[tokio::test]
async fn a_silence_of_the_file_is_in_force_before_a_start_tells_anything() {
    let stand = Stand::with("file-silence", &format!("{CONFIGURATION}{SILENCED}")).await;
    // The first look at the calendar has told of it.
    stand.desk.monitors().await.unwrap();
    stand.fail("web").await;
    stand.until("web", State::Down).await;
    stand.kept(1, |file| !file.timeline.is_empty()).await;

    let stand =
        stand.again_with(Some("connect_refused"), &format!("{CONFIGURATION}{SILENCED}")).await;
    stand.desk.note(IncidentId(1), "ann".to_owned(), "still quiet?".to_owned()).await.unwrap();

    assert_eq!(stand.store.incident(IncidentId(1)).await.unwrap().unwrap().deliveries, []);
}

#[tokio::test]
async fn a_target_that_is_still_awaited_is_told_to_those_of_its_policy_alone() {
    let id = MonitorId("gateway/shop".into());
    let mut target = source(&id);
    target.policy = Some("night".into());
    let text = night("");
    let stand = Stand::with("awaited", &text).await;
    stand.desk.tell(Input::Appeared(target)).await;
    stand.desk.tell(heard(&id, Outcome::Good, None)).await;
    stand.desk.tell(heard(&id, bad(), Some(finding()))).await;
    stand.until("gateway/shop", State::Partial).await;
    stand.kept(1, |file| !file.deliveries.is_empty()).await;

    let stand = stand.again_with(None, &text).await;
    stand.desk.note(IncidentId(1), "ann".to_owned(), "what now?".to_owned()).await.unwrap();

    assert_eq!((hooked(&stand, "night").await, hooked(&stand, "hook").await), (1, 0));
}

#[tokio::test]
async fn a_pause_of_the_file_ends_with_it_also_after_a_restart_and_one_of_a_person_goes_on() {
    let off = CONFIGURATION.replace("tags = [\"shop\"]", "enabled = false");
    let stand = Stand::with("enabled", &off).await;
    assert_eq!(stand.view("web").await.state, State::Paused);
    stand.desk.pause(MonitorId("api".into()), true).await.unwrap();

    stand.desk.follow(configuration(CONFIGURATION)).await.unwrap();
    assert_eq!(stand.view("web").await.state, State::Unknown);
    assert_eq!(stand.view("api").await.state, State::Paused);

    stand.desk.follow(configuration(&off)).await.unwrap();
    assert_eq!(stand.view("web").await.state, State::Paused);
    let stand = stand.again_with(None, CONFIGURATION).await;
    assert_eq!(stand.view("web").await.state, State::Unknown);
    assert_eq!(stand.view("api").await.state, State::Paused);
}

#[tokio::test]
async fn what_a_channel_answered_before_a_crash_is_made_up_for_and_told_once() {
    let stand = Stand::new("reconcile", Some("connect_refused")).await;
    stand.fail("web").await;
    stand.until("web", State::Down).await;
    let file = stand.kept(1, |file| !file.deliveries.is_empty()).await;
    let alert = &file.deliveries[0].alert;
    // The channel has answered, the store knows, and the watch dies before the desk hears of it.
    stand.store.accepted(alert.key, &alert.channel, calendar()).await.unwrap();

    let delivered = |file: &IncidentFile| {
        file.timeline.iter().filter(|line| &*line.kind == "delivered").count()
    };
    let stand = stand.again(Some("connect_refused")).await;
    stand.kept(1, |file| delivered(file) == 1).await;
    let stand = stand.again(Some("connect_refused")).await;
    stand.desk.note(IncidentId(1), "ann".to_owned(), "once?".to_owned()).await.unwrap();

    assert_eq!(
        stand
            .kept(1, |_| true)
            .await
            .timeline
            .iter()
            .filter(|line| &*line.kind == "delivered")
            .count(),
        1
    );
    assert_eq!(hooked(&stand, "hook").await, 0);
}

#[tokio::test]
async fn a_large_incident_is_found_again_with_all_of_its_members() {
    let count = super::super::limits::MEMBERS_LISTED + 5;
    let monitor =
        |number| format!("[[monitor]]\nname = \"m{number:05}\"\nhttp = \"http://192.0.2.1/\"\n");
    let text: String = (0..count).map(monitor).collect();
    let stand = Stand::with("large", &text).await;
    for number in 0..count {
        stand.fail(&format!("m{number:05}")).await;
    }
    let is_whole = |file: &IncidentFile| file.incident.members.len() == count;
    let file = stand.kept(1, is_whole).await;
    assert!(file.incident.memory.len() < 64 << 10, "{} bytes", file.incident.memory.len());

    let stand = stand.again_with(Some("connect_refused"), &text).await;

    let all = stand.desk.monitors().await.unwrap();
    let inside = all.iter().filter(|view| view.incident == Some(IncidentId(1))).count();
    assert_eq!(inside, count);
}

/// A calendar after five hours in which nobody was there.
fn later() -> Timestamp {
    Timestamp(calendar().0 + Duration::from_hours(5).as_micros() as i64)
}

#[tokio::test]
async fn of_all_reminders_that_fell_due_while_nobody_was_there_one_is_sent() {
    let stand = Stand::new("reminded", Some("connect_refused")).await;
    for monitor in ["web", "api"] {
        stand.check(monitor, Outcome::Good).await;
        stand.fail(monitor).await;
        stand.until(monitor, State::Down).await;
    }
    stand.kept(1, |file| file.incident.members.len() == 2).await;
    let kinds = |file: &IncidentFile| {
        let keys = file.deliveries.iter().map(|delivery| delivery.alert.key.kind);
        keys.collect::<Vec<_>>()
    };

    let mut stand = stand;
    for _ in 0..3 {
        stand = stand.again_at(later).await;
        // What a start has to say is kept before this is.
        stand.desk.note(IncidentId(1), "ann".to_owned(), "what now?".to_owned()).await.unwrap();
    }

    let file = stand.kept(1, |file| kinds(file).len() > 1).await;
    assert_eq!(kinds(&file), [AlertKind::Opened, AlertKind::Reminder]);
    let decided = |index: usize| file.deliveries[index].alert.decided_at;
    assert!(decided(1).0 - decided(0).0 >= Duration::from_hours(5).as_micros() as i64);
}
