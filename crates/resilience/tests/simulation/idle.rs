//! A pool of kept connections before a server that closes idle ones.

use std::time::Duration;

use goodgate_resilience::idle::{Bounds, IdleLimit, Kept, Learner};
use goodgate_resilience::{Random, SplitMix};

use crate::world::{Agenda, between, exponential, for_each_seed, ms};

/// The time in which the end of a connection is on its way and a request passes it.
const ON_ITS_WAY: Duration = Duration::from_micros(500);

const EXCHANGES: usize = 1500;

struct Connection {
    opened: Duration,
    requests: u64,
    idle_from: Duration,
    /// When the server closes it if nothing comes.
    closes: Duration,
}

enum Event {
    Ask,
    /// Of a connection that was opened at this time and has carried so many requests.
    Return(Duration, u64),
}

#[derive(Default)]
struct Seen {
    posts: usize,
    lost_posts: usize,
    lost_posts_late: usize,
    opened: usize,
}

/// Sends requests over kept connections to a server with an idle limit.
fn exchange(seed: u64) -> Seen {
    let mut random = SplitMix::new(seed ^ 0x1D1E);
    // From 20 ms up to 20 s, each magnitude as likely.
    let limit = ms(20).mul_f64(1000_f64.powf(random.unit()));
    // A few clients that come back at about the limit: the worst that can happen.
    let gap = limit.mul_f64((0.3 + random.unit()) / between(1, 9, &mut random) as f64);
    let mut agenda = Agenda::new();
    let (mut learner, published) = (Learner::new(), IdleLimit::new());
    let bounds = Bounds::default();
    let mut pool: Vec<Connection> = Vec::new();
    let mut tally = Seen::default();
    let mut requests = 0;
    agenda.after(Duration::ZERO, Event::Ask);
    while let Some(event) = agenda.next() {
        let (at, now) = (agenda.elapsed(), agenda.now());
        // What was closed and has arrived is seen at once.
        pool.retain(|connection| {
            let is_open = connection.closes + ON_ITS_WAY > at;
            if !is_open {
                learner.closed(connection.closes + ON_ITS_WAY - connection.idle_from, now);
            }
            is_open
        });
        published.publish(&learner);
        match event {
            Event::Return(opened, requests) => {
                // The server's timer is coarse: up to a tenth late.
                let closes = at + limit.mul_f64(1.0 + random.unit() / 10.0);
                pool.push(Connection { opened, requests, idle_from: at, closes });
            }
            Event::Ask => {
                requests += 1;
                if requests < EXCHANGES {
                    agenda.after(exponential(gap, &mut random), Event::Ask);
                }
                let is_post = random.unit() < 0.2;
                tally.posts += usize::from(is_post);
                let kept = |found: &Connection| Kept {
                    idle: at - found.idle_from,
                    age: at - found.opened,
                    requests: found.requests,
                };
                // The one that was used last.
                let usable = pool
                    .iter()
                    .rposition(|found| published.may_reuse(kept(found), &bounds, !is_post))
                    .map(|place| pool.remove(place));
                let took = exponential(ms(2), &mut random);
                match usable {
                    Some(found) if found.closes > at + ON_ITS_WAY => {
                        published.served(at - found.idle_from);
                        agenda.after(took, Event::Return(found.opened, found.requests + 1));
                    }
                    Some(found) => {
                        learner.closed(at - found.idle_from, now);
                        tally.lost_posts += usize::from(is_post);
                        tally.lost_posts_late += usize::from(is_post && requests > EXCHANGES / 4);
                    }
                    None => {
                        tally.opened += 1;
                        agenda.after(took, Event::Return(at, 1));
                    }
                }
            }
        }
    }
    tally
}

#[test]
fn hardly_a_post_meets_a_connection_that_is_being_closed() {
    let mut all = Seen::default();
    for_each_seed(|seed| {
        let seen = exchange(seed);
        assert!(seen.lost_posts <= 2, "seed {seed}: {} lost", seen.lost_posts);
        all.posts += seen.posts;
        all.lost_posts += seen.lost_posts;
        all.lost_posts_late += seen.lost_posts_late;
        all.opened += seen.opened;
    });

    println!("{} of {} POSTs lost, {} connections", all.lost_posts, all.posts, all.opened);
    let share = all.lost_posts as f64 / all.posts as f64;
    assert!(share <= 0.0001, "{} of {} POSTs lost", all.lost_posts, all.posts);
    assert_eq!(all.lost_posts_late, 0, "once the limit is known none is lost");
}
