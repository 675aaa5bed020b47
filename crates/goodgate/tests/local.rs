//! `diagnose --local` on the real system: real sockets, queues, modes and processes on loopback.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may end where it cannot go on")]

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use serde_json::Value;

/// A user who owns nothing: nobody on every usual system.
const STRANGER: u32 = 65534;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-local-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("its mode");
        Self(path)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// A gateway that answers 502 and runs as somebody else than root.
struct Gateway {
    child: Child,
    address: SocketAddr,
}

impl Gateway {
    /// Starts it; as root it runs as a stranger, else as whoever runs the test.
    fn start(folder: &Folder) -> Self {
        let program = folder.join("gateway");
        // Where the binary lies a stranger may not pass.
        fs::copy(env!("CARGO_BIN_EXE_goodgate"), &program).expect("a copy of the binary");
        let mut command = Command::new(&program);
        command.args(["faults", "--fault", "status:502"]).stdout(Stdio::piped());
        if is_root() {
            command.uid(STRANGER).gid(STRANGER);
        }
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("its line");
        let word = line.split_ascii_whitespace().nth(2).expect("an address");
        let address = word.parse().expect("an address");
        Self { child, address }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("our own status");
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:")).expect("our user");
    uid.split_ascii_whitespace().nth(1) == Some("0")
}

fn diagnose(arguments: &[&str], format: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .arg("diagnose")
        .args(arguments)
        .args(["--local", "--format", format])
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("it starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn json(arguments: &[&str]) -> Value {
    let (_, text) = diagnose(arguments, "json");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns what the host gave as evidence.
fn evidence(answer: &Value) -> Vec<&str> {
    let all = answer.get("evidence").and_then(Value::as_array).expect("evidence");
    let of_host = |one: &&Value| one.get("source").and_then(Value::as_str) == Some("host");
    all.iter().filter(of_host).filter_map(|one| one.get("kind")?.as_str()).collect()
}

fn top(answer: &Value) -> &str {
    answer.pointer("/verdict/causes/0/id").and_then(Value::as_str).unwrap_or("none")
}

fn server<'a>(answer: &'a Value, role: &str) -> &'a Value {
    let servers = answer.pointer("/host/servers").and_then(Value::as_array).expect("servers");
    let has_role = |one: &&Value| one.get("role").and_then(Value::as_str) == Some(role);
    servers.iter().find(has_role).expect("the server")
}

/// Serves every connection of a unix socket with a good answer.
fn serve_unix(path: &Path) {
    let listener = UnixListener::bind(path).expect("a socket");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            answer_well(&mut stream);
        }
    });
}

/// Reads the head of a request and answers it well.
fn answer_well(stream: &mut (impl Read + Write)) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    // A probe that only connects is gone by now.
    stream.write_all(answer).ok();
}

#[test]
fn a_socket_that_the_gateways_user_may_not_open_is_denied() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let path = folder.join("app.sock");
    serve_unix(&path);
    fs::set_permissions(&path, Permissions::from_mode(0o000)).expect("its mode");

    let answer = json(&[&gateway.url(), "--origin", &format!("unix:{}", path.display())]);

    assert_eq!(evidence(&answer), ["unix_denied"]);
    assert_eq!(top(&answer), "unix_socket_denied");
}

#[test]
fn a_socket_that_the_gateways_user_may_open_is_not_denied() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let path = folder.join("app.sock");
    serve_unix(&path);
    fs::set_permissions(&path, Permissions::from_mode(0o777)).expect("its mode");

    let answer = json(&[&gateway.url(), "--origin", &format!("unix:{}", path.display())]);

    assert_eq!(evidence(&answer), Vec::<&str>::new());
}

#[test]
fn the_gateway_is_found_with_its_user() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);

    let answer = json(&[&gateway.url()]);

    let user = answer.pointer("/host/gateway/user/id").and_then(Value::as_u64);
    let found = answer.pointer("/host/gateway/found").and_then(Value::as_str);
    assert_eq!(found, Some("listens"));
    assert!(user.is_some_and(|user| !is_root() || user == u64::from(STRANGER)), "{user:?}");
}

