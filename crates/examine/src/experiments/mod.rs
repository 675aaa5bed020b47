//! Experiments: requests that tell the leading causes apart.
//!
//! Each experiment lists what it would tell: groups of causes for which it comes out alike. Those
//! that separate the leading causes best, for their cost, are made next; none is made that would
//! separate nothing. Adding one is a file here, a line in [`ALL`] and a test.

pub(crate) mod app_protocol;
mod cache_buster;
mod compressed;
mod head;
pub(crate) mod hello;
mod kept;
mod large_cookies;
mod other_host;
mod other_path;
mod other_scheme;
mod prior_http2;
mod proxy_header;
mod without_sni;

use goodgate_causes::{Case, catalogue, weigh};
use goodgate_evidence::Sign;
use goodgate_evidence::probe::Tls;

use crate::answer::{Answer, answer};
use crate::examination::Examination;
use crate::limits::BATCH;
use crate::plan::{self, Wish};
use crate::probe::Purpose;
use crate::signs::{Seen, stage_words, when};

/// Something to try.
pub(crate) struct Experiment {
    /// Whether the causes in mind matter for it at all, and what its results would say: causes in
    /// different groups are told apart, and each from those in no group.
    pub(crate) outcomes: &'static [&'static [&'static str]],
    /// The probes; none where it does not apply or cannot tell anything more.
    pub(crate) wishes: fn(&Examination) -> Vec<Wish>,
    /// Adds what its outcomes show.
    pub(crate) look: fn(&Examination, &mut Seen),
}

/// Every experiment, by name.
pub(crate) static ALL: &[&Experiment] = &[
    &app_protocol::ITEM,
    &cache_buster::ITEM,
    &compressed::ITEM,
    &head::ITEM,
    &hello::ITEM,
    &kept::ITEM,
    &large_cookies::ITEM,
    &other_host::ITEM,
    &other_path::ITEM,
    &other_scheme::ITEM,
    &prior_http2::ITEM,
    &proxy_header::ITEM,
    &without_sni::ITEM,
];

/// An experiment is made when it comes out differently for two causes, drawn by their confidences,
/// at least this often per request: once in two thousand times.
const WORTH_A_REQUEST: f64 = 0.000_5;

/// However sure a verdict is, it may be another cause: this share is spread over the catalogue.
const LEAST_UNKNOWN: f64 = 0.05;

/// Returns the probes of the experiments that tell most for their cost, as many as are made at a
/// time.
pub(crate) fn best(examination: &Examination, is_open: &dyn Fn(&Wish) -> bool) -> Vec<Wish> {
    let open = ALL.iter().filter_map(|experiment| {
        let wishes: Vec<Wish> =
            (experiment.wishes)(examination).into_iter().filter(|wish| is_open(wish)).collect();
        (!wishes.is_empty()).then_some((*experiment, wishes))
    });
    let open: Vec<(&Experiment, Vec<Wish>)> = open.collect();
    if open.is_empty() {
        return Vec::new();
    }
    let shares = shares(examination);
    let with_worth = open
        .into_iter()
        .map(|(experiment, wishes)| (separated(experiment, &shares) / wishes.len() as f64, wishes));
    let mut worth: Vec<(f64, Vec<Wish>)> =
        with_worth.filter(|(worth, _)| *worth >= WORTH_A_REQUEST).collect();
    worth.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    worth.into_iter().flat_map(|(_, wishes)| wishes).take(BATCH).collect()
}

/// Adds that another way of asking made no difference to a server that ends without an answer.
fn no_help(examination: &Examination, purpose: Purpose, sign: Sign, seen: &mut Seen) {
    let hop = examination.last_hop();
    let silent = plan::silent_ask(examination, hop).is_some();
    let Some((_, asked)) = examination.asked_of(hop, purpose).next().filter(|_| silent) else {
        return;
    };
    // A handshake that stands is an answer, whatever comes after it.
    let shaken = asked.handshake.as_ref().is_some_and(|one| one.outcome == Tls::Established);
    if matches!(answer(asked), Answer::Failed(_)) && !(purpose == Purpose::OtherScheme && shaken) {
        seen.add_apart(hop, sign, when(asked), &stage_words(asked));
    }
}

/// Returns all causes with their shares: the leading ones by their confidences, and what is left
/// spread evenly over the whole catalogue, since nobody knows.
fn shares(examination: &Examination) -> Vec<(&'static str, f64)> {
    let observations = examination.observations();
    let written_by = examination.written_by().cloned();
    let case = Case { observations: &observations, written_by, ..Case::default() };
    let causes = weigh(&case);
    let named: f64 = causes.iter().map(|(_, confidence)| confidence).sum();
    let unknown = (1.0 - named).max(LEAST_UNKNOWN) / catalogue::ALL.len() as f64;
    let of = |id: &str| {
        let named = causes.iter().find(|(named, _)| *named == id);
        named.map_or(0.0, |(_, confidence)| *confidence) + unknown
    };
    let total = named.max(1.0);
    catalogue::ALL.iter().map(|cause| (cause.id, of(cause.id) / total)).collect()
}

/// Returns how likely it is that two causes, drawn by their shares, come out differently.
fn separated(experiment: &Experiment, shares: &[(&'static str, f64)]) -> f64 {
    let within = |group: &[&str]| -> f64 {
        shares.iter().filter(|(id, _)| group.contains(id)).map(|(_, share)| share).sum()
    };
    let all: f64 = shares.iter().map(|(_, share)| share).sum();
    let groups: Vec<f64> = experiment.outcomes.iter().map(|group| within(group)).collect();
    let others = all - groups.iter().sum::<f64>();
    let alike: f64 = groups.iter().chain([&others]).map(|share| share * share).sum();
    (all * all - alike).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_that_an_experiment_names_exists_and_stands_once() {
        for experiment in ALL {
            let mut named: Vec<&str> =
                experiment.outcomes.iter().flat_map(|group| group.iter().copied()).collect();
            for id in &named {
                assert!(catalogue::find(id).is_some(), "{id}");
            }
            let count = named.len();
            named.sort_unstable();
            named.dedup();
            assert_eq!(named.len(), count);
        }
    }

    #[test]
    fn an_experiment_that_puts_all_candidates_into_one_group_settles_nothing() {
        static SAME: Experiment = Experiment {
            outcomes: &[&["connect_refused", "connect_rejected"]],
            wishes: |_| Vec::new(),
            look: |_, _| {},
        };

        let settled = separated(&SAME, &[("connect_refused", 0.5), ("connect_rejected", 0.5)]);

        assert!(settled.abs() < f64::EPSILON);
    }

    #[test]
    fn causes_in_different_groups_weigh_as_their_product() {
        static APART: Experiment = Experiment {
            outcomes: &[&["connect_refused"], &["connect_rejected"]],
            wishes: |_| Vec::new(),
            look: |_, _| {},
        };

        // 0.5 · 0.4, in either order.
        let settled = separated(&APART, &[("connect_refused", 0.5), ("connect_rejected", 0.4)]);

        assert!((settled - 0.4).abs() < 1e-9);
    }
}
