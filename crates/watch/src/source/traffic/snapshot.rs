//! What the gateway has counted since it began, at one moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use goodgate_evidence::metrics::{Sample, samples};

use crate::source::limits::{BUCKETS, CAUSES, ENDPOINTS, ROUTES, UPSTREAMS};

/// The counters of the gateway at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The version that runs.
    pub version: Arc<str>,
    /// By route.
    pub routes: BTreeMap<Arc<str>, RouteCounters>,
    /// By upstream.
    pub upstreams: BTreeMap<Arc<str>, UpstreamCounters>,
    /// The upper bounds of the buckets of durations, in seconds, ascending; the last one is infinite.
    pub bounds: Vec<f64>,
    /// Those of the buckets of look-ups.
    pub lookup_bounds: Vec<f64>,
    /// Connections of clients.
    pub connections: u64,
    /// TLS handshakes with clients that failed.
    pub client_handshakes_failed: u64,
}

/// What is counted of one route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteCounters {
    /// Its upstream; that of its last series where a reload gave it another one.
    pub upstream: Arc<str>,
    /// Requests that ended well.
    pub good: u64,
    /// Requests that failed for the client, by the gateway: failed, broken off, refused with a 5xx.
    pub failed: u64,
    /// Requests that the upstream answered with a 5xx.
    pub answered_badly: u64,
    /// Attempts after a failed one.
    pub retries: u64,
    /// Attempts beside a slow one.
    pub hedges: u64,
    /// Requests by duration, by the buckets of [`Snapshot::bounds`], not added up.
    pub durations: Vec<u64>,
}

/// What is counted of one upstream, and how it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpstreamCounters {
    /// Failed attempts of requests whose client saw a failure, by cause.
    pub causes: BTreeMap<Arc<str>, u64>,
    /// TLS handshakes with its endpoints that failed.
    pub handshakes_failed: u64,
    /// Look-ups of its names that were answered.
    pub lookups_answered: u64,
    /// Look-ups of its names that failed.
    pub lookups_failed: u64,
    /// Look-ups of its names that were answered, by the buckets of [`Snapshot::lookup_bounds`], not
    /// added up.
    pub lookups_took: Vec<u64>,
    /// Whether its breaker is open.
    pub is_open: bool,
    /// The word for how each endpoint stands: `up`, `ejected`, `down`, `draining`.
    pub endpoints: BTreeMap<Arc<str>, Arc<str>>,
}

/// The label of requests that no route serves: whatever strangers ask for.
const NO_ROUTE: &str = "none";

impl Snapshot {
    /// Reads the gateway's metrics. [`None`] where they are not those of a gateway.
    pub fn read(text: &str) -> Option<Self> {
        let mut snapshot = Self::default();
        let mut is_gateway = false;
        for sample in samples(text) {
            is_gateway |= sample.name == "goodgate_build_info";
            snapshot.take(&sample);
        }
        for route in snapshot.routes.values_mut() {
            apart(&mut route.durations);
        }
        for upstream in snapshot.upstreams.values_mut() {
            apart(&mut upstream.lookups_took);
        }
        is_gateway.then_some(snapshot)
    }

    fn take(&mut self, sample: &Sample<'_>) {
        match sample.name {
            "goodgate_build_info" => self.version = sample.label("version").into(),
            "goodgate_client_connections_total" => self.connections = sample.count(),
            "goodgate_client_tls_handshakes_failed_total" => {
                self.client_handshakes_failed = sample.count();
            }
            "goodgate_request_duration_seconds_bucket" => self.take_bucket(sample),
            "goodgate_dns_lookup_duration_seconds_bucket" => self.take_lookup_bucket(sample),
            name if name.starts_with("goodgate_requests_total")
                || name.starts_with("goodgate_attempts_") =>
            {
                if let Some(route) = self.route(sample) {
                    route.take(sample);
                }
            }
            _ if sample.has("upstream") && !sample.has("route") => {
                if let Some(upstream) =
                    entry(&mut self.upstreams, sample.label("upstream"), UPSTREAMS)
                {
                    upstream.take(sample);
                }
            }
            _ => {}
        }
    }

    fn take_bucket(&mut self, sample: &Sample<'_>) {
        let Some(place) = place(&mut self.bounds, sample) else { return };
        if let Some(route) = self.route(sample) {
            put(&mut route.durations, place, sample);
        }
    }

