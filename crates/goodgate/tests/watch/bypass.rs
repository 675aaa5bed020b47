//! The server behind the gateway is asked itself when a monitor fails, wherever it listens.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::origin::Origin;
use super::sink::Sink;
use super::support::{Watch, are_well, asks, hook};

/// An application on a unix socket that keeps what it was asked and ends the connection without a word.
struct Socket {
    asked: Arc<Mutex<Vec<String>>>,
    path: PathBuf,
}

impl Socket {
    fn at(path: PathBuf) -> Self {
        let listener = UnixListener::bind(&path).expect("a socket");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let keeping = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let head = head_of(stream);
                // An empty connection is that of the end of the test.
                if head == "end" {
                    return;
                }
                keeping.lock().expect("what was asked").push(head);
            }
        });
        Self { asked, path }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("what was asked").clone()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        UnixStream::connect(&self.path).and_then(|mut end| end.write_all(b"end")).ok();
    }
}

fn head_of(mut stream: UnixStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok();
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend_from_slice(&piece[..count]),
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A watch of a gateway that is well, with the server behind it written like this.
fn watch(gateway: &Origin, sink: &Sink, origin: &str) -> Watch {
    let monitor = asks("shop", gateway.address, &format!("origin = \"{origin}\"\n"));
    let watch = Watch::new(&(monitor + &hook("ops", sink)));
    watch.until(&["status"], |status| are_well(status, 1));
    watch
}

fn components(told: &Value) -> Vec<&str> {
    told["components"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What the message says of the origin at a socket: the cause, the place, and the sentence.
fn assert_names(told: &Value, cause: &str, socket: &Path) {
    assert_eq!(told["verdict"]["cause"], cause, "{told:#}");
    let place = format!("unix:{}", socket.display());
    let endpoint = format!("endpoint {place}");
    assert!(components(told).contains(&endpoint.as_str()), "{told:#}");
    let summary = told["verdict"]["summary"].as_str().unwrap_or_default();
    assert!(summary.starts_with(&format!("the origin {place}: ")), "{summary}");
}

#[test]
fn an_application_on_a_unix_socket_is_asked_itself_and_named() {
    let (gateway, sink) = (Origin::new(), Sink::new());
    let watch = watch(&gateway, &sink, "unix:FOLDER/app.sock");
    let app = Socket::at(watch.folder.join("app.sock"));

    gateway.answer(502);
    let told = sink.wait_for("opened");

    assert_names(&told, "closed_before_response", &app.path);
    let asked = app.asked();
    let host = format!("Host: {}\r\n", gateway.address);
    let is_ours = |head: &String| head.starts_with("GET / HTTP/1.1\r\n") && head.contains(&host);
    assert!(asked.iter().any(is_ours), "{asked:?}");
}

#[test]
fn a_fastcgi_socket_on_which_nobody_listens_is_named() {
    let (gateway, sink) = (Origin::new(), Sink::new());
    let watch = watch(&gateway, &sink, "fastcgi:unix:FOLDER/php.sock");
    let socket = watch.folder.join("php.sock");
    // The file of a socket stays behind when its server ends.
    drop(UnixListener::bind(&socket).expect("a socket"));

    gateway.answer(502);
    let told = sink.wait_for("opened");

    assert_names(&told, "connect_refused", &socket);
}

#[test]
fn an_origin_with_a_path_is_refused_with_what_to_write() {
    let folder = goodgate_lab::Workdir::new().expect("a folder");
    let text = "[[monitor]]\nname = \"shop\"\nhttp = \"http://127.0.0.1:1/\"\n\
                origin = \"http://127.0.0.1:2/health\"\n";
    folder.write("goodgate.toml", text).expect("a file");

    let check = std::process::Command::new(super::support::BINARY)
        .arg("check")
        .arg(folder.join("goodgate.toml"))
        .output()
        .expect("it runs");

    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told = text(&check.stdout) + &text(&check.stderr);
    assert_eq!(check.status.code(), Some(2), "{told}");
    assert!(told.contains("the origin `http://127.0.0.1:2/health` has a path"), "{told}");
    assert!(told.contains("it is asked for the path of the URL"), "{told}");
}
