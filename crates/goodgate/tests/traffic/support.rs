//! A gateway, a server behind it that fails on demand, and a watch that tells a desk of this test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use goodgate_door::client::{Client, Place};
use goodgate_incident::{MonitorId, Outcome, Timestamp};
use goodgate_lab::wait::{DEADLINE, wait_until};
use goodgate_lab::{Said, Workdir};
use goodgate_watch::desk::{Desk, Heard, Input};
use goodgate_watch::settings::Traffic;
use goodgate_watch::source::traffic::{Admin, BOUNDS, Running, run};
use goodgate_watch::store::Marker;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::oneshot;

/// A hang is a failure, not a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway; it and what took its place are killed when this is dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) folder: Workdir,
    said: Said,
}

impl Gateway {
    /// Starts it in front of a server, with an admin socket, and with nothing that saves a request.
    pub(crate) fn before(origin: SocketAddr) -> Self {
        Self::with(&format!(
            "endpoints = [\"http://{origin}\"]\nbalance = \"least_request\"\nbreaker = \"off\"\n"
        ))
    }

    /// The same with these settings of its upstream.
    pub(crate) fn with(upstream: &str) -> Self {
        let folder = Workdir::new().expect("a folder");
        let socket = folder.join("admin.sock");
        let text = format!(
            "[admin]\naddress = \"unix:{}\"\n[[listen]]\naddress = \"127.0.0.1:0\"\n\
             [log]\naccess = \"off\"\n[workers]\ncount = 2\n[shutdown]\ndrain = \"1s\"\n\
             [upstream.app]\n{upstream}[[route]]\nname = \"shop\"\nupstream = \"app\"\nhold = \"off\"\n\
             retry = \"off\"\n",
            socket.display()
        );
        let config = folder.write("goodgate.toml", &text).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.args(["run", "--config"]).arg(config);
        Self::spawn(folder, command)
    }

    /// Starts `run --to` with an admin listener on TCP.
    pub(crate) fn to(origin: SocketAddr, admin: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.args(["run", "--to", &format!("http://{origin}"), "--listen", "127.0.0.1:0"]);
        command.args(["--log", "off", "--admin", admin]);
        Self::spawn(Workdir::new().expect("a folder"), command)
    }

    fn spawn(folder: Workdir, mut command: Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the gateway starts");
        let said = Said::of(&mut child);
        let gateway = Self { child, folder, said };
        gateway.wait_for("operators ask on ");
        gateway
    }

    /// Waits for a line that begins so, and returns the rest of the last one.
    pub(crate) fn wait_for(&self, start: &str) -> String {
        let found = wait_until(start, DEADLINE, || {
            let said = self.said.so_far();
            Ok(said.lines().rev().find_map(|line| line.strip_prefix(start)).map(str::to_owned))
        });
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said.so_far()))
    }

    /// Where its admin listener is.
    pub(crate) fn admin(&self) -> Place {
        let at = self.wait_for("operators ask on ");
        match at.strip_prefix("http://").and_then(|at| at.parse().ok()) {
            Some(address) => Place::Tcp(address),
            None => Place::Unix(self.folder.join("admin.sock")),
        }
    }

    /// Asks it and returns the status.
    pub(crate) fn ask(&self) -> u16 {
        ask(self.wait_for("listening on ").trim().parse().expect("an address"))
    }

    /// Asks its admin listener, and returns the body.
    pub(crate) fn read(&self, path: &str) -> String {
        let admin = admin(self.admin());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let body = runtime.expect("a runtime").block_on(admin.get(path)).expect("an answer");
        String::from_utf8(body).expect("text")
    }

    /// Changes its configuration.
    pub(crate) fn change(&self, from: &str, to: &str) {
        let path = self.folder.join("goodgate.toml");
        let text = std::fs::read_to_string(&path).expect("the configuration");
        assert!(text.contains(from), "{text}");
        std::fs::write(&path, text.replace(from, to)).expect("written");
    }

    /// Sends a signal to it.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.child.id(), signal);
    }

    /// Kills it at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("it ends");
    }

    /// The processes that it said it has started.
    fn others(&self) -> Vec<u32> {
        let said = self.said.so_far();
        let named =
            said.lines().filter_map(|line| line.split_once(" (process ")?.1.split_once(')'));
        named.filter_map(|(pid, _)| pid.parse().ok()).collect()
    }
}

