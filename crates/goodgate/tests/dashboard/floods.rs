//! Requests that are too large, too slow or too many.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::browser::{answer, connect, get, post, raw};
use super::origin::Origin;
use super::support::{DASHBOARD, Program, monitor};

fn stand(origin: &Origin) -> Program {
    let program = Program::start(&(monitor(origin.address) + DASHBOARD));
    program.wait_for("is asked on unix:");
    program
}

#[test]
fn a_form_beyond_the_bound_is_refused_and_the_next_one_is_not() {
    let origin = Origin::start();
    let program = stand(&origin);
    let form = format!("name=anna&password={}", "x".repeat(300 << 10));

    let page = post(program.pages(), "/login", &[], &form);
    let endless = "POST /login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                   content-type: application/x-www-form-urlencoded\r\ncontent-length: 9999999999\r\n\r\n";

    // It is refused before all of it was read, so that the answer may be lost on its way.
    assert!(matches!(page.status, 413 | 0), "{page:#?}");
    assert_eq!(raw(program.pages(), endless.as_bytes()).status, 413);
    assert_eq!(program.page("/").status, 200);
}

#[test]
fn a_head_beyond_the_bound_is_refused() {
    let origin = Origin::start();
    let program = stand(&origin);

    let page = get(program.pages(), "/", &[("x-long", &"x".repeat(64 << 10))]);

    // As above: the answer may be lost.
    assert!(matches!(page.status, 431 | 0), "{page:#?}");
    assert_eq!(program.page("/").status, 200);
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for_and_holds_nobody_up() {
    let origin = Origin::start();
    let program = stand(&origin);
    let began = Instant::now();
    let mut slow: Vec<_> = (0..64).map(|_| connect(program.pages())).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-").expect("sent");
    }

    assert_eq!(program.page("/").status, 200);
    let first = slow.pop().expect("one");
    let page = answer(first);

    assert_ne!(page.status, 200);
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
}

#[test]
fn what_is_no_path_of_a_page_is_none_of_a_file() {
    let origin = Origin::start();
    let program = stand(&origin);

    for path in [
        "/../../etc/passwd",
        "/assets/../../../etc/passwd",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/goodgate.toml",
        "/goodgate.toml",
    ] {
        let page = program.page(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.body.contains("root:") && !page.body.contains("[[monitor]]"), "{path}");
    }
}