    /// Takes the count of answers alone: a look-up that failed says by that what is wrong.
    fn take_lookup_bucket(&mut self, sample: &Sample<'_>) {
        if sample.label("result") != "answered" {
            return;
        }
        let Some(place) = place(&mut self.lookup_bounds, sample) else { return };
        if let Some(upstream) = entry(&mut self.upstreams, sample.label("upstream"), UPSTREAMS) {
            put(&mut upstream.lookups_took, place, sample);
        }
    }

    fn route(&mut self, sample: &Sample<'_>) -> Option<&mut RouteCounters> {
        let (name, upstream) = (sample.label("route"), sample.label("upstream"));
        if name.is_empty() || (name == NO_ROUTE && upstream.is_empty()) {
            return None;
        }
        let route = entry(&mut self.routes, name, ROUTES)?;
        if &*route.upstream != upstream {
            route.upstream = upstream.into();
        }
        Some(route)
    }
}

impl RouteCounters {
    fn take(&mut self, sample: &Sample<'_>) {
        let count = sample.count();
        let number = match sample.name {
            "goodgate_requests_total" => {
                match (sample.label("end"), sample.label("status")) {
                    ("answered", "5xx") => &mut self.answered_badly,
                    ("answered", _) => &mut self.good,
                    ("failed" | "broken_off", _) | ("refused", "5xx") => &mut self.failed,
                    // The client's own fault, or it did not wait: neither good nor bad.
                    _ => return,
                }
            }
            "goodgate_attempts_retried_total" => &mut self.retries,
            "goodgate_attempts_hedged_total" => &mut self.hedges,
            _ => return,
        };
        *number = number.saturating_add(count);
    }
}

impl UpstreamCounters {
    fn take(&mut self, sample: &Sample<'_>) {
        let count = sample.count();
        match sample.name {
            "goodgate_failures_total" if sample.label("seen") == "yes" => {
                if let Some(number) = entry(&mut self.causes, sample.label("cause"), CAUSES) {
                    *number = number.saturating_add(count);
                }
            }
            "goodgate_upstream_tls_handshakes_failed_total" => self.handshakes_failed = count,
            "goodgate_dns_lookups_total" => {
                let number = match sample.label("result") {
                    "answered" => &mut self.lookups_answered,
                    _ => &mut self.lookups_failed,
                };
                *number = number.saturating_add(count);
            }
            "goodgate_upstream_breaker" => self.is_open = count == 2,
            "goodgate_endpoint_standing" if count == 1 => {
                let standing = sample.label("standing");
                if let Some(stood) = entry(&mut self.endpoints, sample.label("endpoint"), ENDPOINTS)
                {
                    *stood = standing.into();
                }
            }
            _ => {}
        }
    }
}

/// Finds what is kept under a name, or begins it where there is room.
fn entry<'a, T: Default>(
    all: &'a mut BTreeMap<Arc<str>, T>,
    name: &str,
    most: usize,
) -> Option<&'a mut T> {
    if !all.contains_key(name) {
        if all.len() >= most {
            return None;
        }
        all.insert(name.into(), T::default());
    }
    all.get_mut(name)
}

/// Finds the place of a bucket of a histogram. Every series has the same ones, in the same order.
fn place(bounds: &mut Vec<f64>, sample: &Sample<'_>) -> Option<usize> {
    let bound = match sample.label("le") {
        "+Inf" => f64::INFINITY,
        text => text.parse().ok()?,
    };
    let known = bounds.iter().position(|it| it.total_cmp(&bound).is_eq());
    known.or_else(|| {
        let is_next = bounds.last().is_none_or(|last| *last < bound);
        (is_next && bounds.len() < BUCKETS).then(|| {
            bounds.push(bound);
            bounds.len() - 1
        })
    })
}

/// Adds the count of one bucket.
fn put(counts: &mut Vec<u64>, place: usize, sample: &Sample<'_>) {
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    if let Some(sum) = counts.get_mut(place) {
        *sum = sum.saturating_add(sample.count());
    }
}

