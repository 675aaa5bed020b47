//! Heartbeats in and out, and the status pages of others.

use std::time::Duration;

use goodgate_lab::Workdir;
use goodgate_lab::wait::wait_until;

use super::asking::{over_tcp, over_unix};
use super::origin::Origin;
use super::sink::Sink;
use super::support::{PATIENCE, Watch, are_well, hook, state};

#[test]
fn a_job_that_does_not_call_is_told_and_calling_makes_it_well() {
    let sink = Sink::new();
    let listen = goodgate_lab::port::reserve().expect("a port");
    let folder = Workdir::new().expect("a folder");
    folder.write("token", "s3cret-of-the-job\n").expect("a file");
    let text = format!(
        "listen = \"{listen}\"\n[[monitor]]\nname = \"nightly\"\nheartbeat = \"2s\"\ngrace = \"1s\"\n\
         token = \"file:FOLDER/token\"\n[[monitor]]\nname = \"local\"\nheartbeat = \"1h\"\n{}",
        hook("ops", &sink)
    );
    let watch = Watch::within(folder, &text, &[]);
    let socket = watch.folder.join("watch/goodgate.sock");
    let call = |query: &str| over_tcp(listen, "POST", &format!("/beat/nightly{query}")).0;
    wait_until("the API", PATIENCE, || Ok((call("?token=s3cret-of-the-job") == 200).then_some(())))
        .expect("the API");

    assert_eq!(over_unix(&socket, "GET", "/beat/local").0, 200);
    assert_eq!(call("?token=guessed"), 401);
    assert_eq!(call(""), 401);
    let told = sink.wait_for("opened");

    assert_eq!(told["monitors"][0], "nightly", "{told:#}");
    assert_eq!(told["monitors_total"], 1, "{told:#}");
    let summary = told["verdict"]["summary"].as_str().unwrap_or_default();
    assert!(summary.contains("was not heard of in time"), "{told:#}");
    // Well again as soon as it calls, for as long as it does.
    wait_until("it is well", PATIENCE, || {
        assert_eq!(over_unix(&socket, "POST", "/beat/nightly?token=s3cret-of-the-job").0, 200);
        let status = watch.json(&["status"]);
        Ok((status["broken_total"] == 0).then_some(()))
    })
    .expect("it is well");
    assert!(!watch.said().contains("s3cret"), "{}", watch.said());
}

#[test]
fn somebody_else_is_called_and_it_is_told_when_they_do_not_answer() {
    let (theirs, sink) = (Origin::new(), Sink::new());
    let text = format!(
        "[[monitor]]\nname = \"alive\"\nbeat = \"http://{}/ping/SECRET-PART\"\ninterval = \"1s\"\n{}",
        theirs.address,
        hook("ops", &sink)
    );
    let watch = Watch::new(&text);
    wait_until("three calls", PATIENCE, || Ok((theirs.asked() >= 3).then_some(())))
        .expect("three calls");
    watch.until(&["status"], |status| are_well(status, 1));

    theirs.answer(500);
    let told = sink.wait_for("opened");

    assert_eq!(told["monitors"][0], "alive", "{told:#}");
    assert!(!told.to_string().contains("SECRET-PART"), "{told:#}");
}

const WELL: &str =
    r#"{"status":{"indicator":"none","description":"All Systems Operational"},"components":[]}"#;
const ILL: &str =
    r#"{"status":{"indicator":"major","description":"Partial System Outage"},"components":[]}"#;

#[test]
fn an_outage_on_a_status_page_is_blamed_on_the_dependency() {
    let (page, sink) = (Origin::new(), Sink::new());
    page.say(WELL);
    let text = format!(
        "[[monitor]]\nname = \"payments\"\nprovider = \"payco\"\ninterval = \"1s\"\n\
         status_page = \"http://{}/api/v2/summary.json\"\n{}",
        page.address,
        hook("ops", &sink)
    );
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 1));

    page.say(ILL);
    let told = sink.wait_for("opened");

    assert_eq!(told["monitors"][0], "payments", "{told:#}");
    assert_eq!(told["verdict"]["blame"], "dependency", "{told:#}");
    let summary = told["verdict"]["summary"].as_str().unwrap_or_default();
    assert!(summary.contains("Partial System Outage"), "{told:#}");
    page.say(WELL);
    let status = watch.until_within(PATIENCE + Duration::from_secs(30), &["status"], |status| {
        state(status, "payments").is_none()
    });
    assert_eq!(status["broken_total"], 0, "{status:#}");
}
