//! Error pages: who wrote one, who only forwarded it, and what it says.
//!
//! A page often carries the marks of several products. The one whose *words* it holds made it; the
//! ones that only added header fields forwarded it. The order of trust: words that only one product
//! writes, then the reason phrase, then fields that only the maker of an error adds, and last the
//! `Server` field, which proxies overwrite or pass on.
//!
//! Each family of products has one file with one `Fingerprint`: its clues (who) and its rules
//! (what). Nothing here decides why a gateway failed; that is done by `goodgate-causes`.
//!
//! Matching ignores case, reads HTML source and copied text alike, and looks at the first
//! [`BODY_MAX`] bytes only. Time is linear in the length of the page.

mod bytes;
mod fields;
mod fingerprint;
mod ids;
mod maker;
mod split;
mod status;
mod view;

use goodgate_evidence::{Product, Sign};

use fingerprint::Fingerprint;
use view::View;

/// Bytes of a page that are looked at: error pages are below 50 KB, and a pasted page of an
/// application that is longer says who made it at its top.
pub const BODY_MAX: usize = 256 * 1024;
/// Header fields that are looked at: servers refuse heads of more than about a hundred.
pub const FIELDS_MAX: usize = 256;
/// Bytes of a field's value that are looked at: the usual limit of a whole head.
pub const FIELD_VALUE_MAX: usize = 8 * 1024;
/// Signs that one page may give: far above what any real page carries.
pub const MARKS_MAX: usize = 64;
/// Characters of a quotation: one long sentence.
pub const QUOTE_MAX: usize = 200;

/// Declares the families of products: a file each, listed in the order of their names.
macro_rules! families {
    ($($name:ident,)+) => {
        $(mod $name;)+

        static ITEMS: &[&Fingerprint] = &[$(&$name::ITEM,)+];

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name),)+];
    };
}

families! {
    akamai,
    aliases,
    apache,
    apps,
    ats,
    aws,
    azure,
    browsers,
    caddy,
    cloudflare,
    cloudfront,
    curl,
    envoy,
    fastly,
    fly,
    go_proxy,
    google,
    haproxy,
    heroku,
    iis,
    kong,
    kubernetes,
    lighttpd,
    linkerd,
    netlify,
    nginx,
    ngrok,
    pingora,
    portals,
    railway,
    render,
    squid,
    traefik,
    varnish,
    vercel,
    waf,
}

/// A response or a pasted piece of one; every part may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// The status code.
    pub status: Option<u16>,
    /// The reason phrase of the status line; HTTP/2 and later have none.
    pub reason: Option<&'a str>,
    /// The header fields, in order; an empty list means that they are not known.
    pub fields: &'a [(String, String)],
    /// The body: HTML source, plain text, JSON, or the text as a person copies it.
    pub body: &'a str,
}

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Who wrote the page.
    pub written_by: Option<Maker>,
    /// Who passed it on, in the order of the families.
    pub forwarded_by: Vec<Product>,
    /// The status: of the response, or else the one that the text names.
    pub status: Option<u16>,
    /// What the page shows.
    pub signs: Vec<Mark>,
    /// Identifiers to quote to whoever runs the gateway: name and value.
    pub request_ids: Vec<(String, String)>,
}

impl Reading {
    fn is_empty(&self) -> bool {
        self.written_by.is_none()
            && self.forwarded_by.is_empty()
            && self.status.is_none()
            && self.signs.is_empty()
    }
}

/// Who wrote a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Maker {
    /// The product.
    pub product: Product,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// The very words or fields that say so.
    pub because: Vec<String>,
}

/// One sign that a page carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What was seen.
    pub sign: Sign,
    /// The very words, shortened and with secrets removed.
    pub quote: String,
    /// Particulars: names, codes, durations.
    pub detail: Vec<(&'static str, String)>,
}

impl Mark {
    fn new(sign: Sign, quote: &str) -> Self {
        Self { sign, quote: view::quotation(quote), detail: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        if !value.is_empty() {
            self.detail.push((name, view::quotation(value)));
        }
        self
    }
}

/// Reads a response or what is known of one.
pub fn read(page: &Page<'_>) -> Reading {
    let view = View::new(page);
    let (written_by, forwarded_by) = maker::weigh(&view, ITEMS);
    let mut signs = Marks::default();
    if let Some(status) = view.status {
        signs.add(status::mark(status, view.status_words.as_deref()));
    }
    let product = written_by.as_ref().map(|maker| maker.product);
    for item in ITEMS {
        item.marks(&view, product, &mut signs);
    }
    bytes::marks(&view, &mut signs);
    fields::marks(&view, &mut signs);
    maker::marks(&view, written_by.as_ref(), &mut signs);
    let request_ids = ids::find(&view);
    Reading { written_by, forwarded_by, status: view.status, signs: signs.0, request_ids }
}

/// Reads pasted text that holds a status line, header fields, a page or a message of a browser.
///
/// Returns nothing when the text holds none of these.
pub fn read_text(text: &str) -> Option<Reading> {
    let parts = split::split(text);
    let reading = read(&parts.page());
    (!reading.is_empty()).then_some(reading)
}

/// The signs found so far: each sign once, with the first words that gave it.
#[derive(Default)]
struct Marks(Vec<Mark>);

impl Marks {
    fn add(&mut self, mark: Option<Mark>) {
        let Some(mark) = mark else { return };
        if self.0.len() < MARKS_MAX && !self.has(mark.sign) {
            self.0.push(mark);
        }
    }

    fn has(&self, sign: Sign) -> bool {
        self.0.iter().any(|mark| mark.sign == sign)
    }
}

#[cfg(test)]
mod tests;
