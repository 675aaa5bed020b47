//! Several vantage points: the same examination from other hosts, and how they compare.
//!
//! What a vantage point could not see is "not seen" with a reason and spoils nothing else. Nothing
//! that a vantage point says is trusted further than to be shown and compared: it is parsed,
//! bounded and made harmless.

mod remote;
mod ssh;

use std::net::IpAddr;
use std::time::Duration;

use goodgate_causes::State;
use goodgate_evidence::probe::{Lookup, LookupOutcome};
use goodgate_evidence::{Observation, Sign, Source, Timestamp};
use goodgate_examine::{Asked, Hop, Link, answer, words};

pub(super) use ssh::{Via, ask_all};

/// One place from which the URL was examined.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    /// The host as it was given to `--via`.
    pub(super) host: String,
    /// What was seen from there, or why nothing was.
    pub(super) seen: Result<Sight, String>,
}

/// What is seen of the URL from one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sight {
    /// Whether the request for the URL fails.
    pub(super) fails: bool,
    /// The state of the verdict.
    pub(super) state: State,
    /// The mechanism, where one is known, with its confidence.
    pub(super) mechanism: Option<(String, f64)>,
    /// The status of the answer.
    pub(super) status: Option<u16>,
    /// What came, in words.
    pub(super) words: String,
    /// From the beginning of the connect to the first byte, or to the failure.
    pub(super) latency: Option<Duration>,
    /// What the name resolves to there, in order of the answer.
    pub(super) addresses: Vec<IpAddr>,
    /// What was seen, as signs with their words.
    pub(super) evidence: Vec<(Sign, String)>,
}

impl Sight {
    /// Returns what is seen from here.
    pub(super) fn here(link: &Link, state: State, mechanism: Option<(String, f64)>) -> Self {
        let primary = link.primary().and_then(|run| run.asked.as_ref().ok());
        let exchange = primary.and_then(|asked| asked.exchange.as_ref());
        let broken = link.broken.as_ref().map(|(_, words)| words.clone());
        Self {
            fails: link.broken.is_some(),
            state,
            mechanism,
            status: primary.and_then(|asked| answer(asked).status()),
            words: broken.or(exchange.map(words::exchange)).unwrap_or_default(),
            latency: primary.map(latency),
            addresses: addresses(&link.lookups),
            evidence: Vec::new(),
        }
    }
}

fn latency(asked: &Asked) -> Duration {
    let tls = asked.handshake.as_ref().map(|handshake| handshake.took).unwrap_or_default();
    let exchange = asked.exchange.as_ref();
    let head = exchange.map(|exchange| exchange.first_byte.unwrap_or(exchange.took));
    asked.connect.took.saturating_add(tls).saturating_add(head.unwrap_or_default())
}

fn addresses(lookups: &[Lookup]) -> Vec<IpAddr> {
    let by_system = lookups.iter().find(|lookup| lookup.resolver == "system");
    match by_system.map(|lookup| &lookup.outcome) {
        Some(LookupOutcome::Addresses { addresses, .. }) => addresses.clone(),
        _ => Vec::new(),
    }
}

/// How here compares with there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// Nothing was seen from anywhere else.
    Alone,
    /// It works from everywhere.
    WorksEverywhere,
    /// It fails from everywhere.
    FailsEverywhere,
    /// It fails from here and from nowhere else.
    HereOnly,
    /// It works from here and fails from somewhere else.
    ElsewhereOnly,
    /// It fails from here and from some other places.
    Some,
}

impl Comparison {
    /// Returns the word for JSON.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::WorksEverywhere => "works_everywhere",
            Self::FailsEverywhere => "fails_everywhere",
            Self::HereOnly => "fails_here_only",
            Self::ElsewhereOnly => "fails_elsewhere_only",
            Self::Some => "fails_from_some",
        }
    }
}

/// The vantage points, compared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    /// What is seen from here.
    pub(super) here: Sight,
    /// The others, in the order in which they were given.
    pub(super) points: Vec<Point>,
    /// How they compare.
    pub(super) comparison: Comparison,
}

