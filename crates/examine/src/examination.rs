//! The examination itself: what was asked, what came back, and what is left of the budget.

use std::time::Duration;

use goodgate_causes::{CONFIDENT, Case, WrittenBy, weigh};
use goodgate_evidence::probe::{Connect, Endpoint, Lookup, LookupOutcome};
use goodgate_evidence::{Observation, Sign};

use crate::answer::{Answer, answer, met_plain, met_tls, timed_out, whole_time};
use crate::chain::{self, Link};
use crate::limits::{
    ADDRESSES_MAX, BATCH, BATCH_SLOW, LEAST_TIME, PAGE_OBSERVATIONS_MAX, SLOW, SPARE_TIME,
};
use crate::notice::{self, Notice};
use crate::plan::{self, Wish};
use crate::probe::{Asked, Hop, Outcome, Probe, ProbeId, Purpose, Resolver, What};
use crate::signs;
use crate::target::{Budget, Options, Origin, Place, Scheme, Target};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Carry these out, in any order or at the same time, and record each outcome.
    Probe(Vec<Probe>),
    /// Nothing is left to do.
    Done,
}

/// One examination of a URL.
#[derive(Clone, Debug)]
pub struct Examination {
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) budget: Budget,
    pub(crate) made: Vec<Made>,
    pub(crate) pages: Vec<(ProbeId, Observation)>,
    pub(crate) written_by: Option<WrittenBy>,
    pub(crate) left_out: Vec<Purpose>,
    pub(crate) now: Duration,
}

/// A probe that was given out, with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) probe: Probe,
    pub(crate) outcome: Option<Outcome>,
}

impl Made {
    pub(crate) fn asked(&self) -> Option<&Asked> {
        match &self.outcome {
            Some(Outcome::Asked(asked)) => Some(asked),
            _ => None,
        }
    }

    pub(crate) fn lookup(&self) -> Option<&Lookup> {
        match &self.outcome {
            Some(Outcome::Lookup(lookup)) => Some(lookup),
            _ => None,
        }
    }
}

impl Examination {
    /// Begins an examination.
    pub fn new(target: Target, options: Options, budget: Budget) -> Self {
        Self {
            target,
            options,
            budget,
            made: Vec::new(),
            pages: Vec::new(),
            written_by: None,
            left_out: Vec::new(),
            now: Duration::ZERO,
        }
    }

    /// Returns what to do next; `now` counts from the beginning of the examination.
    ///
    /// A probe of the last batch whose outcome was not recorded counts as not carried out.
    pub fn next(&mut self, now: Duration) -> Step {
        self.now = now;
        for made in self.made.iter_mut().filter(|made| made.outcome.is_none()) {
            made.outcome = Some(Outcome::Unable("it was not carried out".to_owned()));
        }
        let mut wishes = plan::wishes(self);
        if wishes.is_empty() {
            return Step::Done;
        }
        let affordable = self.affordable(&wishes);
        if affordable == 0 {
            self.left_out = plan::all_wished(self);
            return Step::Done;
        }
        wishes.truncate(affordable);
        let probes: Vec<Probe> = wishes.into_iter().map(|wish| self.give_out(wish)).collect();
        Step::Probe(probes)
    }

    /// Records what came of a probe. An outcome of a probe that was never given out is ignored.
    pub fn record(&mut self, id: ProbeId, outcome: Outcome) {
        if let Some(made) = self.made.get_mut(id.0) {
            made.outcome = Some(outcome);
        }
    }

    /// Adds what the words of a probe's answer show, and who wrote it. Only the writer of the
    /// gateway's answer is kept.
    pub fn record_page(
        &mut self,
        id: ProbeId,
        seen: Vec<Observation>,
        written_by: Option<WrittenBy>,
    ) {
        let room = PAGE_OBSERVATIONS_MAX.saturating_sub(self.pages.len());
        self.pages.extend(seen.into_iter().take(room).map(|observation| (id, observation)));
        let of_gateway = self.made.get(id.0).is_some_and(|made| made.probe.hop == Hop::Gateway);
        if of_gateway && written_by.is_some() {
            self.written_by = written_by;
        }
    }

    /// Returns the probe with this id and what came of it.
    pub fn outcome(&self, id: ProbeId) -> Option<(&Probe, &Outcome)> {
        let made = self.made.get(id.0)?;
        Some((&made.probe, made.outcome.as_ref()?))
    }

    /// Returns what was seen so far.
    pub fn observations(&self) -> Vec<Observation> {
        signs::observations(self)
    }

    /// Returns who wrote the gateway's answer, where that was recorded.
    pub fn written_by(&self) -> Option<&WrittenBy> {
        self.written_by.as_ref()
    }

    /// Returns the measurements, one link for the gateway and one for the origin.
    pub fn chain(&self) -> Vec<Link> {
        chain::links(self)
    }

    /// Returns what deserves a mention and is no failure.
    pub fn notices(&self) -> Vec<Notice> {
        notice::notices(self)
    }

