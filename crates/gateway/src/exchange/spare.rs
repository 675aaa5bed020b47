//! An answer that another endpoint's was to replace. It goes to the client if no better one comes:
//! what the upstream itself says tells more than anything that the gateway could say.

use std::sync::Arc;

use goodgate_resilience::commit::Reserved;

use super::Ctx;
use super::attempts::Outcome;
use super::client::Client;
use super::deliver::{Delivered, deliver};
use super::fetch::Fetched;
use super::replay::Replay;
use crate::upstream::Endpoint;

/// An answer that is kept, with its connection.
#[derive(Debug)]
pub(crate) struct Spare<'a> {
    fetched: Fetched,
    endpoint: Arc<Endpoint>,
    _memory: Reserved<'a>,
}

impl<'a> Spare<'a> {
    /// Takes memory for an answer, if that of responses that are held back has room for it.
    pub(crate) fn room(ctx: &'a Ctx<'_>, fetched: &Fetched) -> Option<Reserved<'a>> {
        let bytes = fetched.held.iter().map(bytes::Bytes::len).sum();
        ctx.core.shared.commit_pool.reserve(bytes)
    }

    /// Keeps an answer.
    pub(crate) fn new(fetched: Fetched, endpoint: &Arc<Endpoint>, memory: Reserved<'a>) -> Self {
        Self { fetched, endpoint: Arc::clone(endpoint), _memory: memory }
    }

    /// Passes the answer on.
    pub(crate) async fn pass_on(
        mut self,
        ctx: &Ctx<'_>,
        client: &mut Client<'_>,
        replay: &mut Replay<'_>,
    ) -> Outcome {
        let status = self.fetched.head.status();
        // The rest of the request, if there is any, was for the attempts that followed.
        self.fetched.upload.give_up();
        ctx.finish_head(&mut self.fetched.head);
        match deliver(ctx, &mut self.fetched, client, replay).await {
            Delivered::Whole => {
                ctx.keep(self.fetched.carrier, self.fetched.head, &self.endpoint);
                Outcome::Answered(status)
            }
            Delivered::BrokenOff(failure) => Outcome::BrokenOff(status, failure),
            Delivered::ClientGone => Outcome::ClientGone,
        }
    }
}