/// Makes counts by bucket of counts that were added up.
fn apart(counts: &mut [u64]) {
    let mut before = 0;
    for count in counts {
        let sum = *count;
        *count = sum.saturating_sub(before);
        before = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
goodgate_build_info{version="0.1.0"} 1
goodgate_requests_total{route="shop",upstream="app",end="answered",status="2xx"} 90
goodgate_requests_total{route="shop",upstream="app",end="answered",status="5xx"} 3
goodgate_requests_total{route="shop",upstream="app",end="failed",status="5xx"} 4
goodgate_requests_total{route="shop",upstream="app",end="refused",status="5xx"} 2
goodgate_requests_total{route="shop",upstream="app",end="refused",status="4xx"} 50
goodgate_requests_total{route="shop",upstream="app",end="client_gone",status="none"} 5
goodgate_requests_total{route="none",upstream="",end="refused",status="4xx"} 7
goodgate_request_duration_seconds_bucket{route="shop",upstream="app",le="0.5"} 80
goodgate_request_duration_seconds_bucket{route="shop",upstream="app",le="1"} 95
goodgate_request_duration_seconds_bucket{route="shop",upstream="app",le="+Inf"} 99
goodgate_attempts_retried_total{route="shop",upstream="app"} 6
goodgate_failures_total{upstream="app",cause="connect_refused",seen="yes"} 4
goodgate_failures_total{upstream="app",cause="connect_refused",seen="no"} 6
goodgate_dns_lookups_total{upstream="app",name="a",result="failed"} 2
goodgate_dns_lookups_total{upstream="app",name="b",result="failed"} 1
goodgate_dns_lookup_duration_seconds_bucket{upstream="app",result="answered",le="0.5"} 7
goodgate_dns_lookup_duration_seconds_bucket{upstream="app",result="answered",le="+Inf"} 9
goodgate_dns_lookup_duration_seconds_sum{upstream="app",result="answered"} 3.5
goodgate_dns_lookup_duration_seconds_count{upstream="app",result="answered"} 9
goodgate_dns_lookup_duration_seconds_bucket{upstream="app",result="failed",le="0.5"} 0
goodgate_dns_lookup_duration_seconds_bucket{upstream="app",result="failed",le="+Inf"} 3
goodgate_upstream_breaker{upstream="app"} 2
goodgate_endpoint_standing{upstream="app",endpoint="10.0.0.7:80",standing="up"} 0
goodgate_endpoint_standing{upstream="app",endpoint="10.0.0.7:80",standing="down"} 1
goodgate_client_connections_total 12
"#;

    #[test]
    fn what_a_client_did_wrong_is_no_failure_of_the_route() {
        let snapshot = Snapshot::read(TEXT).expect("a gateway");

        let shop = &snapshot.routes["shop"];
        assert_eq!((shop.good, shop.failed, shop.answered_badly, shop.retries), (90, 6, 3, 6));
        assert_eq!(shop.durations, [80, 15, 4]);
        assert_eq!(snapshot.bounds, [0.5, 1.0, f64::INFINITY]);
        assert!(!snapshot.routes.contains_key("none"));
    }

    #[test]
    fn upstreams_are_read_with_their_endpoints() {
        let snapshot = Snapshot::read(TEXT).expect("a gateway");

        let app = &snapshot.upstreams["app"];
        assert_eq!((app.causes["connect_refused"], app.lookups_failed, app.is_open), (4, 3, true));
        assert_eq!(&*app.endpoints["10.0.0.7:80"], "down");
        assert_eq!((snapshot.connections, &*snapshot.version), (12, "0.1.0"));
    }

    #[test]
    fn look_ups_that_failed_are_not_among_those_that_took_a_time() {
        let snapshot = Snapshot::read(TEXT).expect("a gateway");

        assert_eq!(snapshot.upstreams["app"].lookups_took, [7, 2]);
        assert_eq!(snapshot.lookup_bounds, [0.5, f64::INFINITY]);
        assert_eq!(snapshot.bounds.len(), 3, "the histogram of requests is another one");
    }

    #[test]
    fn somebody_elses_metrics_are_none() {
        assert_eq!(Snapshot::read("process_cpu_seconds_total 5\n"), None);
        assert_eq!(Snapshot::read("<html>"), None);
    }

    #[test]
    fn routes_are_bounded() {
        let mut text = "goodgate_build_info{version=\"1\"} 1\n".to_owned();
        for number in 0..ROUTES + 50 {
            let labels =
                format!("route=\"r{number}\",upstream=\"a\",end=\"answered\",status=\"2xx\"");
            text.extend(["goodgate_requests_total{", &labels, "} 1\n"]);
        }

        assert_eq!(Snapshot::read(&text).expect("a gateway").routes.len(), ROUTES);
    }
}
