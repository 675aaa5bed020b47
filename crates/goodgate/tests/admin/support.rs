//! A gateway with an admin listener, clients for both, and servers behind it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use goodgate_lab::wait::{DEADLINE, wait_until};
use goodgate_lab::{Said, Workdir};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The token of every gateway here.
pub(crate) const TOKEN: &str = "correct-horse";

/// A hang is a failure, not a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway; it is killed when this is dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) folder: Workdir,
    pub(crate) address: SocketAddr,
    /// Its admin listener on TCP, if it has one.
    pub(crate) admin: Option<SocketAddr>,
    said: Said,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Gateway {
    /// Starts it with a configuration and an admin listener on TCP with a token.
    pub(crate) fn with(text: &str) -> Self {
        let admin = "[admin]\naddress = \"127.0.0.1:0\"\ntoken = \"file:token\"\n\
                     hosts = [\"gate.example\"]\n";
        Self::starting(&format!("{admin}{text}"))
    }

    /// Starts it in front of one server, with a short hold.
    pub(crate) fn to(origin: SocketAddr) -> Self {
        Self::with(&format!(
            "[upstream.app]\nendpoints = [\"http://{origin}\"]\n\
             [[route]]\nupstream = \"app\"\nname = \"main\"\nhold = {{ time = \"50ms\" }}\n"
        ))
    }

    /// Starts it with a configuration that has what it needs for an admin listener.
    pub(crate) fn starting(text: &str) -> Self {
        let folder = Workdir::new().expect("a folder");
        folder.write("token", TOKEN).expect("a file");
        let all = format!(
            "[[listen]]\naddress = \"127.0.0.1:0\"\n[log]\naccess = \"access.log\"\n\
             [workers]\ncount = 2\n{text}"
        );
        let config = folder.write("goodgate.toml", &all).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.arg("run").arg("--config").arg(config);
        Self::spawn(command, folder)
    }

    /// Starts a command that runs a gateway.
    pub(crate) fn spawn(mut command: Command, folder: Workdir) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the gateway starts");
        let said = Said::of(&mut child);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut gateway = Self { child, folder, address, admin: None, said };
        gateway.wait_until_it_serves();
        gateway
    }

    fn wait_until_it_serves(&mut self) {
        let found = wait_until("the gateway serves", DEADLINE, || {
            let said = self.said();
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the gateway ended with {status}: {said}");
            }
            let after = |start: &str| said.lines().find_map(|line| line.strip_prefix(start));
            let admin = after("operators ask on ").or(after("warning: no admin listener"));
            Ok(after("listening on ").zip(admin).map(|(at, admin)| {
                let admin = admin.strip_prefix("http://").and_then(|it| it.parse().ok());
                (at.parse().expect("an address"), admin)
            }))
        });
        (self.address, self.admin) = found.expect("the gateway serves");
    }

    /// Returns what it has said so far.
    pub(crate) fn said(&self) -> String {
        self.said.so_far()
    }

    /// Asks the gateway itself.
    pub(crate) fn ask(&self, path: &str) -> Answer {
        ask(self.address, &format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n"))
    }

    /// Asks the admin listener with a method and further field lines.
    pub(crate) fn admin(&self, method: &str, path: &str, fields: &str) -> Answer {
        let admin = self.admin.expect("an admin listener on TCP");
        ask(admin, &format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"))
    }

    /// Asks the admin listener, which answers well.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let answer = self.admin("GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer
    }

    /// Asks the admin listener for JSON of a schema.
    pub(crate) fn json(&self, path: &str, schema: &str) -> Value {
        let json = self.get(path).json();
        assert_eq!(json["schema"], schema, "{path}");
        json
    }

    /// Changes something, with the token.
    pub(crate) fn post(&self, path: &str) -> Answer {
        self.admin("POST", path, &format!("Authorization: Bearer {TOKEN}\r\n"))
    }

    /// Asks for the record of a request, which is there soon after its answer.
    pub(crate) fn record(&self, answer: &Answer) -> Value {
        let json = self.recorded(answer).json();
        assert_eq!(json["schema"], "goodgate.failure/1");
        json
    }

    /// Asks for the text of the record of a request.
    pub(crate) fn recorded(&self, answer: &Answer) -> Answer {
        let id = answer.field("x-request-id").expect("an id");
        until("the record", || {
            Some(self.admin("GET", &format!("/failures/{id}"), "")).filter(|it| it.status == 200)
        })
    }

    /// Ends it with SIGTERM.
    pub(crate) fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        kill_process(pid, Signal::TERM).expect("it runs");
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
        if thread::panicking() {
            eprintln!("the gateway said:\n{}", self.said());
        }
    }
}

