//! What checks see of a target beside their result: the addresses of its name, and its certificate.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use goodgate_incident::{MonitorId, Timestamp};

use super::marker;
use crate::check::Met;
use crate::source::limits::{CHANGES_OF_NAME, POOL, REMEMBERED, STABLE};
use crate::source::span;
use crate::source::words::name;
use crate::store::Marker;

/// What was seen of targets, to tell when it is something else.
///
/// Answers for a name change all the time: in their order, and for a CDN in what they hold. A change is told
/// where an answer has nothing in common with what was seen within the last hour, or where a name had the
/// same addresses for an hour and now has others. A name that changes all the same is one of a large pool:
/// after [`CHANGES_OF_NAME`] changes within an hour it has to be stable for an hour to be told of again.
#[derive(Debug, Default)]
pub struct Seen {
    names: BTreeMap<MonitorId, Name>,
    certificates: BTreeMap<MonitorId, Certificates>,
}

/// The addresses of a name.
#[derive(Debug)]
struct Name {
    /// Those of the last answer.
    last: BTreeSet<IpAddr>,
    /// Since when the answers are those.
    since: Timestamp,
    /// All of the last time, each with when it was last seen.
    pool: BTreeMap<IpAddr, Timestamp>,
    /// When it has changed within the last time.
    changed: Vec<Timestamp>,
}

impl Seen {
    /// Takes whom a check met. Returns what is another one than before.
    pub fn check(&mut self, monitor: &MonitorId, met: &Met, at: Timestamp) -> Vec<Marker> {
        let dns = self.dns(monitor, &met.addresses, at);
        let certificate = met
            .certificate
            .as_ref()
            .and_then(|(sha256, not_after)| self.certificate(monitor, sha256, *not_after, at));
        dns.into_iter().chain(certificate).collect()
    }

    /// Forgets a monitor that is not checked any more, or whose definition is another one.
    pub fn forget(&mut self, monitor: &MonitorId) {
        self.names.remove(monitor);
        self.certificates.remove(monitor);
    }

    /// Takes the addresses that a look-up for a monitor gave. An empty answer says nothing about where
    /// its target is.
    fn dns(&mut self, monitor: &MonitorId, addresses: &[IpAddr], at: Timestamp) -> Option<Marker> {
        let new: BTreeSet<IpAddr> = addresses.iter().map(IpAddr::to_canonical).take(POOL).collect();
        if new.is_empty() {
            return None;
        }
        let Some(known) = self.names.get_mut(monitor) else {
            if self.names.len() < REMEMBERED {
                let pool = new.iter().map(|address| (*address, at)).collect();
                self.names.insert(
                    monitor.clone(),
                    Name { last: new, since: at, pool, changed: Vec::new() },
                );
            }
            return None;
        };
        let text = known.take(new, at)?;
        let text = format!("the addresses of monitor {} changed: {text}", name(&monitor.0));
        Some(marker("dns", &text, at, BTreeSet::new()))
    }

    /// Takes the certificate of a monitor's target, by its SHA-256, and the end of its validity.
    fn certificate(
        &mut self,
        monitor: &MonitorId,
        sha256: &str,
        not_after: Timestamp,
        at: Timestamp,
    ) -> Option<Marker> {
        let new: Arc<str> = name(sha256).into();
        let Some(known) = self.certificates.get_mut(monitor) else {
            if self.certificates.len() < REMEMBERED {
                let seen = BTreeMap::from([(Arc::clone(&new), at)]);
                self.certificates.insert(monitor.clone(), Certificates { last: new, seen });
            }
            return None;
        };
        let before = known.take(&new, at)?;
        let short = |text: &str| text.chars().take(16).collect::<String>();
        let text = format!(
            "the certificate of monitor {} changed: from {} to {}, valid until {not_after}",
            name(&monitor.0),
            short(&before),
            short(&new)
        );
        Some(marker("certificate", &text, at, BTreeSet::new()))
    }
}

/// The certificates of a target. The hosts behind one name may have one each, also while a new one is
/// brought to them one after the other.
#[derive(Debug)]
struct Certificates {
    last: Arc<str>,
    /// Those of the last hour, each with when it was last seen.
    seen: BTreeMap<Arc<str>, Timestamp>,
}

