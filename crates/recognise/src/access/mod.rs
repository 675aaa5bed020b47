//! Access lines: one finished request each, one file per format.

mod common;
mod elb;
mod envoy;
mod goodgate;
mod haproxy;
mod json;
mod squid;
mod varnish;

use goodgate_evidence::{Product, Sign};
use serde_json::Value;

use crate::lines::Line;

/// What one access line tells.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// The format, in words.
    pub(crate) format: &'static str,
    /// Who wrote the line, where the format tells.
    pub(crate) product: Option<Product>,
    /// What the line shows; the first is what it shows above all.
    pub(crate) signs: Vec<Sign>,
    /// The words that show it.
    pub(crate) quote: String,
    /// The address or name of the upstream.
    pub(crate) upstream: Option<String>,
    /// The status that the client got.
    pub(crate) status: Option<u16>,
    /// How long the request took, in seconds.
    pub(crate) duration: Option<f64>,
    /// The method of the request.
    pub(crate) method: Option<String>,
}

/// Returns the columns `backend/server` of a line in HAProxy's own format.
pub(crate) fn haproxy_server(line: &str) -> Option<String> {
    haproxy::read(line)?.upstream
}

/// Reads a line as an access line of a known format.
pub(crate) fn read(line: &Line) -> Option<Access> {
    let mut access = match &line.json {
        Some(fields) => OBJECTS.iter().find_map(|format| format(fields))?,
        None => FORMATS.iter().find_map(|format| format(&line.text))?,
    };
    access.judge_outcome();
    Some(access)
}

/// The formats that are JSON objects.
const OBJECTS: &[fn(&Value) -> Option<Access>] = &[goodgate::read, json::read];

/// The formats; the strict ones stand before those that take more.
const FORMATS: &[fn(&str) -> Option<Access>] = &[
    haproxy::read,
    envoy::read,
    elb::read,
    squid::read,
    varnish::read,
    goodgate::read_combined,
    common::read,
];

/// Below this a failure counts as instant: nothing was waited for.
const INSTANT_SECONDS: f64 = 0.05;

/// From here on a failure counts as slow.
const SLOW_SECONDS: f64 = 1.0;

/// Times after which hops usually give up, in seconds: HAProxy and application servers 5, 10, 30;
/// Envoy 15; API Gateway 29; nginx, Apache, load balancers 60; CDNs 100, 120, 125.
const USUAL_TIMEOUTS: &[f64] =
    &[5.0, 10.0, 15.0, 29.0, 30.0, 50.0, 60.0, 90.0, 100.0, 120.0, 125.0, 180.0, 300.0, 600.0];

impl Access {
    /// Adds what status and duration show by themselves.
    fn judge_outcome(&mut self) {
        let status = self.status.unwrap_or(0);
        let of_status = match status {
            500 => Some(Sign::Status500),
            502 => Some(Sign::Status502),
            503 => Some(Sign::Status503),
            504 => Some(Sign::Status504),
            200..=399 if self.signs.is_empty() => Some(Sign::StatusOk),
            _ => None,
        };
        self.signs.extend(of_status);
        let failed = status >= 500 || status == 9;
        if failed && matches!(self.method.as_deref(), Some("POST" | "PUT" | "PATCH")) {
            self.signs.push(Sign::OnlyUploads);
        }
        let Some(duration) = self.duration.filter(|_| failed) else { return };
        if duration < INSTANT_SECONDS {
            self.signs.push(Sign::FailsInstantly);
        } else if duration >= SLOW_SECONDS {
            self.signs.push(Sign::FailsSlowly);
        }
        if usual_timeout(duration) {
            self.signs.push(Sign::FailsAtTimeout);
        }
    }
}

/// Tells whether a duration is one after which hops usually give up, within a hundredth.
pub(crate) fn usual_timeout(seconds: f64) -> bool {
    USUAL_TIMEOUTS.iter().any(|timeout| (seconds - timeout).abs() <= timeout * 0.01)
}

/// Returns the status in a piece of text.
fn status(text: &str) -> Option<u16> {
    let text = text.trim_matches(['"', ',', ';', '[', ']']);
    (text.len() == 3 || text == "0").then(|| text.parse().ok())?
}

/// Returns a number of seconds.
fn seconds(text: &str) -> Option<f64> {
    text.trim_matches(['"', ',', ';'])
        .trim_end_matches('s')
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
}
