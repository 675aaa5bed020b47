//! What is shown.

use std::sync::Arc;

use goodgate_incident::AlertKind;
use goodgate_watch::store::{Change, ChannelName, IncidentRow, Store as _};

use crate::stand::{Stand, ago, alert, row};

#[test]
fn the_status_names_what_is_broken_the_worst_first() {
    let stand = Stand::new();

    let status = stand.get("/status").json();

    assert_eq!(status["schema"], "goodgate.status/1");
    assert_eq!(status["watch"], "watch-1");
    assert_eq!(status["monitors"]["total"], 6);
    assert_eq!(status["monitors"]["down"], 1);
    let broken: Vec<&str> = status["broken"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(broken, ["shop", "edge", "api/till"]);
    assert_eq!(status["broken"][0]["finding"]["cause"], "connect_refused");
    assert_eq!(status["broken"][0]["incident"], "3");
    assert_eq!(status["doubts"][0]["doubt"], "network");
    let open: Vec<&str> = status["incidents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(open, ["2", "3"]);
}

#[test]
fn the_status_shows_when_each_channel_was_proven_and_what_it_lost() {
    let stand = Stand::new();

    let status = stand.get("/status").json();

    let [mail, sms] = status["channels"].as_array().expect("a list").as_slice() else {
        panic!("{status}")
    };
    assert_eq!((&mail["name"], &mail["fallback"]), (&"mail".into(), &"sms".into()));
    assert_eq!(mail["proofs"][0]["succeeded"], true);
    assert_eq!(mail["dead_7d"], 0);
    let failed = sms["proofs"].as_array().expect("proofs").iter().find(|it| it["kind"] == "log_in");
    assert_eq!(failed.expect("a proof")["failure"], "the provider answers 403");
    assert_eq!(sms["dead_7d"], 1);
    assert_eq!(status["alerts"]["pending"], 1);
    assert_eq!(status["store"]["full"], false);
    assert!(status["store"]["bytes"].as_u64() > Some(0));
}

#[test]
fn moments_are_written_to_a_millisecond_and_ids_as_text() {
    let stand = Stand::new();

    let status = stand.get("/status").json();

    let at = status["at"].as_str().expect("a moment");
    assert_eq!(at.len(), "2026-11-23T16:00:00.000Z".len(), "{at}");
    assert!(at.ends_with('Z') && at.as_bytes()[19] == b'.', "{at}");
    assert!(status["incidents"][0]["id"].is_string());
}

#[test]
fn a_monitor_is_shown_with_results_shares_of_time_and_its_budget() {
    let stand = Stand::new();
    // Results reach the disk within two seconds.
    let all = || stand.get("/monitors/shop").json();
    wait_for(|| {
        let shown = all();
        (shown["monitor"]["results"].as_array().map(Vec::len) == Some(20)).then_some(())
    });

    // While they are written a read may see results before the words of their causes.
    let shown = all();

    let monitor = &shown["monitor"];
    assert_eq!(monitor["results"][0]["outcome"], "bad", "the latest first");
    assert_eq!(monitor["results"][0]["why"], "connect_refused");
    assert_eq!(monitor["results"][0]["phases"]["connect_ms"], 0.9);
    assert_eq!(monitor["results"][19]["outcome"], "good");
    assert_eq!(monitor["slo"]["objective"], 0.999);
    assert_eq!(monitor["slo"]["bad"], 8);
    assert_eq!(monitor["slo"]["checks"], 20);
    assert_eq!(monitor["slo"]["left"], 0.0);
    let day = &monitor["uptime"]["24h"];
    // 6,000 s of yesterday and the last 241 s.
    assert_eq!(day["down_seconds"].as_u64().map(|down| down / 10), Some(624), "{day}");
    assert_eq!(day["unknown"], 0.0);
    assert!(monitor["days"][0]["checks"].as_u64() > Some(0));
    assert_eq!(monitor["transitions"][0]["to"], "down");
    assert_eq!(monitor["certificate"]["sha256"], "ab12");
    let until = monitor["certificate"]["not_after"].as_str().expect("a moment");
    assert_eq!(until.len(), "2026-11-23T16:00:00.000Z".len(), "{until}");
}

/// Waits until there is something.
fn wait_for<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(std::time::Instant::now() < deadline, "not within half a minute");
        std::thread::yield_now();
    }
}

#[test]
fn monitors_of_the_api_and_of_sources_are_found_by_their_ids() {
    let stand = Stand::new();

    for path in ["/monitors/api/till", "/monitors/api%2Ftill", "/monitors/till"] {
        assert_eq!(stand.get(path).json()["monitor"]["id"], "api/till", "{path}");
    }
    assert_eq!(stand.get("/monitors/gateway/shop").json()["monitor"]["origin"], "source");
    assert_eq!(stand.get("/monitors").json()["monitors"].as_array().map(Vec::len), Some(6));
}

