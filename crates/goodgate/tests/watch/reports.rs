//! Reports that are sent by themselves: once, whatever happens in between.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;

use goodgate_lab::Workdir;
use goodgate_watch::store::{Change, Keeping, Sqlite, Store as _};
use rustix::process::Signal;

use super::sink::Sink;
use super::support::Watch;

#[test]
fn a_report_that_was_due_is_told_once_over_a_kill() {
    let folder = Workdir::new().expect("a folder");
    let store = folder.path().join("watch");
    // The last report of this schedule was that of a week long ago.
    let done = ("report/done/week/weekly".into(), "2026-01-05".to_owned());
    let change = Change { memory: vec![done], ..Change::default() };
    let kept = Sqlite::open(Keeping::in_folder(&store)).expect("a store");
    kept.commit_transition(Arc::new(change)).wait().expect("a commit");
    drop(kept);
    // Nobody listens where it is to be told.
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let text = format!(
        "[[monitor]]\nname = \"self\"\ntcp = \"{address}\"\ntags = [\"eu\"]\ninterval = \"1h\"\n\
         [[channel]]\nname = \"hook\"\nwebhook = {{ url = \"http://{address}/\" }}\n\
         [[report]]\nname = \"weekly\"\nat = \"00:00\"\ntags = [\"eu\"]\nsend = [\"hook\"]\n"
    );
    let is_report = |one: &serde_json::Value| one["kind"] == "report";

    let mut watch = Watch::within(folder, &text, &[]);
    watch.until(&["alert", "list"], |list| {
        list["pending"].as_array().is_some_and(|all| all.iter().any(is_report))
    });
    watch.signal(Signal::KILL);
    let sink = Sink::at(address);
    watch.start_again();
    watch.until(&["alert", "list"], |list| {
        list["pending"].as_array().is_some_and(|all| !all.iter().any(is_report))
    });
    watch.signal(Signal::KILL);
    watch.start_again();
    watch.until(&["status"], |status| status["monitors"]["total"].as_u64() >= Some(1));

    let told: Vec<_> = sink.heard().into_iter().filter(is_report).collect();
    let keys: BTreeSet<String> = told.iter().map(|one| one["key"].to_string()).collect();
    assert_eq!(keys.len(), 1, "{told:#?}");
    let report = &told[0]["report"];
    assert_eq!(report["title"], "Weekly report, tag eu", "{told:#?}");
    let command = report["command"].as_str().unwrap_or_default();
    assert!(command.starts_with("goodgate report --week --at"), "{told:#?}");
    watch.signal(Signal::KILL);
    let list = watch.json(&["alert", "list"]);
    assert!(list.is_null(), "it has ended: {list}");
    let kept = Sqlite::open(Keeping::in_folder(&store)).expect("a store");
    let made = kept.memory("report/number").wait().expect("an answer");
    assert_eq!(made.as_deref(), Some("1"), "it was made once");
}
