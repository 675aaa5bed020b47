//! Checks of URLs and pasted errors, and those who would have us ask for them what they cannot reach.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::browser::{Page, get, log_in, post};
use super::origin::Origin;
use super::support::{DASHBOARD, Program, monitor, set_password, user};

/// All of loopback may be checked.
const LOOPBACK: &str = "check_private = [\"127.0.0.0/8\"]\n";

/// A server that does the same with every connection, and counts them. It ends with the process.
struct Target {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Target {
    fn start(serve: fn(TcpStream)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::Relaxed);
                thread::spawn(move || serve(stream));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Reads a request, which is one small write, and sends an answer.
fn answer(mut stream: TcpStream, answer: &[u8]) {
    let mut request = [0; 4096];
    if stream.read(&mut request).is_ok() {
        stream.write_all(answer).ok();
    }
}

/// Somebody with the session of the printed link.
struct Browser {
    program: Program,
    cookie: String,
    key: String,
}

impl Browser {
    fn start(keys: &str) -> Self {
        let origin = Origin::start();
        let program = Program::start(&(monitor(origin.address) + DASHBOARD + keys));
        let line = program.wait_for("/login?key=");
        let (_, path) = line.split_once("/login").expect("a link");
        let opened = get(program.pages(), &format!("/login{path}"), &[]);
        Self::of(program, opened.cookie().expect("a session"))
    }

    fn of(program: Program, cookie: String) -> Self {
        let page = get(program.pages(), "/check", &[("cookie", &cookie)]);
        let key = page.form_key().expect("a key").to_owned();
        Self { program, cookie, key }
    }

    fn sends(&self, path: &str, form: &str) -> Page {
        let form = format!("key={}&{form}", self.key);
        post(self.program.pages(), path, &[("cookie", &self.cookie)], &form)
    }

    fn checks(&self, url: &str) -> Page {
        self.sends("/check", &format!("url={}", encoded(url)))
    }