#[test]
fn a_full_listen_queue_is_seen() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let origin = TcpListener::bind("127.0.0.1:0").expect("loopback works");
    let address = origin.local_addr().expect("it is bound");
    // std listens with a queue of 128 on older and 4096 on newer versions: it is asked to be short.
    rustix::net::listen(&origin, 1).expect("a shorter queue");
    let waiting: Vec<TcpStream> = (0..2).filter_map(|_| TcpStream::connect(address).ok()).collect();

    let answer = json(&[&gateway.url(), "--origin", &address.to_string()]);

    let queue = server(&answer, "origin").pointer("/listeners/0/queue_before").expect("a queue");
    assert_eq!(waiting.len(), 2);
    assert_eq!(queue, &serde_json::json!({ "waiting": 2, "limit": 1 }));
    assert!(evidence(&answer).contains(&"listen_queue_full"));
    assert_eq!(top(&answer), "accept_queue_full");
}

#[test]
fn a_port_on_which_nothing_listens_is_seen() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let free = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port");

    let answer = json(&[&gateway.url(), "--origin", &free.to_string()]);

    assert!(evidence(&answer).contains(&"no_listener"));
    assert_eq!(top(&answer), "connect_refused");
}

#[test]
fn a_listener_at_another_address_is_seen() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let origin = TcpListener::bind("127.0.0.2:0").expect("loopback works");
    let port = origin.local_addr().expect("it is bound").port();

    let answer = json(&[&gateway.url(), "--origin", &format!("127.0.0.1:{port}")]);

    assert_eq!(evidence(&answer), ["listens_elsewhere"]);
    assert_eq!(top(&answer), "wrong_listen_address");
}

#[test]
fn a_healthy_target_stays_healthy() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback works");
        let address = listener.local_addr().expect("it is bound");
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                answer_well(&mut stream);
            }
        });
        address
    };

    let (code, text) = diagnose(&[&format!("http://{address}/")], "text");

    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("What this host shows"), "{text}");
}

#[test]
fn what_cannot_be_seen_is_named_with_its_reason() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);

    let answer = json(&[&gateway.url()]);

    let notes = answer.pointer("/host/not_seen").and_then(Value::as_array).expect("a list");
    let is_whole = |note: &Value| {
        ["what", "why"].iter().all(|key| note.get(key).is_some_and(|text| text != ""))
    };
    assert!(notes.iter().all(is_whole), "{notes:?}");
}

#[test]
fn without_an_upstream_it_says_how_to_name_one() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);

    let answer = json(&[&gateway.url()]);

    let notices = answer.get("notices").and_then(Value::as_array).expect("notices");
    let ids: Vec<&str> = notices.iter().filter_map(|one| one.get("id")?.as_str()).collect();
    assert!(ids.contains(&"host_upstream_unknown"), "{ids:?}");
}

#[test]
fn a_host_that_may_have_no_part_in_it_is_said_so() {
    let folder = Folder::new();
    let proxy = Gateway::start(&folder);

    // Through a proxy nobody here knows where the target is.
    let answer = json(&["http://a.example/", "--proxy", &proxy.url()]);

    let notices = answer.get("notices").and_then(Value::as_array).expect("notices");
    let mut ids = notices.iter().filter_map(|one| one.get("id")?.as_str());
    // A gateway that runs here for something else is told to be perhaps another one.
    assert!(ids.any(|id| matches!(id, "host_not_concerned" | "host_gateway_by_name")));
}

#[test]
fn without_the_flag_no_host_is_looked_at() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);

    let output = Command::new(env!("CARGO_BIN_EXE_goodgate"))
        .args(["diagnose", &gateway.url(), "--format", "json"])
        .output()
        .expect("it starts");

    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer.get("host"), Some(&Value::Null));
}

#[test]
fn a_report_has_what_the_host_shows() {
    let folder = Folder::new();
    let gateway = Gateway::start(&folder);
    let free = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port");
    for name in ["report.html", "report.md"] {
        let path = folder.join(name);

        let report = path.display().to_string();
        json(&[&gateway.url(), "--origin", &free.to_string(), "--report", &report]);

        let text = fs::read_to_string(&path).expect("a report");
        assert!(
            text.contains("What this host shows") && text.contains("nothing listens"),
            "{text}"
        );
    }
}
