//! The monitors that there are, and the last that is known of each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use goodgate_incident::incident::{self, Plan as Telling, PlanId, Policy, Watched};
use goodgate_incident::monitor::Saved;
use goodgate_incident::{Finding, MonitorId};
use serde::{Deserialize, Serialize};

use super::input::Target;
use super::view::{Certificate, Origin};
use crate::check::{Plan, What};
use crate::settings::{self, Monitor, Severity, Window};
use crate::store::Measured;

/// What is known of one monitor beside its state.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) origin: Origin,
    pub(super) kind: &'static str,
    pub(super) target: String,
    pub(super) interval: Duration,
    pub(super) tags: BTreeSet<Arc<str>>,
    policy: Option<Arc<str>>,
    needs: BTreeSet<MonitorId>,
    is_notice: bool,
    /// How it is checked; nothing where a source has its results.
    pub(super) check: Option<Checking>,
    pub(super) last: Option<Measured>,
    /// What the last failed result says by itself.
    pub(super) finding: Option<Finding>,
    /// The certificate that its target showed last.
    pub(super) certificate: Option<Certificate>,
    /// The addresses that its name had when it was last checked.
    pub(super) addresses: usize,
}

/// How a monitor is checked.
#[derive(Clone, Debug)]
pub(super) struct Checking {
    pub(super) monitor: Arc<Monitor>,
    pub(super) plan: Arc<Plan>,
    pub(super) windows: Vec<Window>,
}

/// What is remembered of who is told about a monitor, to know it before its source brings it again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Known {
    tags: BTreeSet<Arc<str>>,
    needs: BTreeSet<MonitorId>,
    plan: PlanId,
}

/// A monitor of before the restart that is not there yet.
#[derive(Debug)]
pub(super) struct Awaited {
    pub(super) saved: Option<Saved>,
    pub(super) known: Option<Known>,
    /// Whether the configuration had it paused.
    pub(super) was_off: bool,
}

impl Awaited {
    fn watched(&self) -> Watched {
        match &self.known {
            Some(Known { tags, needs, plan }) => {
                Watched { tags: tags.clone(), needs: needs.clone(), plan: plan.clone() }
            }
            None => Watched {
                tags: BTreeSet::new(),
                needs: BTreeSet::new(),
                plan: PlanId(DEFAULT.into()),
            },
        }
    }
}

impl Entry {
    /// Returns what is remembered of who is told.
    pub(super) fn known(&self) -> Known {
        let Watched { tags, needs, plan } = self.watched();
        Known { tags, needs, plan }
    }

    /// Whether the configuration has it paused.
    pub(super) fn is_off(&self) -> bool {
        self.check.as_ref().is_some_and(|check| !check.monitor.enabled)
    }

    /// Takes over what is known from the entry before, where both have the same target.
    pub(super) fn follow(&mut self, before: &Self) {
        self.last.clone_from(&before.last);
        self.finding.clone_from(&before.finding);
        self.certificate.clone_from(&before.certificate);
        self.addresses = before.addresses;
    }

    /// Makes that of a monitor that is checked.
    pub(super) fn of_check(origin: Origin, checking: Checking) -> Self {
        let Checking { monitor, plan, .. } = &checking;
        let mut tags: BTreeSet<Arc<str>> =
            monitor.tags.iter().map(|tag| Arc::from(tag.as_str())).collect();
        // A third party is found by its name as well.
        tags.extend(monitor.provider.iter().map(|name| Arc::from(name.as_str())));
        Self {
            origin,
            kind: monitor.kind().map_or("none", |kind| kind.key().word()),
            target: plan.target(),
            interval: monitor.interval,
            tags,
            policy: monitor.policy.as_ref().map(|name| name.as_str().into()),
            needs: monitor.depends_on.iter().map(|name| MonitorId(name.as_str().into())).collect(),
            is_notice: monitor.severity == Severity::Notice,
            check: Some(checking),
            last: None,
            finding: None,
            certificate: None,
            addresses: 0,
        }
    }

