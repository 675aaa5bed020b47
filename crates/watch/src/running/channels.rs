//! The channels of the configuration, opened; one that cannot be is a channel that fails.

use std::sync::Arc;

use crate::api::Tester;
use crate::channel::http::Http;
use crate::channel::{Channel, ChannelSettings, Failure, Parts, Pending, Proof, Receipt};
use crate::check::Boxed;
use crate::delivery::{Couriers, Opened};
use crate::desk::Fetch;
use crate::message::Message;

/// What channels are opened with.
pub(super) struct Channels {
    pub(super) http: Http,
    pub(super) fetch: Arc<Fetch>,
}

impl Channels {
    /// Opens channels. One that cannot be opened, for want of a secret for instance, is there all the
    /// same: it fails, is shown as failing, and its alerts go to its fallback. Returns why as well.
    pub(super) fn open(&self, all: &[ChannelSettings]) -> (Vec<Opened>, Vec<String>) {
        let mut unfit = Vec::new();
        let parts = Parts { http: &self.http, secret: &*self.fetch };
        let open = |settings: &ChannelSettings| match Opened::of(settings.clone(), &parts) {
            Ok(opened) => opened,
            Err(error) => {
                let why = error.to_string();
                unfit.push(format!("channel {}: {why}", settings.name));
                Opened { settings: settings.clone(), channel: Arc::new(Unopened(why)) }
            }
        };
        let opened = all.iter().map(open).collect();
        (opened, unfit)
    }
}

/// A channel that could not be opened.
#[derive(Debug)]
struct Unopened(String);

impl Channel for Unopened {
    fn send<'a>(&'a self, _: &'a Message) -> Pending<'a, Receipt> {
        // A reload with the secret in place opens it.
        Box::pin(async { Err(Failure::later(&self.0)) })
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async { Err(Failure::later(&self.0)) })
    }

    fn acknowledge<'a>(&'a self, _: &'a Message) -> Pending<'a, Option<Receipt>> {
        Box::pin(async { Err(Failure::later(&self.0)) })
    }
}

/// Tries channels for the API.
pub(super) struct Tests(pub(super) Couriers);

impl Tester for Tests {
    fn test<'a>(&'a self, channel: &'a str) -> Boxed<'a, Result<String, String>> {
        Box::pin(async move {
            match self.0.alert_test(channel).await {
                Ok(receipt) => Ok(words(&receipt)),
                Err(failure) => Err(failure.to_string()),
            }
        })
    }
}

/// What a provider said when it took a message.
fn words(receipt: &Receipt) -> String {
    let id = receipt.id.as_deref().map_or(String::new(), |id| format!(" ({id})"));
    let refused = match receipt.refused.as_slice() {
        [] => String::new(),
        some => format!("; refused: {}", some.join(", ")),
    };
    format!("taken{id}{refused}")
}
