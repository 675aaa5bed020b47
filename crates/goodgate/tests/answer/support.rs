//! Servers on loopback that answer as told, and runs of the binary.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

pub(crate) const OK: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwell\n";

pub(crate) const NGINX_502: &[u8] =
    b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.24.0\r\nContent-Type: text/html\r\n\
Content-Length: 157\r\nConnection: close\r\nX-Request-Id: 7f3a\r\n\r\n\
<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
</center>\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n\r\n\r\n\r\n";

/// Starts a server that gives what `serve` returns for each request; it ends with the test program.
pub(crate) fn server(
    serve: impl Fn(&str) -> Vec<u8> + Send + Sync + Clone + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback works");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || {
                stream.set_read_timeout(Some(Duration::from_mins(1))).ok();
                let head = head(&mut stream);
                stream.write_all(&serve(&head)).ok();
            });
        }
    });
    address
}

/// Starts a server with one answer.
pub(crate) fn answering(answer: &[u8]) -> SocketAddr {
    let answer = answer.to_vec();
    server(move |_| answer.clone())
}

/// Starts a server that accepts connections and never says a word.
pub(crate) fn silent() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback works");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        let kept: Vec<TcpStream> = listener.incoming().flatten().collect();
        drop(kept);
    });
    address
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Returns an address where nothing listens.
pub(crate) fn dead_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}/x")
}

pub(crate) fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("answer-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Writes a program for the PATH of a run.
pub(crate) fn program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, script).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may be run");
}

/// Returns `goodgate diagnose` with nothing of the environment that changes the answer.
pub(crate) fn diagnose(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    command.arg("diagnose").args(arguments).env("NO_COLOR", "1").env("COLUMNS", "80");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
}

/// One run with its JSON.
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn of(output: &Output) -> Self {
        let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
        });
        Self { code: output.status.code(), json }
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn notice(&self, id: &str) -> Option<&str> {
        let notices = self.json.get("notices").and_then(Value::as_array);
        let found = notices.into_iter().flatten().find(|notice| notice["id"] == id);
        found.and_then(|notice| notice.get("text")?.as_str())
    }

    pub(crate) fn signs(&self) -> Vec<&str> {
        let evidence = self.json.get("evidence").and_then(Value::as_array);
        evidence.into_iter().flatten().filter_map(|seen| seen.get("kind")?.as_str()).collect()
    }

    pub(crate) fn confidence(&self, cause: &str) -> f64 {
        let causes = self.json.pointer("/verdict/causes").and_then(Value::as_array);
        let found = causes.into_iter().flatten().find(|one| one["id"] == cause);
        found.and_then(|one| one.get("confidence")?.as_f64()).unwrap_or_default()
    }
}

pub(crate) fn json(arguments: &[&str]) -> Answer {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    Answer::of(&diagnose(&all).output().expect("it starts"))
}

pub(crate) fn text(arguments: &[&str]) -> String {
    let output = diagnose(arguments).output().expect("it starts");
    String::from_utf8(output.stdout).expect("text")
}
