//! "Is it me?": whether the failure lies on our side, on the other one, or cannot be told.
//!
//! Looked at are this host's default routes and proxy environment, our resolver against the others,
//! the other addresses of the target, a control that the user names, other vantage points, and
//! whether something in our network answers in place of the target. Nobody is contacted who was not
//! named.

mod control;
mod environment;
mod portal;
mod routes;

use goodgate_evidence::probe::{Connect, Lookup, LookupOutcome, Tls};
use goodgate_evidence::{Observation, Sign, Source, Stage, Timestamp};
use goodgate_examine::{Answer, Link, Notice, Purpose, answer, words};

use super::target::Url;
use super::vantage::{Compared, Comparison};

pub(super) use control::Control;
pub(super) use environment::{Configured, proxy_for};
pub(super) use routes::Routes;

/// Where the fault lies, as seen from whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// On our side.
    Here,
    /// On the other side.
    There,
    /// It cannot be told.
    Unknown,
}

impl Side {
    /// Returns the word for JSON.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::There => "there",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the answer to the question.
    pub(super) const fn answer(self) -> &'static str {
        match self {
            Self::Here => "Yes, it is on this side.",
            Self::There => "No.",
            Self::Unknown => "Not known.",
        }
    }
}

/// The answer, with what was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Me {
    /// Where the fault lies; none where nothing fails.
    pub(super) side: Option<Side>,
    /// Why that is said.
    pub(super) words: String,
    /// What was looked at, and what was found: each with a name.
    pub(super) facts: Vec<(&'static str, String)>,
}

/// What there is to judge by.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    /// What the URL names.
    pub(super) url: &'a Url,
    /// The link to the target.
    pub(super) target: &'a Link,
    /// The forward proxy that was used, without credentials.
    pub(super) proxy: Option<&'a str>,
    /// The proxy that the environment names and that was not used.
    pub(super) configured: Option<&'a Configured>,
    /// The default routes.
    pub(super) routes: &'a Routes,
    /// The control, or why it was not seen.
    pub(super) control: Option<&'a Result<Control, String>>,
    /// The vantage points.
    pub(super) compared: Option<&'a Compared>,
    /// When the examination began.
    pub(super) at: Timestamp,
}

/// What decides the question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    /// Nothing fails.
    Well,
    /// Something in our network answers.
    Portal(String),
    /// The control fails at the same stage in the same way.
    LikeControl(Stage, String),
    /// Our resolver fails and another one knows the name.
    OwnResolver(String),
    /// This host has no way out.
    NoWayOut(String),
    /// It works from elsewhere.
    OnlyHere(String),
    /// The target is a program of this host.
    Local,
    /// The target gave an answer.
    Answered(String),
    /// It fails from elsewhere as well.
    Elsewhere(String),
    /// The control is well.
    ControlWell(String),
    /// Programs here go through a proxy, and goodgate did not.
    Bypassed(String),
    /// What answers or does not is the forward proxy, or what lies behind it.
    BehindProxy(String),
    /// Only this place was asked.
    Nothing,
}

/// Answers the question. What decides it is added to `seen`; what was seen of the target and is
/// about our own side is replaced by what it is.
pub(super) fn judge(scene: &Scene<'_>, seen: &mut Vec<Observation>) -> Me {
    let finding = scene.finding(seen);
    scene.note(&finding, seen);
    let (side, words) = told(finding);
    Me { side, words, facts: scene.facts() }
}

/// Returns remarks on what was not asked in the way that programs here would ask it.
pub(super) fn notices(scene: &Scene<'_>) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let (Some(proxy), None) = (scene.configured, scene.proxy) {
        let (variable, address) = (&proxy.variable, &proxy.address);
        let fails = scene.target.broken.is_some();
        let text = if fails {
            format!(
                "{variable} names the proxy {address}; goodgate went directly, which may be what \
                 fails here. Ask through it: --proxy {address}"
            )
        } else {
            format!(
                "{variable} names the proxy {address}; goodgate went directly and not through it."
            )
        };
        notices.push(Notice::new("proxy_environment", text));
    }
    if let Some(proxy) = scene.proxy {
        let text = format!(
            "The target was asked through the proxy {proxy}: what it looked up and \
                            where it connected to is not visible from here."
        );
        notices.push(Notice::new("through_proxy", text));
    }
    if let Some(Ok(control)) = scene.control
        && control.shares_address(scene.target)
    {
        let text = format!(
            "The control {} is at an address of the target; it tells nothing about our side.",
            control.url
        );
        notices.push(Notice::new("control_is_target", text));
    }
    notices
}

