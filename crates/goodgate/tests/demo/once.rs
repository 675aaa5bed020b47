//! One of each kind, and each is so.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use goodgate_lab::Workdir;

use super::support::{BINARY, Demo, json, page, text};

#[test]
fn the_three_kinds_happen_the_parts_say_the_same_and_nothing_is_left() {
    let mut demo = Demo::start(&[]);
    let started = demo.wait_for("started");
    let (admin, watch) = (text(&started, "/data/admin"), text(&started, "/data/watch"));
    let folder = text(&started, "/data/folder");
    let mode = std::fs::metadata(folder).expect("a folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let config = format!("{folder}/goodgate.toml");
    let check = Command::new(BINARY).args(["check", &config]).output().expect("it runs");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));

    // Absorbed: the gateway knows a request that failed with this cause and was saved.
    let absorbed = demo.wait_for("absorbed");
    assert!(absorbed["data"]["saved"].as_u64().is_some_and(|saved| saved > 0), "{absorbed:#}");
    let failure = json(admin, &format!("/failures/{}", text(&absorbed, "/data/failure")));
    assert_eq!(failure["end"], "saved", "{failure:#}");
    let cause = text(&absorbed, "/data/cause");
    assert!(["reset_before_response", "stale_keepalive"].contains(&cause), "{cause}");
    assert_eq!(failure["cause"], cause);
    assert_eq!(failure["seen_by_client"], false);
    let (status, shown) = page(text(&absorbed, "/link"));
    assert_eq!(status, 200);
    assert!(shown.contains(cause), "{shown}");

    // Explained: the failure has a verdict, and its page says it.
    let explained = demo.wait_for("explained");
    let failure = json(admin, &format!("/failures/{}", text(&explained, "/data/failure")));
    assert_eq!(failure["cause"], "connect_refused");
    assert!(text(&explained, "/text").contains(text(&failure, "/verdict/summary")));
    let (status, shown) = page(text(&explained, "/link"));
    assert_eq!(status, 200);
    assert!(shown.contains("connect_refused"), "{shown}");

    // An incident, closed again.
    let closed = demo.wait_for("closed");
    let number = text(&closed, "/data/incident");
    let is_it = |event: &&serde_json::Value| {
        event["event"] == "opened" && event["data"]["incident"] == number
    };
    let told = demo.told();
    let opened = told.iter().find(is_it).expect("it was opened before");
    let incident = &json(watch, &format!("/incidents/{number}"))["incident"];
    assert_eq!(incident["state"], "resolved", "{incident:#}");
    assert_eq!(incident["cause"], opened["data"]["cause"]);
    let (status, shown) = page(text(&closed, "/link"));
    assert_eq!(status, 200);
    assert!(shown.contains(text(opened, "/data/cause")), "{shown}");

    // The command that it names writes the report.
    let reports = Workdir::new().expect("a folder");
    let mut command = Command::new("sh");
    command.arg("-c").arg(text(&closed, "/commands/0")).current_dir(reports.path());
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let name = format!("incident-{}.html", text(&closed, "/data/incident"));
    let report = std::fs::read_to_string(reports.join(&name)).expect("a report");
    assert!(report.contains(text(opened, "/data/cause")), "{report}");

    assert!(!demo.processes().is_empty());
    demo.send(super::support::Signal::INT);
    assert_eq!(demo.end().code(), Some(0));
    assert!(demo.processes().is_empty());
    assert_eq!(demo.folders(), Vec::<String>::new());
    let ended = demo.wait_for("ended");
    assert!(ended["data"]["gateway"]["requests"].as_u64().is_some_and(|count| count > 0));
    assert!(ended["data"]["direct"]["failed"].as_u64().is_some_and(|count| count > 0));
    assert!(told.iter().all(|event| event["schema"] == "goodgate.demo/1"));
}

#[test]
fn with_once_it_ends_by_itself_and_has_told_each_kind() {
    let mut demo = Demo::start(&["--once"]);

    assert_eq!(demo.end().code(), Some(0), "{:#?}", demo.told());

    demo.wait_for("ended");
    for kind in ["started", "fault", "absorbed", "explained", "opened", "closed"] {
        demo.wait_for(kind);
    }
    assert!(demo.processes().is_empty());
    assert_eq!(demo.folders(), Vec::<String>::new());
}
