//! The processes under test, and what they say.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use goodgate_lab::wait::wait_until;
use goodgate_lab::{Said, Workdir};
pub(crate) use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use super::browser::{self, Page};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_goodgate");

/// A hang is a failure, not a hang.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The pages alone, at a port of the kernel.
pub(crate) const DASHBOARD: &str = "[dashboard]\nlisten = \"127.0.0.1:0\"\n";

/// A program with a dashboard; it and its children are killed when this is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) folder: Workdir,
    said: Said,
}

/// A gateway in front of an origin; operators ask it on a unix socket.
pub(crate) fn gateway(origin: SocketAddr) -> String {
    format!(
        "[[listen]]\naddress = \"127.0.0.1:0\"\n[admin]\naddress = \"unix:FOLDER/admin.sock\"\n\
         [log]\naccess = \"off\"\n[shutdown]\ndrain = \"1s\"\n[upstream.app]\n\
         endpoints = [\"http://{origin}\"]\n[[route]]\nupstream = \"app\"\n"
    )
}

/// A monitor that asks an origin each second.
pub(crate) fn monitor(origin: SocketAddr) -> String {
    format!(
        "[watch]\nstore = \"FOLDER/store/watch.db\"\n[[monitor]]\nname = \"shop\"\n\
         http = \"http://{origin}/\"\ninterval = \"1s\"\n"
    )
}

/// Somebody who may log in; the hash of their password is in a file.
pub(crate) fn user(name: &str, role: &str) -> String {
    format!(
        "[[dashboard.user]]\nname = \"{name}\"\nrole = \"{role}\"\n\
         password = \"file:FOLDER/{name}.hash\"\n"
    )
}

impl Program {
    /// Starts one with a configuration, in which `FOLDER` is its folder, and waits for its pages.
    pub(crate) fn start(text: &str) -> Self {
        Self::within(Workdir::new().expect("a folder"), text, &[])
    }

    /// Starts one in a folder, with further arguments, and waits for its pages.
    pub(crate) fn within(folder: Workdir, text: &str, arguments: &[&str]) -> Self {
        Self::of(Command::new(BINARY), folder, text, arguments)
    }

    /// Starts a command of the binary, and waits for its pages.
    pub(crate) fn of(command: Command, folder: Workdir, text: &str, arguments: &[&str]) -> Self {
        let program = Self::spawned(command, folder, text, arguments);
        program.wait_for("people look at ");
        program
    }

    /// Starts a command of the binary.
    pub(crate) fn spawned(
        mut command: Command,
        folder: Workdir,
        text: &str,
        arguments: &[&str],
    ) -> Self {
        configure(&folder, text);
        let command = command.args(["run", "--config"]).arg(folder.join("goodgate.toml"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let said = Said::of(&mut child);
        Self { child, folder, said }
    }

    /// Writes another configuration.
    pub(crate) fn rewrite(&self, text: &str) {
        configure(&self.folder, text);
    }

    /// Lets it read its configuration, and waits until the dashboard has taken it.
    pub(crate) fn reload(&self) {
        let what = "reloaded (SIGHUP): the dashboard has";
        let before = self.times(what);
        send(self.id(), Signal::HUP);
        self.wait_for_times(what, before + 1);
    }

    /// Returns the process that was started.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns what all of them have said so far.
    pub(crate) fn said(&self) -> String {
        self.said.so_far()
    }

    /// Counts the lines in which something was said.
    pub(crate) fn times(&self, what: &str) -> usize {
        self.said().lines().filter(|line| line.contains(what)).count()
    }

    /// Waits until something was said, and returns the first such line.
    pub(crate) fn wait_for(&self, what: &str) -> String {
        self.wait_for_times(what, 1)
    }

    /// Waits until something was said in so many lines, and returns the last of them.
    pub(crate) fn wait_for_times(&self, what: &str, times: usize) -> String {
        let found = wait_until(what, PATIENCE, || {
            let said = self.said();
            let mut lines = said.lines().filter(|line| line.contains(what));
            Ok(lines.nth(times - 1).map(str::to_owned))
        });
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said()))
    }

    /// Returns where the pages are of the dashboard that was started last.
    pub(crate) fn pages(&self) -> SocketAddr {
        self.last("people look at http://").trim_end_matches('/').parse().expect("an address")
    }

    /// Returns where the gateway listens.
    pub(crate) fn gateway(&self) -> SocketAddr {
        self.last("listening on ").parse().expect("an address")
    }

    /// Returns what stands behind some words in the last line with them.
    fn last(&self, words: &str) -> String {
        let said = self.said();
        let mut found = said.lines().rev().filter_map(|line| line.strip_prefix(words));
        found.next().unwrap_or_else(|| panic!("no {words:?}; it said:\n{said}")).to_owned()
    }

    /// Asks for a page as a browser on this host does.
    pub(crate) fn page(&self, path: &str) -> Page {
        browser::get(self.pages(), path, &[])
    }

    /// Waits until a page of this host is as it should be, and returns it.
    pub(crate) fn until(&self, path: &str, wanted: impl Fn(&Page) -> bool) -> Page {
        let found = wait_until(path, PATIENCE, || Ok(Some(self.page(path)).filter(&wanted)));
        found.unwrap_or_else(|error| {
            panic!("{error}: {:#?}\nit said:\n{}", self.page(path), self.said())
        })
    }

    /// Returns its children by the part that each runs.
    pub(crate) fn children(&self) -> BTreeMap<String, u32> {
        let id = self.id();
        let list = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let list = list.unwrap_or_default();
        let all = list.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok());
        all.filter_map(|pid| Some((part_of(pid)?, pid))).collect()
    }

    /// Returns the child that runs a part.
    pub(crate) fn child(&self, part: &str) -> u32 {
        *self.children().get(part).unwrap_or_else(|| panic!("no {part}: {}", self.said()))
    }

    /// Ends it in order, and returns how it ended.
    pub(crate) fn end(mut self) -> ExitStatus {
        send(self.id(), Signal::TERM);
        let found = wait_until("its end", PATIENCE, || Ok(self.child.try_wait()?));
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let children = self.children();
        self.child.kill().ok();
        self.child.wait().ok();
        for pid in children.into_values() {
            send(pid, Signal::KILL);
        }
        if thread::panicking() {
            eprintln!("it said:\n{}", self.said());
        }
    }
}

/// Which part a process runs, by its arguments.
fn part_of(pid: u32) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split('\0').skip_while(|word| *word != "--only");
    words.nth(1).map(str::to_owned)
}

fn configure(folder: &Workdir, text: &str) {
    let text = text.replace("FOLDER", &folder.path().display().to_string());
    folder.write("goodgate.toml", &text).expect("a folder to write to");
}

/// Writes the hash of a password into the file of a user.
pub(crate) fn set_password(folder: &Workdir, name: &str, password: &str) {
    folder.write(&format!("{name}.hash"), &hash_of(password)).expect("a folder to write to");
}

/// Has the binary make the hash of a password.
pub(crate) fn hash_of(password: &str) -> String {
    let file = Workdir::new().expect("a folder");
    let input = file.write("input", &format!("{password}\n")).expect("written");
    let output = Command::new(BINARY).arg("password").stdin(open(&input)).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Opens a file to be somebody's input.
pub(crate) fn open(path: &Path) -> Stdio {
    std::fs::File::open(path).expect("a file").into()
}

/// Sends a signal to a process, which may have ended.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process");
    kill_process(pid, signal).ok();
}
