//! The process under test.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use goodgate_lab::wait::wait_until;
use goodgate_lab::{Said, Workdir};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_goodgate");

/// A hang is a failure, not a hang.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A watch, with or without a gateway; killed when this is dropped.
pub(crate) struct Watch {
    child: Child,
    /// The words before those of the binary: what runs it somewhere else.
    before: Vec<OsString>,
    pub(crate) folder: Workdir,
    said: Said,
}

impl Watch {
    /// Starts one with a configuration; its store is in a folder of its own.
    pub(crate) fn new(text: &str) -> Self {
        let folder = Workdir::new().expect("a folder");
        Self::within(folder, text, &[])
    }

    /// Starts one in a folder that may have a store.
    pub(crate) fn within(folder: Workdir, text: &str, arguments: &[&str]) -> Self {
        Self::after(Vec::new(), folder, text, arguments)
    }

    /// Starts one by other words, such as those of `nsenter`, before those of the binary.
    pub(crate) fn after(
        before: Vec<OsString>,
        folder: Workdir,
        text: &str,
        arguments: &[&str],
    ) -> Self {
        configure(&folder, text);
        let child = command(&before, &folder, "run").args(arguments).spawn();
        let mut child = child.expect("it starts");
        let said = Said::of(&mut child);
        Self { child, before, folder, said }
    }

    /// Writes another configuration; it is read on a signal, or when it is noticed.
    pub(crate) fn rewrite(&self, text: &str) {
        configure(&self.folder, text);
    }

    /// Starts it again with its configuration, after it was killed.
    pub(crate) fn start_again(&mut self) {
        self.child.wait().expect("it has ended");
        let child = command(&self.before, &self.folder, "run").spawn();
        self.child = child.expect("it starts");
        self.said = Said::of(&mut self.child);
    }

    /// Returns the process that was started.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns what it has said so far.
    pub(crate) fn said(&self) -> String {
        self.said.so_far()
    }

    /// Waits until it has said something.
    pub(crate) fn wait_for(&self, what: &str) -> String {
        let found = wait_until(what, PATIENCE, || {
            Ok(self.said().lines().find(|line| line.contains(what)).map(str::to_owned))
        });
        found.unwrap_or_else(|error| panic!("{error}; it said:\n{}", self.said()))
    }

    /// Runs a command of the binary with the configuration, and returns what it writes.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let (first, rest) = arguments.split_first().expect("a command");
        let output = command(&self.before, &self.folder, first).args(rest).output();
        let output = output.expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a command that writes JSON; nothing while it cannot be reached.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Waits until the JSON of a command holds what is wanted, and returns it.
    pub(crate) fn until(&self, arguments: &[&str], wanted: impl Fn(&Value) -> bool) -> Value {
        self.until_within(PATIENCE, arguments, wanted)
    }

    /// Waits as long as is said until the JSON of a command holds what is wanted, and returns it.
    pub(crate) fn until_within(
        &self,
        patience: Duration,
        arguments: &[&str],
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let found = wait_until(&arguments.join(" "), patience, || {
            Ok(Some(self.json(arguments)).filter(|value| wanted(value)))
        });
        found.unwrap_or_else(|error| {
            panic!("{error}: {:#}\nit said:\n{}", self.json(arguments), self.said())
        })
    }

    /// Sends a signal to the process that was started.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.id(), signal);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Writes a configuration whose store is in its folder. The text goes on in `[watch]`, and `FOLDER` in
/// it is the folder.
fn configure(folder: &Workdir, text: &str) {
    let store = folder.path().join("watch/watch.db");
    let text = text.replace("FOLDER", &folder.path().display().to_string());
    let text = format!("[watch]\nstore = \"{}\"\n{text}", store.display());
    folder.write("goodgate.toml", &text).expect("a folder to write to");
}

fn command(before: &[OsString], folder: &Workdir, name: &str) -> Command {
    let mut words = before.iter().cloned().chain([BINARY.into()]);
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words);
    command.arg(name).arg("--config").arg(folder.path().join("goodgate.toml"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if name == "run" {
        command.stdout(Stdio::null());
    }
    command
}

/// Sends a signal to a process.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process");
    kill_process(pid, signal).ok();
}

/// Returns the children of a process.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let list = PathBuf::from(format!("/proc/{pid}/task/{pid}/children"));
    let list = std::fs::read_to_string(list).unwrap_or_default();
    list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Tells whether so many monitors are well, beside the watch itself and its store.
pub(crate) fn are_well(status: &Value, count: usize) -> bool {
    let up = status["monitors"]["up"].as_u64();
    status["broken_total"] == 0 && up.is_some_and(|up| up as usize >= count + 2)
}

/// Tells whether tests may take minutes; otherwise says that this one is left out.
pub(crate) fn is_soak() -> bool {
    let is = std::env::var_os("GOODGATE_SOAK").is_some();
    if !is {
        eprintln!("left out: it takes minutes; `cargo xtask soak` runs it, or GOODGATE_SOAK=1");
    }
    is
}

/// Returns the state of a monitor as `status` knows it among what is broken; nothing where it is well.
pub(crate) fn state<'a>(status: &'a Value, monitor: &str) -> Option<&'a str> {
    let broken = status["broken"].as_array()?;
    broken.iter().find(|one| one["id"] == monitor)?["state"].as_str()
}

/// Returns a webhook of the configuration.
pub(crate) fn hook(name: &str, sink: &super::sink::Sink) -> String {
    format!("[[channel]]\nname = \"{name}\"\nwebhook = {{ url = \"http://{}/\" }}\n", sink.address)
}

/// Returns a monitor of the configuration that asks an address each second, with further keys.
pub(crate) fn asks(name: &str, address: std::net::SocketAddr, keys: &str) -> String {
    format!(
        "[[monitor]]\nname = \"{name}\"\nhttp = \"http://{address}/\"\ninterval = \"1s\"\n{keys}"
    )
}
