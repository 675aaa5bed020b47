//! What the service manager is told (`sd_notify(3)`), if there is one, or the parent in its place.

use std::env;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::upward::Upward;

/// The service manager; silent without one.
#[derive(Debug)]
pub(super) struct Service {
    told: Told,
    watchdog: Option<Duration>,
}

/// Who is told.
#[derive(Debug)]
enum Told {
    Nobody,
    Manager(UnixDatagram),
    Parent(Upward),
}

impl Service {
    /// Finds the service manager in the environment (`NOTIFY_SOCKET`, `WATCHDOG_USEC`). Fails where
    /// it is named and cannot be reached.
    pub(super) fn find() -> io::Result<Self> {
        let Some(name) = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else {
            return Ok(Self { told: Told::Nobody, watchdog: None });
        };
        let address = match name.as_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(&name)?,
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        // A manager that reads nothing must not hold the gateway up.
        socket.set_write_timeout(Some(Duration::from_secs(1)))?;
        Ok(Self { told: Told::Manager(socket), watchdog: watchdog() })
    }

    /// Tells the parent what others tell the service manager; the parent tells that one of all.
    pub(super) fn of_parent(parent: Upward) -> Self {
        Self { told: Told::Parent(parent), watchdog: watchdog() }
    }

    /// Says that it starts, and that what it starts may take so long.
    pub(super) fn starting(&self, within: Duration) {
        self.send(&format!("EXTEND_TIMEOUT_USEC={}\nSTATUS=starts", within.as_micros()));
    }

    /// Says that it serves.
    pub(super) fn ready(&self, status: &str) {
        self.send(&format!("READY=1\nSTATUS={status}"));
    }

    /// Says that the configuration is being read; [`ready`](Self::ready) follows.
    pub(super) fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let micros = now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1000);
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={micros}\nSTATUS=reads its configuration"));
    }

    /// Says which process is the gateway from now on.
    pub(super) fn is_main(&self, pid: u32) {
        self.send(&format!("MAINPID={pid}"));
    }

    /// Says that it ends, and how long that may take.
    pub(super) fn stopping(&self, within: Duration) {
        let micros = within.as_micros();
        self.send(&format!(
            "STOPPING=1\nEXTEND_TIMEOUT_USEC={micros}\nSTATUS=ends its connections"
        ));
    }

    /// Says how it is.
    pub(super) fn status(&self, status: &str) {
        self.send(&format!("STATUS={status}"));
    }

    /// Says that it is alive.
    pub(super) fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    /// Returns how often it has to be said that it is alive: twice as often as the manager asks for.
    pub(super) fn alive_every(&self) -> Option<Duration> {
        self.watchdog.map(|time| time / 2)
    }

    fn send(&self, text: &str) {
        match &self.told {
            Told::Nobody => {}
            // Whether the manager listens does not concern the requests.
            Told::Manager(socket) => drop(socket.send(text.as_bytes())),
            Told::Parent(parent) => parent.send(text),
        }
    }
}

fn watchdog() -> Option<Duration> {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let is_for_us = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
    let micros = number("WATCHDOG_USEC").filter(|micros| *micros > 0 && is_for_us)?;
    Some(Duration::from_micros(micros))
}
