//! How a family of products is described: clues that tell who, rules that tell what.

use goodgate_evidence::{Product, Sign};

use super::view::{self, View};
use super::{Mark, Marks};

/// The words leave hardly a doubt about who wrote them (0.99).
pub(super) const CERTAIN: f64 = 4.6;
/// The words belong to one product, and could be imitated (0.95).
pub(super) const STRONG: f64 = 3.0;
/// Other products write the same, rarely (0.8).
pub(super) const LIKELY: f64 = 1.4;
/// Other products write the same as well (0.6).
pub(super) const WEAK: f64 = 0.4;

/// What one family of products puts into its answers.
pub(super) struct Fingerprint {
    /// Who wrote or forwarded the page.
    pub(super) clues: &'static [Clue],
    /// What the page says.
    pub(super) rules: &'static [Rule],
    /// What a table cannot say.
    pub(super) more: Option<fn(&View<'_>, &mut Marks)>,
}

/// One thing that points to a product.
pub(super) struct Clue {
    pub(super) product: Product,
    pub(super) role: Role,
    pub(super) when: When,
}

/// What a clue says about its product.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// It wrote the page; the weight is the logarithm of the odds.
    Wrote(f64),
    /// It calls itself the server: it wrote the page or passed it on.
    Served,
    /// The page went through it.
    Carried,
}

/// The product wrote the page.
pub(super) const fn wrote(product: Product, weight: f64, when: When) -> Clue {
    Clue { product, role: Role::Wrote(weight), when }
}

/// The product calls itself the server.
pub(super) const fn served(product: Product, when: When) -> Clue {
    Clue { product, role: Role::Served, when }
}

/// The page went through the product.
pub(super) const fn carried(product: Product, when: When) -> Clue {
    Clue { product, role: Role::Carried, when }
}

/// What some words or a field mean.
pub(super) struct Rule {
    when: When,
    signs: &'static [Sign],
    by: &'static [Product],
    takes: Option<&'static str>,
    detail: &'static [(&'static str, &'static str)],
}

/// The signs hold whenever the words are there.
pub(super) const fn rule(when: When, signs: &'static [Sign]) -> Rule {
    Rule { when, signs, by: &[], takes: None, detail: &[] }
}

impl Rule {
    /// The rule holds only for a page that one of these products wrote.
    pub(super) const fn by(mut self, products: &'static [Product]) -> Self {
        self.by = products;
        self
    }

    /// The word that follows is kept under this name.
    pub(super) const fn taking(mut self, name: &'static str) -> Self {
        self.takes = Some(name);
        self
    }

    /// Adds fixed particulars.
    pub(super) const fn noting(mut self, detail: &'static [(&'static str, &'static str)]) -> Self {
        self.detail = detail;
        self
    }

    /// Returns the test of the rule.
    pub(super) fn test(&self) -> &When {
        &self.when
    }

    fn marks(&self, view: &View<'_>, writer: Option<Product>, marks: &mut Marks) {
        if !self.by.is_empty() && !writer.is_some_and(|writer| self.by.contains(&writer)) {
            return;
        }
        let Some(hit) = self.when.find(view) else { return };
        for sign in self.signs {
            let mut mark = Mark::new(*sign, &hit.quote);
            for (name, value) in self.detail {
                mark = mark.with(name, value);
            }
            if let Some(name) = self.takes {
                mark = mark.with(name, &hit.next);
            }
            marks.add(Some(mark));
        }
    }
}

impl Fingerprint {
    /// Adds the signs of the page.
    pub(super) fn marks(&self, view: &View<'_>, writer: Option<Product>, marks: &mut Marks) {
        for rule in self.rules {
            rule.marks(view, writer, marks);
        }
        if let Some(more) = self.more {
            more(view, marks);
        }
    }
}