    /// Makes that of a target of a source.
    pub(super) fn of_source(target: Target) -> Self {
        Self {
            origin: Origin::Source,
            kind: target.kind,
            target: target.about,
            interval: target.interval,
            tags: target.tags,
            policy: target.policy,
            needs: BTreeSet::new(),
            is_notice: false,
            check: None,
            last: None,
            finding: None,
            certificate: None,
            addresses: 0,
        }
    }

    /// Returns the host that it leads to, by which monitors are seen to be related.
    pub(super) fn host(&self) -> Option<&str> {
        match &self.check.as_ref()?.plan.what {
            What::Http(http) | What::Beat(http) | What::StatusPage(http, ..) => {
                Some(&http.aim.url.place.host)
            }
            What::Tcp(place) | What::Tls(place, _) => Some(&place.host),
            What::Dns(name) => Some(name),
            What::Heartbeat { .. } => None,
        }
    }

    fn watched(&self) -> Watched {
        let plan = self.policy.as_deref().unwrap_or(DEFAULT);
        let plan = if self.is_notice { notice(plan) } else { plan.to_owned() };
        Watched { tags: self.tags.clone(), needs: self.needs.clone(), plan: PlanId(plan.into()) }
    }
}

/// The policy of monitors that name none.
const DEFAULT: &str = "default";

/// The plan of those who should know and need not be woken: the first step, once.
fn notice(policy: &str) -> String {
    format!("{policy}, notice")
}

/// Makes the policy of the incidents: who is told about which of these monitors. Those that are awaited
/// are there already, for all that is known.
pub(super) fn policy<'a>(
    settings: &settings::Settings,
    book: &BTreeMap<MonitorId, Entry>,
    awaited: impl Iterator<Item = (&'a MonitorId, &'a Awaited)>,
) -> Policy {
    let mut plans = BTreeMap::new();
    for policy in &settings.policy {
        add(&mut plans, policy.name.as_str(), &plan(policy));
    }
    if settings.policy.iter().all(|policy| policy.name.as_str() != DEFAULT) {
        add(&mut plans, DEFAULT, &everybody(settings));
    }
    let mut monitors: BTreeMap<_, _> =
        awaited.map(|(id, awaited)| (id.clone(), awaited.watched())).collect();
    monitors.extend(book.iter().map(|(id, entry)| (id.clone(), entry.watched())));
    let pace = incident::Pace { settle: settings.watch.settle, ..incident::Pace::default() };
    Policy { monitors, plans, own: PlanId(DEFAULT.into()), pace }
}

type Plans = BTreeMap<PlanId, Telling>;

fn add(plans: &mut Plans, name: &str, plan: &Telling) {
    let at_once = plan.steps.iter().filter(|step| step.after.is_zero()).cloned().collect();
    let quiet = Telling { steps: at_once, ..Default::default() };
    plans.insert(PlanId(name.into()), plan.clone());
    plans.insert(PlanId(notice(name).into()), quiet);
}

fn plan(policy: &settings::Policy) -> Telling {
    let mut steps: Vec<_> = policy
        .steps
        .iter()
        .map(|step| incident::Step {
            after: step.after,
            channels: step.channels.iter().map(|name| channel(name.as_str())).collect(),
        })
        .collect();
    steps.sort_by_key(|step| step.after);
    Telling { steps, remind: policy.remind, remind_acknowledged: policy.remind_acknowledged }
}

fn everybody(settings: &settings::Settings) -> Telling {
    let channels: Vec<_> = settings.channel.iter().map(|one| channel(one.name.as_str())).collect();
    let step = incident::Step { after: Duration::ZERO, channels };
    let like = settings::Policy::default();
    let steps = if step.channels.is_empty() { Vec::new() } else { vec![step] };
    Telling { steps, remind: like.remind, remind_acknowledged: like.remind_acknowledged }
}

fn channel(name: &str) -> incident::ChannelId {
    incident::ChannelId(name.into())
}
