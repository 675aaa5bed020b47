//! Runs `goodgate diagnose` on other hosts over the system's `ssh`.
//!
//! `ssh` hands its arguments to a shell on the other side, so every word is quoted for it. Nothing
//! is asked on the terminal (`BatchMode`), nothing is forwarded, and time and output are bounded.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use goodgate_evidence::text::{neutralise, shell, shorten};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Point, Sight, remote};
use crate::exit::Failure;

/// Hosts that are asked at most: more make the examination a load test of the target.
pub(super) const VIAS_MAX: usize = 8;

/// Characters of a host: user, `@` and the longest name.
const HOST_MAX: usize = 320;

/// Seconds that `ssh` may take to connect.
const CONNECT_SECONDS: u64 = 10;

/// Time beyond that of the examination: connecting, authentication, starting.
const SLACK: Duration = Duration::from_secs(CONNECT_SECONDS + 5);

/// Bytes of an answer that are read: a large one has some hundred KiB.
const ANSWER_MAX: u64 = 4 << 20;

/// Bytes of standard error that are read.
const ERRORS_MAX: u64 = 16 << 10;

/// Characters of a reason that are told.
const REASON_MAX: usize = 160;

/// The exit code of `ssh` where it failed itself.
const SSH_FAILED: i32 = 255;

/// The exit code of shells for a command that does not exist.
const NOT_FOUND: i32 = 127;

/// The hosts to ask, and what to ask of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Via {
    hosts: Vec<String>,
    command: String,
    time: Duration,
}

impl Via {
    /// Checks the hosts. `command` is where the binary lies on the other side, `arguments` are what
    /// follows it, `time` is how long the examination there may take.
    pub(crate) fn new(
        hosts: &[String],
        command: &str,
        arguments: &[String],
        time: Duration,
    ) -> Result<Self, Failure> {
        if hosts.len() > VIAS_MAX {
            return Err(Failure::usage(format!("--via may be given {VIAS_MAX} times at most")));
        }
        for host in hosts {
            check(host)?;
        }
        if command.is_empty() || command.starts_with('-') || command.chars().any(char::is_control) {
            return Err(Failure::hinted(
                "--via-command names no program",
                "give the path of goodgate on the other host",
            ));
        }
        let words = std::iter::once(command).chain(arguments.iter().map(String::as_str));
        let command = words.map(shell).collect::<Vec<_>>().join(" ");
        Ok(Self { hosts: hosts.to_vec(), command, time: time + SLACK })
    }

    /// Returns the same without a host to ask.
    pub(crate) fn none(&self) -> Self {
        Self { hosts: Vec::new(), ..self.clone() }
    }

    /// Returns every host as one from which nothing was seen.
    pub(crate) fn not_seen(&self, why: &str) -> Vec<Point> {
        let point = |host: &String| Point { host: host.clone(), seen: Err(why.to_owned()) };
        self.hosts.iter().map(point).collect()
    }

    /// Tells whether no host is to be asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }
}

/// A host is a name for `ssh` and never an option of it, nor anything a shell would read.
fn check(host: &str) -> Result<(), Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-@:[]%/+=,".contains(c);
    let name = host.rsplit('@').next().unwrap_or_default();
    let is_option = host.starts_with('-') || name.starts_with('-');
    if host.is_empty()
        || name.is_empty()
        || is_option
        || host.len() > HOST_MAX
        || !host.chars().all(plain)
    {
        return Err(Failure::hinted(
            format!("--via {} is no host", shell(&shorten(host, 80))),
            "write HOST, USER@HOST, ssh://USER@HOST:PORT or a name of ~/.ssh/config",
        ));
    }
    Ok(())
}

