//! The real thing: `goodgate run` as a child, with the gateway, the watch and the dashboard below it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use goodgate_door::client::{Client, Place};
use goodgate_evidence::text::neutralise;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::{Instant, sleep, timeout};

use super::file::{self, Ports};
use super::folder::Folder;
use super::limits;
use super::origins::Origin;
use crate::run::ends_with;

/// The running processes; they are killed when this is dropped before [`Self::end`].
pub(super) struct Running {
    child: Child,
    said: Said,
    /// Where they are asked.
    pub(super) at: At,
}

/// Where the running processes are asked.
#[derive(Clone, Debug)]
pub(super) struct At {
    /// The gateway, as visitors meet it.
    pub(super) gateway: Place,
    /// The gateway, as operators do.
    pub(super) admin: Client,
    pub(super) watch: Client,
    /// What links begin with.
    pub(super) pages: String,
    /// The link that lets one act.
    pub(super) key: String,
}

/// What the processes say.
#[derive(Clone, Debug, Default)]
struct Said(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    last: VecDeque<String>,
    pages: Option<String>,
    key: Option<String>,
    /// Ends of processes that nobody has been told of.
    deaths: Vec<String>,
    has_lost_a_port: bool,
}

impl Running {
    /// Starts the processes and waits until each of them answers.
    pub(super) async fn start(folder: &Folder, origins: &[Origin]) -> anyhow::Result<Self> {
        for turn in 0..limits::STARTS {
            let ports = Ports::choose(turn == 0).context("find free ports")?;
            let config = folder.write("goodgate.toml", &file::text(&ports, origins))?;
            let (child, said) = spawn(&config, &folder.path().join("goodgate.log"))?;
            let at = At {
                gateway: Place::Tcp(ports.gateway),
                admin: part(Place::Tcp(ports.admin)),
                watch: part(Place::Unix(folder.path().join("store/goodgate.sock"))),
                pages: String::new(),
                key: String::new(),
            };
            let mut running = Self { child, said, at };
            if running.is_ready().await? {
                return Ok(running);
            }
            running.end().await;
        }
        Err(anyhow!(
            "start the processes: other programs took their ports {} times",
            limits::STARTS
        ))
    }

    /// Waits until all answer; false where another process has a port that they need.
    async fn is_ready(&mut self) -> anyhow::Result<bool> {
        let by = Instant::now() + limits::START;
        while Instant::now() < by {
            let ended = self.child.try_wait().context("look at the processes")?;
            if self.said.with(|lines| lines.has_lost_a_port) {
                return Ok(false);
            }
            if let Some(status) = ended {
                return Err(anyhow!("start the processes: {status}\n{}", self.last_lines()));
            }
            if let (Some(pages), Some(key)) =
                self.said.with(|lines| (lines.pages.clone(), lines.key.clone()))
                && read(&self.at.watch, "/status").await.is_some()
                && read(&self.at.admin, "/health").await.is_some()
            {
                self.at.pages = pages;
                self.at.key = key;
                return Ok(true);
            }
            sleep(limits::LOOK).await;
        }
        Err(anyhow!(
            "start the processes: they do not answer within {:?}\n{}",
            limits::START,
            self.last_lines()
        ))
    }

    /// Waits until they end, which they should not.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Takes what was said of processes that ended and are started again.
    pub(super) fn deaths(&self) -> Deaths {
        Deaths(self.said.clone())
    }

    /// Returns what was said last.
    pub(super) fn last_lines(&self) -> String {
        self.said.with(|lines| lines.last.iter().cloned().collect::<Vec<_>>().join("\n"))
    }

    /// Ends all of them in order, and those that do not end at once.
    pub(super) async fn end(mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
            // It may have ended by itself.
            kill_process(pid, Signal::TERM).ok();
        }
        if timeout(limits::END, self.child.wait()).await.is_err() {
            self.child.kill().await.ok();
        }
    }
}

fn part(place: Place) -> Client {
    Client { place, token: None, bounds: limits::ANSWER }
}

/// Asks a running part for JSON; nothing where it does not answer, or not well.
pub(super) async fn read(part: &Client, target: &str) -> Option<Value> {
    let answer = part.get(target).await.ok().filter(|answer| answer.status == 200)?;
    serde_json::from_slice(&answer.body).ok()
}

/// Ends of processes, for somebody else to tell.
#[derive(Debug)]
pub(super) struct Deaths(Said);

impl Deaths {
    /// Takes those that nobody has been told of.
    pub(super) fn take(&self) -> Vec<String> {
        self.0.with(|lines| std::mem::take(&mut lines.deaths))
    }
}

fn spawn(config: &Path, log: &Path) -> anyhow::Result<(Child, Said)> {
    let program = std::env::current_exe().context("find this program")?;
    let log = File::create(log).with_context(|| format!("write {}", log.display()))?;
    let mut command = Command::new(program);
    command.arg("run").arg("--config").arg(config);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // What was meant for this process is not meant for that one.
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM"] {
        command.env_remove(name);
    }
    command.env(ends_with::VARIABLE, std::process::id().to_string());
    // Ctrl-C is for this process, which ends the other ones in order.
    command.process_group(0).kill_on_drop(true);
    let mut child = command.spawn().context("start goodgate run")?;
    let said = Said::default();
    if let Some(stderr) = child.stderr.take() {
        // It ends with the pipe.
        tokio::spawn(listen(stderr, said.clone(), log));
    }
    Ok((child, said))
}

async fn listen(stderr: ChildStderr, said: Said, mut log: File) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // The file is for those who look; without room for it everything else goes on.
        writeln!(log, "{line}").ok();
        said.with(|lines| lines.hear(&line));
    }
}

impl Said {
    fn with<T>(&self, of: impl FnOnce(&mut Lines) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Lines {
    fn hear(&mut self, line: &str) {
        if let Some(url) = line.strip_prefix("people look at ") {
            self.pages = Some(url.trim_end_matches('/').to_owned());
        }
        if line.starts_with("http://") && line.contains("/login?key=") {
            self.key = Some(line.to_owned());
        }
        self.has_lost_a_port |=
            line.contains("in use") || line.contains("no admin listener: another process");
        if let Some((_, what)) = line.split_once("error: ").filter(|(_, what)| {
            what.contains(" has ended: ") && what.contains("it is started again")
        }) {
            self.deaths.push(neutralise(what));
        }
        if self.last.len() == limits::LINES {
            self.last.pop_front();
        }
        self.last.push_back(neutralise(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_the_key_and_the_ends_of_processes_are_heard() {
        let mut lines = Lines::default();
        for line in [
            "people look at http://127.0.0.1:9504/",
            "http://127.0.0.1:9504/login?key=abc",
            "2026-11-23T10:00:00Z [7] error: the watch (process 9) has ended: signal 9, SIGKILL; it is \
             started again in 100ms",
        ] {
            lines.hear(line);
        }

        assert_eq!(lines.pages.as_deref(), Some("http://127.0.0.1:9504"));
        assert_eq!(lines.key.as_deref(), Some("http://127.0.0.1:9504/login?key=abc"));
        assert_eq!(lines.deaths.len(), 1);
        assert!(lines.deaths[0].starts_with("the watch"), "{:?}", lines.deaths);
        assert!(!lines.has_lost_a_port);
    }
}
