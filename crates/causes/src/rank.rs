//! Weighs evidence into a verdict.
//!
//! Every mechanism starts with its prior and gains or loses the log-odds of what was seen; within a
//! group of correlated sightings only the strongest weight counts. Mechanisms compete with each
//! other and with "none that we know". Roots compete within each mechanism that they show as,
//! always against "the root is not visible from here". A root that is seen by itself (an
//! application's log without the gateway's) lifts the mechanisms that it shows as.

mod evidence;

use goodgate_evidence::{Blame, Observation, Product, Sign, Source, Stage, Timestamp};

use self::evidence::{CONTRADICTED, Evidence, is_logged, maker, narrowed};
use crate::catalogue;
use crate::cause::{Cause, Kind, PROOF};
use crate::experiment::{self, Places};
use crate::verdict::{Assessment, CandidateCause, Fix, Mechanism, State, Verdict, WrittenBy};

/// At this confidence and above a verdict counts as confident.
pub const CONFIDENT: f64 = 0.8;

/// Below this probability that it is one of the mechanisms we know, the verdict's state is
/// `unknown`. Above it something is known to fail, be it only that it is one of a few mechanisms.
const LEAST_KNOWN: f64 = 0.5;

/// From this confidence on a mechanism's own fixes stand beside those of the best candidate.
const LEAST_FIXED: f64 = 0.3;

/// At this confidence a root is named before its mechanism: why before what.
const ROOT_FIRST: f64 = 0.5;

/// Candidates below this confidence are not named.
const LEAST_NAMED: f64 = 0.000_4;

/// Candidates below this confidence do not say which experiment comes next.
const LEAST_SPLIT: f64 = 0.001;

/// No more candidates than this say it.
const SPLIT_MAX: usize = 48;

/// No more candidates than this are named.
const NAMED_MAX: usize = 72;

/// Nothing is certain: a verdict's confidence ends here.
const MOST_CERTAIN: f64 = 0.99;

/// Evidence for a root lifts its mechanisms once it is at least this strong.
const LIFTS_FROM: f64 = 4.0;

/// How much the lift of a root is eased, so that a proven root alone carries its mechanism.
const LIFT_EASE: f64 = 1.5;

/// Where two mechanisms are both seen and one brings the other about, the latter loses this much.
const FOLLOWS_PENALTY: f64 = 1.0;

/// Evidence of at least this weight makes a mechanism one that was seen.
const SEEN: f64 = 5.5;

/// Everything that is known about what is to be judged.
#[derive(Clone, Debug, Default)]
pub struct Case<'a> {
    /// What was seen.
    pub observations: &'a [Observation],
    /// Who wrote the answer, where a page or a head told.
    pub written_by: Option<WrittenBy>,
    /// What is known of the places, for the commands that are proposed.
    pub places: Places,
}

/// Weighs the evidence of a case into a verdict, and into further ones where it shows several
/// faults that have nothing to do with each other.
pub fn rank(case: &Case<'_>) -> Assessment {
    let evidence = Evidence::gather(case.observations, maker(case));
    let scores = Scores::of(&evidence);
    let verdict = scores.verdict(&evidence, case);
    let also = further(&evidence, &scores, case);
    Assessment { verdict, also, evidence: evidence.named }
}

/// Returns every cause with its confidence, best first, and nothing besides: what to do and to try
/// takes longer to find than this.
pub fn weigh(case: &Case<'_>) -> Vec<(&'static str, f64)> {
    let evidence = Evidence::gather(case.observations, maker(case));
    let standings = Scores::of(&evidence).standings;
    let named = standings.iter().map(|standing| (standing.cause.id, standing.confidence()));
    named.filter(|(_, confidence)| *confidence >= LEAST_NAMED).collect()
}

/// How a cause stands against the evidence.
struct Standing {
    cause: &'static Cause,
    weights: Vec<(usize, f64)>,
    /// The sum of its weights.
    evidence: f64,
    /// The probability as a mechanism; 0 for what is only a root.
    as_mechanism: f64,
    /// The probability as a root.
    as_root: f64,
}

