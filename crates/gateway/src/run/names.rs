//! Names of endpoints, looked up again and again away from requests. The last good answer is kept
//! for as long as there is no other: a name server that fails takes no endpoint away.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::control::FIRST_NAMES;
use crate::limits::LOOK_UPS;
use crate::settings::Resolve;
use crate::site::Site;
use crate::upstream::{self, Names, Upstream};

/// Times in a row at which a name has to have no address before its endpoints go: one answer
/// without may be a name server that has just started.
const EMPTY_CONFIRMED: u32 = 3;

/// Looks every name of a site up once. Each has its place as soon as it is known: a name server that
/// is slow with one keeps no other waiting.
pub(crate) async fn look_up_all(site: &Site) {
    let questions = site.upstreams.values().flat_map(|upstream| questions(upstream, |_| true));
    look_up_each(questions.collect(), |question, answer| {
        if let Some((addresses, _)) = answer {
            let known = Names::from([(question.name, addresses)]);
            question.upstream.place(&known, Instant::now());
        }
    })
    .await;
}

/// Looks the names up that only come with a reload, so that no request waits for them: what is known
/// after a moment goes. Blocks until then.
pub(super) fn look_up_new(fresh: &[&Arc<Upstream>]) -> Names {
    let mut known = Names::new();
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return known };
    runtime.block_on(async {
        let new = fresh.iter().flat_map(|upstream| {
            let there = upstream.known_names();
            questions(upstream, |name| !there.contains_key(name))
        });
        let looked_up = look_up_each(new.collect(), |question, answer| {
            known.extend(answer.map(|(addresses, _)| (question.name, addresses)));
        });
        // What came in time is known.
        timeout(FIRST_NAMES, looked_up).await.ok();
    });
    known
}

/// Looks after the names of an upstream for as long as it is there.
pub(crate) async fn look_after(upstream: Arc<Upstream>) {
    let settings = upstream.settings.resolve.clone();
    let names = upstream.names();
    if names.is_empty() {
        return;
    }
    let Some(mut resolver) = resolver(&settings) else { return };
    let mut empty: BTreeMap<String, u32> = BTreeMap::new();
    loop {
        let mut next = settings.max;
        let mut changed = BTreeMap::new();
        let known = upstream.known_names();
        let again = names.iter().map(|name| Question {
            upstream: Arc::clone(&upstream),
            resolver: resolver.clone(),
            name: name.clone(),
        });
        look_up_each(again.collect(), |Question { name, .. }, answer| match answer {
            Some((addresses, _)) if addresses.is_empty() => {
                let times = empty.entry(name.clone()).or_default();
                *times += 1;
                next = next.min(settings.retry);
                if *times >= EMPTY_CONFIRMED {
                    changed.insert(name, addresses);
                }
            }
            Some((addresses, ttl)) => {
                empty.remove(&name);
                next = next.min(ttl.clamp(settings.min, settings.max));
                if known.get(&name) != Some(&addresses) {
                    changed.insert(name, addresses);
                }
            }
            // It failed or took too long: what is known stays.
            None => next = next.min(settings.retry),
        })
        .await;
        if !changed.is_empty() {
            upstream.place(&changed, Instant::now());
        }
        let least = settings.min.min(settings.retry);
        sleep(least).await;
        // An endpoint that takes no connections may have moved: that is worth a look at once.
        timeout(next.saturating_sub(least), upstream.lookups.wanted()).await.ok();
        // Its cache would answer instead of the name server.
        resolver.clear_cache();
        if let Some(fresh) = self::resolver(&settings) {
            // What the system says about its name servers may have changed.
            resolver = fresh;
        }
    }
}

/// A name to look up.
struct Question {
    upstream: Arc<Upstream>,
    resolver: TokioResolver,
    name: String,
}

/// Addresses, sorted, and for how long they are valid; none if the look-up failed.
type Answer = Option<(Vec<IpAddr>, Duration)>;

/// Asks for those names of an upstream for which `is_wanted` is true.
fn questions(upstream: &Arc<Upstream>, is_wanted: impl Fn(&str) -> bool) -> Vec<Question> {
    let Some(resolver) = resolver(&upstream.settings.resolve) else { return Vec::new() };
    let names = upstream.names().into_iter().filter(|name| is_wanted(name));
    let ask = |name| Question { upstream: Arc::clone(upstream), resolver: resolver.clone(), name };
    names.map(ask).collect()
}

/// Looks names up side by side, [`LOOK_UPS`] at a time, and tells of each answer as it comes.
async fn look_up_each(questions: Vec<Question>, mut on_answer: impl FnMut(Question, Answer)) {
    let mut waiting = questions.into_iter();
    let mut running = JoinSet::new();
    loop {
        let room = LOOK_UPS.saturating_sub(running.len());
        for question in waiting.by_ref().take(room) {
            running.spawn(async move {
                let answer = look_up(&question).await;
                (question, answer)
            });
        }
        match running.join_next().await {
            Some(Ok((question, answer))) => on_answer(question, answer),
            // A look-up that panicked has no answer.
            Some(Err(_)) => {}
            None => return,
        }
    }
}

/// Looks a name up and notes how that went, and how long it took.
async fn look_up(question: &Question) -> Answer {
    let Question { upstream, resolver, name } = question;
    let within = upstream.settings.timeouts.resolve;
    let began = Instant::now();
    let asked = timeout(within, ask(resolver, name)).await;
    let answer = asked.unwrap_or_else(|_| Err((format!("no answer within {within:?}"), true)));
    let now = Instant::now();
    let took = now.saturating_duration_since(began);
    match answer {
        Ok((addresses, ttl)) => {
            let noted = upstream::Answer { addresses: addresses.clone(), at: now, ttl };
            upstream.lookups.answered(name, noted, took);
            Some((addresses, ttl))
        }
        Err((why, is_late)) => {
            upstream.lookups.failed(name, why, is_late, took, now);
            None
        }
    }
}

/// What a look-up gives: addresses and for how long they are valid, or why it failed and whether
/// that was for want of an answer.
type Asked = Result<(Vec<IpAddr>, Duration), (String, bool)>;

async fn ask(resolver: &TokioResolver, name: &str) -> Asked {
    match resolver.lookup_ip(name).await {
        Ok(answer) => {
            let mut addresses: Vec<IpAddr> = answer.iter().collect();
            addresses.sort();
            addresses.dedup();
            let ttl = answer.valid_until().saturating_duration_since(Instant::now());
            Ok((addresses, ttl))
        }
        Err(error) if error.is_no_records_found() => Ok((Vec::new(), Duration::ZERO)),
        Err(error) => Err((error.to_string(), matches!(error, NetError::Timeout))),
    }
}

fn resolver(settings: &Resolve) -> Option<TokioResolver> {
    if settings.servers.is_empty() {
        return TokioResolver::builder_tokio().ok()?.build().ok();
    }
    let servers = settings.servers.iter().map(|server| {
        let mut config = NameServerConfig::udp_and_tcp(server.ip());
        for connection in &mut config.connections {
            connection.port = server.port();
        }
        config
    });
    let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().ok()
}

#[cfg(test)]
mod tests;
