//! Answers later and later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::fault::{Argument, Fault, Hook, Strike, Then};
use crate::http1::Exchange;
use crate::limits;
use crate::protocol::Protocol;
use crate::wire::Step;

pub(super) static ITEM: Fault = Fault {
    name: "growing_latency",
    summary: "Waits before the answer, for STEP longer with each request that it strikes; in front \
              of a real origin the answer is that of the origin.",
    arguments: &[Argument {
        name: "STEP",
        meaning: "how much longer each wait is, up to 1h",
        default: "100ms",
    }],
    causes: &["app_pool_exhausted", "response_timeout"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let step = given.duration("STEP")?;
        Ok(Hook::Exchange(Arc::new(Growing { step, struck: AtomicU32::new(0) })))
    },
};

struct Growing {
    step: Duration,
    struck: AtomicU32,
}

impl Strike for Growing {
    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then> {
        let count = self.struck.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let pause = self.step.saturating_mul(count).min(limits::HOLD_MAX);
        Box::pin(async move {
            exchange.read_own_body().await?;
            tokio::time::sleep(pause).await;
            Ok(Then::Answer)
        })
    }
}