fn told(finding: Finding) -> (Option<Side>, String) {
    let (side, words) = match finding {
        Finding::Well => return (None, String::new()),
        Finding::Portal(words) => {
            (Side::Here, format!("Something in this network answers in place of the site: {words}."))
        }
        Finding::LikeControl(_, words) => {
            (Side::Here, format!("The control fails in the same way: {words}."))
        }
        Finding::OwnResolver(words) => {
            (Side::Here, format!("Our resolver does not find the name, and another one does: {words}."))
        }
        Finding::NoWayOut(words) => (Side::Here, format!("This host has no way out: {words}.")),
        Finding::OnlyHere(words) => (Side::Here, words),
        Finding::Local => {
            (Side::There, "The target is a program of this very host; no network is involved.".to_owned())
        }
        Finding::Answered(words) => (
            Side::There,
            format!("The target answered ({words}), so that name, network and connection work from here."),
        ),
        Finding::Elsewhere(words) => (Side::There, words),
        Finding::ControlWell(words) => (
            Side::There,
            format!("The control {words}: the fault lies with the target or on the way to it."),
        ),
        Finding::Bypassed(words) => (Side::Unknown, words),
        Finding::BehindProxy(proxy) => (
            Side::Unknown,
            format!("The proxy {proxy} stands between; whether it fails or what lies behind it is not visible from here."),
        ),
        Finding::Nothing => (
            Side::Unknown,
            "Only this place was asked. --control URL (a site that you trust) and --via HOST (another \
             place) tell more."
                .to_owned(),
        ),
    };
    (Some(side), words)
}