impl Standing {
    fn confidence(&self) -> f64 {
        (self.as_mechanism + self.as_root).min(MOST_CERTAIN)
    }

    /// The order in which causes are named: a probable root before its mechanism, and a mechanism that
    /// brought another one about before that one.
    fn precedence(&self) -> f64 {
        let confidence = self.confidence();
        let proven_behind = self.as_root > 0.0 && self.proofs().next().is_some();
        match self.cause.kind {
            _ if confidence < ROOT_FIRST => confidence,
            Kind::Root => confidence + 2.0,
            Kind::Mechanism if proven_behind => confidence + 1.0,
            Kind::Mechanism => confidence,
        }
    }

    fn seen(&self) -> bool {
        self.weights.iter().any(|(_, weight)| *weight >= SEEN)
    }

    /// Returns what speaks for the cause and does not already speak for the mechanism behind which
    /// it stands: the same words cannot tell the two apart.
    fn evidence_beyond(&self, mechanism: &str, evidence: &Evidence<'_>) -> f64 {
        if self.cause.kind == Kind::Root {
            return self.evidence;
        }
        let Some(mechanism) = catalogue::find(mechanism) else { return self.evidence };
        let beyond = |(index, _): &&(usize, f64)| {
            let sign = evidence.first.get(*index).map(|seen| seen.sign);
            sign.is_some_and(|sign| mechanism.weight(sign) <= 0.0)
        };
        self.weights.iter().filter(beyond).map(|(_, weight)| weight).sum()
    }

    /// Tells whether the gateway's status speaks against the cause and nothing much for it.
    fn is_contradicted(&self) -> bool {
        let against = |(_, weight): &(usize, f64)| *weight <= -CONTRADICTED;
        let seen = self.weights.iter().any(|(_, weight)| *weight >= SEEN);
        self.weights.iter().any(against) && !seen && self.as_root == 0.0
    }

    /// Returns the evidence that proves the cause by itself.
    fn proofs(&self) -> impl Iterator<Item = usize> + '_ {
        self.weights.iter().filter(|(_, weight)| *weight >= PROOF).map(|(index, _)| *index)
    }

    fn ids(&self, speaks_for: bool) -> Vec<String> {
        let chosen = self.weights.iter().filter(|(_, weight)| (*weight > 0.0) == speaks_for);
        chosen.map(|(index, _)| format!("e{}", index + 1)).collect()
    }
}

struct Scores {
    standings: Vec<Standing>,
    root_not_visible: f64,
}

impl Scores {
    fn of(evidence: &Evidence<'_>) -> Self {
        let mut standings: Vec<Standing> = catalogue::ALL
            .iter()
            .map(|cause| {
                let weights = evidence.weigh(cause, &[]);
                let sum = weights.iter().map(|(_, weight)| weight).sum();
                Standing { cause, weights, evidence: sum, as_mechanism: 0.0, as_root: 0.0 }
            })
            .collect();
        explain_away(&mut standings, evidence);
        weigh_mechanisms(&mut standings, evidence);
        let root_not_visible = weigh_roots(&mut standings, evidence);
        standings.sort_by(|a, b| {
            let precedence = quantised(b.precedence()).cmp(&quantised(a.precedence()));
            precedence.then_with(|| earliest(a, evidence).cmp(&earliest(b, evidence)))
        });
        Self { standings, root_not_visible }
    }

    fn best_mechanism(&self) -> Option<&Standing> {
        let mut best: Option<&Standing> = None;
        for standing in self.standings.iter().filter(|standing| standing.as_mechanism > 0.0) {
            let probability = quantised(standing.as_mechanism);
            if best.is_none_or(|best| probability > quantised(best.as_mechanism)) {
                best = Some(standing);
            }
        }
        let behind = best.and_then(|best| self.proven_behind(best));
        behind.or(best)
    }

