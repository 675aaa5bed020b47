//! The dashboard behind our own gateway, under a name and with users.

use std::net::SocketAddr;
use std::process::Command;

use goodgate_lab::Workdir;

use super::browser::{Page, get, log_in, post};
use super::origin::Origin;
use super::support::{BINARY, DASHBOARD, Program, gateway, hash_of, monitor};

/// A dashboard and a gateway in front of it.
struct Stand {
    pages: Program,
    front: Program,
    _origin: Origin,
}

const HOST: (&str, &str) = ("host", "watch.example");

impl Stand {
    /// Starts both; `keys` are further ones of the dashboard.
    fn start(keys: &str) -> Self {
        let origin = Origin::start();
        let folder = Workdir::new().expect("a folder");
        folder.write("anna.hash", &hash_of("correct-horse")).expect("written");
        let user =
            "user = [{ name = \"anna\", role = \"operator\", password = \"file:anna.hash\" }]\n";
        let text = format!("{}{DASHBOARD}{keys}{user}", monitor(origin.address));
        let pages = Program::within(folder, &text, &[]);
        pages.wait_for("is asked on unix:");
        let folder = Workdir::new().expect("a folder");
        let front = Program::spawned(Command::new(BINARY), folder, &gateway(pages.pages()), &[]);
        front.wait_for("route / -> app");
        Self { pages, front, _origin: origin }
    }

    fn at(&self) -> SocketAddr {
        self.front.gateway()
    }

    /// Logs in through the gateway.
    fn log_in(&self, password: &str) -> Page {
        let form = format!("name=anna&password={password}");
        let fields = [HOST, ("origin", "http://watch.example"), ("sec-fetch-site", "same-origin")];
        post(self.at(), "/login", &fields, &form)
    }
}

#[test]
fn one_logs_in_under_the_name_of_the_gateway_and_under_no_other() {
    let stand = Stand::start("url = \"http://watch.example\"\nproxies = [\"127.0.0.1\"]\n");

    let cookie = stand.log_in("correct-horse").cookie().expect("a session");
    let page = get(stand.at(), "/", &[HOST, ("cookie", &cookie)]);

    assert_eq!(page.status, 200, "{page:#?}");
    assert!(page.body.contains("anna") && page.form_key().is_some());
    assert_eq!(get(stand.at(), "/", &[("host", "other.example")]).status, 421);
}

#[test]
fn the_cookie_of_an_https_address_is_for_tls_alone() {
    let stand = Stand::start("url = \"https://watch.example\"\nproxies = [\"127.0.0.1\"]\n");
    let origin = ("origin", "https://watch.example");

    let form = "name=anna&password=correct-horse";
    let page = post(stand.at(), "/login", &[HOST, origin], form);

    let cookie = page.field("set-cookie").expect("a session");
    assert!(cookie.starts_with("__Host-goodgate=") && cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn wrong_passwords_count_for_who_tries_them_and_not_for_the_gateway() {
    let stand = Stand::start("url = \"http://watch.example\"\nproxies = [\"127.0.0.1\"]\n");

    // What a client claims of itself stands before what the gateway says of it.
    let claims = ("x-forwarded-for", "192.0.2.77");
    let form = "name=anna&password=wrong";
    let tried: Vec<u16> =
        (0..11).map(|_| post(stand.at(), "/login", &[HOST, claims], form).status).collect();

    assert_eq!(tried[..10], [403; 10]);
    assert_eq!(tried[10], 429, "a new claim each time would be a new address");
    assert_eq!(log_in(stand.pages.pages(), "anna", "correct-horse").status, 429, "the same one");
}

#[test]
fn who_is_no_gateway_of_the_file_speaks_for_nobody_else() {
    let stand = Stand::start("url = \"http://watch.example\"\n");
    let pages = stand.pages.pages();

    for host in 0..10 {
        let claims = format!("192.0.2.{host}");
        let form = "name=anna&password=wrong";
        assert_eq!(post(pages, "/login", &[("x-forwarded-for", &claims)], form).status, 403);
    }

    let claims = ("x-forwarded-for", "192.0.2.99");
    let form = "name=anna&password=correct-horse";
    assert_eq!(post(pages, "/login", &[claims], form).status, 429);
}