impl Scene<'_> {
    fn finding(&self, seen: &[Observation]) -> Finding {
        let recognised = seen.iter().find(|seen| seen.sign == Sign::ClientProxyFailed);
        let recognised = recognised.filter(|seen| seen.source == Source::page_gateway());
        if let Some(words) = self.portal().or(recognised.map(|seen| seen.quote.clone())) {
            return Finding::Portal(words);
        }
        let Some((stage, _)) = &self.target.broken else { return Finding::Well };
        let control = self.independent_control();
        if let Some(stage) = control.and_then(|control| control.fails_like(self.target)) {
            let words = control.map(|control| format!("{} {}", control.url, control.words()));
            return Finding::LikeControl(stage, words.unwrap_or_default());
        }
        if *stage == Stage::Resolve
            && let Some(words) = self.known_elsewhere()
        {
            return Finding::OwnResolver(words);
        }
        if self.is_unreachable() && self.routes.has_none() {
            return Finding::NoWayOut(format!("default routes: {}", self.routes.words()));
        }
        self.by_others(control)
    }

    /// The findings that need no fault of our own to be seen.
    fn by_others(&self, control: Option<&Control>) -> Finding {
        if let Some(compared) = self.compared {
            match compared.comparison {
                Comparison::HereOnly => return Finding::OnlyHere(compared.words()),
                Comparison::FailsEverywhere | Comparison::Some => {
                    return Finding::Elsewhere(compared.words());
                }
                Comparison::Alone | Comparison::WorksEverywhere | Comparison::ElsewhereOnly => {}
            }
        }
        if let Some(proxy) = self.proxy.filter(|_| !self.is_proven()) {
            return match control.filter(|control| control.is_well()) {
                Some(control) => {
                    Finding::ControlWell(format!("{} {}", control.url, control.words()))
                }
                None => Finding::BehindProxy(proxy.to_owned()),
            };
        }
        if self.is_local() {
            return Finding::Local;
        }
        if let Some(words) = self.answered() {
            return Finding::Answered(words);
        }
        if let Some(control) = control.filter(|control| control.is_well()) {
            return Finding::ControlWell(format!("{} {}", control.url, control.words()));
        }
        if let Some(proxy) = self.configured {
            let (variable, address) = (&proxy.variable, &proxy.address);
            return Finding::Bypassed(format!(
                "Programs here are told to use the proxy {address} ({variable}); goodgate went directly."
            ));
        }
        Finding::Nothing
    }

    fn portal(&self) -> Option<String> {
        let host = self.url.host.bare();
        let control = self.control.and_then(|control| control.as_ref().ok());
        let both = || {
            let control = control?;
            portal::answers_both((self.target, &host), (&control.link, &control.host))
        };
        portal::redirects_inwards(self.target, &host)
            .or_else(both)
            .or_else(|| control?.portal().filter(|_| self.target.broken.is_some()))
    }

    /// The control counts only where it is another server than the target.
    fn independent_control(&self) -> Option<&Control> {
        let control = self.control?.as_ref().ok()?;
        (!control.shares_address(self.target)).then_some(control)
    }

    /// Returns the name server that knows the name which our resolver does not find.
    fn known_elsewhere(&self) -> Option<String> {
        let knows = |lookup: &&Lookup| {
            lookup.resolver != "system" && matches!(lookup.outcome, LookupOutcome::Addresses { .. })
        };
        let lookup = self.target.lookups.iter().find(knows)?;
        Some(format!("{} says {}", lookup.resolver, words::lookup(&lookup.outcome)))
    }

    /// Tells whether this host's own kernel says that the target cannot be reached.
    fn is_unreachable(&self) -> bool {
        let unreachable = |connect: &Connect| matches!(connect, Connect::NetworkUnreachable);
        let mut asked =
            self.target.runs.iter().filter_map(|run| run.asked.as_ref().ok()).peekable();
        asked.peek().is_some() && asked.all(|asked| unreachable(&asked.connect.outcome))
    }

    fn is_local(&self) -> bool {
        use goodgate_evidence::probe::Endpoint;
        let loopback = |endpoint: &Endpoint| match endpoint {
            Endpoint::Tcp(address) => address.ip().is_loopback(),
            Endpoint::Unix(_) => true,
        };
        let mut asked =
            self.target.runs.iter().filter_map(|run| run.asked.as_ref().ok()).peekable();
        asked.peek().is_some() && asked.all(|asked| loopback(&asked.connect.endpoint))
    }

    /// Tells whether the certificate proves that it is the target that answers, and no proxy.
    fn is_proven(&self) -> bool {
        let asked = self.target.primary().and_then(|run| run.asked.as_ref().ok());
        let handshake = asked.and_then(|asked| asked.handshake.as_ref());
        handshake.is_some_and(|shaken| shaken.outcome == Tls::Established && shaken.trust.is_ok())
    }

    /// Returns the answer that came from the target, be it an error.
    fn answered(&self) -> Option<String> {
        let asked = self.target.primary()?.asked.as_ref().ok()?;
        let came = !matches!(answer(asked), Answer::Failed(Stage::Connect | Stage::Tls));
        let exchange = asked.exchange.as_ref()?;
        (came && exchange.first_byte.is_some()).then(|| words::exchange(exchange))
    }

    fn note(&self, finding: &Finding, seen: &mut Vec<Observation>) {
        let made = |sign: Sign, words: &str| {
            let seen = Observation::new(sign, Source("self".to_owned())).quoting(words);
            Observation { at: Some(self.at), ..seen }
        };
        match finding {
            Finding::Portal(words) => {
                // What a portal answers says nothing about the site, good or bad.
                seen.retain(|seen| seen.source != Source::probe_gateway());
                seen.push(made(Sign::ClientProxyFailed, words));
            }
            Finding::LikeControl(stage, words) => {
                if let Some(sign) = self.own_fault(*stage) {
                    let words = format!("{}; {words}", self.target_words());
                    seen.retain(|seen| !is_of_way(seen, *stage));
                    seen.push(made(sign, &words));
                }
            }
            Finding::OwnResolver(words) => seen.push(made(Sign::ClientDnsFailed, words)),
            Finding::NoWayOut(words) => {
                seen.retain(|seen| !is_of_way(seen, Stage::Connect));
                seen.push(made(Sign::ClientOffline, words));
            }
            _ => {}
        }
        let control = self.independent_control().filter(|control| control.is_well());
        if let (Some(control), true) = (control, self.target.broken.is_some()) {
            seen.push(made(Sign::ClientOnline, &format!("{} {}", control.url, control.words())));
        }
    }

    /// Returns what it means that two sites fail alike at a stage; none where it may be chance.
    fn own_fault(&self, stage: Stage) -> Option<Sign> {
        match stage {
            _ if self.proxy.is_some() => Some(Sign::ClientProxyFailed),
            Stage::Resolve if self.routes.has_none() => Some(Sign::ClientOffline),
            Stage::Resolve => Some(Sign::ClientDnsFailed),
            Stage::Connect => Some(Sign::ClientOffline),
            // A box in between that shows its own certificate for every name.
            Stage::Tls if self.same_issuer() => Some(Sign::ClientProxyFailed),
            Stage::Tls => Some(Sign::ClientTlsFailed),
            _ => None,
        }
    }

    /// Tells whether the control's certificate was issued by whoever issued the target's.
    fn same_issuer(&self) -> bool {
        let issuer = |link: &Link| {
            let asked = link.primary()?.asked.as_ref().ok()?;
            Some(asked.handshake.as_ref()?.chain.first()?.issuer.clone())
        };
        let control = self.independent_control().and_then(|control| issuer(&control.link));
        control.is_some() && control == issuer(self.target)
    }

    fn target_words(&self) -> String {
        let broken = self.target.broken.as_ref().map(|(_, words)| words.as_str());
        format!("{}: {}", self.target.name, broken.unwrap_or_default())
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        match self.control {
            Some(Ok(control)) => {
                facts.push(("control", format!("{} {}", control.url, control.words())));
            }
            Some(Err(why)) => facts.push(("control", format!("not seen: {why}"))),
            None => {}
        }
        if let Some(compared) = self.compared {
            facts.push(("other places", compared.words()));
        }
        facts.extend(resolvers(&self.target.lookups).map(|words| ("name servers", words)));
        facts.extend(addresses(self.target).map(|words| ("addresses", words)));
        facts.push(("default route", self.routes.words()));
        if let Some(proxy) = self.configured {
            let used = if self.proxy.is_some() { "--proxy was given instead" } else { "not used" };
            facts.push(("proxy", format!("{} names {}; {used}", proxy.variable, proxy.address)));
        }
        facts
    }
}