impl Certificates {
    /// Takes a certificate. Returns the one before, where it is one that was not seen lately.
    fn take(&mut self, new: &Arc<str>, at: Timestamp) -> Option<Arc<str>> {
        self.seen.retain(|known, seen| span::between(*seen, at) < STABLE || *known == self.last);
        let is_known = self.seen.contains_key(new);
        if is_known || self.seen.len() < POOL {
            self.seen.insert(Arc::clone(new), at);
        }
        let before = std::mem::replace(&mut self.last, Arc::clone(new));
        (!is_known).then_some(before)
    }
}

impl Name {
    /// Takes an answer. Returns what was and is, where that is a change.
    fn take(&mut self, new: BTreeSet<IpAddr>, at: Timestamp) -> Option<String> {
        self.pool.retain(|address, seen| {
            span::between(*seen, at) < STABLE || self.last.contains(address)
        });
        let has_common = new.iter().any(|address| self.pool.contains_key(address));
        let was_stable = span::between(self.since, at) >= STABLE;
        let is_other = new != self.last;
        let is_change = is_other && (!has_common || was_stable);
        self.changed.retain(|changed| span::between(*changed, at) < STABLE);
        let is_told = is_change && self.changed.len() < CHANGES_OF_NAME;
        let text = is_told.then(|| format!("from {} to {}", listed(&self.last), listed(&new)));
        if is_change {
            // What was before is no part of the name any more; seen again it is a change back.
            self.pool.clear();
            if self.changed.len() >= CHANGES_OF_NAME {
                self.changed.remove(0);
            }
            self.changed.push(at);
        }
        for address in &new {
            if self.pool.len() < POOL || self.pool.contains_key(address) {
                self.pool.insert(*address, at);
            }
        }
        if is_other {
            (self.last, self.since) = (new, at);
        }
        text
    }
}