    /// Returns the mechanism that is proven and brought the given one about.
    fn proven_behind(&self, best: &Standing) -> Option<&Standing> {
        self.standings.iter().find(|standing| {
            standing.cause.kind == Kind::Mechanism
                && standing.as_root >= ROOT_FIRST * best.as_mechanism
                && standing.cause.prior_behind(best.cause.id).is_some()
                && standing.proofs().next().is_some()
        })
    }

    fn verdict(&self, evidence: &Evidence<'_>, case: &Case<'_>) -> Verdict {
        let causes: Vec<CandidateCause> = self
            .standings
            .iter()
            .filter(|standing| standing.confidence() >= LEAST_NAMED && !standing.is_contradicted())
            .take(NAMED_MAX)
            .map(candidate)
            .collect();
        let known: f64 = self.standings.iter().map(|standing| standing.as_mechanism).sum();
        let top = self.standings.first().filter(|_| known >= LEAST_KNOWN);
        let mechanism = self.best_mechanism().filter(|best| best.as_mechanism >= LEAST_NAMED);
        let state = state(evidence, top.is_some());
        let leading = causes.iter().filter(|cause| cause.confidence >= LEAST_SPLIT);
        let candidates: Vec<_> =
            leading.map(|cause| (cause.id, cause.confidence)).take(SPLIT_MAX).collect();
        let healthy = state == State::Healthy;
        let mut verdict = Verdict {
            state,
            summary: summary(state, top, mechanism, self.root_not_visible, case),
            hop: top.map_or("unknown", |top| hop(mechanism.unwrap_or(top), evidence)),
            written_by: case.written_by.clone(),
            mechanism: mechanism.filter(|_| !healthy).map(describe),
            fixes: if healthy { Vec::new() } else { fixes(top, mechanism, evidence, case) },
            contact: top.map_or("", |standing| standing.cause.contact),
            next: if healthy { Vec::new() } else { experiment::choose(&candidates, &case.places) },
            causes: if healthy { Vec::new() } else { causes },
            root_not_visible: self.root_not_visible,
        };
        if mechanism.is_some_and(|mechanism| is_of_gateway(mechanism, evidence)) {
            blame_gateway(&mut verdict);
        }
        if mechanism.is_some_and(|mechanism| is_own_lookup(mechanism, evidence)) {
            blame_zone(&mut verdict);
        }
        verdict
    }
}

/// Tells whether the gateway fails by itself: the origin answers well, and the gateway that we
/// reached gave us no proper answer, or it dials another address than the origin's. A gateway that
/// cannot be reached, or whose certificate is bad, is helped by what the page says of any server.
fn is_of_gateway(mechanism: &Standing, evidence: &Evidence<'_>) -> bool {
    let stage = mechanism.cause.stage;
    let reached = matches!(stage, Stage::Request | Stage::ResponseHead | Stage::ResponseBody);
    evidence.has(Sign::OriginAnswersWell)
        && (evidence.has(Sign::GatewayDialsElsewhere) || reached && seen_by_us(mechanism, evidence))
}

/// Tells whether it is our own lookup of the target's name that failed, and no gateway's.
fn is_own_lookup(mechanism: &Standing, evidence: &Evidence<'_>) -> bool {
    mechanism.cause.stage == Stage::Resolve
        && evidence.has(Sign::TargetLookupFailed)
        && seen_by_us(mechanism, evidence)
}

/// Whose name server answered badly for the target's name is the site's or ours, and no gateway's:
/// what the page says of gateways is of no use then, what it says to a visitor is.
fn blame_zone(verdict: &mut Verdict) {
    let Some(mechanism) = &mut verdict.mechanism else { return };
    mechanism.blame = Blame::Origin;
    let id = mechanism.id;
    for cause in verdict.causes.iter_mut().filter(|cause| cause.id == id) {
        cause.blame = Blame::Origin;
    }
    if verdict.state == State::Healthy || verdict.causes.first().is_none_or(|top| top.id != id) {
        return;
    }
    verdict.summary.push_str(" It is the name in the URL that was looked up, by this host.");
    verdict.fixes = catalogue::find("client_dns_failure").map(own_fixes).unwrap_or_default();
    verdict.contact = "whoever maintains the DNS zone of the site, or whoever runs your resolver";
}