/// A test of a page. All words are in lower case, with single spaces, `'` and `-` for their
/// typographic forms.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// One of the tests holds.
    Any(&'static [When]),
    /// All of the tests hold; the first one that quotes something is quoted.
    All(&'static [When]),
    /// The test does not hold.
    Not(&'static When),
    /// The field is there and its value holds these words.
    Has(&'static str, &'static str),
    /// The field is there and its value starts with these words.
    Starts(&'static str, &'static str),
    /// The field is there and has this value.
    Is(&'static str, &'static str),
    /// A whole head is known and the field is not in it.
    Absent(&'static str),
    /// The status, given or named in the text.
    Status(u16),
    /// The reason phrase.
    Reason(&'static str),
    /// Words of the text as a reader sees it.
    Text(&'static str),
    /// The whole text as a reader sees it.
    Whole(&'static str),
    /// A piece of the HTML source.
    Source(&'static str),
    /// The head is known and the body is empty.
    Empty,
    /// The page that nginx and its relatives draw, with this name below the line.
    NginxPage(&'static str),
}

/// Where a test held.
pub(super) struct Hit {
    /// The words that were found; empty for a test of something that is not there.
    pub(super) quote: String,
    /// The word that follows them.
    pub(super) next: String,
}

impl Hit {
    fn of(quote: impl Into<String>) -> Self {
        Self { quote: quote.into(), next: String::new() }
    }
}

impl When {
    /// Returns the words for which the test holds.
    pub(super) fn find(&self, view: &View<'_>) -> Option<Hit> {
        match *self {
            Self::Any(tests) => tests.iter().find_map(|test| test.find(view)),
            Self::All(tests) => all(tests, view),
            Self::Not(test) => test.find(view).is_none().then(|| Hit::of("")),
            Self::Has(name, part) => field(view, name, |value| value.contains(part)),
            Self::Starts(name, start) => field(view, name, |value| value.starts_with(start)),
            Self::Is(name, whole) => field(view, name, |value| value == whole),
            Self::Absent(name) => {
                (view.whole_head && view.field(name).is_none()).then(|| Hit::of(""))
            }
            Self::Status(status) => {
                (view.status == Some(status)).then(|| Hit::of(format!("status {status}")))
            }
            Self::Reason(words) => (view.reason == words).then(|| Hit::of(words)),
            Self::Text(words) => text(view, words),
            Self::Whole(words) => (view.folded.trim_end_matches('.')
                == words.trim_end_matches('.'))
            .then(|| Hit::of(view.visible.as_str())),
            Self::Source(words) => view.source.contains(words).then(|| Hit::of(words)),
            Self::Empty => (view.has_fields() && view.folded.is_empty()).then(|| Hit::of("")),
            Self::NginxPage(name) => nginx_page(view, name),
        }
    }
}

fn all(tests: &[When], view: &View<'_>) -> Option<Hit> {
    let mut first: Option<Hit> = None;
    for test in tests {
        let hit = test.find(view)?;
        if first.as_ref().is_none_or(|first| first.quote.is_empty()) {
            first = Some(hit);
        }
    }
    first
}

fn field(view: &View<'_>, name: &str, holds: impl Fn(&str) -> bool) -> Option<Hit> {
    let field = view.all_fields(name).find(|field| holds(&field.folded))?;
    Some(Hit::of(format!("{}: {}", field.name, field.value)))
}

fn text(view: &View<'_>, words: &str) -> Option<Hit> {
    let start = view.folded.find(words)?;
    let end = start + words.len();
    Some(Hit { quote: view.quote(start, end), next: view.word_at(end) })
}

/// The headings of nginx's own pages; the name of the server follows below a line.
const NGINX_HEADINGS: &[&str] = &[
    "bad gateway",
    "gateway time-out",
    "service temporarily unavailable",
    "internal server error",
    "not found",
    "forbidden",
    "bad request",
    "unauthorized",
    "authorization required",
    "not allowed",
    "request entity too large",
    "request-uri too large",
    "too many requests",
    "request header or cookie too large",
    "the plain http request was sent to https port",
    "no required ssl certificate was sent",
    "the ssl certificate error",
];

fn nginx_page(view: &View<'_>, name: &str) -> Option<Hit> {
    if view.source.contains("<center>") {
        let below = view.source.split("<hr><center>").nth(1)?;
        return named(below, name).then(|| Hit::of(format!("<hr><center>{name}")));
    }
    NGINX_HEADINGS.iter().find_map(|heading| {
        view::places(&view.folded, heading).find_map(|start| {
            let end = start + heading.len();
            let rest = view.folded.get(end..)?;
            let below = rest.trim_start_matches([' ', '-', '|', '*', '_', '`', '>']);
            (below.len() < rest.len() && named(below, name))
                .then(|| Hit::of(view.quote(start, end + rest.len() - below.len() + name.len())))
        })
    })
}

fn named(text: &str, name: &str) -> bool {
    let Some(rest) = text.strip_prefix(name) else { return false };
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
}
