//! What a server of RDAP answers about a domain.

use serde::Deserialize;

use crate::message::sentence;

/// The type of an answer (RFC 7480 section 4.2).
pub(super) const TYPE: &str = "application/rdap+json";

/// Characters that are told of what a server says.
const SAID: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    #[serde(rename = "objectClassName")]
    class: String,
    events: Vec<Event>,
    title: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    #[serde(rename = "eventAction")]
    action: String,
    #[serde(rename = "eventDate")]
    date: String,
}

/// Reads when the registration ends; the error says why that is not known.
pub(super) fn read(status: u16, body: &[u8]) -> Result<String, String> {
    let object: Option<Object> = serde_json::from_slice(body).ok();
    if status != 200 {
        let title = object.map(|object| sentence(&object.title, SAID)).unwrap_or_default();
        let said = if title.is_empty() { title } else { format!(" ({title})") };
        return Err(match status {
            404 => format!("the server does not know it{said}"),
            429 => format!("the server is asked too often{said}"),
            _ => format!("the server answers {status}{said}"),
        });
    }
    let object = object.ok_or("the answer is no RDAP")?;
    if object.class != "domain" {
        return Err("the answer is not about a domain".to_owned());
    }
    // RFC 9083 section 10.2.3. `registrar expiration` is that of the registrar's records, which may differ.
    let date = object.events.iter().find(|event| event.action == "expiration");
    let date = date.ok_or("the registry does not tell when it ends")?;
    let at: Result<jiff::Timestamp, _> = date.date.parse();
    at.map(|at| at.to_string()).map_err(|_| "the date in the answer is none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_registration_is_read() {
        let body = br#"{"objectClassName":"domain","ldhName":"EXAMPLE.COM","events":[
            {"eventAction":"registration","eventDate":"1995-08-14T04:00:00Z"},
            {"eventAction":"registrar expiration","eventDate":"2030-01-01T00:00:00Z"},
            {"eventAction":"expiration","eventDate":"2027-08-13T04:00:00+00:00"}]}"#;

        assert_eq!(read(200, body), Ok("2027-08-13T04:00:00Z".to_owned()));
    }

    #[test]
    fn an_answer_that_tells_no_end_says_why() {
        let told = |status, body: &str| read(status, body.as_bytes()).unwrap_err();

        assert_eq!(told(404, "<html>"), "the server does not know it");
        assert_eq!(told(429, r#"{"title":"slow \u001bdown"}"#).find('\u{1b}'), None);
        assert_eq!(told(200, "{}"), "the answer is not about a domain");
        assert_eq!(told(200, "<html>"), "the answer is no RDAP");
        let domain = r#"{"objectClassName":"domain","events":[]}"#;
        assert_eq!(told(200, domain), "the registry does not tell when it ends");
        let wrong = r#"{"objectClassName":"domain","events":[{"eventAction":"expiration","eventDate":"soon"}]}"#;
        assert_eq!(told(200, wrong), "the date in the answer is none");
    }
}
