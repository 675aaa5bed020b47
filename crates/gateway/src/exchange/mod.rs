//! One request, from its head to its log line: route → limits → attempts → answer → log.

mod answer;
mod attempts;
mod begun;
mod client;
mod deadline;
mod deliver;
mod fetch;
mod hedge;
mod hold;
mod outgoing;
mod reach;
mod replay;
mod spare;
mod tunnel;
mod upload;
mod waiter;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use goodgate_config::Size;
use goodgate_resilience::Method;
use goodgate_resilience::retry::is_replayable;
use goodgate_resilience::shed::Entry;
use tokio::time::timeout;

pub(crate) use self::client::Client;
pub(crate) use self::outgoing::Asker;
pub(crate) use self::tunnel::Tunnel;

use self::answer::Own;
use self::attempts::Outcome;
use self::replay::Bounds;
use crate::clock;
use crate::core::Core;
use crate::http1::{Framing, Known, RequestHead, ResponseHead};
use crate::settings::ProxyStatus;
use crate::settings::values::{HashKey, HostSent};
use crate::site::{Route, Site};
use crate::story::{End, Story};
use crate::upstream::{Carrier, Endpoint, Upstream};

/// What does not change while a request is carried out.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts of a request; none excludes another")]
pub(crate) struct Ctx<'a> {
    core: &'a Core,
    site: &'a Site,
    route: &'a Route,
    upstream: &'a Arc<Upstream>,
    method: Method,
    has_idempotency_key: bool,
    /// Whether the client said which host it asks.
    has_host: bool,
    /// Whether the client would change to another protocol.
    upgrades: bool,
    /// Whether it may be sent twice.
    is_replayable: bool,
    /// What keeps a client at its endpoint.
    key: u64,
    /// The target for the upstream, if it is another one than the client's.
    target: Option<Vec<u8>>,
    /// When the client no longer cares.
    deadline: Option<Instant>,
    id: &'a str,
}

/// What becomes of the connection of a request.
#[derive(Debug)]
pub(crate) enum After {
    /// It carries on as its reply says.
    Reply,
    /// It belongs to another protocol.
    Tunnel(Box<Tunnel>),
}

/// Carries one request out, and logs it.
///
/// What only some requests need has memory of its own, here and in the attempts: the rest is small
/// enough to be set up for each request.
pub(crate) async fn serve(core: &Core, head: &mut RequestHead, client: &mut Client<'_>) -> After {
    client.expects(head);
    let site = core.shared.site.load_full();
    let id = outgoing::id(head, client.asker, &site.settings.headers, core);
    let mut story = Story::begin(id, client.asker.peer);
    let after = carry_out(core, &site, head, client, &mut story).await;
    story.bytes_in = client.source.bytes();
    story.bytes_out = client.reply.bytes();
    core.ended(&site, head, story);
    after
}

async fn carry_out(
    core: &Core,
    site: &Site,
    head: &mut RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
) -> After {
    let host = host_of(head);
    // What asks for the server as a whole (`OPTIONS *`) goes where `/` goes.
    let path = std::str::from_utf8(head.path()).ok().filter(|path| *path != "*").unwrap_or("/");
    let Some(route) = site.route(host, path, head.fields()) else {
        return refuse(site, None, head, client, story, Own::NO_ROUTE).await;
    };
    story.route = Some(Arc::clone(&route.label));
    let Ok(upstream) = &route.upstream else {
        return refuse(site, Some(route), head, client, story, Own::ROUTE_DISABLED).await;
    };
    story.upstream = Some(Arc::clone(&upstream.name));
    let settings = &site.settings.headers;
    let (asker, id) = (client.asker, story.id.clone());
    if outgoing::prepare(head, asker, &id, settings, &route.settings, core).is_err() {
        return refuse(site, Some(route), head, client, story, Own::INTERNAL).await;
    }
    if let (Framing::Length(bytes), Some(max)) = (head.framing(), route.settings.body_size)
        && bytes > max.get()
    {
        return refuse(site, Some(route), head, client, story, Own::TOO_LARGE).await;
    }
    if !enter(upstream).await {
        let seconds = upstream.gate.retry_after_seconds(Duration::from_secs(1));
        return refuse(site, Some(route), head, client, story, Own::shed(seconds)).await;
    }
    let _place = Place(upstream);
    let method = route.class_of(head.method_name());
    let has_idempotency_key = head.fields().has(Known::IdempotencyKey);
    let ctx = Ctx {
        core,
        site,
        route,
        upstream,
        method,
        has_idempotency_key,
        has_host: head.host().is_some(),
        upgrades: head.upgrade().is_some(),
        is_replayable: is_replayable(method, has_idempotency_key, route.policy),
        key: key_of(upstream, head, client.asker),
        deadline: deadline::of(head.fields(), story.began),
        target: outgoing::target(head, &route.settings),
        id: &id,
    };
    let outcome = attempts::run(&ctx, head, client, story).await;
    conclude(&ctx, head, client, story, outcome).await
}

