//! Users who log in, and those who only try.

use goodgate_lab::Workdir;

use super::browser::{get, log_in, post};
use super::origin::Origin;
use super::support::{DASHBOARD, Program, Signal, monitor, send, set_password, user};

/// A watch and a dashboard with an operator and a viewer.
struct Stand {
    program: Program,
    text: String,
    _origin: Origin,
}

impl Stand {
    fn start() -> Self {
        let origin = Origin::start();
        let folder = Workdir::new().expect("a folder");
        set_password(&folder, "anna", "correct-horse");
        set_password(&folder, "bob", "battery");
        let text = format!(
            "{}[reload]\nwatch = false\n{DASHBOARD}{}{}",
            monitor(origin.address),
            user("anna", "operator"),
            user("bob", "viewer")
        );
        let program = Program::within(folder, &text, &[]);
        program.wait_for("is asked on unix:");
        Self { program, text, _origin: origin }
    }

    /// Logs somebody in and returns the cookie of their session.
    fn session(&self, name: &str, password: &str) -> String {
        let page = log_in(self.program.pages(), name, password);
        page.cookie().unwrap_or_else(|| panic!("{page:#?}"))
    }

    fn status(&self, cookie: &str) -> u16 {
        get(self.program.pages(), "/", &[("cookie", cookie)]).status
    }
}

#[test]
fn who_has_not_logged_in_is_led_there_and_sees_nothing() {
    let stand = Stand::start();

    let page = stand.program.page("/incidents/1");

    assert_eq!((page.status, page.field("location")), (303, Some("/login?to=/incidents/1")));
    assert!(page.body.is_empty());
    assert_eq!(stand.program.page("/live").status, 401);
    assert_eq!(stand.program.page("/login").status, 200);
    assert!(!stand.program.said().contains("key="), "{}", stand.program.said());
}

#[test]
fn a_user_logs_in_and_out_and_a_wrong_password_does_neither() {
    let stand = Stand::start();
    let address = stand.program.pages();

    for (name, password) in [("anna", "wrong"), ("anna", ""), ("nobody", "correct-horse")] {
        let page = log_in(address, name, password);
        assert_eq!((page.status, page.cookie()), (403, None), "{name} {password}");
    }
    let cookie = stand.session("anna", "correct-horse");
    let page = get(address, "/", &[("cookie", &cookie)]);
    assert!(page.status == 200 && page.body.contains("anna"), "{page:#?}");
    assert!(page.form_key().is_some_and(|key| !key.is_empty()));

    let out = post(address, "/logout", &[("cookie", &cookie)], "");
    assert!(out.field("set-cookie").is_some_and(|it| it.contains("Max-Age=0")));
    assert_eq!(stand.status(&cookie), 303);
}

#[test]
fn a_page_elsewhere_logs_nobody_in() {
    let stand = Stand::start();

    for field in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let form = "name=anna&password=correct-horse";
        let page = post(stand.program.pages(), "/login", &[field], form);
        assert_eq!((page.status, page.cookie()), (403, None), "{field:?}");
    }
}

#[test]
fn ten_wrong_passwords_are_the_last_for_a_while() {
    let stand = Stand::start();
    let address = stand.program.pages();

    let tried: Vec<u16> = (0..10).map(|_| log_in(address, "anna", "wrong").status).collect();
    let right = log_in(address, "anna", "correct-horse");

    assert_eq!(tried, [403; 10]);
    assert_eq!((right.status, right.cookie()), (429, None));
}

#[test]
fn a_session_has_a_key_that_the_browser_did_not_choose() {
    let stand = Stand::start();
    let address = stand.program.pages();
    let chosen = "goodgate=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    assert_eq!(stand.status(chosen), 303);
    let form = "name=anna&password=correct-horse";
    let page = post(address, "/login", &[("cookie", chosen)], form);

    let given = page.cookie().expect("a session");
    assert_ne!(given, chosen);
    assert_eq!((stand.status(chosen), stand.status(&given)), (303, 200));
    // Another cookie of the same name was put there by somebody else.
    assert_eq!(stand.status(&format!("{chosen}; {given}")), 303);
}

#[test]
fn a_session_ends_when_the_password_in_the_file_is_another_one() {
    let stand = Stand::start();
    let (anna, bob) = (stand.session("anna", "correct-horse"), stand.session("bob", "battery"));
    assert_eq!((stand.status(&anna), stand.status(&bob)), (200, 200));

    set_password(&stand.program.folder, "anna", "another");
    assert_eq!(stand.status(&anna), 200, "nothing was reloaded yet");
    stand.program.reload();

    assert_eq!((stand.status(&anna), stand.status(&bob)), (303, 200));
    assert_eq!(log_in(stand.program.pages(), "anna", "correct-horse").status, 403);
    assert_eq!(stand.status(&stand.session("anna", "another")), 200);
}

#[test]
fn a_session_ends_with_the_entry_and_with_the_role() {
    let stand = Stand::start();
    let (anna, bob) = (stand.session("anna", "correct-horse"), stand.session("bob", "battery"));

    stand.program.rewrite(&stand.text.replace("viewer", "operator").replace("\"anna\"", "\"eve\""));
    stand.program.reload();

    assert_eq!((stand.status(&anna), stand.status(&bob)), (303, 303));
    assert_eq!(log_in(stand.program.pages(), "anna", "correct-horse").status, 403);
}

#[test]
fn a_file_with_an_error_changes_nothing() {
    let stand = Stand::start();
    let anna = stand.session("anna", "correct-horse");

    stand.program.rewrite(&format!("{}{}", stand.text.replace("anna", "eve"), "rolle = 1\n"));
    send(stand.program.id(), Signal::HUP);
    // The watch refuses it as well.
    stand.program.wait_for_times("error: not reloaded (SIGHUP)", 2);

    assert_eq!(stand.status(&anna), 200);
}

#[test]
fn a_file_that_is_changed_is_read_without_a_signal() {
    let stand = Stand::start();
    let anna = stand.session("anna", "correct-horse");
    stand.program.rewrite(&stand.text.replace("watch = false\n", "watch = true\n"));
    stand.program.reload();

    let text = stand.text.replace("watch = false\n", "watch = true\n");
    stand.program.rewrite(&text.replace("anna", "eve"));
    stand.program.wait_for("goodgate.toml changed): the dashboard has 2 users");

    assert_eq!(stand.status(&anna), 303);
    stand.program.wait_for("error: eve cannot log in: ");
}