fn own_fixes(cause: &'static Cause) -> Vec<Fix> {
    fixes_of(cause, &[])
}

/// Lays a mechanism at the gateway's door. What its page says of the application is of no use then;
/// what it says of the gateway is.
fn blame_gateway(verdict: &mut Verdict) {
    let Some(mechanism) = &mut verdict.mechanism else { return };
    mechanism.blame = Blame::Gateway;
    let id = mechanism.id;
    for cause in verdict.causes.iter_mut().filter(|cause| cause.id == id) {
        cause.blame = Blame::Gateway;
    }
    if verdict.state != State::Healthy && verdict.state != State::Unknown {
        verdict.summary.push_str(
            " The origin itself answers well: look at the gateway, at the address that it dials \
             and at its own log.",
        );
    }
    verdict.fixes.retain(|fix| fix.product.is_some());
    verdict.contact = "you: the gateway";
}

/// Drops what is explained by more exact words of the same product.
///
/// A product writes several lines about one event. Where one proves a mechanism, those that only
/// narrow things down say nothing more; of those that narrow down, the narrowest counts.
fn explain_away(standings: &mut [Standing], evidence: &Evidence<'_>) {
    let mut proofs: Vec<(&Cause, Option<Product>)> = Vec::new();
    for standing in standings.iter().filter(|standing| standing.cause.kind == Kind::Mechanism) {
        let product = |index: usize| evidence.first.get(index).and_then(|seen| seen.product);
        proofs.extend(standing.proofs().map(|index| (standing.cause, product(index))));
    }
    let explained: Vec<bool> = evidence
        .first
        .iter()
        .map(|seen| {
            let own = narrowed(seen.sign);
            let narrower = |other: &Observation| {
                let others = narrowed(other.sign);
                // Of one event the log says more than the page, which is the same for many.
                let fewer = match (is_logged(other), is_logged(seen)) {
                    (true, false) => true,
                    (false, true) => false,
                    _ => others.len() < own.len(),
                };
                other.product == seen.product
                    && others.len() > 1
                    && fewer
                    && others.iter().any(|id| own.contains(id))
            };
            own.len() > 1
                && (proofs
                    .iter()
                    .any(|(proven, by)| *by == seen.product && proven.weight(seen.sign) >= 0.0)
                    || evidence.first.iter().any(|other| narrower(other)))
        })
        .collect();
    for standing in standings.iter_mut().filter(|one| one.cause.kind == Kind::Mechanism) {
        standing.weights = evidence.weigh(standing.cause, &explained);
        standing.evidence = standing.weights.iter().map(|(_, weight)| weight).sum();
    }
}

/// Gives every mechanism its probability against the others and against "none that we know".
fn weigh_mechanisms(standings: &mut [Standing], evidence: &Evidence<'_>) {
    let seen: Vec<(&str, Timestamp)> = standings
        .iter()
        .filter(|standing| standing.cause.kind == Kind::Mechanism && standing.seen())
        .map(|standing| (standing.cause.id, earliest(standing, evidence)))
        .collect();
    let lifts: Vec<f64> =
        standings.iter().map(|standing| lift(standing.cause, standings)).collect();
    let mut total = 1.0;
    for (standing, lift) in standings.iter_mut().zip(lifts) {
        let supported = standing.weights.iter().any(|(_, weight)| *weight > 0.0) || lift > 0.0;
        if standing.cause.kind != Kind::Mechanism || !supported {
            continue;
        }
        let since = earliest(standing, evidence);
        let follows =
            seen.iter().any(|(other, at)| standing.cause.follows.contains(other) && (*at <= since));
        let penalty = if follows { FOLLOWS_PENALTY } else { 0.0 };
        let score = standing.cause.prior + standing.evidence + lift - penalty;
        standing.as_mechanism = score.exp();
        total += standing.as_mechanism;
    }
    for standing in standings {
        standing.as_mechanism /= total;
    }
}