    /// Returns how many connections were opened.
    pub fn requests(&self) -> u32 {
        let connections = self.made.iter().filter(|made| costs(&made.probe.what));
        u32::try_from(connections.count()).unwrap_or(u32::MAX)
    }

    /// Tells whether no probe at all could be carried out.
    pub fn is_blind(&self) -> bool {
        !self.made.iter().any(|made| made.asked().is_some() || made.lookup().is_some())
    }

    /// Returns why probes could not be carried out, each reason once.
    pub fn troubles(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = Vec::new();
        for made in &self.made {
            if let Some(Outcome::Unable(why)) = &made.outcome
                && !reasons.contains(&why.as_str())
            {
                reasons.push(why);
            }
        }
        reasons
    }

    /// Returns how much time is left.
    pub(crate) fn left(&self) -> Duration {
        self.budget.time.saturating_sub(self.now)
    }

    /// Tells whether what was seen gives a confident verdict.
    pub(crate) fn is_settled(&self) -> bool {
        let observations = self.observations();
        let case = Case { observations: &observations, ..Case::default() };
        let confident = weigh(&case).first().is_some_and(|(_, top)| *top >= CONFIDENT);
        confident || observations.iter().any(|seen| seen.sign == Sign::TargetHealthy)
    }

    /// Returns the probes of a hop with an outcome of a connection.
    pub(crate) fn asked_of(
        &self,
        hop: Hop,
        purpose: Purpose,
    ) -> impl Iterator<Item = (&Probe, &Asked)> {
        self.made
            .iter()
            .filter(move |made| made.probe.hop == hop && made.probe.purpose == purpose)
            .filter_map(|made| Some((&made.probe, made.asked()?)))
    }

    /// Returns the request that shows how a hop behaves, with its probe: the first one, or the
    /// first that failed where the first one went well.
    pub(crate) fn primary(&self, hop: Hop) -> Option<(&Probe, &Asked)> {
        let (first, of_first) = self.first(hop)?;
        if answer(of_first).fails() {
            return Some((first, of_first));
        }
        let failed = self.repeats_of(hop, first).find(|(_, asked)| answer(asked).fails());
        Some(failed.unwrap_or((first, of_first)))
    }

    /// Tells whether a hop fails now and then: the same request went well and failed.
    pub(crate) fn is_unsteady(&self, hop: Hop) -> bool {
        let Some((first, of_first)) = self.first(hop) else { return false };
        let fails = answer(of_first).fails();
        self.repeats_of(hop, first).any(|(_, asked)| answer(asked).fails() != fails)
    }

    /// Tells whether a probe is the one that shows how its hop behaves.
    pub fn is_primary(&self, id: ProbeId) -> bool {
        let Some(made) = self.made.get(id.0) else { return false };
        self.primary(made.probe.hop).is_some_and(|(probe, _)| probe.id == id)
    }

