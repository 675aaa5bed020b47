//! The operator's own texts: templates without files, with bounded work, memory and output.
//!
//! The language is a part of Jinja (the crate `minijinja`): `{{ … }}`, `if`, `for` and a few filters over
//! the fields of `goodgate.alert/1`. A name that does not exist is an error, found when the configuration
//! is read, since a typing mistake must not be an empty message at night.

mod allowed;
mod source;

use std::io;

use goodgate_config::section;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use super::{escape, gsm, limits};

pub use source::Template;

section! {
    /// Texts of your own for one channel, in a small part of the language Jinja: `{{ title }}`,
    /// `{% if verdict %}{{ verdict.summary }}{% endif %}`, `{% for name in monitors %}…{% endfor %}` and the
    /// filters `default`, `join`, `length`, `lower`, `truncate`, `upper` and `urlencode`. The fields are those
    /// of `goodgate.alert/1`, the JSON of a webhook. A template that fails is replaced by the built-in text,
    /// which then says so.
    pub struct Templates {
        /// The subject of a mail, the title elsewhere.
        pub subject: Option<Template> = None;
        /// The plain text of a mail; the text of chat messages and pushes, in which markup is shown and
        /// not obeyed.
        pub text: Option<Template> = None;
        /// The HTML of a mail. What stands between braces is escaped.
        pub html: Option<Template> = None;
        /// The text of an SMS. It is cut after `segments`.
        pub sms: Option<Template> = None;
        /// The body of a webhook, by default the whole alert as JSON. Where its content type is JSON, what
        /// stands between braces is written as JSON, quotes included: `{"text": {{ title }}}`.
        pub body: Option<Template> = None;
    }
}

/// What a template writes for, and so how its fields are made harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One line.
    Line,
    /// Text; control characters become visible.
    Text,
    /// HTML; fields are escaped.
    Html,
    /// JSON; fields are written as JSON, and the whole has to be JSON.
    Json,
}

/// Why a template gave no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is too long to be one.
    #[error("it has more than {} bytes", limits::TEMPLATE)]
    TooLong,
    /// It contains what could fill the memory.
    #[error("{0}")]
    Forbidden(String),
    /// The engine does not understand it, or a field does not exist.
    #[error("{0}")]
    Failed(String),
    /// It has carried out too much.
    #[error("it does too much")]
    OutOfFuel,
    /// It has written too much.
    #[error("it writes more than {} bytes", limits::OUTPUT)]
    TooMuch,
    /// It has written nothing.
    #[error("it writes nothing")]
    Empty,
    /// What it wrote is no JSON.
    #[error("it writes no JSON: {0}")]
    NoJson(String),
}

/// Carries out a template over the fields of an alert.
///
/// # Errors
///
/// When it is no template, does or writes too much, asks for what does not exist, or writes nothing.
pub fn render(source: &str, format: Format, fields: &Value) -> Result<String, TemplateError> {
    if source.len() > limits::TEMPLATE {
        return Err(TemplateError::TooLong);
    }
    allowed::check(source).map_err(TemplateError::Forbidden)?;
    let environment = environment(format);
    let template = environment.template_from_str(source).map_err(|error| told(&error))?;
    let mut out = Bounded::default();
    let done = template.render_captured_to(minijinja::value::Serde(fields), &mut out).map(drop);
    if out.is_over {
        return Err(TemplateError::TooMuch);
    }
    done.map_err(|error| told(&error))?;
    finished(&String::from_utf8_lossy(&out.bytes), format)
}

fn environment(format: Format) -> Environment<'static> {
    // An empty environment has no loader, no file and no function.
    let mut environment = Environment::empty();
    environment.set_fuel(Some(limits::FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| match format {
        Format::Html => AutoEscape::Html,
        Format::Json => AutoEscape::Json,
        Format::Line | Format::Text => AutoEscape::None,
    });
    environment.add_filter("default", |value: minijinja::Value, other: minijinja::Value| {
        if value.is_undefined() || value.is_none() { other } else { value }
    });
    environment.add_filter("join", join);
    environment.add_filter("length", |value: minijinja::Value| value.len());
    environment.add_filter("lower", |text: String| bounded(&text.to_lowercase()));
    environment.add_filter("upper", |text: String| bounded(&text.to_uppercase()));
    environment.add_filter("truncate", |text: String, most: usize| {
        goodgate_evidence::text::shorten(&text, most.max(1))
    });
    environment.add_filter("urlencode", |text: String| bounded(&super::urlencoded(&text)));
    environment
}

// The engine gives arguments by value.
#[allow(clippy::needless_pass_by_value)]
fn join(items: Vec<minijinja::Value>, between: Option<String>) -> String {
    let between = between.unwrap_or_default();
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        if out.len() > limits::OUTPUT {
            break;
        }
        if at > 0 {
            out.push_str(&between);
        }
        out.push_str(item.as_str().unwrap_or_default());
    }
    bounded(&out)
}

/// Cuts a text to what may be written at all, so that no filter makes more of it.
fn bounded(text: &str) -> String {
    text.get(..text.floor_char_boundary(limits::OUTPUT)).unwrap_or(text).to_owned()
}

fn told(error: &minijinja::Error) -> TemplateError {
    if error.kind() == ErrorKind::OutOfFuel {
        return TemplateError::OutOfFuel;
    }
    let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    TemplateError::Failed(format!("{line}{}{detail}", error.kind()))
}

