//! What is left of a check when this process has no descriptor to spare. In a process of its own, since
//! the limit is for all of it.

#![expect(clippy::expect_used, reason = "a test may end where it cannot go on")]

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use goodgate_incident::Doubt;
use goodgate_prober::Steps;
use goodgate_watch::check::{Answer, Step, To};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn a_lack_of_descriptors_is_ours_and_passes() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback works");
    let endpoint = listener.local_addr().expect("it is bound");
    let steps = Steps::new();
    let connect = Step::Connect(To { endpoint, source: None });
    let name_server = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9)));
    let lookups =
        [None, name_server].map(|server| Step::Lookup { name: "localhost".into(), server });
    let carry_out = |step: &Step| runtime.block_on(steps.carry_out(step, Duration::from_secs(10)));

    let taken = take_all();
    let without = carry_out(&connect);
    let [by_system, by_server] = lookups.each_ref().map(carry_out);
    drop(taken);
    let with = carry_out(&connect);

    assert!(matches!(&without, Answer::Unable(Doubt::Resources, _)), "{without:?}");
    // The system may answer from what it has read before.
    let is_told =
        |answer: &Answer| matches!(answer, Answer::Unable(Doubt::Resources, _) | Answer::Lookup(_));
    assert!(is_told(&by_system), "{by_system:?}");
    assert!(matches!(&by_server, Answer::Unable(Doubt::Resources, _)), "{by_server:?}");
    assert!(matches!(&with, Answer::Attempt(attempt) if attempt.is_open()), "{with:?}");
}

/// Lowers the limit and opens files until there is no descriptor left.
fn take_all() -> Vec<File> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..limit }).expect("it may be lowered");
    std::iter::from_fn(|| File::open("/dev/null").ok()).take(1024).collect()
}
