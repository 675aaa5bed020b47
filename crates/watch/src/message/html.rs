//! A message as HTML for mail: the verdict first, inline styles, light and dark, nothing remote.
//!
//! Mail programs drop style sheets in different ways, so that every colour that matters stands in the
//! element. The one sheet holds the dark colours for those that obey `prefers-color-scheme`; the others
//! show the light ones or invert them. The colour is never the only signal: the first words say it too.

use goodgate_evidence::text::html as escape;

use super::Brief;
use super::fix::Step;
use super::words::Severity;

/// Dark colours win over the inline ones, hence `!important`.
const DARK: &str = "@media (prefers-color-scheme:dark){\
    .page{background:#14171a!important;color:#e6e8ea!important}\
    .dim{color:#a7adb3!important}\
    .code{background:#22272b!important;color:#e6e8ea!important}\
    a{color:#8ab8ff!important}}";

/// Writes a message as a document.
pub(super) fn html(title: &str, brief: &Brief) -> String {
    let body = [
        head(brief),
        facts(brief),
        list("Told late", &brief.missed),
        list("Changed shortly before", &brief.changes),
        steps(brief),
        links(brief),
    ]
    .concat();
    document(title, &body)
}

/// Puts a body into a document that is readable in light and dark.
pub(super) fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{}</title><style>{DARK}</style></head>\n\
         <body class=\"page\" style=\"margin:0;padding:16px;background:#ffffff;color:#1c1f22;\
         font:15px/1.5 system-ui,sans-serif\">\n{body}</body></html>\n",
        escape(title)
    )
}

fn head(brief: &Brief) -> String {
    let bar = match brief.severity {
        Severity::Critical => "#c62828",
        Severity::Warning => "#b26a00",
        Severity::Info => "#2e7d32",
    };
    format!(
        "<h1 style=\"margin:0 0 12px;padding:8px 12px;border-left:6px solid {bar};font-size:18px\">\
         {}: {}</h1>\n",
        escape(&brief.mark),
        escape(&brief.verdict)
    )
}

fn facts(brief: &Brief) -> String {
    let row = |(label, value): &(&str, String)| {
        format!(
            "<tr><td class=\"dim\" style=\"padding:2px 16px 2px 0;color:#5a6168;vertical-align:top;\
             white-space:nowrap\">{}</td><td style=\"padding:2px 0\">{}</td></tr>\n",
            escape(label),
            escape(value)
        )
    };
    let rows: String = brief.facts.iter().map(row).collect();
    format!("<table role=\"presentation\" style=\"border-collapse:collapse\">\n{rows}</table>\n")
}

fn heading(text: &str) -> String {
    format!("<h2 style=\"margin:20px 0 6px;font-size:15px\">{}</h2>\n", escape(text))
}

fn list(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let items: Vec<String> =
        lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
    let items = items.join("\n");
    format!("{}<ul style=\"margin:0;padding-left:20px\">\n{items}\n</ul>\n", heading(title))
}

fn steps(brief: &Brief) -> String {
    if brief.steps.is_empty() {
        return String::new();
    }
    let step = |step: &Step| match step {
        Step::Say(text) => format!("<p style=\"margin:4px 0\">{}</p>\n", escape(text)),
        Step::Run(command) => format!(
            "<pre class=\"code\" style=\"margin:4px 0;padding:4px 8px;background:#f1f3f5;\
             color:#1c1f22;font:13px/1.4 monospace;white-space:pre-wrap\">{}</pre>\n",
            escape(command)
        ),
    };
    let steps: String = brief.steps.iter().map(step).collect();
    format!("{}{steps}", heading("What to do"))
}

fn links(brief: &Brief) -> String {
    let link = |(label, url): &(&str, String)| {
        format!(
            "<a href=\"{}\" style=\"color:#0b57d0;margin-right:16px\">{}</a>\n",
            escape(url),
            escape(label)
        )
    };
    let links: String = brief.links.iter().map(link).collect();
    if links.is_empty() { links } else { format!("<p style=\"margin:20px 0 0\">{links}</p>\n") }
}
