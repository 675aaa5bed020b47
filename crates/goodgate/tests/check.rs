//! `goodgate check` as its users run it.

#![expect(clippy::expect_used, reason = "a test may end where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A configuration without problems.
const FINE: &str = "\
[[listen]]
address = \"127.0.0.1:8080\"

[upstream.app]
endpoints = [\"http://127.0.0.1:3000\"]

[[route]]
upstream = \"app\"
";

/// A folder of its own with a `goodgate.toml`.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, text: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("check-{name}"));
        fs::create_dir_all(&folder).expect("make the folder");
        fs::write(folder.join("goodgate.toml"), text).expect("write the configuration");
        Self(folder)
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.arg("check").args(arguments).current_dir(&self.0);
        command.output().expect("the binary runs")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the output is text")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

#[test]
fn a_fine_file_ends_with_0_and_one_line() {
    let output = Folder::with("fine", FINE).check(&[]);

    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "goodgate.toml is fine: 1 listener, 1 upstream, 1 route\n");
}

#[test]
fn a_warning_is_told_and_ends_with_0() {
    let output = Folder::with("warning", &format!("{FINE}hold = \"off\"\n")).check(&[]);

    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("goodgate.toml:9:8: warning: `app` has one endpoint"));
    assert!(text(&output.stdout).ends_with("1 route, 1 warning\n"));
}

#[test]
fn every_error_is_told_and_ends_with_2() {
    let output =
        Folder::with("errors", &format!("{FINE}hold.time = 5\nhegde = \"off\"\n")).check(&[]);

    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stdout);
    assert!(told.contains("goodgate.toml:9:13: error: 5 has no unit"), "{told}");
    assert!(told.contains("did you mean `hedge`?"), "{told}");
    assert_eq!(text(&output.stderr), "error: goodgate.toml is not usable: 2 errors\n");
}

#[test]
fn a_certificate_that_is_not_there_is_an_error() {
    let tls = "tls.certificates = [{ certificate = \"c.pem\", key = \"k.pem\" }]\n";
    let folder = Folder::with("certificate", &FINE.replace("\n\n[up", &format!("\n{tls}[up")));
    fs::write(folder.0.join("k.pem"), "-----BEGIN PRIVATE KEY-----").expect("write the key");

    let output = folder.check(&[]);

    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("error: there is no /"), "{}", text(&output.stdout));
    assert!(!text(&output.stdout).contains("error: there is no /k.pem"));
}

#[test]
fn json_names_key_line_and_column() {
    let output =
        Folder::with("json", &format!("{FINE}hold.time = 5\n")).check(&["--format", "json"]);

    let answer = json(&output);
    assert_eq!(answer["schema"], "goodgate.check/1");
    assert_eq!(answer["valid"], false);
    let problem = &answer["problems"][0];
    assert_eq!((&problem["line"], &problem["column"]), (&9.into(), &13.into()));
    assert_eq!(problem["key"], "route[0].hold.time");
}

#[test]
fn what_is_explained_is_a_configuration_that_means_the_same() {
    let first = Folder::with("explain", FINE).check(&["--explain"]);
    let again = Folder::with("again", text(&first.stdout));

    let explained = again.check(&["--explain"]);

    let values = |output: &Output| {
        let lines = text(&output.stdout).lines();
        let value = |line: &str| line.split(" # ").next().unwrap_or_default().trim().to_owned();
        lines.map(value).collect::<Vec<_>>()
    };
    assert_eq!(explained.status.code(), Some(0), "{}", text(&explained.stdout));
    assert_eq!(values(&explained), values(&first));
}

#[test]
fn json_explains_each_value_with_its_line() {
    let output = Folder::with("settings", FINE).check(&["--explain", "--format", "json"]);

    let answer = json(&output);
    let settings = answer["settings"].as_array().expect("settings are a list");
    let line = |key: &str| {
        let found =
            settings.iter().find(|setting| setting["key"] == key).expect("the key is there");
        found["line"].clone()
    };
    assert_eq!(line("listen[0].address"), 2);
    assert_eq!(line("upstream.app.timeouts.connect"), Value::Null);
}

#[test]
fn a_file_that_is_not_there_ends_with_2_and_a_hint() {
    for arguments in [&["other.toml"][..], &["--config", "other.toml"]] {
        let output = Folder::with("missing", FINE).check(arguments);

        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("hint: `goodgate check FILE` reads another one"));
    }
}

/// A monitor and a channel.
const WATCH: &str = "\
[[monitor]]
name = \"shop\"
http = \"http://127.0.0.1:3000/\"

[[channel]]
name = \"hook\"
webhook.url = \"file:hook\"
";

#[test]
fn the_watch_is_checked_and_counted_with_the_gateway() {
    let both = Folder::with("both", &format!("{FINE}{WATCH}")).check(&[]);
    let watch = Folder::with("watch", WATCH).check(&[]);

    assert_eq!(
        text(&both.stdout),
        "goodgate.toml is fine: 1 listener, 1 upstream, 1 route, 1 monitor, 1 channel\n"
    );
    assert_eq!(text(&watch.stdout), "goodgate.toml is fine: 1 monitor, 1 channel\n");
    assert_eq!((both.status.code(), watch.status.code()), (Some(0), Some(0)));
}

#[test]
fn the_dashboard_is_checked_counted_and_explained_with_the_others() {
    let user = "[[dashboard.user]]\nname = \"anna\"\npassword = \"env:ANNA\"\n";
    let folder = Folder::with("pages", &format!("{FINE}{WATCH}{user}"));

    let fine = folder.check(&[]);
    let told = folder.check(&["--explain"]);

    assert!(text(&fine.stdout).ends_with("1 channel, a dashboard for 1 user\n"), "{fine:?}");
    let told = text(&told.stdout);
    assert!(told.contains("[dashboard]") && told.contains("listen = \"127.0.0.1:9504\""), "{told}");
    let open = Folder::with("open", &format!("{WATCH}[dashboard]\nlisten = \"0.0.0.0:9504\"\n"));
    let refused = open.check(&[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stdout).contains("everybody who reaches this address"), "{refused:?}");
}

#[test]
fn an_error_of_the_watch_ends_with_2() {
    let folder = Folder::with("unwatched", &format!("{FINE}{WATCH}[[montior]]\nname = \"x\"\n"));

    let output = folder.check(&["--format", "json"]);

    assert_eq!(output.status.code(), Some(2));
    let answer = json(&output);
    assert_eq!(answer["problems"][0]["key"], "montior");
    assert_eq!(answer["problems"][0]["hint"], "did you mean `monitor`?");
}

#[test]
fn what_is_explained_covers_both_parts() {
    let folder = Folder::with("explained", &format!("{FINE}{WATCH}"));

    let explained = folder.check(&["--explain"]);

    let told = text(&explained.stdout);
    assert!(told.contains("[[listen]]") && told.contains("[[monitor]]"), "{told}");
    assert!(told.contains("[watch]"), "{told}");
    let answer = json(&folder.check(&["--explain", "--format", "json"]));
    let settings = answer["settings"].as_array().expect("settings are a list");
    let name = settings.iter().find(|one| one["key"] == "monitor[0].name").expect("it is there");
    assert_eq!((&name["value"], &name["line"]), (&"\"shop\"".into(), &10.into()));
}
