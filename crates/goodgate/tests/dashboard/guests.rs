//! A dashboard without users: for this host alone, and to act one opens the printed link.

use std::collections::BTreeSet;

use super::browser::{get, log_in, post};
use super::origin::Origin;
use super::support::{DASHBOARD, Program, gateway, monitor, set_password, user};

fn all(origin: &Origin) -> String {
    gateway(origin.address) + &monitor(origin.address) + DASHBOARD
}

/// The printed link without what stands before its path.
fn link(program: &Program) -> String {
    let line = program.wait_for("/login?key=");
    let (_, path) = line.split_once("/login").expect("a link");
    format!("/login{path}")
}

#[test]
fn three_processes_run_and_the_overview_shows_the_monitor() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));

    let is_up = |page: &super::browser::Page| {
        page.body.contains("shop") && page.body.contains("Everything works")
    };
    let page = program.until("/", is_up);

    let parts: BTreeSet<String> = program.children().into_keys().collect();
    assert_eq!(parts, ["dashboard", "gateway", "watch"].map(str::to_owned).into());
    assert_eq!(page.status, 200);
    assert!(page.field("content-security-policy").is_some_and(|it| it.contains("'none'")));
    assert_eq!(get(program.gateway(), "/", &[]).body, "ok\n");
    assert!(program.end().success());
}

#[test]
fn the_link_is_a_line_of_its_own_and_opens_a_session_that_may_act() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));
    let address = program.pages();
    let link = link(&program);

    assert_eq!(program.page("/").form_key(), None);
    let opened = get(address, &link, &[]);

    assert!(program.said().lines().any(|line| line == format!("http://{address}{link}")));
    assert_eq!(program.times("key="), 1, "{}", program.said());
    assert_eq!((opened.status, opened.field("location")), (303, Some("/")));
    let cookie = opened.cookie().expect("a session");
    let page = get(address, "/", &[("cookie", &cookie)]);
    assert!(page.form_key().is_some_and(|key| !key.is_empty()), "{}", page.body);
    let wrong = get(address, "/login?key=guessed", &[]);
    assert_eq!((wrong.status, wrong.cookie()), (403, None));
}

#[test]
fn the_link_is_worth_nothing_as_soon_as_there_are_users() {
    let origin = Origin::start();
    let text = monitor(origin.address) + "[reload]\nwatch = false\n" + DASHBOARD;
    let program = Program::start(&text);
    let (address, link) = (program.pages(), link(&program));
    let cookie = get(address, &link, &[]).cookie().expect("a session");

    set_password(&program.folder, "anna", "correct-horse");
    program.rewrite(&(text + &user("anna", "operator")));
    program.reload();

    let page = get(address, "/", &[("cookie", &cookie)]);
    assert_eq!((page.status, page.field("location")), (303, Some("/login?to=/")));
    assert_eq!(get(address, &link, &[]).cookie(), None);
    assert_eq!(log_in(address, "anna", "correct-horse").status, 303);
}

#[test]
fn a_request_for_another_host_is_misdirected() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));

    for host in ["evil.example", "evil.example:9504", "127.0.0.1.evil.example"] {
        let page = get(program.pages(), "/", &[("host", host)]);
        assert_eq!(page.status, 421, "{host}");
        assert!(!page.body.contains("shop"), "{host}");
    }
    let login = post(program.pages(), "/login", &[("host", "evil.example")], "name=a&password=b");
    assert_eq!(login.status, 421);
}

#[test]
fn who_comes_through_a_gateway_or_from_another_page_sees_nothing() {
    let origin = Origin::start();
    let program = Program::start(&all(&origin));
    program.until("/", |page| page.body.contains("shop"));

    for field in [
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1"),
        ("via", "1.1 proxy"),
        ("x-real-ip", "192.0.2.1"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let page = get(program.pages(), "/", &[field]);
        assert_eq!(page.status, 403, "{field:?}");
        assert!(!page.body.contains("shop"), "{field:?}");
        assert_eq!(get(program.pages(), "/live", &[field]).status, 403, "{field:?}");
    }
}

#[test]
fn a_watch_and_a_dashboard_need_no_gateway() {
    let origin = Origin::start();
    let program = Program::start(&(monitor(origin.address) + DASHBOARD));

    program.until("/", |page| page.body.contains("Everything works"));

    let parts: Vec<String> = program.children().into_keys().collect();
    assert_eq!(parts, ["dashboard", "watch"]);
    assert!(program.end().success());
}

#[test]
fn the_dashboard_runs_alone_where_that_is_asked_for() {
    let origin = Origin::start();
    let folder = goodgate_lab::Workdir::new().expect("a folder");

    let program = Program::within(folder, &all(&origin), &["--only", "dashboard"]);

    assert!(program.children().is_empty());
    let page = program.page("/");
    assert_eq!(page.status, 502);
    assert!(page.body.contains("it does not run"), "{}", page.body);
    assert!(program.end().success());
}
