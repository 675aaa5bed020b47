//! Mail to a real server, aiosmtpd, and to ones that are none.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use goodgate_incident::AlertKind;
use goodgate_watch::channel::{Again, Proof};
use goodgate_watch::message::sample;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

use crate::support::{Ready, SECRET, alert, hostile, open, open_with};
use crate::trust::{Issued, issue};

/// Debian's Python, which has aiosmtpd by the package python3-aiosmtpd (lab/debian-packages.txt).
const PYTHON: &str = "/usr/bin/python3";

/// A running server; it ends when it is dropped.
struct Server {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Server {
    async fn new(options: Value) -> Self {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/channel/smtp_server.py");
        let mut child = Command::new(PYTHON)
            .arg(script)
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 is installed");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let first =
            lines.next_line().await.expect("a pipe").expect("python3-aiosmtpd is installed");
        let port = first.strip_prefix("PORT ").expect("a port").parse().expect("a number");
        Self { _child: child, lines, port }
    }

    /// Returns the next mail that it has taken.
    async fn mail(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        let line = line.expect("a mail comes").expect("a pipe").expect("the server runs");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// A folder of one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("goodgate-mail-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// Starts a server with TLS of a kind and a user, and opens a channel to it.
async fn secured(tls: &str, more: Value) -> (Server, Ready, Folder) {
    let folder = Folder::new();
    let Issued { authority_pem, certificate, key, .. } = issue();
    let mut options = json!({
        "tls": tls,
        "certificate": folder.write("cert.pem", &certificate),
        "key": folder.write("key.pem", &key),
        "user": "watch",
        "password": SECRET,
    });
    for (name, value) in more.as_object().unwrap() {
        options[name] = value.clone();
    }
    let ca = folder.write("ca.pem", &authority_pem);
    let server = Server::new(options).await;
    let keys = format!(
        "email = {{ host = \"localhost\", port = {}, tls = \"{tls}\", user = \"watch\", \
         password = \"env:SECRET\", from = \"Watch <watch@example.org>\", to = [\"ops@example.org\"], \
         ca = \"{ca}\" }}",
        server.port
    );
    let ready = open(&keys, "");
    (server, ready, folder)
}

/// Opens a channel without TLS to a port of this host.
fn plain(port: u16, to: &str) -> Ready {
    open(&plain_keys(port, to), "")
}

fn plain_keys(port: u16, to: &str) -> String {
    format!(
        "email = {{ host = \"127.0.0.1\", port = {port}, tls = \"none\", from = \"watch@example.org\", \
         to = [{to}] }}"
    )
}

fn header<'a>(mail: &'a str, name: &str) -> Option<&'a str> {
    let head = mail.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_mail_goes_over_tls_with_a_login_by_every_mechanism() {
    for tls in ["tls", "starttls"] {
        for without in [json!([]), json!(["PLAIN"]), json!(["LOGIN"])] {
            let (mut server, ready, _folder) = secured(tls, json!({ "without": without })).await;

            let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

            let mail = server.mail().await;
            assert_eq!((&mail["tls"], &mail["authenticated"]), (&json!(true), &json!(true)));
            assert_eq!(
                (&mail["from"], &mail["to"]),
                (&json!("watch@example.org"), &json!(["ops@example.org"]))
            );
            assert_eq!(receipt.id.as_deref(), Some("queued as Q1"));
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_for_good_and_not_told() {
    let (_server, ready, _folder) = secured("starttls", json!({ "password": "another" })).await;

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Never);
    assert!(failure.to_string().contains("log in to localhost"), "{failure}");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
}

#[tokio::test]
async fn a_log_in_proves_the_channel_without_a_mail() {
    let (_server, ready, _folder) = secured("tls", json!({})).await;
    let (_other, wrong, _folder) = secured("tls", json!({ "password": "another" })).await;

    assert!(matches!(ready.channel.prove().await, Ok(Proof::Proven(_))));
    assert_eq!(wrong.channel.prove().await.unwrap_err().again, Again::Never);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_no_password() {
    for tls in ["tls", "starttls"] {
        let (server, _, _folder) = secured(tls, json!({})).await;
        let keys = format!(
            "email = {{ host = \"localhost\", port = {}, tls = \"{tls}\", user = \"watch\", \
             password = \"env:SECRET\", from = \"a@example.org\", to = [\"b@example.org\"] }}",
            server.port
        );
        let ready = open(&keys, "");

        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

        assert!(failure.to_string().contains("certificate"), "{tls}: {failure}");
        assert!(matches!(failure.again, Again::Later(_)));
    }
}

#[tokio::test]
async fn nothing_is_sent_where_starttls_is_not_offered() {
    let server = Server::new(json!({ "tls": "none" })).await;
    let keys = format!(
        "email = {{ host = \"localhost\", port = {}, tls = \"starttls\", from = \"a@example.org\", \
         to = [\"b@example.org\"] }}",
        server.port
    );
    let ready = open(&keys, "");

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Never);
    assert!(failure.to_string().contains("does not offer STARTTLS"), "{failure}");
}

#[tokio::test]
async fn the_mail_has_text_and_html_and_the_verdict_first() {
    let mut server = Server::new(json!({ "tls": "none" })).await;
    let ready = plain(server.port, "\"Ops <ops@example.org>\"");
    let message = ready.message(sample::full());

    ready.channel.send(&message).await.unwrap();

    let mail = server.mail().await["data"].as_str().unwrap().to_owned();
    assert!(header(&mail, "Subject").unwrap().starts_with("DOWN: Nothing listens"), "{mail}");
    assert!(header(&mail, "Content-Type").unwrap().starts_with("multipart/alternative"), "{mail}");
    assert_eq!(header(&mail, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(&mail, "Date"), Some("Mon, 23 Nov 2026 03:02:20 +0000"));
    assert_eq!(header(&mail, "To"), Some("Ops <ops@example.org>"));
    let plain_at = mail.find("text/plain").unwrap();
    assert!(plain_at < mail.find("text/html").unwrap(), "what is best comes last");
    assert!(mail.contains("DOWN: Nothing listens on 10.0.0.7:8080: nginx"), "{mail}");
}

#[tokio::test]
async fn the_mails_of_an_incident_form_a_thread() {
    let mut server = Server::new(json!({ "tls": "none" })).await;
    let ready = plain(server.port, "\"ops@example.org\"");
    let mut mails = Vec::new();

    for kind in [AlertKind::Opened, AlertKind::Opened, AlertKind::Reminder, AlertKind::Resolved] {
        // A new channel remembers nothing, as after a restart.
        let again = plain(server.port, "\"ops@example.org\"");
        again.channel.send(&ready.message(alert(kind, 5))).await.unwrap();
        mails.push(server.mail().await["data"].as_str().unwrap().to_owned());
    }

    let id = |at: usize| header(&mails[at], "Message-ID").unwrap();
    assert_eq!(id(0), id(1), "the same alert is the same mail");
    assert_ne!(id(0), id(2));
    assert_ne!(id(2), id(3));
    assert_eq!(header(&mails[0], "References"), None);
    for mail in [&mails[2], &mails[3]] {
        assert_eq!(header(mail, "References"), Some(id(0)));
        assert_eq!(header(mail, "In-Reply-To"), Some(id(0)));
    }
}

#[tokio::test]
async fn a_recipient_that_is_refused_does_not_keep_the_mail_from_the_others() {
    let refuse = json!({ "gone@example.org": ["550 no such user"] });
    let mut server = Server::new(json!({ "tls": "none", "refuse": refuse })).await;
    let ready = plain(server.port, "\"gone@example.org\", \"ops@example.org\"");

    let receipt = ready.channel.send(&ready.message(sample::full())).await.unwrap();

    assert_eq!(server.mail().await["to"], json!(["ops@example.org"]));
    assert!(receipt.refused[0].contains("no such user"), "{receipt:?}");
}

#[tokio::test]
async fn a_recipient_that_is_put_off_gets_the_mail_later_and_the_others_once() {
    let refuse = json!({ "grey@example.org": ["450 greylisted"] });
    let mut server = Server::new(json!({ "tls": "none", "refuse": refuse })).await;
    let ready = plain(server.port, "\"grey@example.org\", \"ops@example.org\"");
    let message = ready.message(sample::full());

    let first = ready.channel.send(&message).await.unwrap_err();
    ready.channel.send(&message).await.unwrap();

    assert_eq!(first.again, Again::Later(None));
    assert_eq!(server.mail().await["to"], json!(["ops@example.org"]));
    assert_eq!(server.mail().await["to"], json!(["grey@example.org"]));
}

#[tokio::test]
async fn the_server_decides_whether_a_mail_is_worth_another_try() {
    for (answer, expected) in [("451 busy", Again::Later(None)), ("554 spam", Again::Never)] {
        let server = Server::new(json!({ "tls": "none", "answer": answer })).await;
        let ready = plain(server.port, "\"ops@example.org\"");

        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

        assert_eq!(failure.again, expected, "{failure}");
        assert!(failure.to_string().contains(&answer[4..]), "{failure}");
    }
}

#[tokio::test]
async fn a_hostile_alert_adds_no_header_and_no_recipient() {
    let mut server = Server::new(json!({ "tls": "none" })).await;
    let ready = plain(server.port, "\"ops@example.org\"");
    let mut evil = hostile();
    evil.finding.as_mut().unwrap().summary =
        "x\r\nBcc: all@example.org\r\n\r\n.\r\nRCPT TO:<a@b>".to_owned();

    ready.channel.send(&ready.message(evil)).await.unwrap();

    let mail = server.mail().await;
    assert_eq!(mail["to"], json!(["ops@example.org"]));
    assert_eq!(header(mail["data"].as_str().unwrap(), "Bcc"), None);
}

#[tokio::test]
async fn letters_of_every_language_arrive() {
    let mut server = Server::new(json!({ "tls": "none" })).await;
    let ready = plain(server.port, "\"ops@example.org\"");
    let mut alert = sample::full();
    alert.finding.as_mut().unwrap().summary = "Магазин antwortet nicht – größer".to_owned();

    ready.channel.send(&ready.message(alert)).await.unwrap();

    let mail = server.mail().await["data"].as_str().unwrap().to_owned();
    assert!(mail.is_ascii(), "encoded, so that every server can carry it");
    assert!(header(&mail, "Subject").unwrap().contains("=?utf-8?b?"), "{mail}");
}

/// Listens, and does this with the first connection: says something, and stays.
async fn fake(greeting: &'static [u8], times: usize) -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..times {
            if stream.write_all(greeting).await.is_err() {
                return;
            }
        }
        let mut rest = Vec::new();
        let _ended = stream.read_to_end(&mut rest).await;
    });
    (port, task)
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_within_the_timeout() {
    let (port, _task) = fake(b"", 0).await;
    let keys = plain_keys(port, "\"ops@example.org\"");
    let ready = open_with(&keys, "", &[], Duration::from_millis(300));
    let message = ready.message(sample::full());

    let sent = tokio::time::timeout(Duration::from_secs(10), ready.channel.send(&message)).await;

    let failure = sent.expect("the channel ends by itself").unwrap_err();
    assert_eq!(failure.again, Again::Later(None));
    assert!(failure.to_string().contains("not done within 0.3 s"), "{failure}");
}

#[tokio::test]
async fn a_server_that_talks_without_end_is_left() {
    for (line, times) in [(&b"220-and\r\n"[..], 100_000), (b"220 and on and on ", 100_000)] {
        let (port, _task) = fake(line, times).await;
        // A debug build on a busy host reads 16 KiB of lines for seconds; the bound is what ends it.
        let keys = plain_keys(port, "\"ops@example.org\"");
        let ready = open_with(&keys, "", &[], Duration::from_mins(2));

        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

        assert!(matches!(failure.again, Again::Later(_)), "{failure}");
        assert!(!failure.to_string().contains("not done within"), "{failure}");
    }
}

#[tokio::test]
async fn something_else_that_listens_is_no_mail_server() {
    let (port, _task) = fake(b"HTTP/1.1 400 Bad Request\r\n\r\n", 1).await;
    let ready = plain(port, "\"ops@example.org\"");

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Later(None));
}

#[tokio::test]
async fn nobody_listening_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let ready = plain(port, "\"ops@example.org\"");

    let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();

    assert_eq!(failure.again, Again::Later(None));
    assert!(failure.to_string().contains("refused"), "{failure}");
}
