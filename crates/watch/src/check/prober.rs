//! Who carries out steps and examinations, and a check from its beginning to its end.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::{Finding, Timestamp};
use tokio::time::{Instant, timeout};

use super::course::{Answer, Course, Step};
use super::plan::{Header, Plan, TlsWish};
use super::raw::Raw;
use crate::settings::Method;
use crate::settings::values::{Origin, Url};

/// A future without a name.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens connections for the watch. The binary implements it: shells do not depend on each other.
pub trait Prober: Send + Sync {
    /// Carries out one step within a time. What the other side does wrong is part of the answer, a
    /// timeout included; only our own failures are [`Answer::Unable`]. May be dropped at any await.
    fn carry_out<'a>(&'a self, step: &'a Step, within: Duration) -> Boxed<'a, Answer>;

    /// Examines a target that fails: the same address, every address, the other protocol, the bypass.
    fn examine<'a>(&'a self, suspicion: &'a Suspicion) -> Boxed<'a, Examined>;
}

/// What is to be examined.
#[derive(Clone, Debug)]
pub struct Suspicion {
    /// The plan that failed is one for this URL.
    pub url: Url,
    /// The method of the check. What may change something there is not sent again: it is examined with
    /// GET, and what was found says so.
    pub method: Method,
    /// The server behind the gateway, where it is known.
    pub origin: Option<Origin>,
    /// How hands are shaken with the gateway, and whom to trust.
    pub tls: TlsWish,
    /// Header fields of the requests besides those that are sent anyway. Secret ones go to the host of
    /// the URL alone, where it is asked for what the check asked for.
    pub headers: Arc<[Header]>,
    /// The name servers that are asked for the host of the URL; without any the system's.
    pub name_servers: Arc<[SocketAddr]>,
    /// The local address to connect from.
    pub source: Option<IpAddr>,
    /// The connections that may be opened.
    pub requests: u32,
    /// The time in all.
    pub time: Duration,
    /// When somebody began to suspect it.
    pub at: Timestamp,
}

/// What an examination came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// What incidents need of it.
    pub finding: Finding,
    /// The status with which the URL was answered, where a whole answer came.
    pub status: Option<u16>,
    /// Whether the URL was answered each time that it was asked for, as a working chain answers. What the
    /// monitor wants of an answer an examination does not know.
    pub is_answered: bool,
    /// The verdict with its evidence, as `goodgate.diagnosis/1`, redacted; it becomes a piece of
    /// evidence.
    pub verdict: Vec<u8>,
}

/// Carries out the check number `turn` of a plan, which begins now and `late`. `began` is the time of
/// the calendar.
///
/// It ends in time, whatever the prober does: a step that has not ended by itself shortly after the
/// timeout is dropped, and the result says that we overran.
pub async fn check(
    prober: &dyn Prober,
    plan: &Plan,
    turn: u64,
    began: Timestamp,
    late: Duration,
) -> Raw {
    let start = Instant::now();
    let mut course = Course::new(plan, turn, began, late);
    let mut overran = false;
    while let Some(step) = course.next_step() {
        let left = plan.timeout.saturating_sub(start.elapsed());
        let step = prober.carry_out(&step, left);
        let Ok(answer) = timeout(left.saturating_add(plan.lateness), step).await else {
            overran = true;
            break;
        };
        course.record(answer);
    }
    let took = start.elapsed();
    course.end(took, overran || took > plan.timeout.saturating_add(plan.lateness))
}
