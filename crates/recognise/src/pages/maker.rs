//! Weighs the clues: who wrote the page and who only passed it on.

use std::collections::BTreeMap;

use goodgate_evidence::{Product, Sign};

use super::fingerprint::{Fingerprint, Role};
use super::view::{self, View};
use super::{Maker, Mark, Marks};

/// What the `Server` field adds to a product whose words were found.
const SERVED_TOO: f64 = 1.0;
/// What the other fields of a product add when its words were found.
const CARRIED_TOO: f64 = 0.5;
/// What the `Server` field is worth when nothing else is known (odds of 2 to 3).
const SERVED_ONLY: f64 = -0.4;
/// Further words of the same product are hardly independent of the first.
const REPEATED: f64 = 0.5;
/// Never more certain than 0.995: pages are copied and imitated.
const SCORE_MAX: f64 = 5.3;
/// Below this confidence the maker is not named.
const CONFIDENCE_MIN: f64 = 0.3;
/// From this confidence on the role of the maker counts.
const ROLE_CONFIDENCE_MIN: f64 = 0.75;
/// Words that are given as reasons.
const BECAUSE_MAX: usize = 6;

#[derive(Default)]
struct Case {
    best: Option<f64>,
    sum: f64,
    served: bool,
    carried: bool,
    because: Vec<String>,
}

impl Case {
    fn add(&mut self, role: Role, quote: &str) {
        match role {
            Role::Wrote(weight) => {
                self.sum += weight;
                self.best = Some(self.best.map_or(weight, |best| best.max(weight)));
            }
            Role::Served => self.served = true,
            Role::Carried => self.carried = true,
        }
        let quote = view::quotation(quote);
        if !quote.is_empty() && self.because.len() < BECAUSE_MAX && !self.because.contains(&quote) {
            self.because.push(quote);
        }
    }

    fn score(&self) -> Option<f64> {
        let best = self.best?;
        let mut score = best + REPEATED * (self.sum - best);
        if self.served {
            score += SERVED_TOO;
        }
        if self.carried {
            score += CARRIED_TOO;
        }
        Some(score.min(SCORE_MAX))
    }
}

/// Returns who wrote the page and who forwarded it.
pub(super) fn weigh(view: &View<'_>, items: &[&Fingerprint]) -> (Option<Maker>, Vec<Product>) {
    let mut cases: BTreeMap<Product, Case> = BTreeMap::new();
    let mut path = Vec::new();
    for clue in items.iter().flat_map(|item| item.clues) {
        let Some(hit) = clue.when.find(view) else { continue };
        cases.entry(clue.product).or_default().add(clue.role, &hit.quote);
        if !matches!(clue.role, Role::Wrote(_)) && !path.contains(&clue.product) {
            path.push(clue.product);
        }
    }
    let maker = choose(&cases, view.folded.is_empty());
    let writer = maker.as_ref().map(|maker| maker.product);
    path.retain(|product| Some(*product) != writer);
    (maker, path)
}

/// Returns the best case. "Somebody else" always competes, with even odds.
fn choose(cases: &BTreeMap<Product, Case>, no_text: bool) -> Option<Maker> {
    let mut scores: Vec<(Product, f64)> =
        cases.iter().filter_map(|(product, case)| Some((*product, case.score()?))).collect();
    if scores.is_empty() && no_text {
        let served = cases.iter().filter(|(_, case)| case.served);
        scores = served.map(|(product, _)| (*product, SERVED_ONLY)).collect();
    }
    let total: f64 = scores.iter().map(|(_, score)| score.exp()).sum();
    let (product, score) = scores.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let confidence = score.exp() / (1.0 + total);
    let because = cases.get(&product).map(|case| case.because.clone()).unwrap_or_default();
    (confidence >= CONFIDENCE_MIN).then_some(Maker { product, confidence, because })
}

/// Adds what follows from who wrote the page.
pub(super) fn marks(view: &View<'_>, maker: Option<&Maker>, marks: &mut Marks) {
    let Some(maker) = maker else { return };
    let is_error = view.status.is_none_or(|status| status >= 400);
    if !is_error || matches!(maker.product, Product::Browser | Product::Curl) {
        return;
    }
    let words = maker.because.first().map(String::as_str).unwrap_or_default();
    let mark = |sign| Some(Mark::new(sign, words).with("product", maker.product.slug()));
    if maker.confidence >= 0.5 {
        marks.add(mark(Sign::ErrorPage));
    }
    if maker.confidence < ROLE_CONFIDENCE_MIN || marks.has(Sign::UpstreamAnsweredError) {
        return;
    }
    match part(maker.product) {
        Part::Gateway if view.status.is_some_and(is_gateway_status) => {
            marks.add(mark(Sign::GatewayMadeError));
        }
        Part::Application if view.status.is_none_or(|status| status >= 500) => {
            marks.add(mark(Sign::UpstreamAnsweredError));
        }
        Part::Gateway | Part::Application | Part::Visitor => {}
    }
}

/// Statuses with which gateways speak of their upstream; 520 to 530 are Cloudflare's.
fn is_gateway_status(status: u16) -> bool {
    matches!(status, 502..=504 | 520..=530)
}

/// The part that a product plays between visitor and application.
enum Part {
    Gateway,
    Application,
    Visitor,
}

fn part(product: Product) -> Part {
    match product {
        Product::Browser | Product::Curl | Product::CaptivePortal => Part::Visitor,
        Product::PhpFpm
        | Product::Gunicorn
        | Product::Uwsgi
        | Product::Uvicorn
        | Product::Puma
        | Product::Passenger
        | Product::Tomcat
        | Product::Jetty
        | Product::Spring
        | Product::Php
        | Product::Wordpress
        | Product::Node
        | Product::Python
        | Product::Rails
        | Product::Github
        | Product::Twitter => Part::Application,
        _ => Part::Gateway,
    }
}
