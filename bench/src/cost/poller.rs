//! Readiness of many sockets, and one exact alarm, on epoll.
//!
//! The load generator and the origin run on this instead of a runtime, so that they cost little
//! beside the proxy that is measured.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use anyhow::Context as _;
use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

/// Events that are taken at once.
const EVENTS: usize = 512;

/// The token of the alarm.
pub(crate) const ALARM: u64 = u64::MAX;

/// A socket that can be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ready {
    /// What the socket was registered with.
    pub(crate) token: u64,
    /// There is something to read, or an end, or an error.
    pub(crate) is_readable: bool,
    /// There is room to write.
    pub(crate) is_writable: bool,
}

/// The sockets of one thread.
pub(crate) struct Poller {
    epoll: OwnedFd,
    alarm: OwnedFd,
    events: Vec<epoll::Event>,
}

impl Poller {
    /// Makes a poller that knows only its alarm.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).context("epoll")?;
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let alarm = timerfd_create(TimerfdClockId::Monotonic, flags).context("timerfd")?;
        epoll::add(&epoll, &alarm, EventData::new_u64(ALARM), EventFlags::IN)?;
        Ok(Self { epoll, alarm, events: Vec::with_capacity(EVENTS) })
    }

    /// Watches a socket for something to read; it forgets closed ones by itself.
    pub(crate) fn add(&self, socket: impl AsFd, token: u64) -> anyhow::Result<()> {
        let data = EventData::new_u64(token);
        epoll::add(&self.epoll, socket, data, EventFlags::IN).context("watch a socket")
    }

    /// Watches a socket for room to write as well, or no more.
    pub(crate) fn set_writing(
        &self,
        socket: impl AsFd,
        token: u64,
        wants_writing: bool,
    ) -> anyhow::Result<()> {
        let flags = if wants_writing { EventFlags::IN | EventFlags::OUT } else { EventFlags::IN };
        epoll::modify(&self.epoll, socket, EventData::new_u64(token), flags).context("rewatch")
    }

    /// Rings the alarm after `time`: the token [`ALARM`] becomes ready until it is set again.
    pub(crate) fn set_alarm(&self, time: Duration) -> anyhow::Result<()> {
        // Zero would switch it off.
        let time = time.max(Duration::from_nanos(1));
        let value = Timespec {
            tv_sec: i64::try_from(time.as_secs())?,
            tv_nsec: i64::from(time.subsec_nanos()),
        };
        let interval = Timespec { tv_sec: 0, tv_nsec: 0 };
        let setting = Itimerspec { it_interval: interval, it_value: value };
        timerfd_settime(&self.alarm, TimerfdTimerFlags::empty(), &setting).context("alarm")?;
        Ok(())
    }

    /// Waits for sockets, at most for `time`, which is rounded up to milliseconds.
    pub(crate) fn wait(&mut self, time: Duration, ready: &mut Vec<Ready>) -> anyhow::Result<()> {
        let milliseconds = i64::try_from(time.as_millis())?;
        let timeout =
            Timespec { tv_sec: milliseconds / 1000, tv_nsec: (milliseconds % 1000) * 1_000_000 };
        self.events.clear();
        let waited = epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&timeout));
        match waited {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("epoll"),
        }
        ready.clear();
        ready.extend(self.events.iter().map(|event| {
            let (flags, data) = (event.flags, event.data);
            let ends = EventFlags::IN | EventFlags::HUP | EventFlags::ERR;
            Ready {
                token: data.u64(),
                is_readable: flags.intersects(ends),
                is_writable: flags.contains(EventFlags::OUT),
            }
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_alarm_rings_after_its_time() {
        let mut poller = Poller::new().unwrap();
        let (started, mut ready) = (Instant::now(), Vec::new());

        poller.set_alarm(Duration::from_micros(1500)).unwrap();
        poller.wait(Duration::from_secs(5), &mut ready).unwrap();

        assert_eq!(ready.first().map(|ready| ready.token), Some(ALARM));
        assert!(started.elapsed() >= Duration::from_micros(1500));
    }
}
