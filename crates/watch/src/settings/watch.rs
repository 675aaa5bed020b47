//! `[watch]`: what all monitors have in common.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use goodgate_config::units::{hours, mins, ms, secs};
use goodgate_config::{SecretSource, Size, section};

use super::values::{HostPort, Url};

section! {
    /// What all monitors have in common.
    pub struct Watch {
        /// The file of the store, called `watch.db`. Its folder is made where it is missing, with the
        /// rights 0700; it is for the watch alone and has its socket too.
        pub store: PathBuf = PathBuf::from("/var/lib/goodgate/watch.db");
        /// How long single results are kept; their sums per hour and day stay.
        pub keep_results: Duration = hours(14 * 24), in hours(1)..=hours(10 * 366 * 24);
        /// The most that is kept of failing attempts; the oldest go first.
        pub evidence: Size = Size::mib(256), in Size::mib(1)..=Size::gib(64);
        /// The checks that run at the same time. What is due beyond that waits, and is told how long.
        pub checks_at_once: u32 = 256, in 1..=10_000;
        /// The examinations of failing targets that run at the same time.
        pub examinations_at_once: u32 = 8, in 1..=64;
        /// The requests of one examination.
        pub examination_requests: u32 = 20, in 1..=200;
        /// The time of one examination.
        pub examination_time: Duration = secs(10), in secs(1)..=mins(2);
        /// How long every monitor of an incident has to be well before the incident is over; twice as
        /// long after each time that one of them failed again, up to 30 minutes.
        pub settle: Duration = mins(2), in secs(1)..=mins(30);
        /// How late a check may begin, or its timeout come, before its result is not trusted: then it
        /// is we who are too slow.
        pub lateness: Duration = ms(500), in ms(10)..=mins(1);
        /// The name servers that are asked; without any those of the system.
        pub name_servers: Vec<SocketAddr> = Vec::new();
        /// Places that have nothing to do with the monitors, to tell an outage of our own network from
        /// theirs: connections are opened and closed while something fails. Without any the monitors
        /// tell by themselves, where there are several.
        pub controls: Vec<HostPort> = Vec::new();
        /// Where the API answers over TCP besides its unix socket, which lies beside the store. Beyond
        /// loopback only with `token`.
        pub listen: Option<SocketAddr> = None;
        /// The token that whoever asks over TCP has to send as `Authorization: Bearer TOKEN`:
        /// `env:NAME` or `file:PATH`. Without it the API only shows there, and changes nothing.
        pub token: Option<SecretSource> = None;
        /// A token with which changes can be told (`POST /events`) and nothing else, as a bearer token
        /// or as `?token=`: for pipelines that deploy.
        pub event_token: Option<SecretSource> = None;
        /// The address under which people reach `listen`, such as `https://watch.example`: the links in
        /// messages begin with it. Without it messages bear no links.
        pub url: Option<Url> = None;
    }
}