/// Sends a request on a connection of its own and reads the answer.
pub(crate) fn ask(address: SocketAddr, request: &str) -> Answer {
    let stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    exchange(stream, request)
}

/// Sends a request over a unix socket and reads the answer.
pub(crate) fn ask_unix(path: &std::path::Path, request: &str) -> Answer {
    let stream = UnixStream::connect(path).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    exchange(stream, request)
}

fn exchange(mut stream: impl Read + Write, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).expect("it takes the request");
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = reader.read_line(&mut head).expect("an answer");
        assert!(read > 0, "the connection ended after {head:?}");
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut answer = Answer { status: status.expect("a status"), head, body: String::new() };
    let length = answer.field("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    // Some answers break off.
    let read = reader.read_exact(&mut body);
    if read.is_ok() {
        answer.body = String::from_utf8(body).expect("text");
    }
    answer
}

/// A server; what it does lives as long as the test.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Origin {
    /// Starts a server that gives `answer(n)` to the n-th request on one connection, from 0, and
    /// closes it where that is empty.
    pub(crate) fn new(answer: impl Fn(usize) -> &'static str + Send + Sync + 'static) -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), answer)
    }

    /// Starts it at an address.
    pub(crate) fn at(
        address: SocketAddr,
        answer: impl Fn(usize) -> &'static str + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (answer, requests) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
                thread::spawn(move || serve(stream, &*answer, &count));
            }
        });
        Self { address, requests }
    }

    /// Starts one that answers every request well.
    pub(crate) fn fine() -> Self {
        Self::new(|_| OK)
    }

    /// Returns how many requests it has got.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// An answer that every client understands.
pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// In place of an answer: it takes the request and says nothing.
pub(crate) const SILENCE: &str = "silence";

fn serve(mut stream: TcpStream, answer: &dyn Fn(usize) -> &'static str, count: &AtomicUsize) {
    let mut input = Vec::new();
    let mut piece = [0; 4096];
    let mut number = 0;
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        input.extend_from_slice(&piece[..read]);
        while let Some(end) = input.windows(4).position(|four| four == b"\r\n\r\n") {
            input.drain(..end + 4);
            count.fetch_add(1, Ordering::SeqCst);
            let bytes = answer(number);
            number += 1;
            if bytes == SILENCE {
                continue;
            }
            if bytes.is_empty() || stream.write_all(bytes.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// Starts a server that says the same to whatever it gets, and closes.
pub(crate) fn raw(says: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut piece = [0; 4096];
                if matches!(stream.read(&mut piece), Ok(1..)) && stream.write_all(says).is_ok() {
                    // What still comes is read, so that no reset overtakes the answer.
                    stream.shutdown(std::net::Shutdown::Write).ok();
                    while matches!(stream.read(&mut piece), Ok(1..)) {}
                }
            });
        }
    });
    address
}

/// Returns an address on which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// Waits for a value.
pub(crate) fn until<T>(what: &str, mut get: impl FnMut() -> Option<T>) -> T {
    wait_until(what, DEADLINE, || Ok(get())).expect("it comes in time")
}
