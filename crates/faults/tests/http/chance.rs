//! Which requests are struck.

use goodgate_faults::{Entry, Options, Share, Spec};

use super::support::{GET, Origin, ask, options};

/// The statuses of a sequence of requests.
async fn statuses(seed: u64, share: &str, count: usize) -> Vec<String> {
    let entry = Entry {
        share: Share::parse(share).unwrap(),
        ..Entry::always(Spec::parse("status:503").unwrap())
    };
    let origin = Origin::start(Options { seed, faults: vec![entry], ..options(&[]) }).await;
    let mut stream = origin.connect().await;
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(ask(&mut stream, GET).await[9..12].to_owned());
    }
    statuses
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let (one, again, other) =
        tokio::join!(statuses(7, "40%", 200), statuses(7, "40%", 200), statuses(8, "40%", 200));

    assert_eq!(one, again);
    assert_ne!(one, other);
    let struck = one.iter().filter(|status| *status == "503").count();
    assert!((50..=110).contains(&struck), "{struck} of 200");
}

#[tokio::test]
async fn a_path_chooses_the_requests() {
    let mut options = options(&["status:503"]);
    options.faults[0].path = Some("/api/".to_owned());
    let origin = Origin::start(options).await;
    let mut stream = origin.connect().await;

    for (path, status) in [("/api/x?y", "503"), ("/", "200"), ("/api", "200"), ("/x/api/", "200")] {
        let request = format!("GET {path} HTTP/1.1\r\n\r\n");
        assert_eq!(&ask(&mut stream, request.as_bytes()).await[9..12], status, "{path}");
    }
}

#[tokio::test]
async fn the_first_fault_of_the_list_wins() {
    let origin = Origin::failing(&["status:500", "status:503"]).await;

    let answer = ask(&mut origin.connect().await, GET).await;

    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
}

#[tokio::test]
async fn a_fault_that_has_not_begun_strikes_nobody() {
    let mut options = options(&["status:503"]);
    options.faults[0].after = std::time::Duration::from_hours(1);
    let origin = Origin::start(options).await;

    let answer = ask(&mut origin.connect().await, GET).await;

    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_fault_that_is_over_strikes_nobody() {
    let mut options = options(&["status:503"]);
    options.faults[0].lasts = Some(std::time::Duration::from_millis(200));
    let origin = Origin::start(options).await;
    let mut stream = origin.connect().await;

    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 503 "));
    while ask(&mut stream, GET).await.starts_with("HTTP/1.1 503 ") {}
}
