//! The process under test, and what it says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use goodgate_lab::wait::{DEADLINE, wait_until};
use goodgate_lab::{Said, Workdir};
pub(crate) use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_goodgate");

/// A hang is a failure, not a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway, with every process that took its place; all are killed when this is dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) folder: Workdir,
    said: Said,
}

/// A listener whose port the kernel chooses.
pub(crate) const LISTEN: &str = "[[listen]]\naddress = \"127.0.0.1:0\"\n";

/// An upstream and a route to it.
pub(crate) fn app(origin: SocketAddr) -> String {
    format!("[upstream.app]\nendpoints = [\"http://{origin}\"]\n[[route]]\nupstream = \"app\"\n")
}

/// What every configuration begins with.
pub(crate) fn base(workers: usize, drain: &str) -> String {
    format!(
        "admin = \"off\"\n[log]\naccess = \"off\"\n[workers]\ncount = {workers}\n\
         [shutdown]\ndrain = \"{drain}\"\n"
    )
}

/// The same, for tests in which only a signal brings about a reload.
pub(crate) fn unwatched(workers: usize, drain: &str) -> String {
    base(workers, drain) + "[reload]\nwatch = false\n"
}

impl Gateway {
    /// Starts one with a configuration.
    pub(crate) fn with(text: &str) -> Self {
        let folder = Workdir::new().expect("a folder");
        Self::within(folder, Command::new(BINARY), text)
    }

    /// Starts a command with a configuration, and waits until it serves.
    pub(crate) fn within(folder: Workdir, command: Command, text: &str) -> Self {
        let gateway = Self::spawn(folder, command, text);
        gateway.wait_for("listening on ");
        // A warning may speak of a route before.
        gateway.wait_for(" -> ");
        gateway
    }

    /// Starts a command with a configuration.
    pub(crate) fn spawn(folder: Workdir, mut command: Command, text: &str) -> Self {
        let config = folder.write("goodgate.toml", text).expect("a folder to write to");
        let mut child = command
            .args(["run", "--config"])
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the gateway starts");
        let said = Said::of(&mut child);
        Self { child, folder, said }
    }

    /// Returns what it has said so far.
    pub(crate) fn said(&self) -> String {
        self.said.so_far()
    }

    /// Waits until it has said something, and returns the first such line.
    pub(crate) fn wait_for(&self, what: &str) -> String {
        self.wait_for_times(what, 1)
    }

    /// Waits until it has said something in so many lines, and returns the last of them.
    pub(crate) fn wait_for_times(&self, what: &str, times: usize) -> String {
        let found = wait_until(what, DEADLINE, || {
            let said = self.said();
            let mut lines = said.lines().filter(|line| line.contains(what));
            Ok(lines.nth(times - 1).map(str::to_owned))
        });
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said()))
    }

    /// Counts the lines in which it has said something.
    pub(crate) fn times(&self, what: &str) -> usize {
        self.said().lines().filter(|line| line.contains(what)).count()
    }

    /// Returns the addresses on which it said that it listens, in order, of the process that was
    /// started last.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        let said = self.said();
        let last = said.rfind("goodgate 0.").map_or("", |at| said.get(at..).unwrap_or_default());
        let listening = last.lines().filter_map(|line| line.strip_prefix("listening on "));
        let first_word = listening.filter_map(|line| line.split(' ').next());
        first_word.filter_map(|at| at.parse().ok()).collect()
    }

    /// Returns its first address.
    pub(crate) fn address(&self) -> SocketAddr {
        *self.addresses().first().expect("it listens")
    }

    /// Returns the ids of all processes, the first one first.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let said = self.said();
        let named =
            said.lines().filter_map(|line| line.split_once(" (process ")?.1.split_once(')'));
        named.filter_map(|(pid, _)| pid.parse().ok()).collect()
    }

    /// Returns the id of the process that was started last.
    pub(crate) fn last_process(&self) -> u32 {
        self.processes().last().copied().unwrap_or(self.child.id())
    }

    /// Sends a signal to the process that was started last.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.last_process(), signal);
    }

    /// Reloads by SIGHUP and waits until that is done. Returns the line that says so.
    pub(crate) fn reload(&self) -> String {
        let before = self.times("reloaded (SIGHUP)");
        self.signal(Signal::HUP);
        self.wait_for_times("reloaded (SIGHUP)", before + 1)
    }

    /// Writes the configuration.
    pub(crate) fn write(&self, text: &str) {
        self.folder.write("goodgate.toml", text).expect("a folder to write to");
    }

    /// Ends it with SIGTERM, and returns how the first process ended.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits until the process ends that was started first, and returns how.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let found = wait_until("its end", PATIENCE, || Ok(self.child.try_wait()?));
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        for pid in self.processes() {
            // A number of a process that ended may be somebody else's by now.
            if command_of(pid).is_some_and(|command| command.contains("goodgate")) {
                send(pid, Signal::KILL);
            }
        }
        self.child.kill().ok();
        self.child.wait().ok();
        if thread::panicking() {
            eprintln!("it said:\n{}", self.said());
        }
    }
}

/// Sends a signal to a process.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process");
    // It may have ended.
    kill_process(pid, signal).ok();
}

/// The command line of a process, if there is one.
pub(crate) fn command_of(pid: u32) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    Some(text.replace('\0', " "))
}

/// Sends a GET on a connection of its own and returns the answer, head and body.
pub(crate) fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = connect(address)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Opens a connection.
pub(crate) fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Replaces a file as a whole, as editors and `mv` do.
pub(crate) fn replace(path: &Path, text: &str) {
    let beside: PathBuf = path.with_extension("new");
    std::fs::write(&beside, text).expect("written");
    std::fs::rename(&beside, path).expect("renamed");
}

/// Returns the command of the binary under test.
pub(crate) fn command() -> Command {
    Command::new(BINARY)
}
