//! What is said: from an alert to a subject, plain text, HTML, an SMS and JSON.
//!
//! [`Alert`] is what there is to say, [`Brief`] what is said of it in every format, [`Message`] the texts
//! themselves. Text from outside is bounded and masked once, on the way into the brief, and escaped for
//! each format where that is written. The module decides and does nothing: no clock, no socket.

mod alert;
mod brief;
pub mod escape;
mod fix;
pub mod gsm;
mod html;
mod json;
mod limits;
pub mod link;
mod plain;
mod report;
mod sms;
pub mod template;
mod words;

use std::fmt::Write as _;

use goodgate_incident::{AlertKey, AlertKind};
use serde_json::Value;

pub use alert::{Alert, Change, Links, Missed};
pub use brief::Brief;
pub use fix::{Step, first_steps};
pub use json::SCHEMA;
pub use template::Templates;
pub use words::Severity;

use template::{Format, Template, TemplateError, render};

/// An alert in every format that a channel may want.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    alert: Alert,
    brief: Brief,
    subject: String,
    plain: String,
    html: String,
    sms: String,
    json: Value,
    custom_text: Option<String>,
    custom_body: Option<String>,
}

impl Message {
    /// Writes an alert, with the operator's templates where there are any. `json_body` says whether the
    /// template `body` writes JSON; `segments` how long an SMS may be, from 1 to 10.
    ///
    /// A template that fails is replaced by the built-in text, and the message says which and why.
    pub fn new(alert: Alert, templates: &Templates, json_body: bool, segments: usize) -> Self {
        let mut brief = Brief::of(&alert);
        let mut json = json::json(&alert, &brief);
        let body_format = if json_body { Format::Json } else { Format::Text };
        let mut failed = Vec::new();
        let mut custom = |key: &str, template: &Option<Template>, format| {
            let source = template.as_ref()?.source();
            render(source, format, &json).map_err(|error| failed.push(failure(key, &error))).ok()
        };
        let subject = custom("subject", &templates.subject, Format::Line);
        let custom_text = custom("text", &templates.text, Format::Text);
        let html = custom("html", &templates.html, Format::Html);
        let sms = custom("sms", &templates.sms, Format::Text);
        let custom_body = custom("body", &templates.body, body_format);
        if !failed.is_empty() {
            brief.facts.push(("Template", failed.join(" ")));
            json["template_errors"] = failed.into();
        }
        let title = brief.title(limits::SUBJECT);
        let page = alert.report.as_ref().and_then(|report| report.page.clone());
        Self {
            subject: subject_line(&subject.unwrap_or_else(|| title.clone())),
            plain: custom_text.clone().unwrap_or_else(|| plain::plain(&brief)),
            html: html.or(page).unwrap_or_else(|| html::html(&title, &brief)),
            sms: sms.map_or_else(|| sms::sms(&brief), |text| template::as_sms(&text, segments)),
            alert,
            brief,
            json,
            custom_text,
            custom_body,
        }
    }

    /// Returns the alert that it is about.
    pub fn alert(&self) -> &Alert {
        &self.alert
    }

    /// Returns what makes it the same one when it is sent twice.
    pub fn key(&self) -> AlertKey {
        self.alert.key
    }

    /// Returns why somebody is told.
    pub fn kind(&self) -> AlertKind {
        self.alert.key.kind
    }

    /// Returns its content without a format, for channels that write their own.
    pub fn brief(&self) -> &Brief {
        &self.brief
    }

    /// Returns the subject: one line of at most 120 characters.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the plain text.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Returns the HTML document.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Returns the text of an SMS.
    pub fn sms(&self) -> &str {
        &self.sms
    }

    /// Returns the alert as JSON, `goodgate.alert/1`.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Returns the operator's own text, unescaped, where there is one.
    pub fn custom_text(&self) -> Option<&str> {
        self.custom_text.as_deref()
    }

    /// Returns the operator's own body of a webhook, where there is one.
    pub fn custom_body(&self) -> Option<&str> {
        self.custom_body.as_deref()
    }

    /// Returns a name of the incident that stays the same in all of its alerts and differs between two
    /// watches, and between two stores of one watch: `goodgate-7-1795402937000000`.
    pub fn thread(&self) -> String {
        format!("goodgate-{}-{}", self.alert.key.incident, self.alert.since.0)
    }
}

fn failure(key: &str, error: &TemplateError) -> String {
    let error = brief::line(&error.to_string(), limits::SENTENCE);
    format!("The template `{key}` failed, and this is the built-in text: {error}.")
}

fn subject_line(text: &str) -> String {
    goodgate_evidence::text::shorten(text, limits::SUBJECT)
}

/// Makes one bounded line of text from outside, masked and without control characters.
pub(crate) fn sentence(text: &str, most: usize) -> String {
    brief::line(text, most)
}

/// Writes text for a query or a form: all but unreserved characters as `%XX` (RFC 3986 section 2.3).
pub(crate) fn urlencoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            write!(out, "%{byte:02X}").ok();
        }
    }
    out
}

/// Returns the fields of a full alert and of one that knows nothing yet, to try templates on.
fn samples() -> [Value; 2] {
    let samples = [sample::full(), sample::bare()];
    samples.map(|alert| json::json(&alert, &Brief::of(&alert)))
}

pub mod sample;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