impl Compared {
    /// Compares what was seen from here with what was seen from elsewhere.
    pub(super) fn new(here: Sight, points: Vec<Point>) -> Self {
        let seen = || points.iter().filter_map(|point| point.seen.as_ref().ok());
        let (count, failing) = (seen().count(), seen().filter(|sight| sight.fails).count());
        let comparison = match (here.fails, failing) {
            _ if count == 0 => Comparison::Alone,
            (false, 0) => Comparison::WorksEverywhere,
            (false, _) => Comparison::ElsewhereOnly,
            (true, 0) => Comparison::HereOnly,
            (true, _) if failing == count => Comparison::FailsEverywhere,
            (true, _) => Comparison::Some,
        };
        Self { here, points, comparison }
    }

    /// Returns the comparison in a sentence or two.
    pub(super) fn words(&self) -> String {
        let failing = listed(&self.named(true));
        let well = listed(&self.named(false));
        let text = match self.comparison {
            Comparison::Alone => "No other place could be asked.".to_owned(),
            Comparison::WorksEverywhere => format!("It works from here and from {well}."),
            Comparison::FailsEverywhere if self.differ() => {
                format!("It fails from here and from {failing}, and not in the same way.")
            }
            Comparison::FailsEverywhere => {
                format!("It fails from here and from {failing}, in the same way.")
            }
            Comparison::HereOnly => format!("It fails from here and works from {well}."),
            Comparison::ElsewhereOnly if well.is_empty() => {
                format!("It works from here and fails from {failing}.")
            }
            Comparison::ElsewhereOnly => {
                format!("It works from here and from {well}, and fails from {failing}.")
            }
            Comparison::Some => {
                format!("It fails from here and from {failing}, and works from {well}.")
            }
        };
        match self.other_addresses() {
            None => text,
            Some(host) => {
                format!("{text} The name leads to other addresses from {host} than from here.")
            }
        }
    }

    /// Returns what the comparison shows. Where it fails elsewhere only, what was seen there is
    /// all that there is to see of the failure.
    pub(super) fn observations(&self, at: Timestamp) -> Vec<Observation> {
        let words = self.words();
        let compared = |sign: Sign| {
            let seen = Observation::new(sign, Source("via".to_owned())).quoting(words.clone());
            Observation { at: Some(at), ..seen }
        };
        let mut seen = Vec::new();
        match self.comparison {
            Comparison::Alone | Comparison::WorksEverywhere => {}
            Comparison::FailsEverywhere => seen.push(compared(Sign::FailsElsewhere)),
            Comparison::HereOnly => seen.push(compared(Sign::OnlyOneVisitor)),
            Comparison::Some => seen.push(compared(Sign::FailsFromSomePlaces)),
            Comparison::ElsewhereOnly => {
                seen.push(compared(Sign::FailsFromSomePlaces));
                seen.extend(self.evidence_of_others(at));
            }
        }
        let fails = !matches!(self.comparison, Comparison::Alone | Comparison::WorksEverywhere);
        if fails && self.other_addresses().is_some() {
            seen.push(compared(Sign::ResolversDisagree));
        }
        seen
    }

    /// The evidence of the first place where it fails: those of several places tell of one fault.
    fn evidence_of_others(&self, at: Timestamp) -> Vec<Observation> {
        let failing =
            self.points.iter().filter_map(|point| Some((point, point.seen.as_ref().ok()?)));
        let Some((point, sight)) = failing.into_iter().find(|(_, sight)| sight.fails) else {
            return Vec::new();
        };
        let source = Source(format!("via:{}", point.host));
        let made = |(sign, quote): &(Sign, String)| {
            let seen = Observation::new(*sign, source.clone()).quoting(quote.clone());
            Observation { at: Some(at), group: format!("via:{sign}"), ..seen }
        };
        sight.evidence.iter().map(made).collect()
    }

    fn named(&self, fails: bool) -> Vec<&str> {
        let of = |point: &&Point| point.seen.as_ref().is_ok_and(|sight| sight.fails == fails);
        self.points.iter().filter(of).map(|point| point.host.as_str()).collect()
    }