/// How much the roots that were seen by themselves speak for a mechanism.
fn lift(mechanism: &Cause, standings: &[Standing]) -> f64 {
    standings
        .iter()
        .filter(|root| root.cause.kind == Kind::Root && root.evidence >= LIFTS_FROM)
        .filter_map(|root| Some(root.evidence + root.cause.prior_behind(mechanism.id)? + LIFT_EASE))
        .fold(0.0, f64::max)
}

/// Gives every root its probability and returns that of "not visible from here".
fn weigh_roots(standings: &mut [Standing], evidence: &Evidence<'_>) -> f64 {
    let mechanisms: Vec<(&str, f64)> = standings
        .iter()
        .filter(|standing| standing.as_mechanism > 0.0)
        .map(|standing| (standing.cause.id, standing.as_mechanism))
        .collect();
    let mut not_visible = 0.0;
    for (mechanism, probability) in mechanisms {
        let odds: Vec<f64> = standings
            .iter()
            .map(|root| {
                let evidence = root.evidence_beyond(mechanism, evidence);
                root.cause.prior_behind(mechanism).map_or(0.0, |prior| (prior + evidence).exp())
            })
            .collect();
        let total = 1.0 + odds.iter().sum::<f64>();
        if total > 1.0 {
            not_visible += probability / total;
        }
        for (standing, odds) in standings.iter_mut().zip(odds) {
            standing.as_root += probability * odds / total;
        }
    }
    not_visible
}

/// Returns when the first evidence for a cause was seen: of causes that are equally likely the one
/// that was seen first comes first, whatever the order of the lines.
fn earliest(standing: &Standing, evidence: &Evidence<'_>) -> Timestamp {
    standing
        .weights
        .iter()
        .filter(|(_, weight)| *weight > 0.0)
        .filter_map(|(index, _)| evidence.first.get(*index)?.at)
        .min()
        .unwrap_or(Timestamp(i64::MAX))
}

/// Probabilities that differ by less than a tenth of a per cent count as equal.
fn quantised(probability: f64) -> u64 {
    (probability * 1000.0).round() as u64
}

/// Looks for faults that have nothing to do with the first verdict's: mechanisms that were seen by
/// evidence of which nothing speaks for the first one, and that the first one does not bring about.
fn further(evidence: &Evidence<'_>, scores: &Scores, case: &Case<'_>) -> Vec<Verdict> {
    let Some(first) = scores.best_mechanism().filter(|best| best.seen()) else {
        return Vec::new();
    };
    let explained: Vec<usize> = explained_by(first, &scores.standings);
    let independent = scores.standings.iter().any(|other| {
        other.cause.kind == Kind::Mechanism
            && other.cause.id != first.cause.id
            && !related(other.cause, first.cause)
            && other
                .weights
                .iter()
                .any(|(index, weight)| *weight >= SEEN && !explained.contains(index))
    });
    let passed_over = is_passed_over(first, evidence);
    if !independent && !passed_over {
        return Vec::new();
    }
    let rest = evidence.without(&explained);
    let rest = Evidence::gather(&rest, evidence.maker);
    let scores = Scores::of(&rest);
    let written_by = case.written_by.clone().filter(|_| passed_over);
    let verdict = scores.verdict(&rest, &Case { written_by, ..case.clone() });
    if verdict.state == State::Healthy || verdict.state == State::Unknown && !passed_over {
        return Vec::new();
    }
    vec![renumbered(verdict, evidence, &explained)]
}

/// Tells whether we met a fault of the target's TLS, went on in spite of it, and got an error: the
/// error has a reason of its own, be it none that is visible.
fn is_passed_over(first: &Standing, evidence: &Evidence<'_>) -> bool {
    let errors = [Sign::Status500, Sign::Status502, Sign::Status503, Sign::Status504];
    first.cause.stage == Stage::Tls
        && seen_by_us(first, evidence)
        && errors.into_iter().any(|status| evidence.has(status))
}

/// Tells whether a mechanism is proven by what we met ourselves on the way to the target.
fn seen_by_us(standing: &Standing, evidence: &Evidence<'_>) -> bool {
    let ours = |seen: &&Observation| seen.source == Source::probe_gateway();
    standing.proofs().filter_map(|index| evidence.first.get(index)).any(ours)
}

