//! Faults that are a list of steps: read this, send that, wait, end so.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::fault::{Hook, Strike, Then};
use crate::http1::{Exchange, Request};
use crate::limits;
use crate::wire::Step;

/// A fault as a list of steps.
pub(crate) struct Script {
    actions: Vec<Action>,
    needs_body: bool,
    end: Then,
}

enum Action {
    ReadBody,
    Send(Vec<u8>),
    Pause(Duration),
}

impl Script {
    /// Begins a script that reads the whole request first.
    pub(crate) fn after_request() -> Self {
        Self { actions: vec![Action::ReadBody], needs_body: false, end: Then::Close }
    }

    /// Begins a script for which the head of the request is enough.
    pub(crate) const fn after_head() -> Self {
        Self { actions: Vec::new(), needs_body: false, end: Then::Close }
    }

    /// Strikes only requests whose answer has a body.
    pub(crate) fn in_body(mut self) -> Self {
        self.needs_body = true;
        self
    }

    /// Sends bytes as they are.
    pub(crate) fn send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.actions.push(Action::Send(bytes.into()));
        self
    }

    /// Waits.
    pub(crate) fn pause(mut self, duration: Duration) -> Self {
        self.actions.push(Action::Pause(duration));
        self
    }

    /// Ends the script; a reset waits until what was sent is on its way.
    pub(crate) fn then(mut self, end: Then) -> Hook {
        let has_sent = self.actions.iter().any(|action| matches!(action, Action::Send(_)));
        if end == Then::Reset && has_sent {
            self.actions.push(Action::Pause(limits::SETTLE));
        }
        self.end = end;
        Hook::Exchange(Arc::new(self))
    }
}

impl Strike for Script {
    fn applies(&self, request: &Request) -> bool {
        !self.needs_body || !request.is_head()
    }

    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then> {
        Box::pin(async move {
            for action in &self.actions {
                match action {
                    Action::ReadBody => exchange.read_body().await?,
                    Action::Send(bytes) => {
                        exchange.wire().write_all(bytes).await?;
                        exchange.wire().flush().await?;
                    }
                    Action::Pause(duration) => tokio::time::sleep(*duration).await,
                }
            }
            Ok(self.end)
        })
    }
}
