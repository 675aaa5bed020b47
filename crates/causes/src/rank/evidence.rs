//! The evidence of a case: each kind of sighting once, and what it weighs for a cause.

use std::collections::BTreeMap;

use goodgate_evidence::{Observation, Product, Sign, Source};

use super::{CONFIDENT, Case};
use crate::answers;
use crate::catalogue;
use crate::cause::{Cause, Kind};
use crate::verdict::NamedEvidence;

/// A status that the gateway gives for a mechanism speaks for it by this much where nothing else does:
/// it makes it possible, as it does many others.
const FITS: f64 = 0.1;

/// A status that the gateway never gives for a mechanism speaks against it by this much.
pub(super) const CONTRADICTED: f64 = 4.0;

/// A sign speaks for a mechanism from this weight on, when it is asked whether it narrows down.
const LEAST_NARROWING: f64 = 2.0;

/// The observations, each kind of sighting once.
pub(super) struct Evidence<'a> {
    pub(super) first: Vec<&'a Observation>,
    /// The group of each: the observation's own, or one for all that a product narrows down, since
    /// its lines are about the same event.
    pub(super) groups: Vec<String>,
    pub(super) named: Vec<NamedEvidence>,
    /// Who wrote the answer, where that is sure.
    pub(super) maker: Option<Product>,
}

/// Returns who wrote the answer, where that is sure enough to hold a mechanism against it.
pub(super) fn maker(case: &Case<'_>) -> Option<Product> {
    let sure = case.written_by.as_ref().filter(|by| by.confidence >= CONFIDENT);
    sure.map(|by| by.product)
}

impl<'a> Evidence<'a> {
    pub(super) fn gather(observations: &'a [Observation], maker: Option<Product>) -> Self {
        let mut counts: BTreeMap<(Sign, &str), (usize, usize)> = BTreeMap::new();
        let mut first: Vec<&Observation> = Vec::new();
        for observation in observations {
            let key = (observation.sign, observation.group.as_str());
            let (_, count) = counts.entry(key).or_insert_with(|| {
                first.push(observation);
                (first.len() - 1, 0)
            });
            *count += 1;
        }
        let named = first
            .iter()
            .enumerate()
            .map(|(index, observation)| {
                let key = (observation.sign, observation.group.as_str());
                let count = counts.get(&key).map_or(1, |(_, count)| *count);
                NamedEvidence::new(index, count, observation)
            })
            .collect();
        let groups = first.iter().map(|observation| group(observation)).collect();
        Self { first, groups, named, maker }
    }

    pub(super) fn without(&self, leave_out: &[usize]) -> Vec<Observation> {
        let kept = self.first.iter().enumerate().filter(|(index, _)| !leave_out.contains(index));
        kept.map(|(_, observation)| (*observation).clone()).collect()
    }

    /// Returns the strongest weight of each group for a cause, with the evidence that has it, without
    /// what is `set_aside`.
    pub(super) fn weigh(&self, cause: &Cause, set_aside: &[bool]) -> Vec<(usize, f64)> {
        let mut strongest: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for (index, observation) in self.first.iter().enumerate() {
            let weight = cause.weight(observation.sign);
            if weight == 0.0 || set_aside.get(index).copied().unwrap_or(false) {
                continue;
            }
            let group = self.groups.get(index).map_or("", String::as_str);
            let entry = strongest.entry(group).or_insert((index, weight));
            if weight.abs() > entry.1.abs() {
                *entry = (index, weight);
            }
        }
        let mut weights: Vec<_> = strongest.into_values().collect();
        let speaks_for = weights.iter().any(|(_, weight)| *weight > 0.0);
        // What is seen by itself needs no status to make it possible.
        weights.extend(self.of_status(cause).filter(|(_, weight)| !speaks_for || *weight < 0.0));
        weights.sort_unstable_by_key(|(index, _)| *index);
        weights
    }

    /// Returns the status that fits a mechanism, where a client saw it, or else one that the gateway
    /// never gives when an attempt fails in this way, with what it weighs.
    fn of_status(&self, cause: &Cause) -> Option<(usize, f64)> {
        if cause.kind != Kind::Mechanism {
            return None;
        }
        let of_origin = [Source::probe_origin(), Source::page_origin()];
        let of_gateway = self.first.iter().enumerate();
        let mut contradiction = None;
        for (index, seen) in of_gateway.filter(|(_, seen)| !of_origin.contains(&seen.source)) {
            let maker = seen.product.or(self.maker);
            match maker.and_then(|maker| answers::fits(maker, seen.sign, cause.id)) {
                Some(true) if seen.source == Source::probe_gateway() => {
                    return Some((index, FITS));
                }
                Some(true) => return None,
                Some(false) => contradiction = contradiction.or(Some((index, -CONTRADICTED))),
                None => {}
            }
        }
        contradiction
    }

    pub(super) fn only(&self, sign: Sign) -> bool {
        !self.first.is_empty() && self.first.iter().all(|observation| observation.sign == sign)
    }

    pub(super) fn has(&self, sign: Sign) -> bool {
        self.first.iter().any(|observation| observation.sign == sign)
    }
}

fn group(observation: &Observation) -> String {
    match observation.product {
        Some(product) if narrowed(observation.sign).len() > 1 => format!("{product} narrows down"),
        _ => observation.group.clone(),
    }
}

pub(super) fn is_logged(seen: &Observation) -> bool {
    seen.source.0.starts_with("log:")
}

/// Returns the mechanisms to which a sign narrows things down; none where it proves one.
pub(super) fn narrowed(sign: Sign) -> Vec<&'static str> {
    let mechanisms = || catalogue::ALL.iter().filter(|cause| cause.kind == Kind::Mechanism);
    if mechanisms().any(|cause| cause.proven_by(sign)) {
        return Vec::new();
    }
    let likely = mechanisms().filter(|cause| cause.weight(sign) >= LEAST_NARROWING);
    likely.map(|cause| cause.id).collect()
}
