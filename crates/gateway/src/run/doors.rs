//! Which addresses are listened on: what opens, stays, changes and closes when a configuration is
//! put in force.

use std::sync::Arc;

use super::failed::Failed;
use crate::listen::{BACKLOG, Claim, Door, Listener, Listening, Passed, bind_tcp, bind_unix, give};
use crate::settings::values::{Access, Bind};
use crate::settings::{Listen, Settings};

/// What becomes of the addresses. Sockets are bound already; nothing else has happened yet.
#[derive(Debug)]
pub(super) struct Plan {
    /// Those that stay, each with what its connections have in common from now on.
    pub(super) staying: Vec<(Arc<Door>, Listener)>,
    /// Those that open.
    pub(super) opening: Vec<Arc<Door>>,
    /// Those that close.
    pub(super) closing: Vec<Arc<Door>>,
}

impl Plan {
    /// Plans for settings, with the doors that are there and the sockets that were passed in.
    pub(super) fn make(
        settings: &Settings,
        there: &[Arc<Door>],
        passed: &mut Passed,
        workers: usize,
    ) -> Result<Self, Failed> {
        let ours = ports(there, passed);
        let mut closing = there.to_vec();
        let mut plan = Self { staying: Vec::new(), opening: Vec::new(), closing: Vec::new() };
        for listen in &settings.listen {
            let place = closing.iter().position(|door| door.address == listen.address);
            if let Some(place) = place {
                let door = closing.remove(place);
                let listener = listener(listen, Some(&door.listener()))?;
                plan.staying.push((door, listener));
                continue;
            }
            let listener = listener(listen, None)?;
            let sockets = open(listen, passed, workers, &ours)?;
            plan.opening.push(Arc::new(Door::new(listen.address.clone(), listener, sockets)));
        }
        plan.closing = closing;
        Ok(plan)
    }

    /// Gives the files of unix sockets that stay to those who may connect from now on. All or none.
    pub(super) fn give(&self) -> Result<(), Failed> {
        let mut given: Vec<(&Door, Access)> = Vec::new();
        for (door, listener) in &self.staying {
            let (before, after) = (door.listener().settings.access(), listener.settings.access());
            if before == after {
                continue;
            }
            if let Err(failed) = give_door(door, &after) {
                for (door, before) in given {
                    // It was possible a moment ago.
                    give_door(door, &before).ok();
                }
                return Err(failed);
            }
            given.push((door, before));
        }
        Ok(())
    }

    /// Returns what is wrong with certificates that are left out.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let staying = self.staying.iter().map(|(door, listener)| problems(door, listener));
        let opening = self.opening.iter().map(|door| problems(door, &door.listener()));
        staying.chain(opening).flatten().collect()
    }
}

/// Gives the file of a unix socket that is there to those who may connect.
pub(super) fn give_door(door: &Door, access: &Access) -> Result<(), Failed> {
    let Bind::Unix(path) = &door.address else { return Ok(()) };
    let address = || door.address.clone();
    give(path, access).map_err(|source| Failed::Listen {
        address: address(),
        passed_as: None,
        source,
    })
}

fn problems(door: &Door, listener: &Listener) -> Vec<(String, String)> {
    let problems = listener.tls.iter().flat_map(|tls| &tls.problems);
    problems.map(|problem| (door.address.to_string(), problem.clone())).collect()
}

fn listener(listen: &Listen, before: Option<&Listener>) -> Result<Listener, Failed> {
    let address = || listen.address.to_string();
    Listener::new(listen, before).map_err(|why| Failed::Tls { address: address(), why })
}

/// Takes the sockets of an address that were passed in, or binds some.
fn open(
    listen: &Listen,
    passed: &mut Passed,
    workers: usize,
    ours: &[u16],
) -> Result<Vec<Listening>, Failed> {
    let address = &listen.address;
    let handed = passed.take(address);
    if !handed.is_empty() {
        return Ok(handed);
    }
    let failed = |source| Failed::Listen {
        address: address.clone(),
        passed_as: passed.left().find(|(_, at)| at.as_ref() == Some(address)).map(|it| it.0.into()),
        source,
    };
    match address {
        Bind::Tcp(tcp) => {
            let is_ours = tcp.port() != 0 && ours.contains(&tcp.port());
            let claim = if is_ours { Claim::BesideOurs } else { Claim::Alone };
            bind_tcp(*tcp, workers, claim).map_err(failed)
        }
        Bind::Unix(path) => {
            let listener = bind_unix(path, &listen.access(), BACKLOG).map_err(failed)?;
            Ok(vec![Listening::Unix(listener)])
        }
        Bind::Systemd(name) => Err(Failed::NoSocket {
            name: name.clone(),
            others: passed.left().map(|(name, _)| name.to_owned()).collect(),
        }),
    }
}

/// The TCP ports that this process or the one before has on some address.
fn ports(there: &[Arc<Door>], passed: &Passed) -> Vec<u16> {
    let there = there.iter().flat_map(|door| door.places());
    let all = there.chain(passed.left().filter_map(|(_, at)| at));
    all.filter_map(|at| match at {
        Bind::Tcp(address) => Some(address.port()),
        Bind::Unix(_) | Bind::Systemd(_) => None,
    })
    .collect()
}