/// Signs of our own lookup of the target's name.
const OF_LOOKUP: &[Sign] = &[
    Sign::DnsNxdomain,
    Sign::DnsFailed,
    Sign::DnsServfail,
    Sign::DnsTimeout,
    Sign::DnsTemporaryFailure,
    Sign::ResolverUnreachable,
    Sign::TargetLookupFailed,
];

/// Signs of our own connection to the target.
const OF_CONNECT: &[Sign] = &[
    Sign::ConnectRefused,
    Sign::ConnectTimedOut,
    Sign::ConnectNoRoute,
    Sign::ConnectNetUnreachable,
    Sign::ConnectDenied,
    Sign::ConnectFailed,
    Sign::ProxySilent,
    Sign::ClientRefused,
    Sign::ClientConnectTimedOut,
];

/// Tells whether an observation is about our own way to the target, at a stage.
fn is_of_way(seen: &Observation, stage: Stage) -> bool {
    let signs = match stage {
        Stage::Resolve => OF_LOOKUP,
        Stage::Connect => OF_CONNECT,
        Stage::Tls => return seen.source == Source::probe_gateway() && is_of_handshake(seen.sign),
        _ => return false,
    };
    seen.source == Source::probe_gateway() && signs.contains(&seen.sign)
}

fn is_of_handshake(sign: Sign) -> bool {
    sign.slug().starts_with("tls_")
}

/// Says how the name servers answer, where more than one was asked.
fn resolvers(lookups: &[Lookup]) -> Option<String> {
    let system = lookups.iter().find(|lookup| lookup.resolver == "system")?;
    let others: Vec<&Lookup> =
        lookups.iter().filter(|lookup| lookup.resolver != "system").collect();
    if others.is_empty() {
        return None;
    }
    let mut said = vec![format!("the system says {}", words::lookup(&system.outcome))];
    said.extend(others.into_iter().map(|lookup| {
        let is_same = same(&lookup.outcome, &system.outcome);
        let words = if is_same { "the same".to_owned() } else { words::lookup(&lookup.outcome) };
        format!("{} {words}", lookup.resolver)
    }));
    Some(said.join("; "))
}

fn same(one: &LookupOutcome, other: &LookupOutcome) -> bool {
    use LookupOutcome::Addresses;
    match (one, other) {
        (Addresses { addresses: a, .. }, Addresses { addresses: b, .. }) => {
            a.len() == b.len() && a.iter().all(|address| b.contains(address))
        }
        _ => one == other,
    }
}

/// Says how many addresses of the target accept connections, where it has several.
fn addresses(target: &Link) -> Option<String> {
    let reached = target.runs.iter().filter(|run| run.probe.purpose == Purpose::Reach);
    let tried: Vec<bool> = reached
        .filter_map(|run| run.asked.as_ref().ok())
        .map(|asked| asked.connect.outcome == Connect::Connected)
        .collect();
    if tried.len() < 2 {
        return None;
    }
    let open = tried.iter().filter(|open| **open).count();
    Some(format!("{open} of {} accept connections", tried.len()))
}
