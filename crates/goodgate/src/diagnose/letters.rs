//! Who must act, and ready texts to send: to the host, the CDN, the network, the keeper of the DNS
//! zone, the developer, and to visitors.
//!
//! A text is complete in itself: what fails, since when it was measured, what each hop answered,
//! what that means, and what is asked for.

use goodgate_causes::{Mechanism, State, Verdict};
use goodgate_evidence::text::{neutralise, redact};
use goodgate_evidence::{Blame, Product, Sign, Stage};
use goodgate_examine::{Hop, Link, words};

use super::Diagnosis;
use crate::cli::Addressee;

/// Characters of a subject: more is cut by many mail programs.
const SUBJECT_MAX: usize = 100;

/// A text for one reader. Everything in it is harmless and masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// Whom it is for.
    pub(super) to: Recipient,
    /// One line.
    pub(super) subject: String,
    /// The text, in paragraphs.
    pub(super) text: String,
}

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// Whoever runs the gateway and the servers.
    Host,
    /// The CDN.
    Cdn,
    /// Whoever runs the network or the firewall.
    Network,
    /// Whoever maintains the DNS zone.
    Dns,
    /// Whoever writes the application.
    Developer,
    /// Those who see the error.
    Visitors,
}

impl Recipient {
    /// Returns whom the command line names; none where that depends on the verdict.
    pub(super) const fn named(addressee: Addressee) -> Option<Self> {
        match addressee {
            Addressee::Actor => None,
            Addressee::Host => Some(Self::Host),
            Addressee::Cdn => Some(Self::Cdn),
            Addressee::Network => Some(Self::Network),
            Addressee::Dns => Some(Self::Dns),
            Addressee::Developer => Some(Self::Developer),
            Addressee::Visitors => Some(Self::Visitors),
        }
    }

    /// Returns the word for JSON and the command line.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Cdn => "cdn",
            Self::Network => "network",
            Self::Dns => "dns",
            Self::Developer => "developer",
            Self::Visitors => "visitors",
        }
    }

    /// Returns who that is, for a heading.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Host => "The host: whoever runs the gateway and the servers",
            Self::Cdn => "The CDN",
            Self::Network => "Whoever runs the network or the firewall",
            Self::Dns => "Whoever maintains the DNS zone",
            Self::Developer => "The developer of the application",
            Self::Visitors => "Visitors",
        }
    }
}

/// Returns whom the verdict asks to act; none where nothing fails.
pub(super) fn must_act(diagnosis: &Diagnosis) -> Option<Recipient> {
    let verdict = &diagnosis.assessment.verdict;
    if verdict.state == State::Healthy {
        return None;
    }
    let host = if behind_an_edge(diagnosis) { Recipient::Cdn } else { Recipient::Host };
    let Some(mechanism) = known(verdict) else { return Some(host) };
    let blame = verdict.top().map_or(mechanism.blame, |top| top.blame);
    Some(match blame {
        Blame::Client => Recipient::Visitors,
        _ if mechanism.stage == Stage::Resolve => Recipient::Dns,
        Blame::Network => Recipient::Network,
        Blame::Gateway => host,
        Blame::Origin | Blame::Dependency if is_of_code(verdict) => Recipient::Developer,
        Blame::Origin | Blame::Dependency => Recipient::Host,
    })
}

/// Returns the mechanism, where it is more than a guess.
fn known(verdict: &Verdict) -> Option<&Mechanism> {
    verdict.mechanism.as_ref().filter(|_| verdict.state != State::Unknown)
}

fn is_of_code(verdict: &Verdict) -> bool {
    verdict.contact.contains("develop") || verdict.contact.contains("plugin")
}

/// Returns the texts that the case calls for; the one for who must act comes first.
pub(super) fn letters(diagnosis: &Diagnosis) -> Vec<Letter> {
    let Some(first) = must_act(diagnosis) else { return Vec::new() };
    let mut to = vec![first, Recipient::Host];
    if behind_an_edge(diagnosis) {
        to.push(Recipient::Cdn);
    }
    to.extend([Recipient::Developer, Recipient::Visitors]);
    let mut letters: Vec<Letter> = Vec::new();
    for to in to {
        if letters.iter().all(|letter| letter.to != to) {
            letters.push(letter(diagnosis, to));
        }
    }
    letters
}

