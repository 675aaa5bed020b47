//! Listening sockets that this process did not bind itself: passed by systemd, or handed over by the
//! process before.

use std::env;
use std::os::fd::OwnedFd;
use std::process::Command;

use listenfd::ListenFd;

use super::bind::Listening;
use crate::settings::values::Bind;

/// The variable that says which process systemd passed the sockets to, where it lets a child have them:
/// `LISTEN_PID` cannot name a process before it is started.
const PASSED_BY: &str = "GOODGATE_SOCKETS_OF";

/// The variables by which sockets are passed.
pub(crate) const VARIABLES: [&str; 4] = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", PASSED_BY];

/// Lets a child of this process have what systemd passed to this one.
pub(crate) fn pass_on(command: &mut Command) {
    if is_ours() {
        command.env_remove("LISTEN_PID").env(PASSED_BY, std::process::id().to_string());
    } else {
        for variable in VARIABLES {
            command.env_remove(variable);
        }
    }
}

/// Whether sockets were passed to this process, or to the one that started it for it to have.
fn is_ours() -> bool {
    let of = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    match of("LISTEN_PID") {
        Some(pid) => pid == std::process::id(),
        None => of(PASSED_BY) == Some(std::os::unix::process::parent_id()),
    }
}

/// Sockets by the name that the configuration has for them.
#[derive(Debug, Default)]
pub(crate) struct Passed(Vec<(String, Listening)>);

impl Passed {
    /// Takes the sockets that systemd passed (`sd_listen_fds(3)`) from the environment, which has to
    /// happen before there are threads. Fails in words.
    pub(crate) fn by_systemd() -> Result<Self, String> {
        if !is_ours() {
            return Ok(Self::default());
        }
        let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut descriptors = ListenFd::from_env();
        let mut passed = Self::default();
        for index in 0..descriptors.len() {
            let name = names.next().filter(|name| !name.is_empty()).unwrap_or("unknown");
            let listening = take(&mut descriptors, index).map_err(|why| {
                format!(
                    "the socket `{name}` that systemd passed cannot be used: {why}; it has to be a \
                     ListenStream= with Accept=no"
                )
            })?;
            passed.add(Bind::Systemd(name.to_owned()).to_string(), listening);
        }
        Ok(passed)
    }

    /// Adds a socket.
    pub(crate) fn add(&mut self, name: String, listening: Listening) {
        self.0.push((name, listening));
    }

    /// Takes the sockets for an address of the configuration.
    pub(crate) fn take(&mut self, address: &Bind) -> Vec<Listening> {
        let wanted = address.to_string();
        let (found, left) = self.0.drain(..).partition(|(name, _)| *name == wanted);
        self.0 = left;
        let found: Vec<(String, Listening)> = found;
        found.into_iter().map(|(_, listening)| listening).collect()
    }

    /// Returns the names of the sockets that were not taken, each with where it listens.
    pub(crate) fn left(&self) -> impl Iterator<Item = (&str, Option<Bind>)> {
        self.0.iter().map(|(name, listening)| (name.as_str(), listening.at()))
    }
}

fn take(descriptors: &mut ListenFd, index: usize) -> Result<Listening, String> {
    let tcp = descriptors.take_tcp_listener(index).map(|found| found.map(OwnedFd::from));
    let found = match tcp {
        Ok(found) => Ok(found),
        Err(_) => descriptors.take_unix_listener(index).map(|found| found.map(OwnedFd::from)),
    };
    let fd = found.map_err(|error| error.to_string())?.ok_or("it is not there")?;
    Listening::adopt(fd).map_err(|error| error.to_string())
}
