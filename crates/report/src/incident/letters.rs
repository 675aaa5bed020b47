//! Ready texts to send: to the host, the CDN, the developer, and to customers.
//!
//! A text is complete in itself and says nothing that was not measured: what fails, since when, what was
//! seen, what it means, what is not known, and what is asked for.

use super::gather::window_words;
use super::read::{moment, stage};
use super::{Letter, Report};

/// Lines of a list within a text: more is read by nobody in a mail.
const LISTED: usize = 5;

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// Whoever runs the gateway and the servers.
    Host,
    /// The CDN.
    Cdn,
    /// Whoever writes the application.
    Developer,
    /// Those who use the service.
    Customers,
}

impl Addressee {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Host, Self::Cdn, Self::Developer, Self::Customers];

    /// Returns the word for JSON, addresses and the command line.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Cdn => "cdn",
            Self::Developer => "developer",
            Self::Customers => "customers",
        }
    }

    /// Returns the one of a word; none where it is no such word.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }

    /// Returns who that is, for a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Host => "The host: whoever runs the gateway and the servers",
            Self::Cdn => "The CDN",
            Self::Developer => "The developer of the application",
            Self::Customers => "Customers",
        }
    }
}

/// Returns a text for each.
pub(super) fn all(report: &Report) -> Vec<Letter> {
    Addressee::ALL.map(|to| letter(report, to)).to_vec()
}

fn letter(report: &Report, to: Addressee) -> Letter {
    let text = match to {
        Addressee::Customers => customers(report),
        _ => technical(report, to),
    };
    let (to, title) = (to.slug().to_owned(), to.title().to_owned());
    Letter { subject: subject(report, &to), to, title, text }
}

fn subject(report: &Report, to: &str) -> String {
    let over = report.is_over();
    if to == Addressee::Customers.slug() {
        let words = if over { "Our service was disturbed" } else { "Our service is disturbed" };
        return words.to_owned();
    }
    let what = report.targets.iter().find_map(|it| it.target.clone());
    let what = what.unwrap_or_else(|| format!("Incident {}", report.incident.id));
    let fails = if over { "failed" } else { "fails" };
    match &report.incident.cause {
        Some(cause) => format!("{what} {fails}: {cause}"),
        None => format!("{what} {fails}, cause unknown"),
    }
}

fn technical(report: &Report, to: Addressee) -> String {
    let mut text = opening(report, to);
    let mut add = |more: String| {
        if !more.is_empty() {
            text.push_str("\n\n");
            text.push_str(&more);
        }
    };
    add(window_words(&report.window));
    add(listed("What was asked for:", report.targets.iter().filter_map(|it| it.target.clone())));
    add(listed(
        "Where it fails:",
        report.instances.iter().map(|it| format!("{}: {}", it.name, it.seen.join(", "))),
    ));
    add(listed("What was seen:", report.evidence.iter().map(|it| it.quote.clone())));
    add(meaning(report, to));
    add(listed(
        "Ids of requests that failed:",
        report.request_ids.iter().map(|it| format!("{}: {}", it.name, it.id)),
    ));
    if to == Addressee::Developer {
        let changes = report.changes.iter().flatten();
        let changes = changes.map(|it| format!("{}: {} {}", moment(&it.at), it.kind, it.text));
        add(listed("What was changed in the day before and since:", changes));
    }
    add(listed(
        "What was done already:",
        report.steps_taken.iter().map(|it| format!("{}: {}", moment(&it.at), it.text)),
    ));
    add(listed("What is not known:", report.not_known.iter().cloned()));
    add(ask(report, to));
    text
}

fn opening(report: &Report, to: Addressee) -> String {
    let fail = if report.is_over() { "failed" } else { "fail" };
    let through = if to == Addressee::Cdn { " through your edge" } else { "" };
    let checks = match report.targets.len() {
        1 => "Checks of one monitor".to_owned(),
        count => format!("Checks of {count} monitors"),
    };
    format!("{checks}{through} {fail}: {}", sentence(&report.incident.summary))
}

fn meaning(report: &Report, to: Addressee) -> String {
    let about = &report.incident;
    let mut text = match (&about.title, about.confidence) {
        (Some(title), Some(sure)) => {
            format!("What it means: {} ({:.0} % sure.)", sentence(title), sure * 100.0)
        }
        (Some(title), None) => format!("What it means: {}", sentence(title)),
        (None, _) => "What it means is not known.".to_owned(),
    };
    if let (Some(at), true) = (&about.stage, to != Addressee::Cdn) {
        text.extend([" It breaks at this stage: ", &stage(at), "."]);
    }
    text
}

fn ask(report: &Report, to: Addressee) -> String {
    let at_connect = report.incident.stage.as_deref() == Some("connect");
    match to {
        Addressee::Host if at_connect => {
            "Please look whether the application runs and listens on the address and port above, \
             and tell me what its log and its supervisor say about that time."
        }
        Addressee::Host if report.incident.stage.as_deref() == Some("tls") => {
            "Please look at the certificates and TLS settings of the servers named above."
        }
        Addressee::Host => {
            "Please look into the gateway's error log and the application's log at that time and \
             tell me what they say."
        }
        Addressee::Cdn => {
            "If these requests go through your edge, please tell me which address it connected to, \
             at which stage it failed, and what the origin answered, if anything."
        }
        Addressee::Developer => {
            "Please look at what the application did at that time, and at the changes above, if any."
        }
        Addressee::Customers => "",
    }
    .to_owned()
}

/// What is known, and nothing more: no cause of another party, no promise.
fn customers(report: &Report) -> String {
    let from = report.window.from.as_deref().map(moment);
    let from = from.unwrap_or_else(|| "a moment that we do not know exactly".to_owned());
    let Some(until) = &report.window.until else {
        let next = report.next_update.at.as_deref().map(moment);
        let next = next.map(|at| format!("\n\nNext update: {at}.")).unwrap_or_default();
        return format!(
            "Since {from} some requests to our service may fail. The failure is on our side or \
             that of our providers; there is nothing that you need to change.\n\nWe know about it. \
             When it will be over is not known yet. If you sent a form and saw an error, please \
             check whether it arrived before you send it again.{next}"
        );
    };
    format!(
        "From {from} to {} some requests to our service may have failed. Our checks succeed again \
         since then. The failure was on our side or that of our providers; there was nothing that \
         you needed to change.\n\nIf you sent a form in that time and saw an error, please check \
         whether it arrived before you send it again.",
        moment(until)
    )
}

fn listed(heading: &str, all: impl Iterator<Item = String>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut more = 0;
    for item in all {
        // A line of a list is one line, and the same is not said twice.
        let line = format!("- {}", item.split_whitespace().collect::<Vec<_>>().join(" "));
        if lines.contains(&line) {
            continue;
        }
        if lines.len() < LISTED { lines.push(line) } else { more += 1 }
    }
    if lines.is_empty() {
        return String::new();
    }
    if more > 0 {
        lines.push(format!("- and {more} more, which the report has"));
    }
    format!("{heading}\n{}", lines.join("\n"))
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "what was seen is not known.".to_owned();
    }
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
