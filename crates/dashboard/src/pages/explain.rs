//! An error that somebody pastes, or a code: what it means, what it can be, and what to do.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, Response, StatusCode};
use goodgate_causes::markdown::blocks;
use goodgate_causes::{catalogue, guides};
use serde::Deserialize;
use serde_json::Value;

use super::check::{answer, asker};
use super::form::{Came, Sender};
use super::login::From;
use super::verdict::{self, Verdict};
use super::{Frame, page};
use crate::checks::{Refused, explain as explained};
use crate::drawn::Joint;
use crate::limits::{ITEMS_IN_A_ROW, PASTE};
use crate::model::Explained;
use crate::running::App;
use crate::session::Viewer;
use crate::words::{counted, lines, text};

/// Who reads it: the topic of their guide, and who that is.
const READERS: [(&str, &str); 5] = [
    ("", "Not said"),
    ("visitor", "I see the error in a browser"),
    ("owner", "The site is mine, and I have no shell"),
    ("operator", "I run the gateway and the servers"),
    ("developer", "I write the application"),
];

#[derive(Template)]
#[template(path = "explain.html")]
struct Page {
    frame: Frame,
    says: String,
    hint: String,
    /// What was pasted, as it was.
    pasted: String,
    readers: &'static [(&'static str, &'static str)],
    reader: &'static str,
    most: usize,
    /// The guide of the reader: a text of ours, as HTML.
    guide: String,
    explained: Option<Shown>,
}

/// What a text comes to.
struct Shown {
    verdict: Verdict,
    topic: Option<Topic>,
    read: Vec<String>,
    is_guide_first: bool,
}

/// What is known of a code, a status or a cause.
struct Topic {
    title: String,
    /// A guide, which is a text of ours, as HTML.
    html: String,
    entries: Vec<Entry>,
}

struct Entry {
    title: String,
    says: String,
    facts: Vec<(&'static str, String)>,
    causes: Vec<&'static str>,
}

/// What was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    key: String,
    text: String,
    reader: String,
}

