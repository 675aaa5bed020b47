//! A request to a server of the operator's own: the alert as JSON, or what a template writes, signed.
//!
//! `X-Goodgate-Signature: t=SECONDS,v1=HEX` holds the time of the attempt and the HMAC-SHA256 of
//! `SECONDS.BODY` with the shared secret, so that a receiver can tell who sent it and that it is not an old
//! one sent again. `Idempotency-Key` is the same in every attempt for one alert.

use std::collections::BTreeMap;

use goodgate_config::{Fault, SecretSource, section, words};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use ring::hmac;

use crate::message::Message;
use crate::message::link::hex;

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::values::{FieldName, Value};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, url_of};

words! {
    /// The method of a webhook.
    pub enum WebhookMethod {
        /// POST.
        Post = "POST",
        /// PUT.
        Put = "PUT",
    }
}

section! {
    /// A request to a server of your own, with the alert as JSON (`goodgate.alert/1`) or with what the
    /// template `body` writes.
    pub struct Webhook {
        /// Where to: a URL, or where it is if it is a secret.
        pub url: Value;
        /// The method.
        pub method: WebhookMethod = WebhookMethod::Post;
        /// The secret with which each request is signed: `X-Goodgate-Signature: t=SECONDS,v1=HEX`, the
        /// HMAC-SHA256 of `SECONDS.BODY`.
        pub secret: Option<SecretSource> = None;
        /// The type of the body. With a type of JSON the template has to write JSON.
        pub content_type: String = "application/json".to_owned();
        /// Further header fields.
        pub headers: BTreeMap<FieldName, Value> = BTreeMap::new();
    }
}

impl Kind for Webhook {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if let Value::Plain(url) = &self.url
            && let Err(fault) = super::values::web(url)
        {
            faults.push(("url", fault));
        }
        if HeaderValue::from_str(&self.content_type).is_err() {
            faults.push(("content_type", Fault::new("this is no media type")));
        }
        faults
    }

    fn has_json_body(&self) -> bool {
        let media_type = self.content_type.split(';').next().unwrap_or_default().trim();
        media_type == "application/json" || media_type.ends_with("+json")
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let url = parts.value("url", &self.url)?;
        let url = url_of("url", &url)?;
        let secret =
            self.secret.as_ref().map(|source| parts.secret("secret", source)).transpose()?;
        let mut hidden = Hidden::default();
        hidden.add_url(&url);
        if let Some(secret) = &secret {
            hidden.add(secret);
        }
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let value = parts.value("headers", value)?;
            hidden.add(&value);
            headers.push(field(name, value.reveal())?);
        }
        let content_type = HeaderValue::from_str(&self.content_type)
            .map_err(|_| OpenError { key: "content_type", why: "no media type".to_owned() })?;
        let method = match self.method {
            WebhookMethod::Post => Method::POST,
            WebhookMethod::Put => Method::PUT,
        };
        let key =
            secret.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes()));
        let http = parts.http.clone();
        Ok(Box::new(Open { http, hidden, url, method, content_type, headers, key }))
    }
}

/// Makes a header field whose value is not printed.
pub(super) fn field(name: &FieldName, value: &str) -> Result<(HeaderName, HeaderValue), OpenError> {
    let wrong = |why: &str| OpenError { key: "headers", why: format!("{}: {why}", name.as_str()) };
    let header = HeaderName::from_bytes(name.as_str().as_bytes());
    let mut value =
        HeaderValue::from_str(value).map_err(|_| wrong("no value of a header field"))?;
    value.set_sensitive(true);
    Ok((header.map_err(|_| wrong("no name of a header field"))?, value))
}

struct Open {
    http: Http,
    hidden: Hidden,
    url: Url,
    method: Method,
    content_type: HeaderValue,
    headers: Vec<(HeaderName, HeaderValue)>,
    key: Option<hmac::Key>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({})", self.url.host_str().unwrap_or_default())
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let body = message.custom_body().map_or_else(|| message.json().to_string(), str::to_owned);
        let now = jiff::Timestamp::now().as_second();
        let signature = self.key.as_ref().map(|key| signature(key, now, &body));
        let method = self.method.clone();
        let mut request = Request::with_body(
            method,
            self.url.clone(),
            self.content_type.clone(),
            body.into_bytes(),
        )
        .secret(HeaderName::from_static("idempotency-key"), &message.key().to_string())?;
        if let Some(signature) = signature {
            request =
                request.secret(HeaderName::from_static("x-goodgate-signature"), &signature)?;
        }
        for (name, value) in &self.headers {
            request = request.header(name.clone(), value.clone());
        }
        self.http.accepted(request, &self.hidden).await?;
        Ok(Receipt::default())
    }
}

/// Signs a body at a time in seconds since 1970.
fn signature(key: &hmac::Key, now: i64, body: &str) -> String {
    let tag = hmac::sign(key, format!("{now}.{body}").as_bytes());
    format!("t={now},v1={}", hex(tag.as_ref()))
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            Ok(Proof::OnlyByMessage("what another request would do to this server is not known"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_hmac_of_time_and_body() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac s3cret
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"s3cret");

        assert_eq!(
            signature(&key, 1_700_000_000, "{}"),
            "t=1700000000,v1=97926816e98fbb41ccb1673225ff29a2f35369099990e1b1561651e7bd097ebf"
        );
    }
}
