//! `goodgate password`, from its input to a session.

use std::process::{Command, Output};

use goodgate_lab::Workdir;

use super::browser::log_in;
use super::origin::Origin;
use super::support::{BINARY, DASHBOARD, Program, hash_of, monitor, open, user};

fn password(input: &[u8]) -> Output {
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("input");
    std::fs::write(&path, input).expect("written");
    Command::new(BINARY).arg("password").stdin(open(&path)).output().expect("it runs")
}

#[test]
fn what_it_writes_is_a_hash_with_which_one_logs_in() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let hash = hash_of("s p\u{e4}ce & more");
    folder.write("anna.hash", &hash).expect("written");

    let text = monitor(origin.address) + DASHBOARD + &user("anna", "viewer");
    let program = Program::within(folder, &text, &[]);

    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && hash.ends_with('\n'), "{hash}");
    let page = log_in(program.pages(), "anna", "s+p%C3%A4ce+%26+more");
    assert_eq!(page.status, 303, "{}", page.body);
}

#[test]
fn an_empty_password_is_refused() {
    for input in [&b""[..], b"\n", b"\r\n", b"\nsecret\n"] {
        let output = password(input);

        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(output.stdout.is_empty());
        assert!(said.starts_with("error: the password is empty\nhint: "), "{said}");
    }
}

#[test]
fn a_password_that_nobody_could_type_is_refused() {
    for (input, why) in [
        (b"\xff\xfe\n".to_vec(), "error: the password is not UTF-8"),
        (vec![b'x'; 2000], "error: a password has from 1 to 1024 bytes"),
    ] {
        let output = password(&input);

        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(why) && output.stdout.is_empty(), "{said}");
    }
}
