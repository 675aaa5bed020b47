//! SMS by any provider that takes a request over HTTP: a URL and a body with `{to}` and `{text}`.

use std::collections::BTreeMap;
use std::fmt;

use goodgate_config::{Fault, Secret, section};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};

use crate::message::{Message, urlencoded};

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::tally::{Reached, Tally};
use super::twilio::numbers;
use super::values::{FieldName, Value, web};
use super::webhook::{WebhookMethod, field};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, url_of};

section! {
    /// SMS by any provider that takes a request over HTTP. Each number gets a request, in which `{to}` stands
    /// for the number and `{text}` for the message, written as the place asks for.
    pub struct SmsGateway {
        /// Where to: a URL, or where it is if it holds a secret. In its query `{to}` and `{text}` are
        /// encoded.
        pub url: Value;
        /// The method where there is a body; without one it is `GET`.
        pub method: WebhookMethod = WebhookMethod::Post;
        /// The body, such as `{"to": "{to}", "message": "{text}"}`, or where it is if it holds a secret. In a
        /// form the placeholders are encoded, in JSON they are written as the content of a string.
        pub body: Option<Value> = None;
        /// The type of the body: JSON, a form, or text.
        pub content_type: String = "application/json".to_owned();
        /// Further header fields, such as `authorization`.
        pub headers: BTreeMap<FieldName, Value> = BTreeMap::new();
        /// The numbers that get the message, such as `+4915112345678`.
        pub to: Vec<String>;
        /// What the answer has to contain beside a status of success, for providers that answer 200 to
        /// everything.
        pub expect: Option<String> = None;
    }
}

impl Kind for SmsGateway {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults: Vec<_> = numbers(&self.to).map(|fault| ("to", fault)).into_iter().collect();
        if let Value::Plain(url) = &self.url {
            faults.extend(web(&filled(url, "", "", urlencoded)).err().map(|fault| ("url", fault)));
        }
        if HeaderValue::from_str(&self.content_type).is_err() {
            faults.push(("content_type", Fault::new("this is no media type")));
        }
        let plain = |value: &Value| match value {
            Value::Plain(text) => Some(text.clone()),
            Value::From(_) => None,
        };
        let body = self.body.as_ref().map_or_else(|| Some(String::new()), plain);
        if let Some(all) = plain(&self.url).zip(body).map(|(url, body)| url + &body)
            && !(all.contains("{to}") && all.contains("{text}"))
        {
            let fault = Fault::new("neither the URL nor the body holds `{to}` and `{text}`");
            faults.push(("url", fault));
        }
        faults
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let url = parts.value("url", &self.url)?;
        // Only to see that it is one, and to know what to hide.
        let parsed = url_of("url", &Secret::new(&filled(url.reveal(), "0", "x", urlencoded)))?;
        let body = self.body.as_ref().map(|body| parts.value("body", body)).transpose()?;
        let mut hidden = Hidden::default();
        hidden.add_url(&parsed);
        for (_, value) in parsed.query_pairs() {
            // The parameters that do not change may be keys.
            hidden.add_text(&value);
        }
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let value = parts.value("headers", value)?;
            hidden.add(&value);
            headers.push(field(name, value.reveal())?);
        }
        let content_type = HeaderValue::from_str(&self.content_type)
            .map_err(|_| OpenError { key: "content_type", why: "no media type".to_owned() })?;
        let (settings, http) = (self.clone(), parts.http.clone());
        let reached = Reached::default();
        Ok(Box::new(Open { settings, url, body, headers, content_type, http, hidden, reached }))
    }
}

/// Puts number and text into their places.
fn filled(template: &str, to: &str, text: &str, write: fn(&str) -> String) -> String {
    // One pass: a message that contains `{to}` is text.
    let mut out = String::with_capacity(template.len() + text.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(after) = from.strip_prefix("{to}") {
            out.push_str(&write(to));
            rest = after;
        } else if let Some(after) = from.strip_prefix("{text}") {
            out.push_str(&write(text));
            rest = after;
        } else {
            out.push('{');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out + rest
}

/// Writes text as the content of a string of JSON, without its quotes.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

struct Open {
    settings: SmsGateway,
    url: Secret,
    body: Option<Secret>,
    headers: Vec<(HeaderName, HeaderValue)>,
    content_type: HeaderValue,
    http: Http,
    hidden: Hidden,
    reached: Reached,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsGateway({})", self.settings.to.len())
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let mut tally = Tally::new(message, &self.reached);
        for to in &self.settings.to {
            if !tally.knows(to) {
                tally.count(to, self.one(to, message).await);
            }
        }
        tally.finish()
    }

    async fn one(&self, to: &str, message: &Message) -> Result<Option<String>, Failure> {
        let mut request = self.request(to, message.sms())?;
        for (name, value) in &self.headers {
            request = request.header(name.clone(), value.clone());
        }
        let key = format!("{}-{to}", message.key());
        let request = request.secret(HeaderName::from_static("idempotency-key"), &key)?;
        let answer = self.http.accepted(request, &self.hidden).await?.text();
        match &self.settings.expect {
            Some(expected) if !answer.contains(expected.as_str()) => {
                let what = format!("answered without `{expected}`: {answer}");
                Err(Failure::never(&self.hidden.mask(&what)))
            }
            _ => Ok(None),
        }
    }

    fn request(&self, to: &str, text: &str) -> Result<Request, Failure> {
        let url: Url = filled(self.url.reveal(), to, text, urlencoded)
            .parse()
            .map_err(|_| Failure::never("the URL with number and text is none"))?;
        let Some(body) = &self.body else { return Ok(Request::get(url)) };
        let write = match self.settings.content_type.split(';').next().map(str::trim) {
            Some("application/json") => in_json,
            Some("application/x-www-form-urlencoded") => urlencoded,
            _ => str::to_owned,
        };
        let method = match self.settings.method {
            WebhookMethod::Post => Method::POST,
            WebhookMethod::Put => Method::PUT,
        };
        let body = filled(body.reveal(), to, text, write).into_bytes();
        Ok(Request::with_body(method, url, self.content_type.clone(), body))
    }
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            Ok(Proof::OnlyByMessage("what another request would do at this provider is not known"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_text_are_written_as_their_place_asks() {
        let text = "a \"b\" & {to}\n";

        assert_eq!(
            filled("?to={to}&text={text}&x={y}", "+1", text, urlencoded),
            "?to=%2B1&text=a%20%22b%22%20%26%20%7Bto%7D%0A&x={y}"
        );
        assert_eq!(
            filled("{\"to\": \"{to}\", \"m\": \"{text}\"}", "+1", text, in_json),
            "{\"to\": \"+1\", \"m\": \"a \\\"b\\\" & {to}\\n\"}"
        );
    }
}