/// Turns the end of the attempts into an answer, where the client has none yet.
async fn conclude(
    ctx: &Ctx<'_>,
    head: &RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    outcome: Outcome,
) -> After {
    let (site, route) = (ctx.site, Some(ctx.route));
    match outcome {
        Outcome::Answered(status) => {
            story.status = status;
            story.end = End::Answered;
            After::Reply
        }
        Outcome::BrokenOff(status, failure) => {
            story.status = status;
            story.end = End::BrokenOff(failure);
            client.reply.abort();
            After::Reply
        }
        Outcome::ClientGone => {
            story.status = 499;
            story.end = End::ClientGone;
            client.reply.abort();
            After::Reply
        }
        Outcome::Failed(failure) => {
            Box::pin(answer::failed(site, ctx.route, head, client, story, failure)).await;
            After::Reply
        }
        Outcome::NoEndpoint => {
            let Some(failure) = ctx.upstream.unresolved() else {
                story.down = ctx.upstream.down();
                return refuse(site, route, head, client, story, Own::NO_ENDPOINT).await;
            };
            Box::pin(answer::failed(site, ctx.route, head, client, story, failure)).await;
            After::Reply
        }
        Outcome::ClientFault(malformed) => {
            let own = Own::malformed(malformed.class);
            refuse(site, route, head, client, story, own).await
        }
        Outcome::TooSlow => refuse(site, route, head, client, story, Own::TOO_SLOW).await,
        Outcome::TooLarge => refuse(site, route, head, client, story, Own::TOO_LARGE).await,
        Outcome::Switched(fetched) => Box::pin(tunnel::begin(ctx, client, story, *fetched)).await,
    }
}

async fn refuse(
    site: &Site,
    route: Option<&Route>,
    head: &RequestHead,
    client: &mut Client<'_>,
    story: &mut Story,
    own: Own,
) -> After {
    Box::pin(answer::refuse(site, route, head, client, story, own)).await;
    After::Reply
}

/// A place at an upstream, given back when dropped.
struct Place<'a>(&'a Upstream);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.gate.leave();
        if self.0.gate.queued() > 0 {
            self.0.place.notify_one();
        }
    }
}

/// Takes a place at an upstream, after a wait where there is none; `false` if it is shed.
async fn enter(upstream: &Upstream) -> bool {
    match upstream.gate.enter() {
        Entry::Go => return true,
        Entry::Shed => return false,
        Entry::Wait => {}
    }
    let taken = Box::pin(timeout(upstream.settings.limits.queue_time, async {
        loop {
            let free = upstream.place.notified();
            if upstream.gate.enter_from_queue() {
                return;
            }
            free.await;
        }
    }));
    let is_in = taken.await.is_ok();
    upstream.gate.leave_queue();
    is_in
}

/// Returns the host of a request, in lower case as far as routes need it, without a port.
fn host_of(head: &RequestHead) -> &str {
    let host = head.host().and_then(|host| std::str::from_utf8(host).ok()).unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn key_of(upstream: &Upstream, head: &RequestHead, asker: Asker) -> u64 {
    let Some(key) = &upstream.settings.hash else { return 0 };
    let mut hasher = DefaultHasher::new();
    match key {
        HashKey::Client => asker.peer.hash(&mut hasher),
        HashKey::Header(name) => {
            head.fields().get_by_name(name.as_str().as_bytes()).hash(&mut hasher);
        }
        HashKey::Cookie(name) => cookie(head, name).hash(&mut hasher),
    }
    hasher.finish()
}

/// Returns the value of a cookie (RFC 6265 section 5.4).
fn cookie<'a>(head: &'a RequestHead, name: &str) -> Option<&'a [u8]> {
    let pairs = head.fields().all(Known::Cookie).flat_map(|it| it.split(|byte| *byte == b';'));
    pairs.map(<[u8]>::trim_ascii).find_map(|pair| {
        let value = pair.strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    })
}