/// Makes the result harmless for its format.
fn finished(text: &str, format: Format) -> Result<String, TemplateError> {
    let text = match format {
        Format::Line => escape::plain(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Format::Text | Format::Html => escape::plain(text),
        Format::Json => text.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(TemplateError::Empty);
    }
    if format == Format::Json {
        let read = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        read.map_err(|error| TemplateError::NoJson(error.to_string()))?;
    }
    Ok(text)
}

/// Memory for what a template writes, up to its bound.
#[derive(Debug, Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_over: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > limits::OUTPUT {
            self.is_over = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what is wrong with the templates of a channel: each with its key. `body` is JSON where
/// `json_body` says so.
pub fn faults(templates: &Templates, json_body: bool) -> Vec<(&'static str, TemplateError)> {
    let body = if json_body { Format::Json } else { Format::Text };
    let all = [
        ("subject", &templates.subject, Format::Line),
        ("text", &templates.text, Format::Text),
        ("html", &templates.html, Format::Html),
        ("sms", &templates.sms, Format::Text),
        ("body", &templates.body, body),
    ];
    let samples = super::samples();
    let first_fault = |source: &str, format| {
        samples.iter().find_map(|fields| match render(source, format, fields) {
            // A text may well have nothing to say about a sample.
            Ok(_) | Err(TemplateError::Empty) => None,
            Err(error) => Some(error),
        })
    };
    let faults = all.into_iter().filter_map(|(key, template, format)| {
        let source = template.as_ref()?.source();
        first_fault(source, format).map(|error| (key, error))
    });
    faults.collect()
}

/// Cuts the text of an SMS to so many segments.
pub(super) fn as_sms(text: &str, segments: usize) -> String {
    gsm::fitted(&gsm::folded(text.trim()), segments.clamp(1, limits::SEGMENTS))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> Value {
        json!({ "title": "<b>\"down\"\u{1b}[31m", "monitors": ["a", "b"], "verdict": null, "n": 3 })
    }

    #[test]
    fn fields_are_made_harmless_for_the_format() {
        for (source, format, expected) in [
            ("{{ title }}\nx", Format::Line, "<b>\"down\"\\u{1b}[31m x"),
            ("{{ title }}", Format::Html, "&lt;b&gt;&quot;down&quot;\\u{1b}[31m"),
            (
                "{\"t\": {{ n }}, \"m\": {{ monitors }}}",
                Format::Json,
                "{\"t\": 3, \"m\": [\"a\",\"b\"]}",
            ),
        ] {
            assert_eq!(render(source, format, &fields()), Ok(expected.to_owned()), "{source}");
        }
        let text = render("{\"t\": {{ title }}}", Format::Json, &fields()).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["t"], fields()["title"]);
    }

    #[test]
    fn filters_do_what_their_names_say() {
        for (source, expected) in [
            ("{{ monitors|join(\", \") }}", "a, b"),
            ("{{ monitors|length }}", "2"),
            ("{{ \"Abc\"|upper }}{{ \"Abc\"|lower }}", "ABCabc"),
            ("{{ \"abcdef\"|truncate(3) }}", "ab…"),
            ("{{ verdict|default(\"none\") }}", "none"),
            ("{{ \"a b&c\"|urlencode }}", "a%20b%26c"),
        ] {
            assert_eq!(
                render(source, Format::Text, &fields()),
                Ok(expected.to_owned()),
                "{source}"
            );
        }
    }

    #[test]
    fn a_name_that_does_not_exist_is_an_error() {
        let error = render("{{ tilte }}", Format::Text, &fields()).unwrap_err();

        assert!(matches!(error, TemplateError::Failed(_)), "{error}");
    }

    #[test]
    fn work_and_output_are_bounded() {
        let many: Vec<u32> = (0..2000).collect();
        let fields = json!({ "many": many, "long": "x".repeat(1000) });
        let nested = "{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}.";

        assert_eq!(render(nested, Format::Text, &fields), Err(TemplateError::OutOfFuel));
        assert_eq!(
            render("{% for a in many %}{{ long }}{% endfor %}", Format::Text, &fields),
            Err(TemplateError::TooMuch)
        );
        assert_eq!(
            render(&" ".repeat(limits::TEMPLATE + 1), Format::Text, &fields),
            Err(TemplateError::TooLong)
        );
    }

    #[test]
    fn there_is_no_file_and_no_function() {
        for source in ["{{ range(3) }}", "{{ namespace() }}", "{% include \"/etc/passwd\" %}"] {
            assert!(render(source, Format::Text, &fields()).is_err(), "{source}");
        }
    }

    #[test]
    fn faults_are_found_before_anything_happens() {
        let templates = Templates {
            subject: Some("{{ tilte }}".into()),
            text: Some("{{ title }} {% if verdict %}{{ verdict.summary }}{% endif %}".into()),
            html: Some("{{ verdict.summary }}".into()),
            body: Some("{\"a\": \"{{ title }}\"}".into()),
            ..Templates::default()
        };

        let keys: Vec<&str> = faults(&templates, true).into_iter().map(|(key, _)| key).collect();

        // `html` asks for the verdict of an alert that has none.
        assert_eq!(keys, ["subject", "html", "body"]);
    }
}
