//! systemd and the journal.

use goodgate_evidence::{Observation, Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words = Words {
    product: Some(Product::Systemd),
    general: false,
    signatures: SIGNATURES,
    settle: Some(settle),
};

static SIGNATURES: &[Signature] = &[
    sig("killed by the OOM killer", Sign::OomKill),
    sig("Failed with result 'oom-kill'", Sign::OomKill),
    // A gateway is no application.
    sig("Failed to start A high performance web server", Sign::GatewayCrashed),
    sig("Failed to start The Apache HTTP Server", Sign::GatewayCrashed),
    sig("Failed to start HAProxy", Sign::GatewayCrashed),
    sig("Failed to start Varnish", Sign::GatewayCrashed),
    sig("Failed to start Lighttpd", Sign::GatewayCrashed),
    sig("Failed to start Caddy", Sign::GatewayCrashed),
    sig("apache2.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("apache2.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start apache2.service", Sign::GatewayCrashed),
    sig("caddy.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("caddy.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start caddy.service", Sign::GatewayCrashed),
    sig("haproxy.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("haproxy.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start haproxy.service", Sign::GatewayCrashed),
    sig("httpd.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("httpd.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start httpd.service", Sign::GatewayCrashed),
    sig("lighttpd.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("lighttpd.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start lighttpd.service", Sign::GatewayCrashed),
    sig("nginx.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("nginx.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start nginx.service", Sign::GatewayCrashed),
    sig("varnish.service: Main process exited, code=", Sign::GatewayCrashed),
    sig("varnish.service: {*}restart counter is at", Sign::GatewayCrashed),
    sig("Failed to start varnish.service", Sign::GatewayCrashed),
    sig("Scheduled restart job, restart counter is at", Sign::CrashLoop),
    sig("Start request repeated too quickly", Sign::CrashLoop),
    sig("Main process exited, code=killed, status=9/KILL", Sign::WorkerKilled),
    sig("Main process exited, code=dumped", Sign::WorkerCrashed),
    sig("Main process exited, code=exited, status=203/EXEC", Sign::BootFailed),
    sig("Main process exited, code=exited, status=", Sign::WorkerExited),
    sig("Failed to start", Sign::BootFailed),
    sig("State 'stop-sigterm' timed out. Killing", Sign::AppStopping),
    sig("State 'stop-sigterm' timed out", Sign::AppStopping),
    sig("Stopping {*}...", Sign::AppStopping),
    sig(": Deactivated successfully", Sign::AppStopping),
];

/// A service that is restarted again and again exits each time.
fn settle(observations: &mut Vec<Observation>) {
    let has = |sign: Sign| observations.iter().any(|seen| seen.sign == sign);
    let loops = has(Sign::CrashLoop) || has(Sign::BootFailed) || has(Sign::OomKill);
    observations.retain(|seen| {
        seen.product != Some(Product::Systemd)
            || !loops
            || !matches!(seen.sign, Sign::WorkerExited | Sign::WorkerKilled | Sign::AppStopping)
    });
}