/// `GET /explain`.
pub(crate) async fn form(
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response<Body> {
    page(StatusCode::OK, &headers, &of(&viewer, &Filled::default(), Ok(None)))
}

/// `POST /explain`.
pub(crate) async fn explain(
    State(app): State<Arc<App>>,
    Extension(viewer): Extension<Viewer>,
    Extension(From(from)): Extension<From>,
    headers: HeaderMap,
    came: Came<Filled>,
) -> Response<Body> {
    let sender = Sender { headers: &headers, viewer: &viewer, path: "/explain" };
    let mut filled = match sender.anybody(came, |it| &it.key) {
        Ok(filled) => filled,
        Err(page) => return *page,
    };
    // Browsers send lines with both of their ends.
    filled.text = filled.text.replace("\r\n", "\n");
    match explained(&app, &asker(&viewer, from), filled.text.clone()).await {
        Ok(document) => answer(&headers, &of(&viewer, &filled, Ok(Some(document))), None),
        Err(refused) => answer(&headers, &of(&viewer, &filled, Err(&refused)), Some(&refused)),
    }
}

fn of(viewer: &Viewer, filled: &Filled, came: Result<Option<Value>, &Refused>) -> Page {
    let (document, refused) = match came {
        Ok(document) => (document, None),
        Err(refused) => (None, Some(refused)),
    };
    let (says, hint) = refused.map(Refused::words).unwrap_or_default();
    let reader = READERS.into_iter().map(|(word, _)| word).find(|word| *word == filled.reader);
    let reader = reader.unwrap_or_default();
    let guide = guides::find(reader).map(|guide| blocks(guide.text)).unwrap_or_default();
    // A text that is too long is not sent back.
    let pasted = if filled.text.len() <= PASTE { filled.text.clone() } else { String::new() };
    Page {
        frame: Frame::still("Paste an error", "/explain", viewer),
        says: text(&says),
        hint: text(&hint),
        pasted,
        readers: &READERS,
        reader,
        most: PASTE >> 10,
        guide,
        explained: document.map(|document| shown(document, reader == "visitor")),
    }
}

fn shown(document: Value, is_guide_first: bool) -> Shown {
    let topic = topic(&document);
    let explained: Explained = serde_json::from_value(document).unwrap_or_default();
    let of_read = |read: &crate::model::Read| {
        let kind = |it: &crate::model::Kind| match it.lines {
            0 | 1 => text(&it.kind),
            more => format!("{} \u{d7}{more}", text(&it.kind)),
        };
        let kinds: Vec<String> = read.found.iter().take(ITEMS_IN_A_ROW).map(kind).collect();
        let kinds = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
        let silent = usize::try_from(read.silent_lines).unwrap_or_default();
        let rest = match silent {
            0 => String::new(),
            silent => format!("; nothing known in {}", counted(silent, "line")),
        };
        let read = counted(usize::try_from(read.lines).unwrap_or_default(), "line");
        format!("Read: {read}; recognised: {kinds}{rest}.")
    };
    let mut read: Vec<String> = explained.read.iter().take(1).map(of_read).collect();
    if topic.is_none() && explained.evidence.is_empty() {
        read.push(
            "Nothing in it is known as a sign of a failing gateway. Paste the error line and the access \
             line of one failed request, the source of the error page, or its head (curl -sv URL)."
                .to_owned(),
        );
    }
    Shown { verdict: verdict::of(&explained), topic, read, is_guide_first }
}

fn topic(document: &Value) -> Option<Topic> {
    let said = |key: &str| -> String {
        document.get(key).and_then(Value::as_str).map(lines).unwrap_or_default()
    };
    let plain = |title: String, entry: Entry| {
        Some(Topic { title, html: String::new(), entries: vec![entry] })
    };
    match document.get("about")?.as_str()? {
        "status" => {
            let code = document.get("code").and_then(Value::as_u64).unwrap_or_default();
            let retry = format!("{} {}", said("retry"), said("retry_note"));
            let facts = [
                ("Defined by", said("registration")),
                ("Sent by", said("sender")),
                ("Retry", retry.trim().to_owned()),
                ("Crawlers", said("crawler")),
                ("Notes", said("notes")),
            ];
            plain(
                format!("{code:03} {}", said("name")),
                entry(document, "", said("meaning"), facts),
            )
        }
        "sub_code" => plain(said("code"), entry(document, "", said("meaning"), [])),
        "cause" => {
            let id = said("id");
            let entry =
                Entry { causes: known(&id).collect(), ..entry(document, "", said("summary"), []) };
            plain(id, entry)
        }
        "guide" => {
            let guide = guides::find(document.get("topic")?.as_str()?)?;
            let title = guide.about.to_owned();
            Some(Topic { title, html: blocks(guide.text), entries: Vec::new() })
        }
        "codes" => {
            let codes = document.get("codes")?.as_array()?.iter().take(ITEMS_IN_A_ROW);
            Some(Topic {
                title: said("asked"),
                html: String::new(),
                entries: codes.map(code).collect(),
            })
        }
        _ => None,
    }
}

fn code(code: &Value) -> Entry {
    let said = |key: &str| code.get(key).and_then(Value::as_str).map(text).unwrap_or_default();
    let status = code.get("status").and_then(Value::as_u64).map(|it| it.to_string());
    let title = format!("{}: {} {}", said("family").replace('_', " "), said("code"), said("title"));
    let facts = [
        ("Status", status.unwrap_or_default()),
        ("Proxy-Status", said("proxy_error")),
        ("Source", said("reference")),
    ];
    let meaning = code.get("meaning").and_then(Value::as_str).map(lines).unwrap_or_default();
    entry(code, &title, meaning, facts)
}

fn entry<const N: usize>(
    value: &Value,
    title: &str,
    says: String,
    facts: [(&'static str, String); N],
) -> Entry {
    let causes = value.get("causes").and_then(Value::as_array).into_iter().flatten();
    Entry {
        title: title.to_owned(),
        says,
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        causes: causes.filter_map(Value::as_str).flat_map(known).take(ITEMS_IN_A_ROW).collect(),
    }
}

/// Returns the id of a cause that there is a page for.
fn known(id: &str) -> impl Iterator<Item = &'static str> + use<> {
    catalogue::find(id).map(|cause| cause.id).into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EVIL: &str = "</textarea><script>alert(1)</script>{{7*7}}{% raw %}\u{202e}";

    fn html(filled: &Filled, document: Value) -> String {
        of(&Viewer::guest(), filled, Ok(Some(document))).render().expect("html")
    }

    #[test]
    fn nothing_that_was_pasted_becomes_a_part_of_the_page() {
        let filled = Filled { text: EVIL.to_owned(), reader: EVIL.to_owned(), ..Filled::default() };
        for about in ["text", "status", "sub_code", "cause", "guide", "codes", EVIL] {
            let document = json!({
                "about": about, "asked": EVIL, "code": EVIL, "name": EVIL, "meaning": EVIL, "id": EVIL,
                "topic": EVIL, "summary": EVIL, "sender": EVIL, "causes": [EVIL, "connect_refused"],
                "codes": [{"family": EVIL, "code": EVIL, "title": EVIL, "meaning": EVIL, "causes": [EVIL]}],
                "read": [{"lines": 3, "silent_lines": 2, "found": [{"kind": EVIL, "lines": 2}]}],
                "verdict": {"summary": EVIL, "state": EVIL},
            });

            let html = html(&filled, document);

            assert!(
                !html.contains("<script>alert") && html.matches("</textarea>").count() == 1,
                "{html}"
            );
            assert!(html.contains("{{7*7}}"), "{html}");
        }
    }

    #[test]
    fn a_reader_gets_their_guide() {
        for (word, name) in READERS.into_iter().skip(1) {
            let filled = Filled { reader: word.to_owned(), ..Filled::default() };
            let html = html(&filled, json!({"about": "text"}));

            assert!(html.contains("aria-label=\"For you\""), "{word}");
            assert!(html.contains(&format!("<option value=\"{word}\" selected>{name}")), "{word}");
        }
    }

    #[test]
    fn a_code_leads_to_its_causes() {
        let document = json!({
            "about": "status", "code": 502, "name": "Bad Gateway", "meaning": "It got no valid answer.",
            "causes": ["connect_refused", "no_such_cause"], "sender": "a gateway"
        });

        let html = html(&Filled::default(), document);

        assert!(html.contains("<h2 id=\"topic\">502 Bad Gateway</h2>"), "{html}");
        assert!(html.contains("<a href=\"/causes/connect_refused\">"), "{html}");
        assert!(!html.contains("no_such_cause"), "{html}");
    }
}