/// Returns the evidence that speaks for a mechanism, for its roots, or for what it brings about.
fn explained_by(first: &Standing, standings: &[Standing]) -> Vec<usize> {
    let belongs = |other: &Standing| {
        other.cause.id == first.cause.id
            || other.cause.prior_behind(first.cause.id).is_some()
            || related(other.cause, first.cause)
    };
    let mut explained: Vec<usize> = standings
        .iter()
        .filter(|standing| belongs(standing))
        .flat_map(|standing| &standing.weights)
        .filter(|(_, weight)| *weight > 0.0)
        .map(|(index, _)| *index)
        .collect();
    explained.sort_unstable();
    explained.dedup();
    explained
}

fn related(a: &Cause, b: &Cause) -> bool {
    a.follows.contains(&b.id)
        || b.follows.contains(&a.id)
        || a.prior_behind(b.id).is_some()
        || b.prior_behind(a.id).is_some()
}

/// Gives the evidence of a verdict on a part of the case the names that it has in the whole case.
fn renumbered(mut verdict: Verdict, whole: &Evidence<'_>, left_out: &[usize]) -> Verdict {
    let kept: Vec<usize> =
        (0..whole.first.len()).filter(|index| !left_out.contains(index)).collect();
    let rename = |ids: &mut Vec<String>| {
        for id in ids {
            let at = id.trim_start_matches('e').parse::<usize>().ok();
            if let Some(index) = at.and_then(|at| kept.get(at.saturating_sub(1))) {
                *id = format!("e{}", index + 1);
            }
        }
    };
    if let Some(mechanism) = &mut verdict.mechanism {
        rename(&mut mechanism.because);
        rename(&mut mechanism.against);
    }
    for cause in &mut verdict.causes {
        rename(&mut cause.because);
        rename(&mut cause.against);
    }
    verdict
}

fn candidate(standing: &Standing) -> CandidateCause {
    CandidateCause {
        id: standing.cause.id,
        kind: standing.cause.kind.slug(),
        title: standing.cause.title(),
        confidence: standing.confidence(),
        blame: standing.cause.blame,
        because: standing.ids(true),
        against: standing.ids(false),
    }
}

fn describe(standing: &Standing) -> Mechanism {
    Mechanism {
        id: standing.cause.id,
        title: standing.cause.title(),
        confidence: standing.confidence(),
        stage: standing.cause.stage,
        blame: standing.cause.blame,
        proxy_error: standing.cause.proxy_error,
        because: standing.ids(true),
        against: standing.ids(false),
    }
}

fn state(evidence: &Evidence<'_>, found: bool) -> State {
    let by_place = evidence.has(Sign::FailsFromSomePlaces);
    let some_fail = evidence.has(Sign::SomeAddressesFail) || by_place;
    let now_and_then = evidence.has(Sign::FailsSometimes) || evidence.has(Sign::RetrySucceeded);
    match found {
        true if some_fail || evidence.has(Sign::TargetHealthy) => State::Partial,
        true if now_and_then => State::Intermittent,
        true => State::Failing,
        // It fails from somewhere, whatever the reason.
        false if by_place => State::Partial,
        false if evidence.has(Sign::TargetHealthy) || evidence.only(Sign::StatusOk) => {
            State::Healthy
        }
        false => State::Unknown,
    }
}

