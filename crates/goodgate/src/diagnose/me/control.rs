//! The control: one more site, which the user trusts, asked in the same way as the target.
//!
//! If it fails in the same way the fault is on our side. It is asked only when it is named.

use std::time::Duration;

use goodgate_evidence::Stage;
use goodgate_examine::{Budget, Examination, Link, Method, Options, Place, Target, words};

use super::super::session::{self, Manner, Means};
use super::super::target::Url;
use super::super::{stand_in, tunnel, vantage};
use super::portal;

/// Connections to the control: one for each address of a large pool, and the request.
const REQUESTS_MAX: u32 = 20;

/// Time for the control: a site that is well answers long before.
const TIME_MAX: Duration = Duration::from_secs(15);

/// What was seen of the control.
#[derive(Debug)]
pub(in super::super) struct Control {
    /// The URL, masked.
    pub(in super::super) url: String,
    /// Its host.
    pub(in super::super) host: String,
    /// The measurements.
    pub(in super::super) link: Link,
}

impl Control {
    /// Asks the control once. It goes the same way as the target: the same source address, the same
    /// forward proxy, the same authorities.
    pub(in super::super) fn ask(url: &Url, means: &Means, time: Duration) -> Result<Self, String> {
        let place = match &means.proxy {
            None => url.host.place(url.port),
            Some(_) => Place::ThroughProxy(stand_in(url.port)),
        };
        let host = url.host.bare();
        let target = Target {
            secure: url.secure,
            host: host.clone(),
            authority: url.authority(),
            method: Method::Get,
            path: url.path.clone(),
            place,
            origin: None,
        };
        let tunnel_to = means.proxy.as_ref().map(|_| tunnel(&host, url.port));
        let means = Means { tunnel_to, ..means.clone() };
        let budget = Budget { requests: REQUESTS_MAX, time: time.min(TIME_MAX) };
        let examination = Examination::new(target, Options::default(), budget);
        let session = session::run(examination, &means, budget.time, &[], Manner::FIRST_LOOK)
            .map_err(|error| format!("{error:#}"))?;
        if session.examination.is_blind() {
            let troubles = session.examination.troubles();
            return Err(troubles.first().map_or("it was broken off", |why| *why).to_owned());
        }
        let chain = session.examination.chain();
        let link = vantage::gateway(&chain).cloned();
        let link = link.ok_or_else(|| "nothing was measured".to_owned())?;
        Ok(Self { url: url.shown(false), host, link })
    }

    /// Tells whether it gave a proper answer, and not a portal's.
    pub(in super::super) fn is_well(&self) -> bool {
        self.link.broken.is_none() && self.portal().is_none()
    }

    /// Returns why its answer seems to be a portal's.
    pub(super) fn portal(&self) -> Option<String> {
        let words = || portal::portal_words(portal::exchange(&self.link)?);
        portal::redirects_inwards(&self.link, &self.host)
            .or_else(|| Some(format!("{} shows the page of a portal: {}", self.host, words()?)))
    }

    /// Returns at which stage it fails like another link does: the same stage, and the same words
    /// about what happened there. Certificates are for one name each, so their words need not agree.
    pub(super) fn fails_like(&self, target: &Link) -> Option<Stage> {
        let (stage, ours) = self.link.broken.as_ref()?;
        let (other, theirs) = target.broken.as_ref()?;
        let alike = *stage == Stage::Tls || ours == theirs;
        (stage == other && alike).then_some(*stage)
    }

    /// Tells whether the control is reached at an address of the target: then it is no second site.
    pub(super) fn shares_address(&self, target: &Link) -> bool {
        let asked = |link: &Link| {
            let runs = link.runs.iter().filter_map(|run| run.asked.as_ref().ok());
            runs.map(|asked| asked.connect.endpoint.clone()).collect::<Vec<_>>()
        };
        let theirs = asked(target);
        let place = |endpoint| words::place(endpoint) != "by the proxy";
        asked(&self.link).iter().any(|endpoint| place(endpoint) && theirs.contains(endpoint))
    }

    /// Returns what came of it, in words.
    pub(in super::super) fn words(&self) -> String {
        if let Some((stage, words)) = &self.link.broken {
            return format!("fails: {words} (stage {stage})");
        }
        let exchange = portal::exchange(&self.link).map(words::exchange);
        format!("answers {}", exchange.unwrap_or_default())
    }
}
