//! A store without room.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use goodgate_lab::Workdir;
use rustix::process::Signal;

use super::origin::Origin;
use super::place::{in_place, place};
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, asks, hook};

/// Writes until there is no room.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("a file");
    for size in [65_536, 4096, 512, 1] {
        let piece = vec![0; size];
        while file.write_all(&piece).is_ok() {}
    }
}

#[test]
fn a_full_disk_keeps_no_alert_back_and_is_told() {
    let Some(host) = place("small") else { return };
    let (shop, till, sink) = (Origin::new(), Origin::new(), Sink::new());
    let folder = Workdir::new().expect("a folder");
    let disk = folder.join("watch");
    fs::create_dir(&disk).expect("a folder");
    let mount = format!("mount -t tmpfs -o size=2m,mode=0700 small {}", disk.display());
    host.shell(&mount).expect("a small disk");
    // As the watch sees it; for us there is only an empty folder.
    let disk = Path::new(&format!("/proc/{}/root", host.first()))
        .join(disk.strip_prefix("/").expect("a whole path"));
    let before = in_place(&host, "--mount");
    let text = asks("shop", shop.address, "") + &asks("till", till.address, "");
    let mut watch = Watch::after(before, folder, &(text + &hook("ops", &sink)), &[]);
    watch.until(&["status"], |status| are_well(status, 2));

    fill(&disk.join("filler"));
    sink.wait_within(PATIENCE * 2, "opened", |one| one["monitors"][0] == "watch/store");
    shop.refuse();
    let told = sink.wait_within(PATIENCE, "opened", |one| one["monitors"][0] == "shop");

    assert_eq!(told["verdict"]["cause"], "connect_refused", "{told:#}");
    fs::remove_file(disk.join("filler")).expect("it was there");
    watch.until(&["status"], |status| {
        status["store"]["full"] == false && status["store"]["waiting_in_memory"] == 0
    });
    let has = |list: &serde_json::Value, name: &str| {
        let all = list["incidents"].as_array().into_iter().flatten();
        all.into_iter().any(|one| one["monitors"][0] == name)
    };
    let list = watch.until(&["incident"], |list| has(list, "shop") && has(list, "watch/store"));
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(2), "{list:#}");
    // They are on the disk, not only in memory.
    watch.signal(Signal::KILL);
    watch.start_again();
    watch.until(&["incident"], |list| has(list, "shop") && has(list, "watch/store"));
    assert_eq!(sink.of_kind("opened").iter().filter(|one| one["monitors"][0] == "shop").count(), 1);
}
