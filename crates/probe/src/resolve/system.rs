//! Asks the system's resolver (`getaddrinfo`), as most gateways do: `/etc/hosts`, search domains
//! and everything else of this host takes part.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use goodgate_evidence::probe::{Lookup, LookupOutcome};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::clock;
use crate::error::ProbeError;
use crate::limits::ADDRESSES_MAX;

/// Looks `name` up and waits for `wait` at most.
///
/// The lookup has a thread of its own, which a resolver that hangs keeps beyond the wait; it ends
/// with the resolver's own timeout. A blocking task of the runtime would hold up its end instead.
pub async fn system(name: &str, wait: Duration) -> Result<Lookup, ProbeError> {
    let at = clock::now();
    let begun = Instant::now();
    let answer = start(name)?;
    let outcome = match timeout(wait, answer).await {
        Err(_) => LookupOutcome::TimedOut,
        Ok(answer) => outcome(name, answer.ok())?,
    };
    let resolver = "system".to_owned();
    Ok(Lookup { name: name.to_owned(), resolver, at, took: begun.elapsed(), outcome })
}

/// What the system says.
pub(super) type Answer = io::Result<Vec<IpAddr>>;

/// Returns what an answer comes to; none is that of a thread that ended without one.
pub(super) fn outcome(name: &str, answer: Option<Answer>) -> Result<LookupOutcome, ProbeError> {
    Ok(match answer {
        None => LookupOutcome::Malformed("the lookup ended without an answer".to_owned()),
        Some(Ok(addresses)) => addresses_or_none(addresses),
        Some(Err(error)) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(ProbeError::Name { name: name.to_owned() });
        }
        Some(Err(error)) => failure(&error),
    })
}

fn start(name: &str) -> Result<oneshot::Receiver<Answer>, ProbeError> {
    let (sender, receiver) = oneshot::channel();
    let asked = name.to_owned();
    let work = move || {
        let found = (asked.as_str(), 0).to_socket_addrs();
        let answer = found.map(|found| found.map(|address| address.ip()).collect());
        // Nobody listens any more when the wait was too long.
        sender.send(answer).ok();
    };
    let started = thread::Builder::new().name("goodgate-lookup".to_owned()).spawn(work);
    let failed = |source| ProbeError::LookupThread { name: name.to_owned(), source };
    started.map(|_| receiver).map_err(failed)
}

fn addresses_or_none(found: Vec<IpAddr>) -> LookupOutcome {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found {
        if addresses.len() < ADDRESSES_MAX && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return LookupOutcome::NoAddress;
    }
    LookupOutcome::Addresses { addresses, ttl: None }
}

/// Tells the errors of `getaddrinfo` apart. The standard library keeps only their text, which is
/// that of `gai_strerror` in glibc, musl or macOS, always in English as no locale is set.
fn failure(error: &io::Error) -> LookupOutcome {
    let text = error.to_string();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if says(&["Name or service not known", "Name does not resolve", "nodename nor servname"]) {
        return LookupOutcome::NoSuchName;
    }
    if says(&["No address associated", "has no usable address", "Address family for hostname"]) {
        return LookupOutcome::NoAddress;
    }
    if says(&["Temporary failure", "Try again"]) {
        return LookupOutcome::Temporary;
    }
    if says(&["Non-recoverable failure", "Unrecoverable error"]) {
        return LookupOutcome::ServerFailure("EAI_FAIL".to_owned());
    }
    LookupOutcome::Unreachable(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_c_library_are_told_apart() {
        let cases = [
            ("Name or service not known", LookupOutcome::NoSuchName),
            ("Name does not resolve", LookupOutcome::NoSuchName),
            ("No address associated with hostname", LookupOutcome::NoAddress),
            ("Temporary failure in name resolution", LookupOutcome::Temporary),
            ("Try again", LookupOutcome::Temporary),
            (
                "Non-recoverable failure in name resolution",
                LookupOutcome::ServerFailure("EAI_FAIL".to_owned()),
            ),
        ];

        let outcomes = cases.each_ref().map(|(words, _)| {
            failure(&io::Error::other(format!("failed to lookup address information: {words}")))
        });

        assert_eq!(outcomes, cases.map(|(_, expected)| expected));
    }
}
