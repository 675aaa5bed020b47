//! The ways in which a scenario asks `goodgate` about a gateway.

use std::net::SocketAddr;

use goodgate_lab::gateway::Gateway;
use goodgate_lab::goodgate::{Answer, Run, diagnose};
use goodgate_lab::http;

/// Diagnoses with probes of the gateway and of the origin.
pub(crate) fn from_outside(gateway: &Gateway, origin: SocketAddr) -> anyhow::Result<Answer> {
    diagnose(&gateway.url())?.arg("--origin").arg(origin.to_string()).answer()
}

/// Makes the gateway fail once, waits for its `words` and diagnoses with its logs.
pub(crate) fn from_logs(gateway: &Gateway, words: &str) -> anyhow::Result<Answer> {
    with_logs(gateway, words)?.answer()
}

/// Diagnoses as [`from_logs`] does, and probes the origin as well.
pub(crate) fn from_logs_and_outside(
    gateway: &Gateway,
    words: &str,
    origin: SocketAddr,
) -> anyhow::Result<Answer> {
    with_logs(gateway, words)?.arg("--origin").arg(origin.to_string()).answer()
}

/// Makes the gateway fail once and returns its log line with `words`.
pub(crate) fn line(gateway: &Gateway, words: &str) -> anyhow::Result<String> {
    http::get(gateway.address(), "/")?;
    gateway.logged(words)
}

fn with_logs(gateway: &Gateway, words: &str) -> anyhow::Result<Run> {
    line(gateway, words)?;
    let logs = gateway.logs();
    Ok(logs.iter().fold(diagnose(&gateway.url())?, |run, log| run.arg("--log").arg(log)))
}
