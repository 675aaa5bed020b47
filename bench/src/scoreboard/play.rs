//! Plays a schedule: requests by the clock, whatever became of earlier ones, and the steps.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::client::{Ask, Clients, Told};
use super::schedule::{LENGTH, Pace, Schedule};
use super::stand::Stand;

/// Every fifth request is a POST.
const POST_EACH: u64 = 5;

/// How a schedule is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tempo {
    /// Requests per second.
    pub(super) rate: u32,
    /// The part of the schedule's times that is taken: 1 is as written.
    pub(super) part: f64,
}

/// Plays a schedule and returns what became of each request.
///
/// The requests have a thread of their own: a step may take a moment.
pub(super) fn play(
    schedule: &Schedule,
    stand: &mut Stand,
    tempo: Tempo,
) -> anyhow::Result<Vec<Told>> {
    let clients = Clients::new(stand.proxy);
    let begin = Instant::now() + Duration::from_millis(100);
    let offsets = offsets(schedule.pace, tempo);
    let takes_faults_body = schedule.takes_faults_body;
    let load = std::thread::spawn(move || {
        anyhow::Ok(runtime()?.block_on(load(clients, begin, offsets, takes_faults_body)))
    });
    let clock = runtime()?;
    for (at, action) in schedule.steps {
        let at = begin + Duration::from_millis(*at).mul_f64(tempo.part);
        clock.block_on(async { sleep_until(at).await });
        stand.act(*action).with_context(|| format!("{action:?}"))?;
    }
    load.join().map_err(|_| anyhow::anyhow!("the clients panicked"))?
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("runtime")
}

async fn load(
    clients: Clients,
    begin: Instant,
    offsets: Vec<Duration>,
    takes_faults_body: bool,
) -> Vec<Told> {
    let clients = Arc::new(clients);
    let mut requests = JoinSet::new();
    for (number, offset) in (0_u64..).zip(offsets) {
        let due = begin + offset;
        sleep_until(due).await;
        let clients = Arc::clone(&clients);
        let is_post = number % POST_EACH == POST_EACH - 1;
        let ask = Ask { number, is_post, due, takes_faults_body };
        requests.spawn(async move { clients.ask(ask).await });
    }
    requests.join_all().await
}

/// Returns when requests are due, from the beginning.
fn offsets(pace: Pace, tempo: Tempo) -> Vec<Duration> {
    let length = LENGTH.mul_f64(tempo.part);
    let rate = f64::from(tempo.rate);
    match pace {
        Pace::Steady => {
            let count = (length.as_secs_f64() * rate) as u32;
            (0..count).map(|number| Duration::from_secs_f64(f64::from(number) / rate)).collect()
        }
        Pace::Bursts(pause, spread) => {
            let burst = (pause.as_secs_f64() * rate).ceil() as usize;
            let mut offsets = Vec::new();
            let mut at = Duration::ZERO;
            for number in 0_u32.. {
                if at >= length {
                    break;
                }
                offsets.extend(std::iter::repeat_n(at, burst));
                at += pause.mul_f64(1.0 + f64::from(spread) / 1000.0 * wave(number));
            }
            offsets
        }
    }
}

/// Returns values from -1 to 1, spread evenly (the golden ratio's multiples), the same in each run.
fn wave(number: u32) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_895;
    (f64::from(number) * RATIO).fract() * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPO: Tempo = Tempo { rate: 100, part: 1.0 };

    #[test]
    fn a_steady_pace_has_the_rate() {
        assert_eq!(offsets(Pace::Steady, TEMPO).len(), 1000);
    }

    #[test]
    fn pauses_stay_within_their_spread() {
        let pause = Duration::from_millis(250);
        let mut offsets = offsets(Pace::Bursts(pause, 10), TEMPO);

        offsets.dedup();

        let pauses = offsets.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        assert!(pauses.into_iter().all(|pause| (247..=253).contains(&pause.as_millis())));
    }
}
