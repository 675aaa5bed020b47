//! Answers with a status that says that the application failed.

use std::sync::Arc;

use crate::fault::{Argument, Fault, Hook, Strike, Then};
use crate::http1::{Exchange, healthy};
use crate::protocol::Protocol;
use crate::script;
use crate::wire::Step;

pub(super) static ITEM: Fault = Fault {
    name: "status",
    summary: "Answers with a status and a small text of its own, as a failing application does.",
    arguments: &[Argument { name: "CODE", meaning: "the status, from 400 to 599", default: "503" }],
    causes: &["app_generated_error"],
    protocols: Protocol::HTTP1,
    make: |given| {
        let line = script::status_line(given.number("CODE", 400..=599)?);
        Ok(Hook::Exchange(Arc::new(Status { line })))
    },
};

/// A status with its reason.
struct Status {
    line: String,
}

impl Strike for Status {
    fn strike<'a>(&'a self, exchange: &'a mut Exchange<'_>) -> Step<'a, Then> {
        Box::pin(async move {
            exchange.read_body().await?;
            let body = format!("{} from the application\n", self.line);
            let request = exchange.request;
            healthy::respond(exchange.wire(), request, &self.line, &body).await?;
            Ok(Then::Keep)
        })
    }
}
