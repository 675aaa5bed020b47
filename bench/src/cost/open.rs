//! The open loop: requests are due by a schedule, whether or not earlier ones were answered.
//!
//! A latency is the time from when a request was due, so that a proxy that stalls is charged for
//! every request that had to wait (no coordinated omission).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::client::Client;
use super::poller::{ALARM, Poller};
use super::target::{Request, Target, Transport};
use crate::limits;

/// Connections that are kept: many more than are busy at a third of the load.
const CONNECTIONS: usize = 64;

/// Sends requests of `body` bytes at `rate` per second for `time`; returns their latencies in
/// microseconds, in ascending order. Those of the first tenth are left out.
pub(crate) fn latencies(
    target: &Target,
    body: usize,
    rate: f64,
    time: Duration,
) -> anyhow::Result<Vec<f64>> {
    let mut load = Load::new(target, body)?;
    let total = (rate * time.as_secs_f64()) as usize;
    let mut latencies = load.run(rate, total)?.split_off(total / 10);
    latencies.sort_unstable_by(f64::total_cmp);
    Ok(latencies)
}

struct Load {
    poller: Poller,
    clients: Vec<(Client, Instant)>,
    idle: VecDeque<usize>,
    /// When the requests were due that found no idle connection.
    waiting: VecDeque<Instant>,
    buffer: Vec<u8>,
}

impl Load {
    fn new(target: &Target, body: usize) -> anyhow::Result<Self> {
        let poller = Poller::new()?;
        let request = Request::of(body, false, target.transport == Transport::Tls);
        let now = Instant::now();
        let mut clients = Vec::new();
        for place in 0..CONNECTIONS {
            let client = Client::connect(target, &request, body)?;
            poller.add(&client, place as u64)?;
            clients.push((client, now));
        }
        let buffer = vec![0; limits::READ_BYTES];
        Ok(Self {
            poller,
            clients,
            idle: (0..CONNECTIONS).collect(),
            waiting: VecDeque::new(),
            buffer,
        })
    }

    fn run(&mut self, rate: f64, total: usize) -> anyhow::Result<Vec<f64>> {
        let started = Instant::now();
        let due = |number: usize| started + Duration::from_secs_f64(number as f64 / rate);
        let (mut sent, mut latencies, mut ready) = (0, Vec::with_capacity(total), Vec::new());
        self.poller.set_alarm(Duration::ZERO)?;
        while latencies.len() < total {
            self.poller.wait(limits::SILENCE_MAX, &mut ready)?;
            ensure!(!ready.is_empty(), "no answer for {:?}", limits::SILENCE_MAX);
            for one in &ready {
                if one.token != ALARM {
                    self.on_ready(usize::try_from(one.token)?, &mut latencies)?;
                }
            }
            while sent < total && due(sent) <= Instant::now() {
                self.waiting.push_back(due(sent));
                sent += 1;
            }
            self.send_waiting()?;
            let rest = due(sent).saturating_duration_since(Instant::now());
            // An alarm that rang stays ready until it is set again.
            self.poller.set_alarm(if sent < total { rest } else { limits::SILENCE_MAX })?;
        }
        Ok(latencies)
    }

    fn send_waiting(&mut self) -> anyhow::Result<()> {
        while let (Some(due), Some(place)) = (self.waiting.front(), self.idle.front()) {
            let (client, since) = self.clients.get_mut(*place).context("no such client")?;
            *since = *due;
            client.send(1)?;
            self.waiting.pop_front();
            self.idle.pop_front();
        }
        Ok(())
    }

    fn on_ready(&mut self, place: usize, latencies: &mut Vec<f64>) -> anyhow::Result<()> {
        let (client, since) = self.clients.get_mut(place).context("no such client")?;
        let complete = client.receive(&mut self.buffer)?;
        ensure!(!client.has_ended, "the proxy closed a kept connection");
        if complete > 0 {
            latencies.push(since.elapsed().as_secs_f64() * 1e6);
            self.idle.push_back(place);
        }
        Ok(())
    }
}
