//! Ready texts to send: to the host, the CDN, the developer, and to visitors.

use goodgate_causes::State;
use goodgate_evidence::{Blame, Product};
use goodgate_examine::{Hop, Link, words};

use super::super::Diagnosis;

/// A text for one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// Whom it is for.
    pub(super) to: &'static str,
    /// The text, in paragraphs.
    pub(super) text: String,
}

/// Returns the texts that the case calls for.
pub(super) fn letters(diagnosis: &Diagnosis) -> Vec<Letter> {
    if diagnosis.assessment.verdict.state == State::Healthy {
        return Vec::new();
    }
    let mut letters = vec![Letter { to: "The host", text: host(diagnosis) }];
    if behind_an_edge(diagnosis) {
        letters.push(Letter { to: "The CDN", text: cdn(diagnosis) });
    }
    letters.push(Letter { to: "The developer", text: developer(diagnosis) });
    letters.push(Letter { to: "Visitors", text: visitors(diagnosis) });
    letters
}

fn host(diagnosis: &Diagnosis) -> String {
    let mut text = format!("Requests to {} fail. {}", diagnosis.url, window(diagnosis));
    paragraph(&mut text, &results(diagnosis));
    paragraph(&mut text, &diagnosis.assessment.verdict.summary);
    paragraph(&mut text, &ids(diagnosis));
    paragraph(
        &mut text,
        "Please look into the gateway's error log and the application's log at that time and tell \
         me what they say.",
    );
    text
}

fn cdn(diagnosis: &Diagnosis) -> String {
    let mut text =
        format!("Requests to {} through your edge fail. {}", diagnosis.url, window(diagnosis));
    paragraph(&mut text, &results(diagnosis));
    paragraph(&mut text, &ids(diagnosis));
    paragraph(
        &mut text,
        "Please tell me which address your edge connected to, at which stage it failed, and what \
         the origin answered, if anything.",
    );
    text
}

fn developer(diagnosis: &Diagnosis) -> String {
    let verdict = &diagnosis.assessment.verdict;
    let mut text = format!("{} {}", verdict.summary, window(diagnosis));
    paragraph(&mut text, &results(diagnosis));
    if let Some(mechanism) = &verdict.mechanism {
        let line = format!(
            "Mechanism: {} (stage {}), {}.",
            mechanism.id, mechanism.stage, mechanism.title
        );
        paragraph(&mut text, &line);
    }
    if let Some(step) = verdict.next.first() {
        paragraph(&mut text, &format!("Next: {} {}", step.what, step.command));
    }
    text
}

fn visitors(diagnosis: &Diagnosis) -> String {
    let verdict = &diagnosis.assessment.verdict;
    let blame = verdict.mechanism.as_ref().map(|mechanism| mechanism.blame);
    if blame == Some(Blame::Client) {
        return "Something between your device and the site stops the request. Another network or \
                another browser may work."
            .to_owned();
    }
    "The site does not work at the moment. This is not caused by your device or your connection, \
     and there is nothing that you need to change. The operators know about it. Please try again \
     later; do not send a form again that you already sent."
        .to_owned()
}

fn paragraph(text: &mut String, more: &str) {
    if !more.is_empty() {
        text.push_str("\n\n");
        text.push_str(more);
    }
}

fn window(diagnosis: &Diagnosis) -> String {
    let session = &diagnosis.session;
    let from = match diagnosis.source {
        Some(source) => format!(" from {source}"),
        None => String::new(),
    };
    format!("This was measured{from} from {} to {} (UTC).", session.began, session.ended)
}

/// Says for each hop what it answered.
fn results(diagnosis: &Diagnosis) -> String {
    let lines: Vec<String> = diagnosis.chain.iter().filter_map(result).collect();
    lines.join(" ")
}

fn result(link: &Link) -> Option<String> {
    let who = match link.hop {
        Hop::Gateway => format!("{} gives", link.name),
        Hop::Origin => format!("The origin {}, asked directly, gives", link.name),
    };
    if let Some((stage, words)) = &link.broken {
        return Some(format!("{who}: {words} (stage {stage})."));
    }
    let asked = link.primary()?.asked.as_ref().ok()?;
    Some(format!("{who}: {}.", words::exchange(asked.exchange.as_ref()?)))
}

fn ids(diagnosis: &Diagnosis) -> String {
    let ids = &diagnosis.session.request_ids;
    if ids.is_empty() {
        return String::new();
    }
    let listed: Vec<String> = ids.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("Ids of the request: {}.", listed.join(", "))
}

fn behind_an_edge(diagnosis: &Diagnosis) -> bool {
    let edge = |product: Product| {
        matches!(
            product,
            Product::Cloudflare
                | Product::Cloudfront
                | Product::Fastly
                | Product::Akamai
                | Product::AzureFrontDoor
                | Product::Imperva
                | Product::Sucuri
                | Product::GcpLb
                | Product::GoogleFrontEnd
        )
    };
    let writer = diagnosis.assessment.verdict.written_by.as_ref();
    writer.is_some_and(|by| edge(by.product))
        || diagnosis.session.forwarded_by.iter().any(|product| edge(*product))
}