/// Names the part of the chain that a stage belongs to. Where we are the client that failed, the
/// part is between us and the target, whatever stands behind it.
fn hop(standing: &Standing, evidence: &Evidence<'_>) -> &'static str {
    let of_client = seen_by_us(standing, evidence);
    match standing.cause.stage {
        Stage::Downstream => "client to gateway",
        Stage::Gateway => "gateway",
        Stage::Resolve if of_client => "client to name server",
        Stage::Connect | Stage::Tls | Stage::Request if of_client => "client to target",
        Stage::ResponseHead | Stage::ResponseBody if of_client => "target to client",
        Stage::Resolve => "gateway to name server",
        Stage::Connect | Stage::Tls | Stage::Request => "gateway to upstream",
        Stage::ResponseHead | Stage::ResponseBody => "upstream to gateway",
    }
}

fn summary(
    state: State,
    top: Option<&Standing>,
    mechanism: Option<&Standing>,
    not_visible: f64,
    case: &Case<'_>,
) -> String {
    let writer = case.written_by.as_ref().map(|by| by.product.meaning());
    let Some(top) = top else {
        return match (state, writer) {
            (State::Healthy, _) => "No failure was seen.".to_owned(),
            (_, Some(writer)) => {
                format!(
                    "{writer} wrote this answer; what went wrong behind it is not visible from here."
                )
            }
            (_, None) => "What was seen does not tell what went wrong.".to_owned(),
        };
    };
    let percent = (top.confidence() * 100.0).round();
    let mut text = format!("{} ({percent}% sure.)", top.cause.summary);
    if top.cause.kind == Kind::Root {
        if let Some(mechanism) = mechanism.filter(|one| one.confidence() >= LEAST_KNOWN) {
            text.push_str(" On the wire: ");
            text.push_str(mechanism.cause.summary);
        }
    } else if top.confidence() >= CONFIDENT && not_visible > 0.2 && has_roots(top.cause) {
        text.push_str(" Why is not visible from here; the next step tells more.");
    }
    text
}

fn has_roots(mechanism: &Cause) -> bool {
    catalogue::ALL.iter().any(|cause| cause.prior_behind(mechanism.id).is_some())
}

/// Returns what to do about the best candidate, and about the mechanism where that is another.
fn fixes(
    top: Option<&Standing>,
    mechanism: Option<&Standing>,
    evidence: &Evidence<'_>,
    case: &Case<'_>,
) -> Vec<Fix> {
    let parts = parts_at_hand(evidence, case);
    let mut causes: Vec<&'static Cause> = Vec::new();
    for standing in [top, mechanism.filter(|mechanism| mechanism.as_mechanism >= LEAST_FIXED)] {
        causes.extend(standing.map(|standing| standing.cause));
    }
    causes.dedup_by_key(|cause| cause.id);
    causes.into_iter().flat_map(|cause| fixes_of(cause, &parts)).collect()
}

fn fixes_of(cause: &'static Cause, parts: &[&'static str]) -> Vec<Fix> {
    let page = cause.page();
    let Some(section) = page.section("How to fix it") else {
        return Vec::new();
    };
    let mut fixes = vec![Fix { cause: cause.id, product: None, text: section.body }];
    for part in parts {
        if let Some(text) = section.part(part) {
            fixes.push(Fix { cause: cause.id, product: Some(part), text });
        }
    }
    fixes
}

/// Returns the headings of the pages' parts for the products that the case is about.
fn parts_at_hand(evidence: &Evidence<'_>, case: &Case<'_>) -> Vec<&'static str> {
    let writer = case.written_by.as_ref().map(|by| by.product);
    let mut parts: Vec<&'static str> = Vec::new();
    let products = evidence.first.iter().filter_map(|observation| observation.product);
    for part in products.chain(writer).filter_map(part_of) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

fn part_of(product: Product) -> Option<&'static str> {
    Some(match product {
        Product::Nginx | Product::Openresty | Product::IngressNginx => "nginx",
        Product::Apache => "Apache",
        Product::Haproxy => "HAProxy",
        Product::Envoy => "Envoy",
        Product::Traefik => "Traefik",
        Product::Caddy => "Caddy",
        Product::Varnish => "Varnish",
        Product::PhpFpm | Product::Php | Product::Wordpress => "php-fpm",
        Product::Gunicorn => "gunicorn",
        Product::Uwsgi => "uWSGI",
        Product::Node | Product::NodeProxy => "Node",
        Product::Kubernetes => "Kubernetes",
        Product::Docker => "Docker",
        Product::AwsElb => "AWS",
        Product::Cloudflare | Product::Cloudflared => "Cloudflare",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