    fn pastes(&self, text: &str) -> Page {
        self.sends("/explain", &format!("reader=operator&text={}", encoded(text)))
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"))
}

#[test]
fn a_target_that_fails_gets_a_verdict_with_what_to_do() {
    let browser = Browser::start(LOOPBACK);
    let dead = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("one");

    let page = browser.checks(&format!("http://{dead}/cart?token=geheim"));

    assert_eq!(page.status, 200, "{page:?}");
    for words in
        ["connect_refused", "What to do", "What was sent", "breaks here", "class=\"waterfall\""]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let said = browser.program.wait_for("checked");
    assert!(said.contains("token=***") && !said.contains("geheim"), "{said}");
}

#[test]
fn nothing_that_a_target_writes_is_code_or_template() {
    let target = Target::start(|stream| {
        let page = "<title>\"><script>alert(1)</script>{{7*7}}{% include \"x\" %}</title>";
        let head = format!(
            "HTTP/1.1 502 <img src=x onerror=alert(2)>\r\nServer: <script>alert(3)</script>{{{{7*7}}}}\r\n\
             X-Request-Id: \"><svg onload=alert(4)>\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        answer(stream, head.as_bytes());
    });
    let browser = Browser::start(LOOPBACK);

    let page = browser.checks(&format!("http://{}/%7B%7B7*7%7D%7D", target.address));

    assert_eq!(page.status, 200);
    for code in ["<script>", "<img", "<svg onload", ">49<"] {
        assert!(!page.body.contains(code), "{code}: {}", page.body);
    }
    assert!(target.asked() > 0 && target.asked() <= 10, "{}", target.asked());
}

#[test]
fn redirects_are_not_followed() {
    static INSIDE: std::sync::OnceLock<SocketAddr> = std::sync::OnceLock::new();
    let inside =
        Target::start(|stream| answer(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    INSIDE.set(inside.address).expect("once");
    let target = Target::start(|stream| {
        let to = INSIDE.get().expect("set");
        let head = format!(
            "HTTP/1.1 302 Found\r\nLocation: http://{to}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        answer(stream, head.as_bytes());
    });
    let browser = Browser::start(LOOPBACK);

    let page = browser.checks(&format!("http://{}/", target.address));

    assert_eq!(page.status, 200);
    assert!(target.asked() > 0 && inside.asked() == 0, "{}", inside.asked());
}

#[test]
fn a_target_without_end_ends_with_its_time() {
    let drips = Target::start(|mut stream| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut sent = stream.write_all(head);
        while sent.is_ok() {
            // The pace of the target is the point here; nothing waits for it.
            thread::park_timeout(Duration::from_millis(50));
            sent = stream.write_all(b"1\r\nx\r\n");
        }
    });
    let floods = Target::start(|mut stream| {
        let mut sent = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1073741824\r\n\r\n\x1f\x8b\x08",
        );
        while sent.is_ok() {
            sent = stream.write_all(&vec![0; 64 << 10]);
        }
    });
    let browser = Browser::start(LOOPBACK);
    let began = Instant::now();

    for target in [&drips, &floods] {
        let page = browser.checks(&format!("http://{}/", target.address));
        assert!(matches!(page.status, 200 | 502), "{page:?}");
    }

    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    assert!(drips.asked() <= 10 && floods.asked() <= 10);
    assert_eq!(browser.program.page("/").status, 200);
}

#[test]
fn without_leave_nothing_of_this_host_is_reached_and_every_refusal_is_alike() {
    let inside =
        Target::start(|stream| answer(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let browser = Browser::start("");
    let (port, pages) = (inside.address.port(), browser.program.pages());
    let dead = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("one");
    let alert = |page: &Page| {
        let (_, rest) = page.body.split_once("role=\"alert\">").expect("a refusal");
        rest.split("</div>").next().map(str::to_owned)
    };

    let refusals: Vec<_> = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://{dead}/"),
        format!("http://{pages}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.255.0.1/".to_owned(),
    ]
    .iter()
    .map(|url| {
        let page = browser.checks(url);
        assert_eq!(page.status, 422, "{url}: {page:?}");
        alert(&page)
    })
    .collect();

    assert!(refusals.windows(2).all(|two| two[0] == two[1]), "{refusals:?}");
    assert_eq!(inside.asked(), 0);
}

#[test]
fn who_asks_too_often_waits_and_is_told_how_long() {
    let target = Target::start(|stream| answer(stream, b"HTTP/1.1 204 No Content\r\n\r\n"));
    let browser = Browser::start("");
    let url = format!("http://{}/", target.address);

    let pages: Vec<Page> = (0..6).map(|_| browser.checks(&url)).collect();

    let statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
    let last = pages.last().expect("one");
    let wait: u64 = last.field("retry-after").expect("a wait").parse().expect("seconds");
    assert!((1..=12).contains(&wait) && last.body.contains("Try again in"), "{last:?}");
}

#[test]
fn a_guest_has_nothing_checked_and_a_form_needs_its_key() {
    let target = Target::start(|stream| answer(stream, b"HTTP/1.1 204 No Content\r\n\r\n"));
    let browser = Browser::start(LOOPBACK);
    let pages = browser.program.pages();
    let form = format!("url={}", encoded(&format!("http://{}/", target.address)));
    let cookie = ("cookie", browser.cookie.as_str());

    let guest = post(pages, "/check", &[], &form);
    let keyless = post(pages, "/check", &[cookie], &form);
    let foreign = post(pages, "/check", &[cookie, ("origin", "https://evil.example")], &form);

    assert_eq!([guest.status, keyless.status, foreign.status], [403; 3]);
    assert!(!browser.program.page("/check").body.contains("action=\"/check\""));
    assert_eq!(target.asked(), 0);
}

#[test]
fn a_viewer_may_check_and_nobody_may_where_it_is_off() {
    let origin = Origin::start();
    let folder = goodgate_lab::Workdir::new().expect("a folder");
    set_password(&folder, "wall", "correct-horse");
    let text = |check: &str| {
        let keys = format!("{LOOPBACK}check = \"{check}\"\n[reload]\nwatch = false\n");
        monitor(origin.address) + DASHBOARD + &keys + &user("wall", "viewer")
    };
    let program = Program::within(folder, &text("users"), &[]);
    let cookie = log_in(program.pages(), "wall", "correct-horse").cookie().expect("a session");
    let browser = Browser::of(program, cookie);
    let url = format!("http://{}/", origin.address);

    assert_eq!(get(browser.program.pages(), "/check", &[]).status, 303);
    let by_viewer = browser.checks(&url);
    browser.program.rewrite(&text("everyone"));
    browser.program.reload();
    let by_guest = post(browser.program.pages(), "/check", &[], &format!("url={}", encoded(&url)));
    let explained = post(browser.program.pages(), "/explain", &[], "text=502");
    let other = get(browser.program.pages(), "/incidents", &[]);
    browser.program.rewrite(&text("off"));
    browser.program.reload();
    let off = browser.checks(&url);

    assert_eq!((by_viewer.status, by_guest.status, explained.status), (200, 200, 200));
    assert_eq!((other.status, off.status), (303, 403));
}

#[test]
fn a_pasted_line_gets_the_verdict_of_the_command_and_is_not_kept() {
    let browser = Browser::start("");
    let line = "2026/11/23 12:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while \
                connecting to upstream, client: 192.0.2.1, server: shop.example, request: \"GET \
                /geheim<script>alert(1)</script> HTTP/1.1\", upstream: \"http://127.0.0.1:3000/\"";

    let page = browser.pastes(line);
    let codes = ["502", "sH--", "H12"].map(|code| browser.pastes(code));
    let as_guest =
        post(browser.program.pages(), "/explain", &[], &format!("text={}", encoded(line)));

    assert_eq!((page.status, as_guest.status), (200, 200));
    for words in ["connect_refused", "What to do", "Whom to contact", "aria-label=\"For you\""] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("<script>"), "{}", page.body);
    for (page, words) in codes.iter().zip(["502 Bad Gateway", "haproxy", "heroku"]) {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!browser.program.said().contains("geheim"), "{}", browser.program.said());
}

#[test]
fn a_text_beyond_the_bound_is_refused_and_one_within_it_is_read() {
    let browser = Browser::start("");
    let key = &browser.key;
    let send = |text: &str| {
        let form = format!("key={key}&text={text}");
        post(browser.program.pages(), "/explain", &[("cookie", &browser.cookie)], &form)
    };

    let within = send(&"x".repeat(250 << 10));
    let beyond = send(&"x".repeat(257 << 10));
    let far = send(&"x".repeat(900 << 10));

    assert_eq!((within.status, beyond.status), (200, 422));
    // It is refused before all of it was read, so that the answer may be lost on its way.
    assert!(matches!(far.status, 413 | 0), "{}", far.status);
}
