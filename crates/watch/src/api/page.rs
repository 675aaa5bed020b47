//! The one page of the API: small, whole in itself, for a phone at night. It loads nothing and runs
//! nothing.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use goodgate_door::typed;
use goodgate_evidence::text::{html, neutralise, shorten};
use ring::digest::{SHA256, digest};

/// Characters of one text on the page.
const TEXT: usize = 600;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;--dim:#57606a;--line:#d0d7de;--act:#0b5cad;--on-act:#fff}\
@media(prefers-color-scheme:dark){:root{--ground:#14181d;--text:#e6edf3;--dim:#9aa5b1;--line:#343b44;--act:#4a9eea;--on-act:#08121d}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--ground);color:var(--text);font:17px/1.5 system-ui,sans-serif}\
main{max-width:34rem;margin:0 auto;padding:1.5rem 1.1rem}\
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .8rem;overflow-wrap:anywhere}\
dl{margin:1.2rem 0;border-top:1px solid var(--line)}\
dt{color:var(--dim);font-size:.85rem;margin-top:.7rem}\
dd{margin:0;overflow-wrap:anywhere}\
label{display:block;color:var(--dim);font-size:.85rem}\
input{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.4rem;padding:.6rem;margin:.2rem 0 1rem}\
button{width:100%;font:inherit;font-weight:600;color:var(--on-act);background:var(--act);border:0;border-radius:.4rem;padding:.9rem}";

/// What the page may do: look as it does, and send its form to where it came from.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its heading.
    pub(super) title: String,
    /// What it says.
    pub(super) lead: String,
    /// What else is known, each with its label.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What can be done.
    pub(super) button: Option<Button>,
}

/// A button, with a field for who presses it.
#[derive(Debug)]
pub(super) struct Button {
    /// What it says.
    pub(super) label: &'static str,
    /// The name of the field.
    pub(super) name: &'static str,
    /// How many characters that takes.
    pub(super) most: usize,
}

/// Answers with a page.
pub(super) fn page(status: StatusCode, page: &Page) -> Response<Body> {
    let mut response = typed(status, "text/html; charset=utf-8", write(page));
    let headers = response.headers_mut();
    let strictest = HeaderValue::from_static("default-src 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone().unwrap_or(strictest));
    // The address of the page is what allows to act. Browsers say `Origin: null` of its form then, which is
    // not looked at: the signature in the address is.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn write(page: &Page) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1>\n<p>{lead}</p>\n",
        title = shown(&page.title),
        lead = shown(&page.lead),
    );
    if !page.facts.is_empty() {
        out.push_str("<dl>");
        for (label, fact) in &page.facts {
            // Writing into a string cannot fail.
            write!(out, "<dt>{}</dt><dd>{}</dd>", html(label), shown(fact)).ok();
        }
        out.push_str("</dl>\n");
    }
    if let Some(Button { label, name, most }) = &page.button {
        // Without an action the form goes to the address of the page, which holds the signature.
        writeln!(
            out,
            "<form method=\"post\"><label for=\"{name}\">Your name, for the others (may stay empty)\
             </label><input id=\"{name}\" name=\"{name}\" maxlength=\"{most}\" autocomplete=\"name\">\
             <button>{}</button></form>",
            html(label)
        )
        .ok();
    }
    out.push_str("</main></body></html>\n");
    out
}

fn shown(text: &str) -> String {
    html(&neutralise(&shorten(text, TEXT)))
}