/// Returns the text for one reader.
pub(super) fn letter(diagnosis: &Diagnosis, to: Recipient) -> Letter {
    let text = match to {
        Recipient::Visitors => visitors(diagnosis),
        _ => report(diagnosis, to),
    };
    let harmless = |text: &str| {
        let shown = if diagnosis.show_query { text.to_owned() } else { redact(text) };
        neutralise(&shown)
    };
    let subject = harmless(&subject(diagnosis, to)).replace('\n', " ");
    let subject = goodgate_evidence::text::shorten(&subject, SUBJECT_MAX);
    Letter { to, subject, text: harmless(&text) }
}

fn subject(diagnosis: &Diagnosis, to: Recipient) -> String {
    let verdict = &diagnosis.assessment.verdict;
    if to == Recipient::Visitors {
        return "The site does not work at the moment".to_owned();
    }
    let broken = diagnosis.chain.iter().find_map(|link| link.broken.as_ref());
    let what = match (verdict.state, broken) {
        (State::Healthy, _) => "works".to_owned(),
        (_, Some((_, words))) => format!("fails: {words}"),
        (_, None) => "fails".to_owned(),
    };
    format!("{} {what}", diagnosis.url)
}

fn report(diagnosis: &Diagnosis, to: Recipient) -> String {
    let verdict = &diagnosis.assessment.verdict;
    let through = if to == Recipient::Cdn { " through your edge" } else { "" };
    let fails = if verdict.state == State::Healthy { "work" } else { "fail" };
    let mut text = format!("Requests to {}{through} {fails}. {}", diagnosis.url, window(diagnosis));
    paragraph(&mut text, &results(diagnosis));
    paragraph(&mut text, &how_often(diagnosis));
    paragraph(&mut text, &meaning(diagnosis, to));
    paragraph(&mut text, &ids(diagnosis));
    paragraph(&mut text, &ask(diagnosis, to));
    text
}

/// Says what it means; a developer gets the words of the trade and the next step.
fn meaning(diagnosis: &Diagnosis, to: Recipient) -> String {
    let verdict = &diagnosis.assessment.verdict;
    let mut text = verdict.summary.clone();
    if to == Recipient::Developer {
        if let Some(mechanism) = known(verdict) {
            let (id, stage, title) = (mechanism.id, mechanism.stage, mechanism.title);
            paragraph(&mut text, &format!("Mechanism: {id} (stage {stage}), {title}."));
        }
        if let Some(step) = verdict.next.first() {
            paragraph(&mut text, &format!("Next: {}\n{}", step.what, step.command));
        }
    }
    if let Some(words) = diagnosis.surroundings.elsewhere() {
        paragraph(&mut text, &words);
    }
    text
}

fn ask(diagnosis: &Diagnosis, to: Recipient) -> String {
    let stage = known(&diagnosis.assessment.verdict).map(|mechanism| mechanism.stage);
    match to {
        Recipient::Cdn => "Please tell me which address your edge connected to, at which stage it \
                           failed, and what the origin answered, if anything."
            .to_owned(),
        Recipient::Network => {
            "Please check whether a firewall, a security group or an access list \
                               drops or rejects these connections, and whether the route between \
                               the two sides works, in both directions."
                .to_owned()
        }
        Recipient::Dns => {
            let name = diagnosis.name.as_str();
            format!(
                "Please check the records of {name} (A and AAAA), the delegation and DNSSEC of its \
                 zone, and the name servers that answered as above."
            )
        }
        Recipient::Developer => "Please look at what the application did at that time.".to_owned(),
        Recipient::Host if stage == Some(Stage::Connect) => {
            "Please look whether the application runs and listens on the address and port above, \
             and tell me what its log and its supervisor say about that time."
                .to_owned()
        }
        Recipient::Host if stage == Some(Stage::Tls) => {
            "Please look at the certificates and TLS settings of the server named above.".to_owned()
        }
        Recipient::Host => "Please look into the gateway's error log and the application's log at \
                            that time and tell me what they say."
            .to_owned(),
        Recipient::Visitors => String::new(),
    }
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

/// Says for each hop what it answered, one line each.
fn results(diagnosis: &Diagnosis) -> String {
    let lines: Vec<String> = diagnosis.chain.iter().filter_map(result).collect();
    lines.join("\n")
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

fn how_often(diagnosis: &Diagnosis) -> String {
    let tries = [Sign::FailsAlways, Sign::FailsSometimes];
    let seen = &diagnosis.assessment.evidence;
    let found = seen.iter().find(|seen| tries.contains(&seen.kind) && !seen.quote.is_empty());
    found.map(|seen| format!("{}.", seen.quote)).unwrap_or_default()
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