/// Asks the gateway at an address and returns the status.
pub(crate) fn ask(at: SocketAddr) -> u16 {
    let mut stream = TcpStream::connect(at).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let request = "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process");
    // It may have ended.
    kill_process(pid, signal).ok();
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for pid in self.others() {
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            // A number of a process that ended may be somebody else's by now.
            if command.is_ok_and(|it| it.contains(&self.folder.path().display().to_string())) {
                send(pid, Signal::KILL);
            }
        }
        self.child.kill().ok();
        self.child.wait().ok();
        if thread::panicking() {
            eprintln!("the gateway said:\n{}", self.said.so_far());
        }
    }
}

/// A server that closes connections without an answer while it is broken.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    is_broken: Arc<AtomicBool>,
}

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let is_broken = Arc::new(AtomicBool::new(false));
        let broken = Arc::clone(&is_broken);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let broken = Arc::clone(&broken);
                thread::spawn(move || serve(&mut stream, &broken));
            }
        });
        Self { address, is_broken }
    }

    pub(crate) fn breaks(&self, is_broken: bool) {
        self.is_broken.store(is_broken, Ordering::SeqCst);
    }
}

fn serve(stream: &mut TcpStream, is_broken: &AtomicBool) {
    let mut piece = [0; 4096];
    // Requests here are small, and come one after the other.
    while let Ok(1..) = stream.read(&mut piece) {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        if is_broken.load(Ordering::SeqCst) || stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The source at work; what it tells is collected.
pub(crate) struct Watch {
    told: Arc<Mutex<Vec<(Instant, Input)>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins to watch a gateway, with rules for few requests, and waits until it has answered.
    pub(crate) fn of(place: Place) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let all = Arc::clone(&told);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let (desk, mut inputs) = Desk::new(1000);
                let rules = vec![Traffic { requests: 10, ..Traffic::default() }];
                let running = Running { admin: admin(place), rules, desk, calendar: now };
                let collect = async {
                    while let Some(input) = inputs.recv().await {
                        all.lock().expect("no panic").push((Instant::now(), input));
                    }
                };
                tokio::select! {
                    () = run(running) => {}
                    () = collect => {}
                    _ = stopped => {}
                }
            });
        });
        let watch = Self { told, stop: Some(stop), thread: Some(thread) };
        watch.until("an answer", |heard| {
            heard.monitor == id("process") && heard.result.outcome == Outcome::Good
        });
        watch
    }

    /// Waits for a result that has not been taken yet, and takes all before it.
    pub(crate) fn until(&self, what: &str, is_it: impl Fn(&Heard) -> bool) -> (Instant, Heard) {
        self.take(what, |input| match input {
            Input::Heard(heard) if is_it(heard) => Some((**heard).clone()),
            _ => None,
        })
    }

    /// Waits for a marker, and takes all before it.
    pub(crate) fn until_marked(&self, what: &str) -> Marker {
        let found = self.take(what, |input| match input {
            Input::Changed(mark) if mark.text.contains(what) => Some(mark.clone()),
            _ => None,
        });
        found.1
    }

    /// Whether a result was told that has not been taken yet.
    pub(crate) fn has(&self, is_it: impl Fn(&Heard) -> bool) -> bool {
        let told = self.told.lock().expect("no panic");
        told.iter().any(|(_, input)| matches!(input, Input::Heard(heard) if is_it(heard)))
    }

    fn take<T>(&self, what: &str, get: impl Fn(&Input) -> Option<T>) -> (Instant, T) {
        let found = wait_until(what, PATIENCE, || {
            let mut told = self.told.lock().expect("no panic");
            let place = told.iter().position(|(_, input)| get(input).is_some());
            Ok(place.and_then(|place| {
                let (at, input) = told.drain(..=place).next_back()?;
                Some((at, get(&input)?))
            }))
        });
        found.unwrap_or_else(|error| panic!("{error}; told: {:?}", self.told.lock()))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn admin(place: Place) -> Admin {
    Admin(Client { place, token: None, bounds: BOUNDS })
}

/// The id of a route or the process.
pub(crate) fn id(name: &str) -> MonitorId {
    MonitorId(format!("gateway/{name}").into())
}

pub(crate) fn is_bad(heard: &Heard) -> bool {
    matches!(heard.result.outcome, Outcome::Bad { .. })
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}
