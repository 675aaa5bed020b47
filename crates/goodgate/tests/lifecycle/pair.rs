//! The gateway and the watch as two processes of one parent, as tests see them.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::process::{Command, ExitStatus};

use goodgate_lab::Workdir;
use goodgate_lab::wait::{DEADLINE, wait_until};

use super::support::{Gateway, LISTEN, Signal, app, command, send};

/// A parent with its children.
pub(crate) struct Pair(pub(crate) Gateway);

/// What makes a file one for the watch as well: a monitor, and a store in a folder.
pub(crate) fn monitor(folder: &Workdir) -> String {
    format!(
        "[watch]\nstore = \"{}\"\n[[monitor]]\nname = \"shop\"\nhttp = \"http://127.0.0.1:9/\"\n",
        folder.join("store/watch.db").display()
    )
}

/// A whole file.
pub(crate) fn both(base: &str, origin: SocketAddr, folder: &Workdir) -> String {
    format!("{base}{LISTEN}{}{}", app(origin), monitor(folder))
}

impl Pair {
    /// Starts both and waits until they are ready.
    pub(crate) fn start(base: &str, origin: SocketAddr) -> Self {
        Self::within(command(), base, origin)
    }

    /// Starts a command and waits until both are ready.
    pub(crate) fn within(command: Command, base: &str, origin: SocketAddr) -> Self {
        let folder = Workdir::new().expect("a folder");
        let text = both(base, origin, &folder);
        let pair = Self(Gateway::spawn(folder, command, &text));
        pair.wait_for_both();
        pair
    }

    /// Waits until both are ready.
    pub(crate) fn wait_for_both(&self) {
        self.0.wait_for("listening on ");
        self.0.wait_for("route / -> app");
        self.0.wait_for("watches 1 monitor: shop");
    }

    /// The parent.
    pub(crate) fn parent(&self) -> u32 {
        *self.0.processes().first().expect("a parent")
    }

    /// The gateway that was started last.
    pub(crate) fn gateway(&self) -> u32 {
        self.last(", configured by")
    }

    /// The watch that was started last.
    pub(crate) fn watch(&self) -> u32 {
        self.last(", the watch,")
    }

    fn last(&self, what: &str) -> u32 {
        let said = self.0.said();
        let mut lines = said.lines().rev().filter(|line| {
            line.split_once(')').is_some_and(|(_, rest)| rest.starts_with(what))
                && !line.ends_with("starts the gateway and the watch")
        });
        let line = lines.next().unwrap_or_else(|| panic!("no line with {what}:\n{said}"));
        let pid = line.split_once("(process ").and_then(|(_, rest)| rest.split_once(')'));
        pid.and_then(|(pid, _)| pid.parse().ok()).expect("a process id")
    }

    /// Where the gateway listens that was started last.
    pub(crate) fn address(&self) -> SocketAddr {
        let said = self.0.said();
        let mut lines = said.lines().rev().filter_map(|line| line.strip_prefix("listening on "));
        lines.next().and_then(|at| at.parse().ok()).expect("an address")
    }

    /// Sends the parent a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.parent(), signal);
    }

    /// Ends it with SIGTERM; every process has to be gone.
    pub(crate) fn end(mut self) -> ExitStatus {
        let all = self.0.processes();
        self.signal(Signal::TERM);
        let status = self.0.ended();
        for pid in all {
            wait_for_end(pid);
        }
        status
    }
}

/// The children of a process.
pub(crate) fn children(pid: u32) -> BTreeSet<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("a process").flatten();
    let children = tasks.map(|task| fs::read_to_string(task.path().join("children")));
    let children: String = children.map(Result::unwrap_or_default).collect();
    children.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Whether a process runs; one that has ended and was not asked how does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Waits until a process has ended.
pub(crate) fn wait_for_end(pid: u32) {
    let ended = wait_until("the end of a process", DEADLINE, || Ok((!is_alive(pid)).then_some(())));
    ended.unwrap_or_else(|error| panic!("{pid}: {error}"));
}