/// Asks every host at the same time. Ends with all of them, with the time, or on Ctrl-C.
pub(crate) async fn ask_all(via: &Via) -> Vec<Point> {
    let mut running = JoinSet::new();
    for (at, host) in via.hosts.iter().enumerate() {
        let (host, command, time) = (host.clone(), via.command.clone(), via.time);
        running.spawn(async move { (at, ask(&host, &command, time).await) });
    }
    let mut points = via.not_seen("it was broken off");
    let collect = async {
        while let Some(joined) = running.join_next().await {
            // A task that panicked has seen nothing.
            let Ok((at, seen)) = joined else { continue };
            if let Some(point) = points.get_mut(at) {
                point.seen = seen;
            }
        }
    };
    tokio::select! {
        () = collect => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    points
}

async fn ask(host: &str, command: &str, time: Duration) -> Result<Sight, String> {
    let seconds = time.as_secs();
    match timeout(time, carry_out(host, command)).await {
        Ok(Ok(said)) => said.sight(),
        Ok(Err(error)) => Err(format!("ssh could not be run: {error}")),
        Err(_) => Err(format!("no answer within {seconds} s")),
    }
}

/// What came back.
struct Said {
    status: ExitStatus,
    answer: Vec<u8>,
    errors: Vec<u8>,
}

async fn carry_out(host: &str, command: &str) -> io::Result<Said> {
    let connect = format!("ConnectTimeout={CONNECT_SECONDS}");
    let mut child = Command::new("ssh")
        .args(["-o", "BatchMode=yes", "-o", &connect, "-o", "ClearAllForwardings=yes", "--"])
        .args([host, command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (answer, errors) = tokio::join!(read(stdout, ANSWER_MAX), read(stderr, ERRORS_MAX));
    let (answer, errors) = (answer?, errors?);
    Ok(Said { status: child.wait().await?, answer, errors })
}

/// Reads up to the bound and closes the pipe: who still writes then ends.
async fn read(from: Option<impl AsyncRead + Unpin>, max: u64) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    if let Some(from) = from {
        from.take(max).read_to_end(&mut kept).await?;
    }
    Ok(kept)
}

impl Said {
    fn sight(&self) -> Result<Sight, String> {
        let read = remote::read(&self.answer);
        if read.is_ok() {
            return read;
        }
        if self.answer.len() as u64 >= ANSWER_MAX {
            return Err(format!("its answer is larger than {} MiB", ANSWER_MAX >> 20));
        }
        let said = reason(&self.errors);
        match self.status.code() {
            Some(SSH_FAILED) => {
                let said = said.strip_prefix("ssh: ").unwrap_or(&said);
                Err(format!("ssh: {}", or(said, "it failed without a word")))
            }
            Some(NOT_FOUND) => Err(format!(
                "{}; --via-command PATH says where goodgate is there",
                or(&said, "no goodgate")
            )),
            Some(_) if self.answer.is_empty() && !said.is_empty() => Err(said),
            Some(code) if self.answer.is_empty() => {
                Err(format!("it ended with {code} and no word"))
            }
            None => Err("ssh was killed".to_owned()),
            Some(_) => read,
        }
    }
}

fn or<'a>(said: &'a str, otherwise: &'a str) -> &'a str {
    if said.is_empty() { otherwise } else { said }
}

/// Returns the line of standard error that tells: our own `error:`, or else the last one, since
/// `ssh` warns before it fails.
fn reason(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let ours = lines().find_map(|line| line.strip_prefix("error: "));
    shorten(&neutralise(ours.or(lines().next_back()).unwrap_or_default()), REASON_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn via(hosts: &[&str], command: &str) -> Result<Via, Failure> {
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let arguments = ["diagnose".to_owned(), "http://a/?x='; reboot #".to_owned()];
        Via::new(&hosts, command, &arguments, Duration::from_secs(30))
    }

    #[test]
    fn every_word_is_quoted_for_the_other_shell() {
        let Ok(via) = via(&["web1"], "/opt/good gate/goodgate") else { panic!("it is taken") };

        assert_eq!(via.command, r"'/opt/good gate/goodgate' diagnose 'http://a/?x='\''; reboot #'");
    }

    #[test]
    fn hosts_of_every_form_are_taken() {
        for host in ["web1", "me@web1.example", "ssh://me@web1:2222", "me@[2001:db8::1%eth0]"] {
            assert!(via(&[host], "goodgate").is_ok(), "{host}");
        }
    }

    #[test]
    fn what_ssh_or_a_shell_would_read_otherwise_is_refused() {
        for host in
            ["-oProxyCommand=reboot", "me@-oX", "a b", "a;b", "$(b)", "`b`", "", "me@", "a\nb"]
        {
            assert!(via(&[host], "goodgate").is_err(), "{host}");
        }
        assert!(via(&["a"; 9], "goodgate").is_err());
        assert!(via(&["a"], "-x").is_err());
    }

    #[test]
    fn the_reason_is_the_line_that_tells_and_harmless() {
        let warned = b"Warning: added\r\nme@web1: \x1b[31mPermission denied\r\n\n";

        assert_eq!(reason(warned), "me@web1: \\u{1b}[31mPermission denied");
        assert_eq!(reason(b"error: no URL\nhint: write one\n"), "no URL");
        assert_eq!(reason(b""), "");
    }
}
