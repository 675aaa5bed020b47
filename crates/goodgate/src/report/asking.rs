//! What a running watch answers about incidents, and the gateway beside it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use goodgate_report::incident::{Answers, Wanted};
use jiff::Timestamp;
use serde_json::Value;

use super::incident::within;
use crate::ask::Watch;
use crate::ask::said::list;
use crate::exit::Failure;

/// Pages of incidents that are read: more than a hundred thousand are no report.
const PAGES: usize = 100;

/// Incidents of one page: the most that the watch gives.
const PAGE: usize = 1_000;

/// Returns the answers about one incident. What is gone or not known is left out.
pub(super) fn about(watch: &Watch, number: u64) -> Result<Answers, Failure> {
    let incident = watch.get(&format!("/incidents/{number}"))?;
    let wanted = Wanted::of(&incident);
    let mut evidence = Vec::new();
    for path in &wanted.evidence {
        evidence.extend(if_there(watch.get(path))?);
    }
    let mut monitors = Vec::new();
    for path in &wanted.monitors {
        monitors.extend(if_there(watch.get(path))?);
    }
    let events = match &wanted.events {
        Some(path) => if_there(watch.get(path))?,
        None => None,
    };
    let failures = monitors.iter().find_map(gateway).and_then(failures);
    Ok(Answers { incident, evidence, monitors, events, failures })
}

/// A watch may have forgotten what an incident still names: the report says so and goes on.
fn if_there(answer: Result<Value, Failure>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Failure::Usage { .. }) => Ok(None),
        Err(broken) => Err(broken),
    }
}

/// Returns the numbers of incidents that were open in a time, the latest first.
pub(super) fn numbers(
    watch: &Watch,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<u64>, Failure> {
    let mut numbers = Vec::new();
    let mut before = String::new();
    // An incident of long ago may still be open: every page is read.
    for _ in 0..PAGES {
        let answer = watch.get(&format!("/incidents?limit={PAGE}{before}"))?;
        numbers.extend(within(&answer, from, until));
        let all = list(&answer, "incidents");
        let last = all.last().and_then(|it| it.get("id")?.as_str()?.parse::<u64>().ok());
        match last {
            Some(last) if all.len() == PAGE => before = format!("&before={last}"),
            _ => break,
        }
    }
    Ok(numbers)
}

/// Returns the admin address of the gateway whose traffic a monitor watches, where it is on this host.
fn gateway(answer: &Value) -> Option<SocketAddr> {
    let monitor = answer.get("monitor")?;
    let target = monitor.get("target")?.as_str()?;
    let is_traffic = monitor.get("kind")?.as_str()? == "traffic";
    let (_, address) = target.rsplit_once(" of the gateway at ")?;
    let address: SocketAddr = address.parse().ok()?;
    (is_traffic && address.ip().is_loopback()).then_some(address)
}

/// Asks the gateway for its last failures; a gateway that does not answer is none.
fn failures(gateway: SocketAddr) -> Option<Value> {
    /// How long it may take: it is on this host.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// The largest answer.
    const ANSWER: u64 = 4 << 20;
    let mut stream = TcpStream::connect_timeout(&gateway, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let request =
        format!("GET /failures?limit=50 HTTP/1.1\r\nHost: {gateway}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.take(ANSWER).read_to_end(&mut answer).ok()?;
    let (status, body) = crate::ask::read(&answer)?;
    (status == 200).then_some(body)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_gateway_of_this_host_is_asked() {
        let of = |kind: &str, target: &str| {
            gateway(&json!({ "monitor": { "kind": kind, "target": target } }))
        };

        assert_eq!(
            of("traffic", "route / of the gateway at 127.0.0.1:9502"),
            "127.0.0.1:9502".parse().ok()
        );
        assert_eq!(of("traffic", "route / of the gateway at 10.0.0.7:9502"), None);
        assert_eq!(of("http", "x of the gateway at 127.0.0.1:9502"), None);
        assert_eq!(of("traffic", "route / of the gateway at unix:/run/g.sock"), None);
    }
}
