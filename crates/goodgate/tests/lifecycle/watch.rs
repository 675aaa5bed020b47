//! Which changes of files bring about a reload by themselves.

use std::fs;
use std::os::unix::fs::symlink;

use goodgate_lab::Workdir;

use super::origin::Origin;
use super::reload::{certificate, shows};
use super::support::{Gateway, LISTEN, app, base, command, unwatched};

/// A gateway that watches its file. What it has noticed another one would have noticed as well.
struct Twin(Gateway);

impl Twin {
    fn start(origin: &Origin) -> Self {
        Self(Gateway::with(&(base(1, "1s") + LISTEN + &app(origin.address))))
    }

    /// Changes its file and waits until that was noticed, twice: the looks are a second apart, of this
    /// gateway and of every other.
    fn notices_two_changes(&self, origin: &Origin) {
        for (drain, noticed) in [("2s", "\"1s\" -> \"2s\""), ("1s", "\"2s\" -> \"1s\"")] {
            self.0.write(&(base(1, drain) + LISTEN + &app(origin.address)));
            self.0.wait_for(&format!("goodgate.toml changed): shutdown.drain {noticed}"));
        }
    }
}

#[test]
fn a_file_that_is_not_watched_is_read_at_a_signal_only() {
    let origin = Origin::start();
    let text = |drain: &str| unwatched(1, drain) + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text("5s"));
    let twin = Twin::start(&origin);

    gateway.write(&text("6s"));
    twin.notices_two_changes(&origin);

    assert_eq!(gateway.times("reload"), 0, "{}", gateway.said());
    assert!(gateway.reload().contains("shutdown.drain \"5s\" -> \"6s\""));
}

#[test]
fn watching_ends_and_begins_with_a_reload() {
    let origin = Origin::start();
    let watched = |drain: &str| base(1, drain) + LISTEN + &app(origin.address);
    let unwatched = |drain: &str| unwatched(1, drain) + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&watched("5s"));
    let twin = Twin::start(&origin);

    gateway.write(&unwatched("5s"));
    gateway.wait_for("goodgate.toml changed): reload.watch true -> false");
    gateway.write(&unwatched("6s"));
    twin.notices_two_changes(&origin);
    assert_eq!(gateway.times("goodgate.toml changed"), 1, "{}", gateway.said());

    gateway.write(&watched("6s"));
    gateway.reload();
    gateway.write(&watched("7s"));
    gateway.wait_for("goodgate.toml changed): shutdown.drain \"6s\" -> \"7s\"");
}

/// As editors do that keep a copy: for a moment there is no file, and another one comes.
#[test]
fn a_file_that_is_moved_away_and_written_anew_is_noticed() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);
    let path = gateway.folder.join("goodgate.toml");

    fs::rename(&path, path.with_extension("toml~")).expect("moved");
    gateway.write(&text.replace("drain = \"5s\"", "drain = \"6s\""));

    gateway.wait_for("goodgate.toml changed): shutdown.drain \"5s\" -> \"6s\"");
}

/// While there is none it is told once, and what was in force is in force still.
#[test]
fn a_file_that_is_gone_is_told_and_its_return_is_noticed() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    fs::remove_file(gateway.folder.join("goodgate.toml")).expect("removed");
    gateway.wait_for("error: not reloaded");
    gateway.write(&text.replace("drain = \"5s\"", "drain = \"6s\""));

    gateway.wait_for("goodgate.toml changed): shutdown.drain \"5s\" -> \"6s\"");
    assert_eq!(gateway.times("error: not reloaded"), 1, "{}", gateway.said());
}

/// As Kubernetes does with a `Secret`: certificate and key are links through a folder that is a link,
/// the new folder comes under another name, and the old one goes.
#[test]
fn a_certificate_behind_a_link_that_is_swapped_is_served() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let [first, second] = ["..v1", "..v2"].map(|version| {
        fs::create_dir(folder.join(version)).expect("a folder");
        certificate(&folder.join(version), "a.example")
    });
    symlink("..v1", folder.join("..data")).expect("a link");
    for name in ["cert.pem", "key.pem"] {
        symlink(format!("..data/{name}"), folder.join(name)).expect("a link");
    }
    let tls = "[listen.tls]\ncertificates = [{ certificate = \"cert.pem\", key = \"key.pem\" }]\n";
    let text = base(1, "5s") + LISTEN + tls + &app(origin.address);
    let gateway = Gateway::within(folder, command(), &text);
    assert!(shows(gateway.address(), &first));

    symlink("..v2", gateway.folder.join("..data_tmp")).expect("a link");
    let [new, data] = ["..data_tmp", "..data"].map(|name| gateway.folder.join(name));
    fs::rename(new, data).expect("swapped");
    fs::remove_dir_all(gateway.folder.join("..v1")).expect("removed");

    gateway.wait_for("listen 127.0.0.1:0: new certificates");
    assert!(shows(gateway.address(), &second));
}
