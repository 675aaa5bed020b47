//! Our own uplink is cut for minutes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use goodgate_lab::Workdir;
use goodgate_lab::wait::wait_until;
use serde_json::Value;

use crate::names;
use crate::origin::Origin;
use crate::place::{in_place, join, place, within};
use crate::sink::Sink;
use crate::support::{PATIENCE, Watch, are_well, hook, is_soak, state};

const CUT: Duration = Duration::from_mins(5);

/// Where the name server is, and the targets, and those who are told: networks that have nothing to do
/// with each other.
const NAMES: &str = "192.0.2.53";
const TARGETS: [&str; 3] = ["203.0.113.10", "198.18.10.10", "198.19.20.10"];
const TOLD: &str = "192.31.196.80";

fn at(address: &str, port: u16) -> SocketAddr {
    SocketAddr::new(address.parse().expect("an address"), port)
}

#[test]
fn a_cut_uplink_is_unknown_one_incident_and_one_digest() {
    if !is_soak() {
        return;
    }
    let (Some(here), Some(world)) = (place("here"), place("world")) else { return };
    let all: Vec<&str> = TARGETS.into_iter().chain([NAMES, TOLD]).collect();
    join(&here, &world, &all);
    let names = within(&world, || {
        let records = ["one.test=203.0.113.10", "two.example=198.18.10.10"];
        names::serve(at(NAMES, 53), &records)
    });
    let targets = TARGETS.map(|address| within(&world, move || Origin::at(at(address, 80))));
    let sink = within(&world, || Sink::at(at(TOLD, 80)));
    let monitor = |name: &str, host: &str| {
        format!("[[monitor]]\nname = \"{name}\"\nhttp = \"http://{host}/\"\ninterval = \"5s\"\n")
    };
    let text = format!("name_servers = [\"{names}\"]\n")
        + &monitor("one", "one.test")
        + &monitor("two", "two.example")
        + &monitor("three", TARGETS[2])
        + &hook("ops", &sink);
    let folder = Workdir::new().expect("a folder");
    let watch = Watch::after(in_place(&here, "--net"), folder, &text, &[]);
    watch.until(&["status"], |status| are_well(status, 3));

    let cut = Instant::now();
    world.shell("ip link set eth0 down").expect("it is cut");
    let is_unknown = |status: &Value| {
        ["one", "two", "three"].iter().all(|name| state(status, name) == Some("unknown"))
    };
    watch.until(&["status"], is_unknown);
    let list = watch.until_within(PATIENCE * 4, &["incident"], |list| {
        list["incidents"].as_array().is_some_and(|all| !all.is_empty())
    });
    assert_eq!(list["incidents"][0]["kind"], "cannot_measure", "{list:#}");
    wait_until("the end of the cut", CUT * 2, || {
        let status = watch.json(&["status"]);
        // Never down, all the time.
        assert!(is_unknown(&status), "{status:#}");
        Ok((cut.elapsed() >= CUT).then_some(()))
    })
    .expect("the end of the cut");
    assert_eq!(sink.heard(), Vec::<Value>::new());

    world.shell("ip link set eth0 up").expect("it is back");
    let digest = sink.wait_within(PATIENCE * 4, "digest", |_| true);
    watch.until(&["status"], |status| are_well(status, 3));
    let asked = targets[0].asked();
    wait_until("further checks", PATIENCE * 2, || {
        Ok((targets[0].asked() >= asked + 12).then_some(()))
    })
    .expect("further checks");

    assert_eq!(sink.texts("/kind"), ["digest"], "{:#?}", sink.heard());
    assert!(digest["cut_off"].is_object(), "{digest:#}");
    let list = watch.json(&["incident"]);
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(1), "{list:#}");
    for name in ["one", "two", "three"] {
        never_down(&watch, name);
    }
}

/// Uptime shows the cut apart, and no failure.
fn never_down(watch: &Watch, name: &str) {
    let socket = watch.folder.join("watch/goodgate.sock");
    let (_, body) = crate::asking::over_unix(&socket, "GET", &format!("/monitors/{name}"));
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    let monitor = &answer["monitor"];
    let day = &monitor["uptime"]["24h"];
    assert_eq!(day["down"].as_f64(), Some(0.0), "{monitor:#}");
    assert_eq!(day["partial"].as_f64(), Some(0.0), "{monitor:#}");
    assert!(day["unknown"].as_f64().is_some_and(|share| share > 0.3), "{monitor:#}");
    let down = monitor["transitions"].as_array().into_iter().flatten();
    let down = down.filter(|one| one["to"] == "down" || one["to"] == "partial").count();
    assert_eq!(down, 0, "{monitor:#}");
}
