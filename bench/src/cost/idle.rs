//! Memory per idle connection: many connections that had one request each and are kept.

use std::time::Instant;

use anyhow::{Context as _, ensure};

use super::client::Client;
use super::poller::Poller;
use super::target::{Request, Target, Transport};
use crate::limits;
use crate::process::Process;

/// Bytes of the one answer that each connection gets.
const BODY: usize = 256;

/// Connections that are opened before their answers are awaited: fewer than a listen queue holds.
const AT_ONCE: usize = 100;

/// Opens `count` connections and returns how much the proxy's memory grew for each, in bytes.
pub(crate) fn bytes_per_connection(
    target: &Target,
    count: usize,
    proxy: &Process,
) -> anyhow::Result<f64> {
    let request = Request::of(BODY, false, target.transport == Transport::Tls);
    let mut poller = Poller::new()?;
    let mut clients: Vec<Client> = Vec::with_capacity(count);
    let mut buffer = vec![0; limits::READ_BYTES];
    // What the first connections bring about belongs to the start.
    open(target, &request, &mut poller, &mut clients, &mut buffer, AT_ONCE)?;
    let before = proxy.memory_settled()?;
    let first = clients.len();
    while clients.len() < first + count {
        let more = (first + count - clients.len()).min(AT_ONCE);
        open(target, &request, &mut poller, &mut clients, &mut buffer, more)?;
    }
    let after = proxy.memory_settled()?;
    for client in &mut clients {
        client.receive(&mut buffer)?;
        ensure!(!client.has_ended, "the proxy closed an idle connection");
    }
    Ok((after as f64 - before as f64) / count as f64)
}

fn open(
    target: &Target,
    request: &Request,
    poller: &mut Poller,
    clients: &mut Vec<Client>,
    buffer: &mut [u8],
    count: usize,
) -> anyhow::Result<()> {
    for _ in 0..count {
        let mut client = Client::connect(target, request, BODY)?;
        poller.add(&client, clients.len() as u64)?;
        client.send(1)?;
        clients.push(client);
    }
    let (mut answered, mut ready, started) = (0, Vec::new(), Instant::now());
    while answered < count {
        poller.wait(limits::SILENCE_MAX, &mut ready)?;
        ensure!(started.elapsed() < limits::SILENCE_MAX, "no answer for too long");
        for one in &ready {
            let client = clients.get_mut(usize::try_from(one.token)?).context("no such client")?;
            answered += client.receive(buffer)?;
            ensure!(!client.has_ended, "the proxy closed a kept connection");
        }
    }
    Ok(())
}
