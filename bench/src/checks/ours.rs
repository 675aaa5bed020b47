//! The check of the product: its plan, its prober, its judgement.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use goodgate_incident::{Outcome, Timestamp};
use goodgate_prober::Steps;
use goodgate_watch::check::{Answer, Boxed, Examined, Plan, Prober, Step, Suspicion, check, judge};
use goodgate_watch::settings::read;

use super::origin::PATH;

pub(super) struct Ours {
    prober: OnlySteps,
    plan: Plan,
}

impl Ours {
    pub(super) fn new(address: SocketAddr, ca: Option<&Path>) -> anyhow::Result<Self> {
        let scheme = if ca.is_some() { "https" } else { "http" };
        let ca = ca.map(|ca| format!("ca = \"{}\"\n", ca.display())).unwrap_or_default();
        let text =
            format!("[[monitor]]\nname = \"a\"\nhttp = \"{scheme}://{address}{PATH}\"\n{ca}");
        let reading = read("bench.toml", text.as_bytes(), Path::new("/"), now());
        ensure!(reading.is_sound(), "{}", reading.render());
        let monitor = reading.value.monitor.first();
        let plan = monitor.map(|monitor| {
            Plan::of(monitor, &reading.value.watch, |_| {
                Err::<goodgate_config::Secret, _>(fmt::Error)
            })
        });
        let Some(plan) = plan.transpose()? else { anyhow::bail!("there is no monitor") };
        Ok(Self { prober: OnlySteps(Steps::new()), plan })
    }

    /// Checks once.
    pub(super) async fn check(&self, turn: u64) -> anyhow::Result<()> {
        let raw = check(&self.prober, &self.plan, turn, now(), Duration::ZERO).await;
        let checked = judge(&self.plan, &raw);
        ensure!(checked.result.outcome == Outcome::Good, "a check fails: {:?}", checked.failures);
        Ok(())
    }
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// A prober for targets that do not fail.
struct OnlySteps(Steps);

impl Prober for OnlySteps {
    fn carry_out<'a>(&'a self, step: &'a Step, within: Duration) -> Boxed<'a, Answer> {
        Box::pin(self.0.carry_out(step, within))
    }

    fn examine<'a>(&'a self, _: &'a Suspicion) -> Boxed<'a, Examined> {
        // A check never asks for an examination: whoever looks at its result does.
        Box::pin(std::future::pending())
    }
}
