//! What a reload changes, and what waits for a start.

use std::process::Command;

use goodgate_lab::Workdir;

use super::origin::Origin;
use super::support::{BINARY, DASHBOARD, Program, Signal, gateway, monitor, send};

const BY_SIGNAL: &str = "[reload]\nwatch = false\n";

#[test]
fn another_address_waits_for_a_start_and_the_pages_stay() {
    let origin = Origin::start();
    let text = format!("{}{BY_SIGNAL}{DASHBOARD}", monitor(origin.address));
    let program = Program::start(&text);
    let before = program.pages();

    program.rewrite(&text.replace("127.0.0.1:0", "127.0.0.2:0"));
    program.reload();

    program.wait_for("warning: dashboard.listen: 127.0.0.2:0 counts from the next start on");
    program.until("/", |page| page.status == 200);
    assert_eq!(program.pages(), before);
}

#[test]
fn a_gateway_alone_says_that_the_pages_wait() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let alone = gateway(origin.address) + BY_SIGNAL;
    let program = Program::spawned(Command::new(BINARY), folder, &alone, &[]);
    program.wait_for("route / -> app");

    program.rewrite(&format!("{alone}{DASHBOARD}"));
    send(program.id(), Signal::HUP);

    program.wait_for("there are no pages: this process was started without a dashboard");
}

#[test]
fn a_dashboard_alone_keeps_its_pages_when_the_file_has_none() {
    let origin = Origin::start();
    let watch = monitor(origin.address) + BY_SIGNAL;
    let folder = Workdir::new().expect("a folder");
    let text = format!("{watch}{DASHBOARD}");
    let program = Program::within(folder, &text, &["--only", "dashboard"]);

    program.rewrite(&watch);
    send(program.id(), Signal::HUP);

    program.wait_for("error: not reloaded (SIGHUP)");
    program.wait_for("this process is a dashboard, and the file has none");
    assert_eq!(program.page("/login").status, 200);
}

#[test]
fn a_dashboard_of_nothing_is_not_started() {
    let folder = Workdir::new().expect("a folder");
    let config = folder.write("goodgate.toml", DASHBOARD).expect("written");

    for arguments in [&["check"][..], &["run", "--config"]] {
        let output = Command::new(BINARY).args(arguments).arg(&config).output().expect("it runs");

        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("the file has no [[monitor]] and no [[listen]]"), "{said}");
    }
}

#[test]
fn where_a_reload_takes_all_users_away_a_new_link_allows_to_act() {
    let origin = Origin::start();
    let alone = format!("{}{BY_SIGNAL}{DASHBOARD}", monitor(origin.address));
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let folder = Workdir::new().expect("a folder");
    folder.write("anna.hash", hash).expect("written");
    let user = "user = [{ name = \"anna\", password = \"file:anna.hash\" }]\n";
    let program = Program::within(folder, &format!("{alone}{user}"), &[]);
    program.wait_for("1 user may log in");

    program.rewrite(&alone);
    program.reload();

    program.wait_for("to act, open this link");
    program.wait_for("/login?key=");
}
