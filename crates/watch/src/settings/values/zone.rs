//! Time zones, by their names in the IANA database.

use goodgate_config::show::quoted;
use goodgate_config::{Fault, Text, nearest};
use jiff::tz::TimeZone;

/// A time zone with its rules, past and present.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// Returns its name, as `Europe/Berlin`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its rules.
    pub const fn rules(&self) -> &TimeZone {
        &self.rules
    }
}

impl Default for Zone {
    /// UTC.
    fn default() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }
}

impl Text for Zone {
    const KIND: &'static str = "a time zone";
    const ALLOWED: &'static str =
        "the name of a time zone in the IANA database, such as \"Europe/Berlin\" or \"UTC\"";

    fn from_text(text: &str) -> Result<Self, Fault> {
        if text == "UTC" {
            return Ok(Self::default());
        }
        let database = jiff::tz::db();
        // Longer than any name, and no path into the database.
        let plausible = text.len() <= 64 && !text.contains("..") && !text.starts_with('/');
        if let Some(rules) = plausible.then(|| database.get(text).ok()).flatten() {
            let name = rules.iana_name().unwrap_or(text).to_owned();
            return Ok(Self { name, rules });
        }
        let shown: String = text.chars().take(60).collect();
        let fault = Fault::new(format!("there is no time zone {}", quoted(&shown)));
        // Abbreviations stand for several zones and know no change to summer time.
        if text.len() <= 5 && text.chars().all(|c| c.is_ascii_uppercase()) {
            return Err(fault.hint("abbreviations have no rules; write REGION/CITY"));
        }
        let known: Vec<String> = database.available().map(|name| name.to_string()).collect();
        Err(match nearest(text, known.iter().map(String::as_str)) {
            Some(meant) => fault.hint(format!("did you mean \"{meant}\"?")),
            None => fault,
        })
    }

    fn to_text(&self) -> String {
        self.name.clone()
    }
}

goodgate_config::text!(Zone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_their_names() {
        for text in ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] {
            assert_eq!(Zone::from_text(text).unwrap().name(), text);
        }
    }

    #[test]
    fn a_near_name_is_proposed() {
        let fault = Zone::from_text("Europe/Berln").unwrap_err();

        assert_eq!(fault.hint.as_deref(), Some("did you mean \"Europe/Berlin\"?"));
        for text in ["", "Mars/Base", "../../etc/passwd", "/etc/passwd", "CETX"] {
            assert!(Zone::from_text(text).is_err(), "{text}");
        }
    }
}
