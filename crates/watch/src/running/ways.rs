//! The ways between the parts of a watch, both ends of each.

use goodgate_incident::IncidentId;
use tokio::sync::{mpsc, watch};

use crate::desk::{Created, Desk, Input, limits};
use crate::schedule::{Order, Report};

/// The ways between the parts of a watch. The end that gives comes first, then the one that takes.
pub(super) struct Ways {
    /// Everybody tells the desk what happens.
    pub(super) desk: Desk,
    pub(super) inputs: mpsc::Receiver<Input>,
    /// The desk tells the schedule what to check.
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) ordered: mpsc::Receiver<Order>,
    /// The schedule tells the desk what came of it.
    pub(super) report: mpsc::Sender<Report>,
    pub(super) reports: mpsc::Receiver<Report>,
    /// The desk tells the couriers whether we are cut off.
    pub(super) cut_off: watch::Sender<bool>,
    pub(super) is_cut_off: watch::Receiver<bool>,
    /// The desk tells the sources which monitors the API has.
    pub(super) create: watch::Sender<Created>,
    pub(super) created: watch::Receiver<Created>,
    /// The desk tells the couriers what is acknowledged.
    pub(super) acknowledge: mpsc::Sender<(IncidentId, String)>,
    pub(super) acknowledged: mpsc::Receiver<(IncidentId, String)>,
}

/// Acknowledgements that wait to be passed on to providers: as many as are passed on at the same time.
const ACKNOWLEDGED_WAITING: usize = crate::delivery::limits::ACKNOWLEDGING;

impl Ways {
    /// Opens all of them.
    pub(super) fn new() -> Self {
        let (desk, inputs) = Desk::new(limits::INPUTS_WAITING);
        let (orders, ordered) = mpsc::channel(limits::ORDERS_WAITING);
        let (report, reports) = mpsc::channel(limits::REPORTS_WAITING);
        let (cut_off, is_cut_off) = watch::channel(false);
        let (create, created) = watch::channel(Created::default());
        let (acknowledge, acknowledged) = mpsc::channel(ACKNOWLEDGED_WAITING);
        Self {
            desk,
            inputs,
            orders,
            ordered,
            report,
            reports,
            cut_off,
            is_cut_off,
            create,
            created,
            acknowledge,
            acknowledged,
        }
    }
}
