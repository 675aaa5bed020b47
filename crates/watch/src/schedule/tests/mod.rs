//! The schedule with virtual time.

mod running;
mod simulation;
mod table;
mod weight;

use goodgate_incident::MonitorId;

fn id(number: usize) -> MonitorId {
    MonitorId(format!("monitor-{number}").into())
}