/// The addresses that fit into a line.
fn listed(addresses: &BTreeSet<IpAddr>) -> String {
    let shown: Vec<String> = addresses.iter().take(4).map(ToString::to_string).collect();
    let more = addresses.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp(minute * 60_000_000)
    }

    fn shop() -> MonitorId {
        MonitorId("shop".into())
    }

    fn ips(hosts: &[u8]) -> Vec<IpAddr> {
        hosts.iter().map(|host| IpAddr::from([10, 0, 0, *host])).collect()
    }

    #[test]
    fn another_address_is_a_change_and_so_is_the_way_back() {
        let mut seen = Seen::default();
        assert_eq!(seen.dns(&shop(), &ips(&[1]), minute(0)), None);
        assert_eq!(seen.dns(&shop(), &ips(&[1]), minute(1)), None);

        let moved = seen.dns(&shop(), &ips(&[2]), minute(2)).expect("a change");
        let back = seen.dns(&shop(), &ips(&[1]), minute(3)).expect("a change");

        assert_eq!(moved.text, "the addresses of monitor shop changed: from 10.0.0.1 to 10.0.0.2");
        assert_eq!((&*moved.kind, &*back.kind), ("dns", "dns"));
    }

    #[test]
    fn rotation_is_no_change() {
        let mut seen = Seen::default();
        for turn in 0..1000_u16 {
            let (one, other) = if turn % 2 == 0 { (1, 2) } else { (2, 1) };
            assert_eq!(seen.dns(&shop(), &ips(&[one, other]), minute(i64::from(turn))), None);
        }
    }

    #[test]
    fn a_part_of_the_pool_of_a_cdn_is_no_change() {
        let mut seen = Seen::default();
        // Two of eight addresses each time, the next pair half new.
        for turn in 0..1000_u32 {
            let first = (turn % 8) as u8;
            let answer = ips(&[first, (first + 1) % 8]);
            assert_eq!(seen.dns(&shop(), &answer, minute(i64::from(turn))), None, "{turn}");
        }
    }

    #[test]
    fn a_name_that_gives_another_address_each_time_is_soon_known_as_one() {
        let mut seen = Seen::default();
        let told = |seen: &mut Seen, host: u8, at| seen.dns(&shop(), &ips(&[host]), at).is_some();

        let markers = (0..1000_u32)
            .filter(|turn| told(&mut seen, (turn % 250) as u8, minute(i64::from(*turn))))
            .count();
        assert_eq!(markers, CHANGES_OF_NAME);
        for turn in 1000..1070 {
            assert!(!told(&mut seen, 255, minute(turn)));
        }
        assert!(told(&mut seen, 7, minute(1070)), "it was stable again");
    }

    #[test]
    fn a_name_that_was_stable_for_an_hour_and_is_not_is_told() {
        let mut seen = Seen::default();
        for turn in 0..70 {
            assert_eq!(seen.dns(&shop(), &ips(&[1, 2]), minute(turn)), None);
        }

        let lost = seen.dns(&shop(), &ips(&[1]), minute(70));

        assert!(
            lost.is_some_and(|mark| mark.text.ends_with("from 10.0.0.1, 10.0.0.2 to 10.0.0.1"))
        );
    }

    #[test]
    fn an_empty_answer_and_the_first_one_say_nothing() {
        let mut seen = Seen::default();

        assert_eq!(seen.dns(&shop(), &[], minute(0)), None);
        assert_eq!(seen.dns(&shop(), &ips(&[1]), minute(1)), None);
        assert_eq!(seen.dns(&shop(), &[], minute(2)), None);
        seen.forget(&shop());
        assert_eq!(seen.dns(&shop(), &ips(&[9]), minute(3)), None);
    }

    #[test]
    fn another_certificate_is_told_once() {
        let mut seen = Seen::default();
        let of = |seen: &mut Seen, sha256: &str| {
            seen.certificate(&shop(), sha256, minute(30_000_000), minute(0))
        };
        assert_eq!(of(&mut seen, &"a".repeat(64)), None);
        assert_eq!(of(&mut seen, &"a".repeat(64)), None);

        let told = of(&mut seen, &"b".repeat(64)).expect("a change");

        assert!(told.text.contains("from aaaaaaaaaaaaaaaa to bbbbbbbbbbbbbbbb"), "{}", told.text);
        assert_eq!(&*told.kind, "certificate");
        assert_eq!(of(&mut seen, &"b".repeat(64)), None);
    }

    #[test]
    fn hosts_with_a_certificate_each_are_no_change() {
        let mut seen = Seen::default();
        let told = |seen: &mut Seen, sha256: &str, at| {
            seen.certificate(&shop(), sha256, minute(30_000_000), minute(at)).is_some()
        };
        let first: Vec<bool> = ["a", "b"].iter().map(|it| told(&mut seen, it, 0)).collect();

        assert_eq!(first, [false, true]);
        for at in 0..200 {
            let sha256 = if at % 2 == 0 { "a" } else { "b" };
            assert!(!told(&mut seen, sha256, at));
        }
        assert!(told(&mut seen, "c", 200));
    }

    #[test]
    fn a_check_that_meets_another_address_and_another_certificate_tells_of_both() {
        let mut seen = Seen::default();
        let met = |host: u8, sha256: &str| Met {
            addresses: ips(&[host]),
            certificate: Some((sha256.into(), minute(30_000_000))),
        };
        let mut told = |met: &Met, at| -> Vec<String> {
            let markers = seen.check(&shop(), met, minute(at));
            markers.iter().map(|marker| marker.kind.to_string()).collect()
        };

        assert_eq!(told(&met(1, "a"), 0), [""; 0]);
        assert_eq!(told(&met(1, "a"), 1), [""; 0]);
        assert_eq!(told(&met(2, "b"), 2), ["dns", "certificate"]);
        assert_eq!(told(&Met::default(), 3), [""; 0]);
    }

    proptest! {
        #[test]
        fn the_same_answer_again_is_never_a_change(
            answers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..40),
            step in 0_i64..100,
        ) {
            let mut seen = Seen::default();
            for (turn, answer) in (0_i64..).zip(&answers) {
                let at = minute(turn * step);
                seen.dns(&shop(), &ips(answer), at);
                prop_assert_eq!(seen.dns(&shop(), &ips(answer), at), None);
            }
        }
    }
}
