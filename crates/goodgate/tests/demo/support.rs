//! A demonstration in a folder of its own, what it tells, and what is left of it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use goodgate_lab::wait::wait_until;
use goodgate_lab::{Said, Workdir};
pub(crate) use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use serde_json::Value;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_goodgate");

/// A hang is a failure, not a hang: it gives up by itself long before.
pub(crate) const PATIENCE: Duration = Duration::from_mins(6);

/// A running demonstration; it is killed when this is dropped.
pub(crate) struct Demo {
    child: Child,
    /// Where it makes its folder.
    pub(crate) folder: Workdir,
    told: Arc<Mutex<Vec<Value>>>,
    said: Said,
}

impl Demo {
    /// Starts one that tells in JSON.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = Workdir::new().expect("a folder");
        let mut command = Command::new(BINARY);
        command.args(["demo", "--format", "json"]).args(arguments).env("TMPDIR", folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let said = Said::of(&mut child);
        let told = Arc::new(Mutex::new(Vec::new()));
        let (into, out) = (Arc::clone(&told), child.stdout.take().expect("a pipe"));
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("a line of JSON");
                into.lock().expect("events").push(event);
            }
        });
        Self { child, folder, told, said }
    }

    /// Returns what it has told so far.
    pub(crate) fn told(&self) -> Vec<Value> {
        self.told.lock().expect("events").clone()
    }

    /// Waits for the first event of a kind.
    pub(crate) fn wait_for(&mut self, kind: &str) -> Value {
        self.wait_for_one(kind, |_| true)
    }

    /// Waits for the first event of a kind that is as wanted.
    pub(crate) fn wait_for_one(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = wait_until(kind, PATIENCE, || {
            let is_it = |event: &Value| event["event"] == kind && wanted(event);
            let found = self.told().into_iter().find(is_it);
            let has_ended = self.child.try_wait()?.is_some();
            // What it told last is read a moment later.
            anyhow::ensure!(found.is_some() || !has_ended || self.is_read(), "it has ended");
            Ok(found)
        });
        found.unwrap_or_else(|error| panic!("{error}: {:#?}\n{}", self.told(), self.said.so_far()))
    }

    fn is_read(&self) -> bool {
        self.told().last().is_none_or(|event| event["event"] != "ended")
    }

    /// Sends it a signal.
    pub(crate) fn send(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        kill_process(pid, signal).ok();
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let ended = wait_until("its end", PATIENCE, || Ok(self.child.try_wait()?));
        ended.unwrap_or_else(|error| panic!("{error}: {:#?}\n{}", self.told(), self.said.so_far()))
    }

    /// Returns the folders that it has made, by their names.
    pub(crate) fn folders(&self) -> Vec<String> {
        let all = fs::read_dir(self.folder.path()).expect("a folder");
        all.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// Returns every process that it has started and that still runs: their arguments name the folder.
    pub(crate) fn processes(&self) -> BTreeSet<u32> {
        let folder = self.folder.path().display().to_string();
        let all = fs::read_dir("/proc").expect("processes");
        let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&folder)
        })
        .collect()
    }

    /// Waits until none of them runs.
    pub(crate) fn wait_until_gone(&self) {
        let gone = || Ok(self.processes().is_empty().then_some(()));
        wait_until("no process", PATIENCE, gone).unwrap_or_else(|error| panic!("{error}"));
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        for id in self.processes() {
            let pid = Pid::from_raw(id.cast_signed()).expect("a process");
            kill_process(pid, Signal::KILL).ok();
        }
    }
}

/// Returns a text of an event.
pub(crate) fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {event:#}"))
}

/// Asks a part of it for a path. Gives the status and what it answered.
pub(crate) fn get(place: &str, path: &str) -> (u16, String) {
    let mut answer = Vec::new();
    if let Some(socket) = place.strip_prefix("unix:") {
        let mut stream = UnixStream::connect(socket).expect("a socket");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .and_then(|()| stream.read_to_end(&mut answer))
            .expect("an answer");
    } else {
        let mut stream = TcpStream::connect(place).expect("a port");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n")
            .and_then(|()| stream.read_to_end(&mut answer))
            .expect("an answer");
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}

/// Asks for the page of a link.
pub(crate) fn page(link: &str) -> (u16, String) {
    let rest = link.strip_prefix("http://").expect("a link");
    let (place, path) = rest.split_once('/').expect("a path");
    get(place, &format!("/{path}"))
}

/// Asks for JSON.
pub(crate) fn json(place: &str, path: &str) -> Value {
    let (status, body) = get(place, path);
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).expect("JSON")
}
