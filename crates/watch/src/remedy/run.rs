//! Carries out a plan: starts the program, bounds it, and says what came of it.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use goodgate_incident::{IncidentId, MonitorId};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, timeout};

use super::limits;
use super::output::{Output, last};
use super::plan::{Action, Plan};
use crate::pages;

/// Something that happened with a remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemedyEvent {
    /// Which remedy.
    pub remedy: Arc<str>,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// The monitor that failed.
    pub monitor: MonitorId,
    /// What.
    pub happened: Happened,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// Something is to be said, while it goes on: that it begins.
    Said {
        /// What, for the timeline.
        text: String,
    },
    /// It is over: the program has ended, or was never started.
    Ended {
        /// What came of it, for the timeline; of the output the end.
        text: String,
        /// The output, redacted and harmless, at most about [`limits::OUTPUT`] bytes.
        output: String,
        /// Whether the program said that it has succeeded.
        is_success: bool,
    },
    /// The monitor is to be checked, to see whether it helped.
    Verify,
}

/// Carries out a plan and says what happens. A plan that is not to be done is only told. Dropping it kills
/// the program and what that has started.
pub async fn run(plan: Plan, events: Sender<RemedyEvent>) {
    let tell = |happened| {
        let Plan { remedy, incident, monitor, .. } = &plan;
        let (remedy, monitor) = (Arc::clone(remedy), monitor.clone());
        let event = RemedyEvent { remedy, incident: *incident, monitor, happened };
        let events = &events;
        // Nobody listens where the watch is ending.
        async move { events.send(event).await.ok() }
    };
    let (command, because) = (plan.command_line(), plan.because());
    match plan.action {
        Action::Run => {}
        Action::DryRun => {
            let text = format!(
                "would have run {command} {because}; it is done once `dry_run = false` stands in the file"
            );
            tell(Happened::Ended { text, output: String::new(), is_success: true }).await;
            return;
        }
        Action::Exhausted { runs } => {
            let text = format!(
                "has not run {command} {because}: it ran {runs} times within 24 hours, as often as \
                 `per_day` allows; somebody has to look"
            );
            tell(Happened::Said { text }).await;
            return;
        }
    }
    tell(Happened::Said { text: format!("runs {command} {because}") }).await;
    let ran = carry_out(&plan).await;
    let text = ran.text(&command);
    let is_success = matches!(&ran.ending, Ending::Exited(status) if status.success());
    let was_started = !matches!(ran.ending, Ending::NotStarted(_));
    tell(Happened::Ended { text, output: ran.output, is_success }).await;
    if was_started {
        tokio::time::sleep(plan.verify_after).await;
        tell(Happened::Verify).await;
    }
}

struct Ran {
    ending: Ending,
    output: String,
    took: Duration,
}

enum Ending {
    NotStarted(String),
    Exited(ExitStatus),
    /// Ended by us when its time was over.
    TimedOut,
}

impl Ran {
    fn text(&self, command: &str) -> String {
        let secs = self.took.as_secs_f32();
        let head = match &self.ending {
            Ending::NotStarted(why) => format!("could not start {command}: {why}"),
            Ending::TimedOut => {
                format!(
                    "{command} was not done after {secs:.1} s and was killed with all it had started"
                )
            }
            Ending::Exited(status) => match (status.code(), signal(*status)) {
                (Some(code), _) => {
                    format!("{command} ended with exit code {code} after {secs:.1} s")
                }
                (None, Some(signal)) => {
                    format!("{command} was ended by signal {signal} after {secs:.1} s")
                }
                (None, None) => format!("{command} ended after {secs:.1} s"),
            },
        };
        if self.output.is_empty() {
            return head;
        }
        let room = limits::TEXT.saturating_sub(head.chars().count() + 2);
        format!("{head}:\n{}", last(&self.output, room))
    }
}

fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

async fn carry_out(plan: &Plan) -> Ran {
    let begin = Instant::now();
    let not_started = |why: String| Ran {
        ending: Ending::NotStarted(why),
        output: String::new(),
        took: Duration::ZERO,
    };
    let Some((program, arguments)) = plan.command.split_first() else {
        return not_started("it has no command".to_owned());
    };
    if !program.starts_with('/') {
        return not_started("the program is not given by its whole path".to_owned());
    }
    let (reader, out, err) = match one_pipe() {
        Ok(ends) => ends,
        Err(error) => return not_started(error.to_string()),
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", limits::PATH)
        .env("LANG", "C.UTF-8")
        .env("GOODGATE_CAUSE", plan.cause)
        .env("GOODGATE_MONITOR", &*plan.monitor.0)
        .env("GOODGATE_INCIDENT", plan.incident.to_string())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .process_group(0)
        .kill_on_drop(true);
    let mut child = match pages::as_found(|| command.spawn()) {
        Ok(child) => child,
        Err(error) => return not_started(error.to_string()),
    };
    let mut group = Group::of(&child);
    // It has our ends of the pipe.
    drop(command);
    let output = Mutex::new(Output::default());
    let reading = read(reader, &output);
    tokio::pin!(reading);
    let mut is_read = false;
    let ended = timeout(plan.timeout, async {
        loop {
            tokio::select! {
                status = child.wait() => break status,
                () = &mut reading, if !is_read => is_read = true,
            }
        }
    });
    let ending = match ended.await {
        Ok(Ok(status)) => Ending::Exited(status),
        Ok(Err(error)) => Ending::NotStarted(error.to_string()),
        Err(_) => {
            let end = group.end(&mut child);
            if is_read {
                end.await;
            } else {
                // What it says when it is asked to end is worth reading.
                let rest = timeout(limits::GRACE + limits::DRAIN, &mut reading);
                is_read = tokio::join!(end, rest).1.is_ok();
            }
            Ending::TimedOut
        }
    };
    group.is_over = true;
    if !is_read {
        // Whatever still holds the pipe may say no more.
        timeout(limits::DRAIN, &mut reading).await.ok();
    }
    let output = std::mem::take(&mut *output.lock().unwrap_or_else(PoisonError::into_inner));
    Ran { ending, output: output.text(), took: begin.elapsed() }
}

/// Makes one pipe for both ways of output, so that their lines come in the order in which they were written.
fn one_pipe() -> io::Result<(pipe::Receiver, io::PipeWriter, io::PipeWriter)> {
    let (reader, out) = io::pipe()?;
    let err = out.try_clone()?;
    Ok((pipe::Receiver::from_owned_fd(reader.into())?, out, err))
}

/// Reads to the end; what is beyond the bound is read and dropped, so that the program is not held up.
async fn read(mut from: impl AsyncRead + Unpin, into: &Mutex<Output>) {
    let mut piece = [0; 4096];
    while let Ok(count) = from.read(&mut piece).await {
        let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else { return };
        into.lock().unwrap_or_else(PoisonError::into_inner).add(read);
    }
}

/// The group of processes of a program; killed when it is dropped before the program has ended.
struct Group {
    leader: Option<Pid>,
    is_over: bool,
}

impl Group {
    fn of(child: &Child) -> Self {
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self { leader, is_over: false }
    }

    /// Asks all of them to end, and kills those that have not.
    async fn end(&self, child: &mut Child) {
        self.send(Signal::TERM);
        // The leader is not waited for before the others are killed: until then the number of the group is
        // nobody else's.
        tokio::time::sleep(limits::GRACE).await;
        self.send(Signal::KILL);
        child.wait().await.ok();
    }

    fn send(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // None of them may be left, which is what was wanted.
            kill_process_group(leader, signal).ok();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            self.send(Signal::KILL);
        }
    }
}
