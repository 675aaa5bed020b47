//! What people and jobs tell the watch.

use goodgate_watch::store::Store as _;

use crate::stand::{Stand, now};

#[test]
fn an_incident_is_acknowledged_once_and_by_somebody() {
    let stand = Stand::new();

    let first = stand.post("/incidents/3/acknowledge", r#"{"by": "ann"}"#);
    let second = stand.post("/incidents/3/acknowledge", r#"{"by": "bob"}"#);

    assert_eq!(first.json()["incident"]["state"], "acknowledged");
    assert_eq!(second.json()["incident"]["acknowledged"]["by"], "ann");
    assert_eq!(stand.post("/incidents/1/acknowledge", "").status, 409, "it is over");
    assert_eq!(stand.post("/incidents/9/acknowledge", "").status, 404);
}

#[test]
fn an_incident_whose_monitor_fails_is_not_over() {
    let stand = Stand::new();

    let answer = stand.post("/incidents/3/resolve", r#"{"by": "ann"}"#);

    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("shop still fails"), "{answer:?}");
    assert_eq!(stand.post("/incidents/9/resolve", "").status, 404);
}

#[test]
fn what_people_say_and_do_goes_into_the_timeline() {
    let stand = Stand::new();

    let note = stand.post("/incidents/3/notes", r#"{"text": "it is the disk", "by": "ann"}"#);
    let step = stand.post("/incidents/3/steps", r#"{"text": "restarted the app"}"#);

    let told = r#"{"text": "The shop is back soon.", "by": "ann"}"#;
    let told = stand.post("/incidents/3/publish", told);

    assert_eq!((note.status, step.status, told.status), (200, 200, 200));
    let file = stand.get("/incidents/3").json();
    let of = |kind: &str| {
        let lines = file["timeline"].as_array().expect("a list").iter();
        let found = lines.rev().find(|line| line["kind"] == kind).expect("a line");
        (found["text"].clone(), found["by"].clone())
    };
    assert_eq!(of("note"), ("it is the disk".into(), "ann".into()));
    assert_eq!(of("step"), ("restarted the app".into(), "api".into()));
    assert_eq!(of("published"), ("The shop is back soon.".into(), "ann".into()));
}

#[test]
fn bodies_that_are_not_what_is_wanted_are_refused() {
    let stand = Stand::new();
    let long = format!(r#"{{"text": "{}"}}"#, "x".repeat(3_000));

    for (target, body) in [
        ("/incidents/3/notes", ""),
        ("/incidents/3/notes", "{"),
        ("/incidents/3/notes", r#"{"text": "  "}"#),
        ("/incidents/3/notes", r#"{"text": 7}"#),
        ("/incidents/3/notes", r#"{"text": "a", "who": "ann"}"#),
        ("/incidents/3/notes", &long),
        ("/events", r#"{"kind": "party", "text": "a"}"#),
        ("/events", r#"{"kind": "deploy", "text": "a", "at": "yesterday"}"#),
        ("/events", r#"{"kind": "deploy", "text": "a", "at": "1999-01-01T00:00:00Z"}"#),
        ("/silences", r#"{"why": "a", "all": true}"#),
        ("/silences", r#"{"why": "a", "all": true, "for": "soon"}"#),
        ("/silences", r#"{"why": "", "all": true, "for": "1h"}"#),
        ("/backup", r#"{"file": "relative.db"}"#),
        ("/backup", r#"{"file": "/tmp/../etc/x.db"}"#),
        ("/backup", r#"{"file": "/tmp/x\u0000.db"}"#),
        ("/backup", r#"{"file": "/tmp/"}"#),
        ("/backup", r#"{"file": "/"}"#),
    ] {
        let answer = stand.post(target, body);
        assert_eq!(answer.status, 400, "{target} {body}: {}", answer.body);
        assert!(!answer.error().is_empty());
    }
}

#[test]
fn changes_are_kept_and_listed_the_latest_first() {
    let stand = Stand::new();

    let made = stand.post("/events", r#"{"kind": "deploy", "text": "v1.2", "tags": ["eu"]}"#);
    stand.post("/events", r#"{"kind": "dns", "text": "web 192.0.2.7", "by": "ann"}"#);

    assert_eq!(made.status, 201);
    let events = stand.get("/events").json();
    assert_eq!(events["events"][0]["by"], "ann");
    assert_eq!(events["events"][1]["text"], "v1.2");
    assert_eq!(events["events"][1]["tags"][0], "eu");
    assert_eq!(stand.get("/events?limit=1").json()["events"].as_array().map(Vec::len), Some(1));
    let none = stand.get("/events?until=2020-01-01T00:00:00Z&since=2019-01-01T00:00:00Z");
    assert_eq!(none.json()["events"].as_array().map(Vec::len), Some(0));
    let typo = stand.post("/events", r#"{"kind": "deploy", "text": "v", "tags": ["ue"]}"#);
    assert_eq!(typo.status, 422);
}

#[test]
fn silences_begin_and_end_and_those_of_the_file_are_shown() {
    let stand = Stand::new();

    let made = stand.post("/silences", r#"{"for": "2h", "monitors": ["till"], "why": "move"}"#);
    let number = made.json()["id"].as_str().expect("an id").to_owned();

    assert_eq!(made.status, 201);
    let all = stand.get("/silences").json();
    assert_eq!(all["silences"][0]["matches"]["monitors"][0], "api/till");
    assert_eq!(all["silences"][0]["is_now"], true);
    assert_eq!(all["in_file"][0]["why"], "the night of the backup");
    assert_eq!(stand.ask("DELETE", &format!("/silences/{number}"), "").status, 200);
    assert_eq!(stand.ask("DELETE", &format!("/silences/{number}"), "").status, 404);
    assert_eq!(stand.ask("DELETE", "/silences/77", "").status, 404);
}

#[test]
fn a_silence_of_nothing_of_nobody_and_of_everything_by_mistake_is_refused() {
    let stand = Stand::new();

    for body in [
        r#"{"for": "1h", "why": "a"}"#,
        r#"{"for": "1h", "why": "a", "monitors": ["shpo"]}"#,
        r#"{"for": "1h", "why": "a", "tags": ["ue"]}"#,
        r#"{"for": "1h", "why": "a", "causes": ["gremlins"]}"#,
        r#"{"for": "1h", "why": "a", "all": true, "tags": ["eu"]}"#,
        r#"{"for": "500d", "why": "a", "all": true}"#,
        r#"{"until": "2020-01-01T00:00:00Z", "why": "a", "all": true}"#,
    ] {
        assert_eq!(stand.post("/silences", body).status, 422, "{body}");
    }
    assert_eq!(stand.store.silences(now()).wait().expect("silences").len(), 0);
}

#[test]
fn monitors_are_created_replaced_and_removed() {
    let stand = Stand::new();
    let put = |body| stand.ask("PUT", "/monitors/db", body).status;

    assert_eq!(put(r#"{"tcp": "db.example:5432", "interval": "5s", "tags": ["db"]}"#), 201);
    assert_eq!(put(r#"{"tcp": "db.example:5433", "slo": {"objective": "99%"}}"#), 200);

    let kept = stand.store.monitors().wait().expect("monitors");
    assert!(kept[0].definition.contains("db.example:5433"), "{kept:?}");
    assert_eq!(stand.get("/monitors/db").json()["monitor"]["slo"]["objective"], 0.99);
    assert_eq!(stand.ask("DELETE", "/monitors/db", "").status, 200);
    assert_eq!(stand.ask("DELETE", "/monitors/db", "").status, 404);
    assert_eq!(stand.get("/monitors/db").status, 404);
}

#[test]
fn monitors_of_the_file_and_wrong_ones_stay_as_they_are() {
    let stand = Stand::new();

    for (method, target, body, status) in [
        ("PUT", "/monitors/shop", r#"{"tcp": "a:1"}"#, 409),
        ("DELETE", "/monitors/shop", "", 409),
        ("PUT", "/monitors/db", r#"{"tpc": "a:1"}"#, 422),
        ("PUT", "/monitors/db", r#"{"heartbeat": "1h", "token": "file:/etc/shadow"}"#, 422),
        ("PUT", "/monitors/db", "[]", 400),
        ("PUT", "/monitors/D%20B", r#"{"tcp": "a:1"}"#, 422),
        ("PUT", "/monitors/..%2Fx", r#"{"tcp": "a:1"}"#, 422),
    ] {
        let answer = stand.ask(method, target, body);
        assert_eq!(answer.status, status, "{method} {target} {body}: {}", answer.body);
    }
    assert_eq!(stand.store.monitors().wait().expect("monitors").len(), 0);
}

#[test]
fn monitors_are_paused_resumed_and_checked() {
    let stand = Stand::new();

    assert_eq!(stand.post("/monitors/shop/pause", "").json()["done"], "pause");
    assert_eq!(stand.get("/monitors/shop").json()["monitor"]["state"], "paused");
    assert_eq!(stand.post("/monitors/shop/resume", "").status, 200);
    assert_eq!(stand.post("/monitors/api/till/check", "").status, 200);
    assert_eq!(stand.post("/monitors/none/check", "").status, 404);
    assert_eq!(stand.post("/monitors/shop/explode", "").status, 404);

    assert_eq!(stand.told(), ["pause shop true", "pause shop false", "check api/till"]);
}

#[test]
fn a_channel_is_tried_and_says_what_came_of_it() {
    let stand = Stand::new();

    let mail = stand.post("/channels/mail/test", "").json();
    let sms = stand.post("/channels/sms/test", "").json();
    let none = stand.post("/channels/pigeon/test", "");

    assert_eq!(
        (&mail["accepted"], &mail["said"]),
        (&true.into(), &"250 2.0.0 queued as 4F1".into())
    );
    assert_eq!(sms["accepted"], false);
    assert!(sms["why"].as_str().is_some_and(|why| why.contains("403")));
    assert_eq!(none.status, 404);
    assert!(none.error().contains("mail, sms"), "{}", none.error());
}

#[test]
fn a_backup_is_a_store_and_never_overwrites() {
    let stand = Stand::new();
    let file = stand.folder.path().join("copy.db");
    let body = serde_json::json!({ "file": file }).to_string();

    let made = stand.post("/backup", &body);
    let again = stand.post("/backup", &body);

    assert!(made.json()["bytes"].as_u64() > Some(4096), "{made:?}");
    assert!(std::fs::read(&file).expect("a file").starts_with(b"SQLite format 3"));
    assert_eq!(again.status, 409, "{}", again.body);
}

#[test]
fn jobs_call_in_any_way_that_a_job_can() {
    let stand = Stand::new();

    for method in ["GET", "POST", "HEAD"] {
        assert_eq!(stand.ask(method, "/beat/nightly", "").status, 200, "{method}");
    }
    assert_eq!(stand.told(), ["beat nightly"; 3]);
    assert_eq!(stand.get("/beat/shop").status, 409);
    assert_eq!(stand.get("/beat/none").status, 404);
    assert_eq!(stand.get("/beat/..%2Fnightly").status, 404);
}