#[test]
fn incidents_are_listed_from_the_latest_on_and_page_by_page() {
    let stand = Stand::new();

    let ids = |target: &str| {
        let shown = stand.get(target).json();
        let ids = shown["incidents"].as_array().expect("a list").iter();
        ids.map(|it| it["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(ids("/incidents"), ["3", "2", "1"]);
    assert_eq!(ids("/incidents?limit=1"), ["3"]);
    assert_eq!(ids("/incidents?before=3&limit=1"), ["2"]);
    assert_eq!(ids("/incidents?before=1"), [""; 0]);
}

#[test]
fn an_incident_comes_with_timeline_deliveries_evidence_and_steps() {
    let stand = Stand::new();

    let file = stand.get("/incidents/3").json();

    assert_eq!(file["schema"], "goodgate.incident/1");
    assert_eq!(file["incident"]["state"], "open");
    assert_eq!(file["incident"]["components"][0]["name"], "10.0.0.7:8080");
    assert_eq!(file["timeline"][0]["kind"], "opened");
    assert_eq!(file["timeline"][2]["by"], "ann");
    let states: Vec<_> =
        file["deliveries"].as_array().expect("a list").iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["accepted", "pending"]);
    assert_eq!(file["deliveries"][1]["why"], "no route");
    assert!(file["steps"].as_array().is_some_and(|steps| !steps.is_empty()));
}

#[test]
fn text_from_outside_steers_no_terminal() {
    let stand = Stand::new();

    let file = stand.get("/incidents/3");

    let note = file.json()["timeline"][2]["text"].as_str().expect("text").to_owned();
    assert_eq!(note, "looking \\u{1b}[31mat it");
}

#[test]
fn evidence_is_that_of_its_incident_or_none() {
    let stand = Stand::new();
    let piece = |incident: &str| {
        let file = stand.get(&format!("/incidents/{incident}")).json();
        file["evidence"][0]["id"].as_str().expect("an id").to_owned()
    };
    let (first, third) = (piece("1"), piece("3"));

    let shown = stand.get(&format!("/incidents/3/evidence/{third}")).json();
    assert_eq!(shown["evidence"]["status"], 502);
    let shown = stand.get(&format!("/incidents/1/evidence/{first}")).json();
    assert!(shown["text"].as_str().is_some_and(|text| text.starts_with("no JSON")));
    for target in [
        format!("/incidents/1/evidence/{third}"),
        "/incidents/3/evidence/999".to_owned(),
        "/incidents/3/evidence/99999999999999999999".to_owned(),
        "/incidents/3/evidence/18446744073709551615".to_owned(),
        "/incidents/3/evidence/-1".to_owned(),
        "/incidents/3/evidence/..%2F..%2Fetc%2Fpasswd".to_owned(),
    ] {
        assert_eq!(stand.get(&target).status, 404, "{target}");
    }
}

#[test]
fn alerts_that_wait_and_that_were_given_up_are_listed() {
    let stand = Stand::new();

    let alerts = stand.get("/alerts").json();

    assert_eq!(alerts["pending_total"], 1);
    assert_eq!(alerts["pending"][0]["key"], "goodgate-3-opened-0");
    assert_eq!(alerts["pending"][0]["channel"], "sms");
    assert_eq!(alerts["dead"][0]["key"], "goodgate-1-opened-0");
    assert_eq!(alerts["dead"][0]["why"], "the provider answers 403");
}

#[test]
fn an_alert_that_waits_is_listed_however_many_incidents_there_were_since() {
    let stand = Stand::of("[watch]\n", |store| {
        let incidents = (1..=150).map(|number| Change {
            incidents: vec![IncidentRow { resolved_at: Some(ago(1)), ..row(number, 600) }],
            alerts: vec![alert(number, AlertKind::Opened, "sms", 600)],
            ..Change::default()
        });
        for change in incidents {
            store.commit_transition(Arc::new(change)).wait().expect("a commit");
        }
        for number in 2..=150 {
            let key = alert(number, AlertKind::Opened, "sms", 600).key;
            let sms = ChannelName("sms".into());
            if number % 2 == 0 {
                store.accepted(key, &sms, ago(500)).wait().expect("accepted");
            } else {
                store.dead(key, &sms, "no route").wait().expect("dead");
            }
        }
    });

    let alerts = stand.get("/alerts?limit=2").json();

    assert_eq!(alerts["pending_total"], 1);
    assert_eq!(alerts["pending"][0]["key"], "goodgate-1-opened-0");
    assert_eq!(alerts["dead_total"], 74);
    let dead = alerts["dead"].as_array().expect("alerts");
    let keys: Vec<_> = dead.iter().map(|one| one["key"].as_str().expect("a key")).collect();
    assert_eq!(keys, ["goodgate-149-opened-0", "goodgate-147-opened-0"]);
}

#[test]
fn what_is_not_there_is_said_to_be_missing_with_where_to_look() {
    let stand = Stand::new();

    for (target, part) in [
        ("/nowhere", "GET /"),
        ("/monitors/none", "GET /monitors"),
        ("/monitors/..%2F..%2Fetc%2Fpasswd", "No monitor"),
        ("/monitors/../status", "No monitor"),
        ("/monitors/%00", "No monitor"),
        ("/incidents/4", "GET /incidents"),
        ("/incidents/03", "a number"),
        ("/incidents/3x", "a number"),
        ("/incidents/99999999999999999999", "a number"),
        ("//status", "GET /"),
        ("/status/", "GET /"),
    ] {
        let answer = stand.get(target);
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.error().contains(part), "{target}: {}", answer.error());
    }
}

#[test]
fn the_list_of_what_can_be_asked_is_there_and_nothing_is_stored() {
    let stand = Stand::new();

    let index = stand.get("/");

    assert!(index.body.contains("PUT    /monitors/NAME"));
    for target in ["/", "/status", "/nowhere", "/incident/3/acknowledge"] {
        let answer = stand.get(target);
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{target}");
        assert_eq!(answer.field("access-control-allow-origin"), None, "{target}");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{target}");
    }
}

#[test]
fn another_method_and_another_query_are_refused() {
    let stand = Stand::new();

    assert_eq!(stand.ask("DELETE", "/status", "").status, 405);
    assert_eq!(stand.post("/monitors/shop", "").status, 405);
    let answer = stand.get("/incidents?limt=3");
    assert_eq!(answer.status, 400);
    assert!(answer.error().contains("limit"));
}

#[test]
fn monitors_come_in_pages_what_is_broken_first() {
    let stand = Stand::new();
    let page = |query: &str| {
        let shown = stand.get(&format!("/monitors?limit=4{query}")).json();
        let all = shown["monitors"].as_array().expect("a list").iter();
        let ids: Vec<String> = all.map(|it| it["id"].as_str().expect("an id").to_owned()).collect();
        (ids, shown)
    };

    let (first, shown) = page("");
    let next = shown["next"].as_str().expect("a second page").to_owned();
    let (second, after) = page(&format!("&after={next}"));

    assert_eq!(first, ["shop", "edge", "api/till", "gateway/shop"]);
    assert_eq!(second, ["hourly", "nightly"]);
    assert_eq!((&shown["matching"], &shown["before"]), (&6.into(), &0.into()));
    assert_eq!((&after["before"], &after["next"]), (&4.into(), &serde_json::Value::Null));
    assert_eq!(shown["states"]["total"], 6);
    assert_eq!(shown["states"]["down"], 1);
    assert_eq!(shown["bad_gateways"], 1);
    assert_eq!(shown["tags"], serde_json::json!([{"tag": "eu", "monitors": 1}]));
    let previous = after["previous"].as_str().expect("a page before");
    assert_eq!(page(&format!("&before={previous}")).0, first);
    assert_eq!(page("&before=").0, ["api/till", "gateway/shop", "hourly", "nightly"]);
    for (query, found) in [
        ("&state=down,suspect", vec!["shop", "api/till"]),
        ("&tag=eu", vec!["shop"]),
        ("&text=TILL", vec!["api/till"]),
        ("&text=refuse", vec!["shop"]),
        ("&status=502", vec!["shop"]),
        ("&order=id", vec!["api/till", "edge", "gateway/shop", "hourly"]),
        ("&order=id&after=gateway/shop", vec!["hourly", "nightly", "shop"]),
    ] {
        assert_eq!(page(query).0, found, "{query}");
    }
    assert_eq!(stand.get("/monitors?state=sideways").status, 400);
    assert_eq!(stand.get("/monitors?sate=down").status, 400);
}

#[test]
fn the_number_of_changes_grows_with_what_people_see_and_with_nothing_else() {
    let stand = Stand::new();
    let changes = || stand.get("/changes").json()["changes"].as_u64().expect("a number");

    let before = changes();
    assert_eq!(changes(), before);
    for (target, body) in [
        ("/incidents/3/notes", r#"{"text": "looking"}"#),
        ("/incidents/3/publish", r#"{"text": "We know."}"#),
        ("/incidents/3/retract", "{}"),
        ("/incidents/3/acknowledge", "{}"),
        ("/events", r#"{"kind": "deploy", "text": "v1"}"#),
        ("/silences", r#"{"for": "1h", "all": true, "why": "a test"}"#),
    ] {
        let before = changes();
        assert!(stand.post(target, body).status < 300, "{target}");
        assert!(changes() > before, "{target}");
    }
}