impl Ctx<'_> {
    /// Returns how much of the request's body is kept. What must not be sent twice is only sent
    /// again if nothing of it was, which shows at its beginning: it is not worth the disk.
    fn replay_bounds(&self) -> Bounds {
        let settings = &self.site.settings.spool;
        let is_worth_it = self.is_replayable || self.route.policy.attempts_max > 1;
        Bounds {
            memory: if is_worth_it { settings.memory.get() } else { 0 },
            disk: if self.is_replayable { settings.disk.get() } else { 0 },
        }
    }

    /// Tells whether the request goes again if its first attempt fails after something was sent.
    fn goes_again(&self) -> bool {
        self.is_replayable && self.route.policy.attempts_max > 1
    }

    /// Returns the largest body that the route takes.
    fn body_max(&self) -> Option<u64> {
        self.route.settings.body_size.map(Size::get)
    }

    /// Tells whether a request that was held for so long may be held on.
    fn may_hold(&self, held: Duration) -> bool {
        self.route.settings.hold.as_ref().is_some_and(|hold| held < hold.time)
    }

    /// Tells whether the route replaces answers with this status.
    fn is_replaced(&self, status: u16) -> bool {
        let retry = self.route.settings.retry.as_ref();
        retry.is_some_and(|retry| retry.statuses.iter().any(|it| it.code() == status))
    }

    /// Writes the `Host` that the endpoint gets.
    fn set_host(&self, head: &mut RequestHead, endpoint: &Endpoint) {
        let host = match &self.route.settings.send_host {
            HostSent::Client if self.has_host => return,
            // HTTP/1.0 knows requests without one, and what is sent on does not.
            HostSent::Client | HostSent::Endpoint => &*endpoint.authority,
            HostSent::Fixed(host) => host.as_str(),
        };
        // What the configuration took is a valid value.
        head.fields_mut().set(Known::Host, host.as_bytes()).ok();
    }

    /// Changes the fields of a response as the route and the gateway want it.
    fn finish_head(&self, head: &mut ResponseHead) {
        if head.connection().names_fields {
            head.strip_hop_by_hop();
        }
        let status = head.status();
        let fields = head.fields_mut();
        let settings = &self.route.settings;
        for name in &settings.remove_response_headers {
            fields.remove_by_name(name.as_str().as_bytes());
        }
        for (name, value) in &settings.set_response_headers {
            fields.set_by_name(name.as_str().as_bytes(), value.as_str().as_bytes()).ok();
        }
        let headers = &self.site.settings.headers;
        if status >= 500 && settings.proxy_status != ProxyStatus::Off {
            answer::add_received(fields, &headers.via, status);
        }
        answer::add_via(fields, &headers.via);
        let name = headers.request_id.as_str().as_bytes();
        fields.set_by_name(name, self.id.as_bytes()).ok();
    }

    /// Keeps the connection of an exchange that is over, if it is of use for another one.
    fn keep(&self, carrier: Carrier, head: ResponseHead, endpoint: &Endpoint) {
        let Carrier::Http1(exchange) = carrier else { return };
        self.upstream.idle.announced(exchange.keep_alive());
        if let (_, Some(idle), _) = exchange.history() {
            self.upstream.idle.served(idle);
        }
        let cores = endpoint.kept.len().max(1);
        let max = self.upstream.settings.keepalive.max_idle as usize;
        let max = max.div_ceil(cores);
        if let (Some(kept), Some(list)) =
            (exchange.into_kept(head, clock::now()), endpoint.kept.get(self.core.id))
        {
            list.put(kept, max);
            endpoint.slots.kept();
        }
    }
}
