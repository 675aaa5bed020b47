//! What the name server knows: names and their addresses.

use std::net::IpAddr;

use thiserror::Error;

/// Characters of a name (RFC 1035 section 2.3.4).
const NAME_MAX: usize = 253;

/// Addresses of one name: the largest pools answer with a few dozen.
const ADDRESSES_MAX: usize = 64;

/// A name with its addresses, in the order in which they are given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name in small letters, without the dot at the end; `*.` in front stands for any names
    /// below.
    pub name: String,
    /// Its addresses; at least one.
    pub addresses: Vec<IpAddr>,
}

/// A record is not what it has to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{given:?} is no record: {problem}; write NAME=IP[,IP], such as app.test=127.0.0.1")]
pub struct RecordError {
    given: String,
    problem: &'static str,
}

impl Record {
    /// Reads `NAME=IP[,IP]`.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let bad = |problem| RecordError { given: text.to_owned(), problem };
        let (name, addresses) = text.split_once('=').ok_or(bad("there is no ="))?;
        let name = normal(name);
        if name.is_empty() || name.len() > NAME_MAX || name.split('.').any(|label| !is_label(label))
        {
            return Err(bad("the name is none of DNS"));
        }
        let addresses: Result<Vec<IpAddr>, _> = addresses.split(',').map(str::parse).collect();
        let addresses =
            addresses.map_err(|_| bad("what follows the = is no list of IP addresses"))?;
        if addresses.len() > ADDRESSES_MAX {
            return Err(bad("it has more than 64 addresses"));
        }
        Ok(Self { name, addresses })
    }

    fn is_for(&self, name: &str) -> bool {
        match self.name.strip_prefix('*') {
            Some(below) => name.len() > below.len() && name.ends_with(below),
            None => self.name == name,
        }
    }

    /// Tells whether `name` is above this record's name, so that it exists without addresses.
    fn is_below(&self, name: &str) -> bool {
        self.name.strip_suffix(name).is_some_and(|above| above.ends_with('.'))
    }
}

/// All names of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zone {
    records: Vec<Record>,
}

/// What a zone has for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<'zone> {
    /// These addresses, at least one.
    Addresses(&'zone [IpAddr]),
    /// The name exists, since there are names below it.
    NoAddresses,
    /// There is no such name.
    Nothing,
}

impl Zone {
    /// Takes the records; of several for a name the first counts.
    pub(crate) fn new(records: &[Record]) -> Self {
        Self { records: records.to_vec() }
    }

    /// Finds a name, in any case and with or without the dot at the end.
    pub(crate) fn find(&self, name: &str) -> Found<'_> {
        let name = normal(name);
        if let Some(record) = self.records.iter().find(|record| record.is_for(&name)) {
            return Found::Addresses(&record.addresses);
        }
        if name.is_empty() || self.records.iter().any(|record| record.is_below(&name)) {
            return Found::NoAddresses;
        }
        Found::Nothing
    }
}

fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// One to 63 characters; an underscore is usual in names of services.
fn is_label(label: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte);
    (1..=63).contains(&label.len()) && label.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(records: &[&str]) -> Zone {
        let records: Vec<Record> =
            records.iter().map(|text| Record::parse(text).unwrap()).collect();
        Zone::new(&records)
    }

    #[test]
    fn a_record_has_a_name_and_addresses() {
        let record = Record::parse("App.Test.=127.0.0.1,::1").unwrap();

        assert_eq!(record.name, "app.test");
        assert_eq!(record.addresses, ["127.0.0.1", "::1"].map(|ip| ip.parse::<IpAddr>().unwrap()));
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let wrong = ["app.test", "=127.0.0.1", "a..b=::1", "app=", "app=1.2.3", "a b=::1"];

        let refused = wrong.map(|text| Record::parse(text).is_err());

        assert_eq!(refused, [true; 6]);
    }

    #[test]
    fn names_are_found_in_any_case() {
        let zone = zone(&["app.test=127.0.0.1"]);

        assert!(matches!(zone.find("APP.test."), Found::Addresses([_])));
    }

    #[test]
    fn a_star_stands_for_names_below_and_not_for_the_name_itself() {
        let zone = zone(&["*.test=127.0.0.1"]);

        let found = ["a.test", "a.b.test", "test", "atest"].map(|name| zone.find(name));

        assert!(matches!(
            found,
            [Found::Addresses(_), Found::Addresses(_), Found::NoAddresses, Found::Nothing]
        ));
    }

    #[test]
    fn a_name_above_another_exists_without_addresses() {
        let zone = zone(&["app.shop.test=127.0.0.1"]);

        let found = ["shop.test", "op.test", ""].map(|name| zone.find(name));

        assert_eq!(found, [Found::NoAddresses, Found::Nothing, Found::NoAddresses]);
    }
}