    /// Tells whether those that fail do so in different ways.
    fn differ(&self) -> bool {
        // Without a status it is the mechanism that tells.
        let mechanism = |sight: &Sight| sight.mechanism.as_ref().map(|(id, _)| id.clone());
        let way = |sight: &Sight| match sight.status {
            Some(status) => (Some(status), None),
            None => (None, mechanism(sight)),
        };
        let here = way(&self.here);
        let mut others = self.points.iter().filter_map(|point| point.seen.as_ref().ok());
        others.any(|sight| way(sight) != here)
    }

    /// Returns the first host for which the name has none of the addresses that it has here.
    fn other_addresses(&self) -> Option<&str> {
        let here = &self.here.addresses;
        let other = |sight: &Sight| {
            let theirs = &sight.addresses;
            !here.is_empty() && !theirs.is_empty() && !theirs.iter().any(|one| here.contains(one))
        };
        let found = self.points.iter().find(|point| point.seen.as_ref().is_ok_and(other));
        found.map(|point| point.host.as_str())
    }
}

/// Returns what is seen of the gateway's link from here.
pub(super) fn gateway(chain: &[Link]) -> Option<&Link> {
    chain.iter().find(|link| link.hop == Hop::Gateway)
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(status: u16, address: &str) -> Sight {
        let fails = status >= 500;
        Sight {
            fails,
            state: if fails { State::Failing } else { State::Healthy },
            mechanism: None,
            status: Some(status),
            words: format!("HTTP/1.1 {status}"),
            latency: None,
            addresses: address.parse().into_iter().collect(),
            evidence: vec![(Sign::ConnectRefused, "refused".to_owned())],
        }
    }

    fn compared(here: Sight, others: &[(&str, Sight)]) -> Compared {
        let point = |(host, sight): &(&str, Sight)| Point {
            host: (*host).to_owned(),
            seen: Ok(sight.clone()),
        };
        Compared::new(here, others.iter().map(point).collect())
    }

    fn signs(compared: &Compared) -> Vec<Sign> {
        compared.observations(Timestamp(0)).iter().map(|seen| seen.sign).collect()
    }

    const A: &str = "192.0.2.1";
    const B: &str = "192.0.2.2";

    #[test]
    fn a_failure_from_here_only_is_one_visitors() {
        let compared = compared(sight(502, A), &[("web1", sight(200, A))]);

        assert_eq!(compared.words(), "It fails from here and works from web1.");
        assert_eq!(signs(&compared), [Sign::OnlyOneVisitor]);
    }

    #[test]
    fn a_failure_from_everywhere_is_not_ours() {
        let compared = compared(sight(502, A), &[("web1", sight(502, A)), ("db1", sight(502, A))]);

        assert_eq!(compared.words(), "It fails from here and from web1 and db1, in the same way.");
        assert_eq!(signs(&compared), [Sign::FailsElsewhere]);
    }

    #[test]
    fn a_failure_elsewhere_brings_its_evidence() {
        let compared = compared(sight(200, A), &[("web1", sight(502, B))]);

        assert_eq!(
            signs(&compared),
            [Sign::FailsFromSomePlaces, Sign::ConnectRefused, Sign::ResolversDisagree]
        );
    }

    #[test]
    fn other_addresses_are_told_and_matter_only_where_it_fails() {
        let compared = compared(sight(200, A), &[("web1", sight(200, B))]);

        assert!(compared.words().ends_with("other addresses from web1 than from here."));
        assert_eq!(signs(&compared), []);
    }

    #[test]
    fn a_place_that_was_not_seen_spoils_nothing() {
        let lost = Point { host: "db1".to_owned(), seen: Err("ssh: no route".to_owned()) };
        let seen = Point { host: "web1".to_owned(), seen: Ok(sight(200, A)) };

        let both = Compared::new(sight(502, A), vec![lost.clone(), seen]);
        let none = Compared::new(sight(502, A), vec![lost]);

        assert_eq!(both.comparison, Comparison::HereOnly);
        assert_eq!((none.comparison, signs(&none)), (Comparison::Alone, Vec::new()));
    }
}