    /// Returns the repetitions of a probe on fresh connections.
    pub(crate) fn repeats_of<'a>(
        &'a self,
        hop: Hop,
        first: &'a Probe,
    ) -> impl Iterator<Item = (&'a Probe, &'a Asked)> {
        self.asked_of(hop, Purpose::Repeat).filter(move |(probe, _)| probe.what == first.what)
    }

    /// Returns the request with which a hop was tried at first; the longer one where it was asked
    /// again.
    pub(crate) fn first_try(&self, hop: Hop) -> Option<(&Probe, &Asked)> {
        self.asked_of(hop, Purpose::First).last()
    }

    /// Tells whether there is time for a probe that takes so long and is not necessary: the answer
    /// must not come much later than the longest probe.
    pub(crate) fn is_time_for(&self, expected: Duration) -> bool {
        if self.options.thorough {
            return true;
        }
        // How long we were patient is no measure of theirs.
        let theirs = self.made.iter().filter_map(Made::asked).filter(|asked| !timed_out(asked));
        let longest = theirs.map(whole_time).max();
        let beyond = self.now.saturating_sub(longest.unwrap_or_default());
        beyond + expected <= SPARE_TIME
    }

    /// Returns the first request to a hop, with its probe.
    ///
    /// Where the scheme of the origin is to be found out, that is the one in the scheme it speaks.
    pub(crate) fn first(&self, hop: Hop) -> Option<(&Probe, &Asked)> {
        let first = self.first_try(hop)?;
        let guessed = matches!(self.scheme(hop), Some(Scheme::Unknown { .. }));
        if !guessed || !(met_tls(first.1) || met_plain(first.1)) {
            return Some(first);
        }
        let other = self.asked_of(hop, Purpose::OtherScheme).next();
        let speaks = |asked: &Asked| !matches!(answer(asked), Answer::Failed(_));
        Some(other.filter(|(_, asked)| speaks(asked) || asked.handshake.is_some()).unwrap_or(first))
    }

    /// Returns what the primary request of a hop came to. Where no address accepts connections
    /// there is no request, and it failed there.
    pub(crate) fn result(&self, hop: Hop) -> Option<Answer> {
        if let Some((_, asked)) = self.primary(hop) {
            return Some(answer(asked));
        }
        let mut tried = self.asked_of(hop, Purpose::Reach).peekable();
        tried.peek()?;
        Some(Answer::Failed(goodgate_evidence::Stage::Connect))
    }

    pub(crate) fn scheme(&self, hop: Hop) -> Option<Scheme> {
        match hop {
            Hop::Gateway if self.target.secure => Some(Scheme::Tls),
            Hop::Gateway => Some(Scheme::Plain),
            Hop::Origin => self.target.origin.as_ref().map(|origin| origin.scheme),
        }
    }

    pub(crate) fn place(&self, hop: Hop) -> Option<&Place> {
        match hop {
            Hop::Gateway => Some(&self.target.place),
            Hop::Origin => self.target.origin.as_ref().map(|origin| &origin.place),
        }
    }

    /// Returns the hops that are examined.
    pub(crate) fn hops(&self) -> impl Iterator<Item = Hop> + use<> {
        let origin = self.target.origin.as_ref().map(|_| Hop::Origin);
        std::iter::once(Hop::Gateway).chain(origin)
    }

    /// Tells whether what is named as the origin is the gateway itself.
    pub(crate) fn origin_is_gateway(&self) -> bool {
        let (gateway, _) = self.endpoints(Hop::Gateway);
        let (origin, _) = self.endpoints(Hop::Origin);
        // Who speaks FastCGI to a place that answers HTTP is wrong about the protocol, or about us.
        let is_app = |origin: &Origin| matches!(origin.scheme, Scheme::App(_));
        !self.target.origin.as_ref().is_some_and(is_app)
            && !origin.is_empty()
            && origin.iter().all(|endpoint| gateway.contains(endpoint))
    }

    /// Returns the hop of the server that is nearest to the application.
    pub(crate) fn last_hop(&self) -> Hop {
        if self.target.origin.is_some() { Hop::Origin } else { Hop::Gateway }
    }

    /// Returns the lookup of a hop's name by the system.
    pub(crate) fn system_lookup(&self, hop: Hop) -> Option<&Lookup> {
        self.made.iter().filter(|made| made.probe.hop == hop).find_map(|made| {
            let by_system =
                matches!(made.probe.what, What::Lookup { resolver: Resolver::System, .. });
            made.lookup().filter(|_| by_system)
        })
    }

    /// Returns the endpoints of a hop, as many as are tried, and how many there are.
    pub(crate) fn endpoints(&self, hop: Hop) -> (Vec<Endpoint>, usize) {
        match self.place(hop) {
            None => (Vec::new(), 0),
            Some(Place::At(endpoint) | Place::ThroughProxy(endpoint)) => {
                (vec![endpoint.clone()], 1)
            }
            Some(Place::Name { port, .. }) => {
                let Some(Lookup { outcome: LookupOutcome::Addresses { addresses, .. }, .. }) =
                    self.system_lookup(hop)
                else {
                    return (Vec::new(), 0);
                };
                let endpoint = |address: &std::net::IpAddr| {
                    Endpoint::Tcp(std::net::SocketAddr::new(*address, *port))
                };
                (addresses.iter().take(ADDRESSES_MAX).map(endpoint).collect(), addresses.len())
            }
        }
    }

    /// Returns the endpoints of a hop that accept connections, or the only one there is.
    pub(crate) fn reachable(&self, hop: Hop) -> Vec<Endpoint> {
        let (endpoints, _) = self.endpoints(hop);
        if endpoints.len() < 2 {
            return endpoints;
        }
        let connected = |endpoint: &Endpoint| {
            self.asked_of(hop, Purpose::Reach).any(|(_, asked)| {
                asked.connect.endpoint == *endpoint && asked.connect.outcome == Connect::Connected
            })
        };
        endpoints.into_iter().filter(connected).collect()
    }

    fn give_out(&mut self, wish: Wish) -> Probe {
        let id = ProbeId(self.made.len());
        let patience = plan::patience(self, &wish);
        let Wish { hop, purpose, turn, what } = wish;
        let probe = Probe { id, hop, purpose, turn, what, patience };
        self.made.push(Made { probe: probe.clone(), outcome: None });
        probe
    }

    /// Returns how many of the wishes may be carried out now.
    fn affordable(&self, wishes: &[Wish]) -> usize {
        if self.left() < LEAST_TIME {
            return 0;
        }
        let mut requests = self.budget.requests.saturating_sub(self.requests());
        let pays = |wish: &&Wish| {
            let cost = u32::from(costs(&wish.what));
            let paid = cost <= requests;
            requests = requests.saturating_sub(cost);
            paid
        };
        wishes.iter().take(self.batch()).take_while(pays).count()
    }

    fn batch(&self) -> usize {
        let slow = self.made.iter().filter_map(Made::asked).any(|asked| whole_time(asked) > SLOW);
        if slow { BATCH_SLOW } else { BATCH }
    }
}

/// Tells whether a probe opens a connection to what is examined.
fn costs(what: &What) -> bool {
    !matches!(what, What::Lookup { .. })
}
