//! What is known of each process that has a connection, or was started and has none yet.
//!
//! A successor connects before its predecessor says that it is one: what is known is kept by process,
//! whoever it belongs to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::net::unix::OwnedWriteHalf;

use super::super::upward::END;
use super::message::Message;
use crate::run::death::How;

/// All processes, by id.
#[derive(Debug)]
pub(super) struct Processes {
    all: BTreeMap<u32, Process>,
    /// How long one may take to start.
    start: Duration,
}

#[derive(Debug)]
struct Process {
    /// By when it has to say that it has started; nothing where it has, or is being ended because it has not.
    starts_by: Option<Instant>,
    link: Link,
    ended: Option<How>,
    is_ready: bool,
    is_reloading: bool,
    status: Option<String>,
    heard: Option<Instant>,
    /// Where it is told something. Kept while it lives: its end is that of this process to it.
    down: Option<OwnedWriteHalf>,
}

/// The connection of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Link {
    #[default]
    None,
    Open,
    Closed,
}

impl Process {
    fn new(start: Duration) -> Self {
        Self {
            starts_by: Instant::now().checked_add(start),
            link: Link::None,
            ended: None,
            is_ready: false,
            is_reloading: false,
            status: None,
            heard: None,
            down: None,
        }
    }
}

impl Processes {
    /// Each process may take `start` until it says that it has started.
    pub(super) const fn new(start: Duration) -> Self {
        Self { all: BTreeMap::new(), start }
    }

    /// Notes a process that was started.
    pub(super) fn started(&mut self, pid: u32) {
        self.known(pid);
    }

    fn known(&mut self, pid: u32) -> &mut Process {
        self.all.entry(pid).or_insert_with(|| Process::new(self.start))
    }

    /// Notes that a process has connected.
    pub(super) fn came(&mut self, pid: u32, down: Option<OwnedWriteHalf>) {
        let process = self.known(pid);
        (process.link, process.down) = (Link::Open, down);
    }

    /// Tells a process something, if it is there; one that does not read misses it.
    pub(super) fn tell(&self, pid: u32, text: &str) {
        let down = self.all.get(&pid).and_then(|process| process.down.as_ref());
        let mut message = text.as_bytes().to_vec();
        message.push(END);
        down.map(|down| down.try_write(&message));
    }

    /// Notes what a process said.
    pub(super) fn said(&mut self, pid: u32, message: &Message) {
        let Some(process) = self.all.get_mut(&pid) else { return };
        process.is_ready |= message.is_ready;
        process.starts_by = process.starts_by.filter(|_| !process.is_ready);
        process.is_reloading = message.is_reloading || (process.is_reloading && !message.is_ready);
        if let Some(status) = message.status.clone().filter(|_| !message.is_reloading) {
            process.status = Some(status);
        }
        if message.is_ready || message.is_alive {
            process.heard = Some(Instant::now());
        }
    }

    /// Notes that the connection of a process is over; returns how it ended where that is known.
    pub(super) fn went(&mut self, pid: u32) -> Option<How> {
        let process = self.all.get_mut(&pid)?;
        process.link = Link::Closed;
        process.ended
    }

    /// Notes how a process ended; returns it where nothing more can come from it.
    pub(super) fn reaped(&mut self, pid: u32, how: How) -> Option<How> {
        let Some(process) = self.all.get_mut(&pid) else { return Some(how) };
        process.ended = Some(how);
        (process.link != Link::Open).then_some(how)
    }

    /// Forgets a process; tells whether it was ever ready.
    pub(super) fn forget(&mut self, pid: u32) -> bool {
        self.all.remove(&pid).is_some_and(|process| process.is_ready)
    }

    /// Whether a process has started.
    pub(super) fn is_ready(&self, pid: u32) -> bool {
        self.all.get(&pid).is_some_and(|process| process.is_ready)
    }

    /// Whether a process reads its configuration.
    pub(super) fn is_reloading(&self, pid: u32) -> bool {
        self.all.get(&pid).is_some_and(|process| process.is_reloading)
    }

    /// Returns what a process says of itself.
    pub(super) fn status(&self, pid: u32) -> Option<&str> {
        self.all.get(&pid)?.status.as_deref()
    }

    /// Returns for how long a process that has started has not said that it is alive.
    pub(super) fn silent_for(&self, pid: u32) -> Option<Duration> {
        Some(self.all.get(&pid)?.heard?.elapsed())
    }

    /// Returns by when a process has to say that it has started, if that is waited for.
    pub(super) fn starts_by(&self, pid: u32) -> Option<Instant> {
        self.all.get(&pid)?.starts_by
    }

    /// Waits no more for the start of a process, if its time is over at `now`; returns how long that was.
    pub(super) fn give_up_start(&mut self, pid: u32, now: Instant) -> Option<Duration> {
        let process = self.all.get_mut(&pid)?;
        process.starts_by.take_if(|by| *by <= now).map(|_| self.start)
    }

    /// Begins to wait for a sign of life anew.
    pub(super) fn heard(&mut self, pid: u32) {
        if let Some(process) = self.all.get_mut(&pid) {
            process.heard = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn the_last_words_of_a_process_come_before_its_end() {
        let mut processes = Processes::new(MINUTE);
        processes.came(1, None);

        assert_eq!(processes.reaped(1, How::Exited(0)), None);
        assert_eq!(processes.went(1), Some(How::Exited(0)));
    }

    #[test]
    fn a_process_that_never_connected_is_gone_when_it_ended() {
        let mut processes = Processes::new(MINUTE);
        processes.started(1);

        assert_eq!(processes.reaped(1, How::Exited(2)), Some(How::Exited(2)));
        assert!(!processes.forget(1));
    }

    #[test]
    fn a_reload_is_over_when_the_process_is_ready_again() {
        let mut processes = Processes::new(MINUTE);
        processes.came(1, None);
        let say = |text| Message::from_text(text);
        processes.said(1, &say("READY=1\nSTATUS=serves"));

        processes.said(1, &say("RELOADING=1\nSTATUS=reads"));
        processes.said(1, &say("WATCHDOG=1"));
        assert!(processes.is_reloading(1));

        processes.said(1, &say("READY=1"));
        assert!(!processes.is_reloading(1));
        assert_eq!(processes.status(1), Some("serves"));
    }

    #[test]
    fn a_process_that_does_not_start_in_time_is_given_up_once() {
        let mut processes = Processes::new(MINUTE);
        processes.started(1);
        processes.came(1, None);
        let by = processes.starts_by(1).expect("it is waited for");

        assert_eq!(processes.give_up_start(1, Instant::now()), None);
        assert_eq!(processes.give_up_start(1, by), Some(MINUTE));
        assert_eq!((processes.give_up_start(1, by), processes.starts_by(1)), (None, None));
    }

    #[test]
    fn nobody_waits_for_the_start_of_a_process_that_has_started() {
        let mut processes = Processes::new(MINUTE);
        processes.came(1, None);
        let by = processes.starts_by(1).expect("it is waited for");
        processes.said(1, &Message::from_text("STATUS=opens its store"));
        assert_eq!(processes.starts_by(1), Some(by));

        processes.said(1, &Message::from_text("READY=1"));

        assert_eq!((processes.starts_by(1), processes.give_up_start(1, by)), (None, None));
    }
}
