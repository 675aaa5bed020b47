//! The closed loop: every connection sends its next request when the last one was answered.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::client::Client;
use super::poller::{Poller, Ready};
use super::target::{Request, Target};
use crate::limits;

/// What the clients do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    /// Bytes of each body.
    pub(crate) body: usize,
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Requests at a time on each.
    pub(crate) streams: usize,
    /// Each request has a connection of its own.
    pub(crate) is_new_each: bool,
}

/// What one measurement gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Answered requests.
    pub(crate) requests: u64,
    /// CPU time of the proxy.
    pub(crate) cpu: Duration,
    /// Time that passed.
    pub(crate) wall: Duration,
}

/// Sends requests for `warm`, then for `time`, and returns what the second part cost.
///
/// Before and after it no request is under way: the scheduler's counters are exact for a process
/// that sleeps.
pub(crate) fn measure(
    target: &Target,
    work: Work,
    warm: Duration,
    time: Duration,
    cpu: impl Fn() -> anyhow::Result<Duration>,
) -> anyhow::Result<Measured> {
    let mut load = Load::new(target, work)?;
    load.run(warm)?;
    let (before, started) = (cpu()?, Instant::now());
    let requests = load.run(time)?;
    let wall = started.elapsed();
    let cpu = cpu()?.saturating_sub(before);
    Ok(Measured { requests, cpu, wall })
}

struct Load<'a> {
    target: &'a Target,
    work: Work,
    request: Request,
    poller: Poller,
    clients: Vec<Option<Client>>,
    buffer: Vec<u8>,
}

impl<'a> Load<'a> {
    fn new(target: &'a Target, work: Work) -> anyhow::Result<Self> {
        let is_tls = target.transport == super::target::Transport::Tls;
        let request = Request::of(work.body, work.is_new_each, is_tls);
        let clients = (0..work.connections).map(|_| None).collect();
        let buffer = vec![0; limits::READ_BYTES];
        Ok(Self { target, work, request, poller: Poller::new()?, clients, buffer })
    }

    /// Loads the proxy for a time, and until every request is answered; returns their number.
    fn run(&mut self, time: Duration) -> anyhow::Result<u64> {
        let deadline = Instant::now() + time;
        for place in 0..self.clients.len() {
            self.begin(place)?;
        }
        let (mut requests, mut busy) = (0, self.clients.len());
        let (mut ready, mut last) = (Vec::new(), Instant::now());
        while busy > 0 {
            self.poller.wait(limits::SILENCE_MAX, &mut ready)?;
            let now = Instant::now();
            ensure!(now - last < limits::SILENCE_MAX, "no answer for {:?}", limits::SILENCE_MAX);
            for one in &ready {
                let (complete, is_done) = self.on_ready(*one, now < deadline)?;
                requests += complete as u64;
                busy -= usize::from(is_done);
                if complete > 0 {
                    last = now;
                }
            }
        }
        Ok(requests)
    }

    /// Sends the first requests of a connection, which is made if there is none.
    fn begin(&mut self, place: usize) -> anyhow::Result<()> {
        let slot = self.clients.get_mut(place).context("no such client")?;
        let client = if let Some(client) = slot {
            client
        } else {
            let client = Client::connect(self.target, &self.request, self.work.body)?;
            self.poller.add(&client, place as u64)?;
            slot.insert(client)
        };
        client.send(self.work.streams)
    }

    /// Returns how many answers came, and whether the client has nothing more to do.
    fn on_ready(&mut self, ready: Ready, goes_on: bool) -> anyhow::Result<(usize, bool)> {
        let place = usize::try_from(ready.token)?;
        let slot = self.clients.get_mut(place).context("no such client")?;
        let Some(client) = slot else { return Ok((0, false)) };
        let complete = client.receive(&mut self.buffer)?;
        if self.work.is_new_each {
            // The proxy was asked to close; that is part of the work.
            if !client.has_ended {
                return Ok((0, false));
            }
            *slot = None;
            if goes_on {
                self.begin(place)?;
            }
            return Ok((1, !goes_on));
        }
        ensure!(!client.has_ended, "the proxy closed a kept connection");
        if complete > 0 && goes_on {
            client.send(complete)?;
        }
        Ok((complete, complete > 0 && client.outstanding == 0))
    }
}
