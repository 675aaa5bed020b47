//! One host of a scenario: network, mount, process and name namespaces of its own.
//!
//! A shell holds the namespaces as their first process. It reads a pipe of ours, so that it ends
//! when we do, however that happens; with it the kernel ends everything that runs on the host and
//! takes the namespaces away. Nothing is left behind that would have to be cleaned.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::net::cgroup::Cgroup;
use crate::wait::{self, wait_until};

/// What the first process does: it waits for the end of its input, and reaps orphans meanwhile.
const HOLD: &str = "while read -r _; do :; done";

/// A running host; everything on it ends when the value is dropped.
#[derive(Debug)]
pub struct Host {
    name: &'static str,
    /// The process that made the namespaces, waiting for the first process.
    maker: Child,
    /// Closed at the end, which ends the first process.
    held: Option<ChildStdin>,
    /// The first process of the host, by the machine's numbers.
    first: u32,
}

/// Closes what the lab itself was started with beyond the three standard descriptors: under a
/// limit of descriptors a program would fail at another point than it does elsewhere.
const CLOSE_INHERITED: &str = "for fd in /proc/self/fd/*; do \
     fd=${fd##*/}; if ((fd > 2)); then exec {fd}>&-; fi; done;";

/// What a process on a host may use.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// The most open descriptors.
    pub nofile: Option<u64>,
    /// The user, instead of root.
    pub user: Option<String>,
}

impl Host {
    /// Makes the namespaces of a host and its loopback interface.
    ///
    /// # Errors
    ///
    /// When we are not root or the kernel refuses.
    pub fn start(name: &'static str) -> anyhow::Result<Self> {
        let mut maker = Command::new("setpriv")
            // Ends the maker, and with it the host, also when we are killed.
            .args(["--pdeathsig", "KILL", "--", "unshare", "--net", "--mount", "--pid", "--uts"])
            .args(["--fork", "--kill-child=KILL", "--mount-proc", "--", "bash", "-c", HOLD])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("run setpriv and unshare")?;
        let held = maker.stdin.take();
        let first = wait_until(&format!("host {name}"), wait::DEADLINE, || {
            if let Some(status) = maker.try_wait()? {
                let mut said = String::new();
                let stderr = maker.stderr.as_mut().context("no words of unshare")?;
                stderr.read_to_string(&mut said)?;
                anyhow::bail!("namespaces were refused: {status} {said}");
            }
            Ok(first_process(maker.id()))
        })?;
        let host = Self { name, maker, held, first };
        host.shell(&format!("echo {name} > /proc/sys/kernel/hostname; ip link set lo up"))?;
        Ok(host)
    }

    /// Returns the host's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the number of the host's first process on the machine.
    pub fn first(&self) -> u32 {
        self.first
    }

    /// Returns the path below which the kernel shows the host's network to the machine.
    pub fn proc_net(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/net", self.first))
    }

    /// Prepares a command that runs on the host.
    pub fn command<I, A>(&self, words: I) -> Command
    where
        I: IntoIterator<Item = A>,
        A: AsRef<OsStr>,
    {
        self.limited(&Limits::default(), None, words)
    }

    /// Prepares a command that runs on the host within limits.
    pub fn limited<I, A>(&self, limits: &Limits, cgroup: Option<&Cgroup>, words: I) -> Command
    where
        I: IntoIterator<Item = A>,
        A: AsRef<OsStr>,
    {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.first.to_string()]);
        command.args(["--net", "--mount", "--pid", "--uts", "--"]);
        // The shell enters the group, and becomes the program.
        let enter = cgroup.map_or(String::new(), |cgroup| {
            format!("echo 0 > {} && ", cgroup.entrance().display())
        });
        command.args(["bash", "-c", &format!("{CLOSE_INHERITED} {enter}exec \"$@\""), "bash"]);
        if let Some(nofile) = limits.nofile {
            command.args(["prlimit", &format!("--nofile={nofile}:{nofile}"), "--"]);
        }
        if let Some(user) = &limits.user {
            command.args(["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"]);
        }
        command.args(words);
        command.stdin(Stdio::null());
        command
    }

    /// Runs a line of shell on the host.
    ///
    /// # Errors
    ///
    /// When it does not end with 0.
    pub fn shell(&self, line: &str) -> anyhow::Result<()> {
        self.run(&["sh", "-c", line], "")
    }

    /// Runs a command on the host with `input`.
    ///
    /// # Errors
    ///
    /// When it does not end with 0; the error has what it said.
    pub fn run<A: AsRef<str>>(&self, words: &[A], input: &str) -> anyhow::Result<()> {
        let command = self.command(words.iter().map(AsRef::as_ref));
        self.to_end(command, words, input)
    }

    /// Runs a command in the host's network alone: it sees the processes of the machine.
    ///
    /// # Errors
    ///
    /// When it does not end with 0; the error has what it said.
    pub fn run_in_network<A: AsRef<str>>(&self, words: &[A], input: &str) -> anyhow::Result<()> {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.first.to_string(), "--net", "--"]);
        command.args(words.iter().map(AsRef::as_ref));
        self.to_end(command, words, input)
    }

    fn to_end<A: AsRef<str>>(
        &self,
        mut command: Command,
        words: &[A],
        input: &str,
    ) -> anyhow::Result<()> {
        let shown = words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" ");
        let place = || format!("on {}: {shown}", self.name);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(place)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that does not read its input may have closed it.
            drop(stdin.write_all(input.as_bytes()));
        }
        let output = child.wait_with_output().with_context(place)?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {} {said}", place(), output.status);
        Ok(())
    }

    /// Lays `file` of the machine over `path` on this host alone.
    ///
    /// # Errors
    ///
    /// When one of the two does not exist.
    pub fn cover(&self, file: &Path, path: &str) -> anyhow::Result<()> {
        self.run(&["mount", "--bind", &file.display().to_string(), path], "")
    }

    /// Prepares a program that runs on, with everything it says in `log`.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn spawn(&self, mut command: Command, log: &Path) -> anyhow::Result<Child> {
        let file = File::options().create(true).append(true).open(log)?;
        command.stdout(file.try_clone()?).stderr(file);
        command.spawn().with_context(|| format!("start {command:?} on {}", self.name))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // The first process ends, the kernel ends the others, and the maker comes back after that.
        drop(self.held.take());
        let ended =
            wait_until("the end of a host", wait::DEADLINE, || Ok(self.maker.try_wait()?));
        if ended.is_err() {
            drop(self.maker.kill());
            drop(self.maker.wait());
        }
    }
}

/// Finds the shell that holds the namespaces, once it is what it will be.
fn first_process(maker: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{maker}/task/{maker}/children")).ok()?;
    let first: u32 = children.split_ascii_whitespace().next()?.parse().ok()?;
    let name = fs::read_to_string(format!("/proc/{first}/comm")).ok()?;
    (name.trim() == "bash").then_some(first)
}
