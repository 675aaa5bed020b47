//! SMS by Twilio: one request for each recipient (Programmable Messaging, the resource `Messages`).

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use goodgate_config::{Fault, Secret, section};
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

use crate::message::{Message, urlencoded};

use super::hidden::Hidden;
use super::http::{Http, Request};
use super::tally::{Reached, Tally};
use super::values::{Base, SecretAt};
use super::{Channel, Failure, Kind, OpenError, Parts, Pending, Proof, Receipt, limits};

section! {
    /// SMS by Twilio.
    pub struct Twilio {
        /// The account, `AC…`.
        pub account: String;
        /// The API key, `SK…`, whose secret `token` is; without it `token` is that of the account.
        pub api_key: Option<String> = None;
        /// Where the token is.
        pub token: SecretAt;
        /// The sender: a number such as `+15005550006`, a name, or a messaging service, `MG…`.
        pub from: String;
        /// The numbers that get the message, such as `+4915112345678`.
        pub to: Vec<String>;
        /// The address of the API; for other regions `https://api.REGION.twilio.com`.
        pub api: Base = Base::known("https://api.twilio.com");
    }
}

impl Kind for Twilio {
    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if !is_id(&self.account, "AC") {
            faults.push((
                "account",
                Fault::new("this is no account: `AC` and 32 letters and digits"),
            ));
        }
        if self.api_key.as_deref().is_some_and(|key| !is_id(key, "SK")) {
            faults.push((
                "api_key",
                Fault::new("this is no API key: `SK` and 32 letters and digits"),
            ));
        }
        faults.extend(numbers(&self.to).map(|fault| ("to", fault)));
        faults
    }

    fn open(&self, parts: &Parts<'_>) -> Result<Box<dyn Channel>, OpenError> {
        let token = parts.secret("token", &self.token.0)?;
        let user = self.api_key.as_deref().unwrap_or(&self.account);
        let credentials = basic(user, &token);
        let mut hidden = Hidden::default();
        hidden.add(&token);
        hidden.add_text(credentials.reveal());
        let (settings, http) = (self.clone(), parts.http.clone());
        Ok(Box::new(Open { settings, credentials, http, hidden, reached: Reached::default() }))
    }
}

fn is_id(text: &str, start: &str) -> bool {
    let rest = text.strip_prefix(start);
    rest.is_some_and(|rest| {
        rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Says what is wrong with a list of telephone numbers (E.164: `+` and at most 15 digits).
pub(super) fn numbers(numbers: &[String]) -> Option<Fault> {
    let is_number = |text: &String| {
        let digits = text.strip_prefix('+');
        digits.is_some_and(|digits| {
            (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if numbers.is_empty() {
        return Some(Fault::new("there is nobody to send to"));
    }
    if numbers.len() > limits::RECIPIENTS {
        return Some(Fault::new(format!("more than {} numbers", limits::RECIPIENTS)));
    }
    let wrong = numbers.iter().find(|number| !is_number(number))?;
    Some(
        Fault::new(format!("`{wrong}` is no number"))
            .hint("write \"+\", the country and the number"),
    )
}

/// Writes the credentials of basic authentication (RFC 7617).
fn basic(user: &str, password: &Secret) -> Secret {
    Secret::new(&BASE64_STANDARD.encode(format!("{user}:{}", password.reveal())))
}

struct Open {
    settings: Twilio,
    credentials: Secret,
    http: Http,
    hidden: Hidden,
    reached: Reached,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Twilio({})", self.settings.account)
    }
}

impl Open {
    async fn tell(&self, message: &Message) -> Result<Receipt, Failure> {
        let mut tally = Tally::new(message, &self.reached);
        for to in &self.settings.to {
            if !tally.knows(to) {
                tally.count(to, self.one(to, message.sms()).await);
            }
        }
        tally.finish()
    }

    async fn one(&self, to: &str, text: &str) -> Result<Option<String>, Failure> {
        let from = self.settings.from.as_str();
        let sender = if is_id(from, "MG") { "MessagingServiceSid" } else { "From" };
        let fields = [("To", to), (sender, from), ("Body", text)];
        let request = self.authorized(Request::form(self.url("Messages.json"), &fields))?;
        let answer = self.http.accepted(request, &self.hidden).await?.json();
        match answer.get("sid").and_then(Value::as_str) {
            Some(id) => Ok(Some(id.to_owned())),
            None => Err(Failure::later("no answer of Twilio")),
        }
    }

    fn url(&self, resource: &str) -> reqwest::Url {
        let account = urlencoded(&self.settings.account);
        self.settings.api.join(&format!("2010-04-01/Accounts/{account}/{resource}"))
    }

    fn authorized(&self, request: Request) -> Result<Request, Failure> {
        request.secret(AUTHORIZATION, &format!("Basic {}", self.credentials.reveal()))
    }
}

impl Channel for Open {
    fn send<'a>(&'a self, message: &'a Message) -> Pending<'a, Receipt> {
        Box::pin(self.tell(message))
    }

    fn prove(&self) -> Pending<'_, Proof> {
        Box::pin(async {
            // Keys may list messages where they may not read the account.
            let request = self.authorized(Request::get(self.url("Messages.json?PageSize=1")))?;
            let answer = self.http.accepted(request, &self.hidden).await?.json();
            match answer.get("messages") {
                Some(_) => {
                    Ok(Proof::Proven("Twilio takes the credentials; the numbers are not proven"))
                }
                None => Err(Failure::later("no answer of Twilio")),
            }
        })
    }
}
