//! An acknowledgement on its way to a provider.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use goodgate_lab::Workdir;
use goodgate_lab::wait::wait_until;
use rustix::process::Signal;
use serde_json::Value;

use super::origin::Origin;
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, asks};

const TAKEN: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 20\r\n\r\n{\"status\":\"success\"}";
const BROKEN: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

/// Waits until the provider was told so often, or more often, that somebody takes care of it; returns how
/// often it was.
fn acknowledged(provider: &Sink, times: usize) -> usize {
    let told = wait_until("acknowledgements", PATIENCE, || {
        let actions = provider.texts("/event_action");
        let count = actions.iter().filter(|action| *action == "acknowledge").count();
        Ok((count >= times).then_some(count))
    });
    told.unwrap_or_else(|error| panic!("{error}; it heard {:#?}", provider.heard()))
}

#[test]
fn what_was_acknowledged_before_a_crash_is_passed_on_after_it() {
    let takes_it = Arc::new(AtomicBool::new(false));
    let has_it = Arc::new(AtomicBool::new(false));
    let (takes, has) = (Arc::clone(&takes_it), Arc::clone(&has_it));
    let provider = Sink::answering(move |event| {
        let is_acknowledgement = event["event_action"] == "acknowledge";
        if is_acknowledgement && !takes.load(Ordering::SeqCst) {
            return BROKEN;
        }
        has.fetch_or(is_acknowledgement, Ordering::SeqCst);
        TAKEN
    });
    let origin = Origin::new();
    let folder = Workdir::new().expect("a folder");
    folder.write("key", "r0uting").expect("written");
    let channel = format!(
        "[[channel]]\nname = \"pager\"\npagerduty = {{ routing_key = \"file:FOLDER/key\", \
         api = \"http://{}\" }}\n",
        provider.address
    );
    let mut watch = Watch::within(folder, &(asks("shop", origin.address, "") + &channel), &[]);
    watch.until(&["status"], |status| are_well(status, 1));
    origin.refuse();
    watch.until(&["incident", "1"], |file| file["deliveries"][0]["state"] == "accepted");

    watch.run(&["incident", "1", "ack", "--by", "ann"]);
    acknowledged(&provider, 1);
    watch.signal(Signal::KILL);
    watch.start_again();
    // One may have been on its way.
    let before = acknowledged(&provider, 1);
    acknowledged(&provider, before + 2);
    takes_it.store(true, Ordering::SeqCst);
    let end = wait_until("the end", PATIENCE, || Ok(has_it.load(Ordering::SeqCst).then_some(())));
    end.unwrap_or_else(|error| panic!("{error}"));

    let heard = provider.heard();
    let is_acknowledgement = |event: &&Value| event["event_action"] == "acknowledge";
    let page = &heard[0];
    assert_eq!(page["event_action"], "trigger");
    let told: Vec<&Value> = heard.iter().filter(is_acknowledgement).collect();
    assert!(told.iter().all(|event| event["dedup_key"] == page["dedup_key"]), "{heard:#?}");
}
