//! What one connection shows: connect, handshake and exchange.

use goodgate_evidence::probe::{
    AppAnswer, CertificateProblem, Connect, ConnectAttempt, Endpoint, Exchange, Foreign, Handshake,
    Http, HttpVersion, Tls,
};
use goodgate_evidence::{Product, Sign, Stage};

use super::{Seen, consequence, seen_of, when};
use crate::answer::{
    Answer, answer, app_answer, certificate_problem, ended_without_answer, is_not_as_coded,
    met_plain, met_tls, says_plain_to_tls, whole_time, words,
};
use crate::examination::Examination;
use crate::experiments;
use crate::limits::{HEAD_WAIT_MIN, ORIGIN_WAIT, SYN_SENT_AGAIN, WAITED, WAITED_IN_BODY};
use crate::notice::is_ipv6;
use crate::probe::{Asked, Hop, Probe, Purpose, What};
use crate::target::Scheme;

pub(super) fn look(examination: &Examination, hop: Hop, seen: &mut Seen) {
    addresses(examination, hop, seen);
    let Some((_, asked)) = examination.primary(hop) else { return };
    if explained_by_experiment(examination, hop, asked, seen) {
        return;
    }
    // It was looked at already.
    if hop == Hop::Origin && examination.origin_is_gateway() {
        return;
    }
    // HTTP that fails at a server of another protocol is no fault of that server.
    if hop == Hop::Origin && experiments::app_protocol::spoken(examination).is_some() {
        return;
    }
    if hop == Hop::Gateway && consequence::follows_from_origin(examination) {
        client_side(examination, hop, asked, seen);
        return;
    }
    if hop == Hop::Gateway && gave_nothing(examination, asked) {
        seen.add(hop, Sign::GatewayGaveNothing, when(asked), &stage_words(asked));
        return;
    }
    whole(examination, hop, asked, seen);
    for (_, other) in examination.asked_of(hop, Purpose::OtherAddress) {
        other_address(examination, hop, asked, other, seen);
    }
    for (_, over_http1) in examination.asked_of(hop, Purpose::Http1) {
        if answer(over_http1).fails() != answer(asked).fails() {
            whole(examination, hop, over_http1, seen);
        }
    }
}

/// Tells whether the gateway ends the connection by itself: the origin is well.
fn gave_nothing(examination: &Examination, asked: &Asked) -> bool {
    let origin = examination.result(Hop::Origin);
    ended_without_answer(asked) && matches!(origin, Some(Answer::Well(_)))
}

/// What the connects to several addresses show.
fn addresses(examination: &Examination, hop: Hop, seen: &mut Seen) {
    let tried: Vec<(&Probe, &Asked)> = examination
        .asked_of(hop, Purpose::Reach)
        .filter(|(_, asked)| !is_our_lack_of_ipv6(examination, hop, asked))
        .collect();
    let is_open = |asked: &Asked| asked.connect.outcome == Connect::Connected;
    let closed: Vec<_> = tried.iter().filter(|(_, asked)| !is_open(asked)).collect();
    for (probe, asked) in &closed {
        connect(hop, &asked.connect, seen);
        if is_ipv6(&probe.what) {
            seen.add_apart(hop, Sign::Ipv6AddressFailed, when(asked), &of_connect(&asked.connect));
        }
    }
    let open: Vec<_> = tried.iter().filter(|(_, asked)| is_open(asked)).collect();
    let (Some((at_closed, bad)), Some((_, good))) = (closed.first(), open.first()) else {
        return;
    };
    let quote = format!("{}; {}", of_connect(&bad.connect), of_connect(&good.connect));
    seen.add_apart(hop, Sign::SomeAddressesFail, when(bad), &quote);
    let of_closed = is_ipv6(&at_closed.what);
    let divided = closed.iter().all(|(probe, _)| is_ipv6(&probe.what) == of_closed)
        && open.iter().all(|(probe, _)| is_ipv6(&probe.what) != of_closed);
    if divided {
        seen.add_apart(hop, Sign::OtherFamilyWorks, when(bad), &quote);
    }
}

/// Tells whether a connect failed because this host has no IPv6 at all, which says nothing about
/// the server: the network is unreachable, and another family works.
pub(crate) fn is_our_lack_of_ipv6(examination: &Examination, hop: Hop, asked: &Asked) -> bool {
    let to_ipv6 = matches!(&asked.connect.endpoint, Endpoint::Tcp(address) if address.is_ipv6());
    let ours = matches!(asked.connect.outcome, Connect::NetworkUnreachable | Connect::NoFreePort);
    let other_works = || {
        examination.asked_of(hop, Purpose::Reach).any(|(probe, other)| {
            !is_ipv6(&probe.what) && other.connect.outcome != Connect::NetworkUnreachable
        })
    };
    to_ipv6 && ours && other_works()
}

/// A server that ends plain HTTP/1 without an answer and then answers in another way has shown what
/// it waited for; the end alone would say less.
fn explained_by_experiment(
    examination: &Examination,
    hop: Hop,
    first: &Asked,
    seen: &mut Seen,
) -> bool {
    if !ended_without_answer(first) && !matches!(answer(first), Answer::Failed(Stage::Tls)) {
        return false;
    }
    let outcome = |purpose| examination.asked_of(hop, purpose).next().map(|(_, asked)| asked);
    let before = stage_words(first);
    if let Some(asked) = outcome(Purpose::PriorHttp2)
        && asked.exchange.as_ref().is_some_and(|exchange| exchange.version == HttpVersion::Http2)
        && answer(asked).status().is_some()
    {
        let quote = format!("{before}; over HTTP/2 it answers {}", stage_words(asked));
        seen.add(hop, Sign::Http2Frames, when(asked), &quote);
        return true;
    }
    if let Some(asked) = outcome(Purpose::OtherScheme)
        && asked.handshake.as_ref().is_some_and(|handshake| handshake.outcome == Tls::Established)
    {
        let quote = format!("{before}; with TLS: {}", stage_words(asked));
        seen.add(hop, Sign::TlsBytesInsteadOfHttp, when(asked), &quote);
        return true;
    }
    if let Some(asked) = outcome(Purpose::ProxyHeader)
        && matches!(answer(asked), Answer::Well(status) if status != 400)
    {
        let quote = format!("{before}; after a PROXY header: {}", stage_words(asked));
        seen.add(hop, Sign::AnswersWithProxyHeader, when(asked), &quote);
    }
    false
}

/// Adds what a connection shows from its beginning to where it ended.
fn whole(examination: &Examination, hop: Hop, asked: &Asked, seen: &mut Seen) {
    connect(hop, &asked.connect, seen);
    if asked.connect.outcome != Connect::Connected {
        client_side(examination, hop, asked, seen);
        return;
    }
    if hop == Hop::Origin {
        let quote = of_connect(&asked.connect);
        seen.add_apart(hop, Sign::OriginAccepts, when(asked), &quote);
    }
    if let Some(handshake) = &asked.handshake {
        tls(examination, hop, asked, handshake, seen);
    }
    if let Some(exchange) = &asked.exchange {
        http(examination, hop, asked, exchange, seen);
    }
    if let Some(answer) = app_answer(asked) {
        app(hop, asked, answer, seen);
    }
    client_side(examination, hop, asked, seen);
}

/// What an application server shows that is spoken to in its own protocol.
fn app(hop: Hop, asked: &Asked, answer: &AppAnswer, seen: &mut Seen) {
    let sign = match answer {
        AppAnswer::Speaks { status, .. } => match status.and_then(of_status) {
            Some(sign) => sign,
            None => return,
        },
        AppAnswer::Closed => Sign::ClosedBeforeHead,
        AppAnswer::Reset => Sign::ResetBeforeHead,
        AppAnswer::TimedOut => Sign::HeadTimeout,
        AppAnswer::Foreign { .. } => Sign::FastcgiVersionWrong,
    };
    let quote = format!("{}: {}", words::place(&asked.connect.endpoint), words::app(answer));
    seen.add(hop, sign, when(asked), &quote);
}

fn connect(hop: Hop, attempt: &ConnectAttempt, seen: &mut Seen) {
    let unix = matches!(attempt.endpoint, Endpoint::Unix(_));
    let sign = match &attempt.outcome {
        Connect::Connected if attempt.took >= SYN_SENT_AGAIN => Sign::SynAnsweredLate,
        Connect::Connected => return,
        Connect::Refused if unix => Sign::UnixRefused,
        Connect::Refused => Sign::ConnectRefused,
        Connect::TimedOut if words::is_by_proxy(&attempt.endpoint) => Sign::ProxySilent,
        Connect::TimedOut => Sign::ConnectTimedOut,
        Connect::NoRoute => Sign::ConnectNoRoute,
        Connect::NetworkUnreachable => Sign::ConnectNetUnreachable,
        Connect::Denied => Sign::ConnectDenied,
        Connect::NoFreePort => Sign::ConnectNoFreePort,
        Connect::SocketMissing => Sign::UnixMissing,
        Connect::SocketDenied => Sign::UnixDenied,
        Connect::QueueFull => Sign::UnixQueueFull,
        Connect::ProxyRefused(line) if !could_not_reach(line) => Sign::ClientProxyFailed,
        Connect::Reset | Connect::ProxyRefused(_) | Connect::Other(_) => Sign::ConnectFailed,
    };
    let observation = seen_of(hop, sign, attempt.at, &of_connect(attempt))
        .detailing("endpoint", words::place(&attempt.endpoint))
        .detailing("after", words::duration(attempt.took));
    seen.push(observation);
}

/// A forward proxy that answers CONNECT with one of these tried and failed (RFC 9110 section
/// 9.3.6); with any other status it did not try.
fn could_not_reach(line: &str) -> bool {
    let status = line.split(' ').nth(1).unwrap_or_default();
    matches!(status, "500" | "502" | "503" | "504")
}

fn of_connect(attempt: &ConnectAttempt) -> String {
    let took = words::duration(attempt.took);
    format!("{}: {} after {took}", words::place(&attempt.endpoint), words::attempt(attempt))
}

/// With an origin the gateway is what the visitor reaches, and its silence is what they see.
fn client_side(examination: &Examination, hop: Hop, asked: &Asked, seen: &mut Seen) {
    if hop != Hop::Gateway || examination.target.origin.is_none() {
        return;
    }
    let sign = match asked.connect.outcome {
        Connect::Refused => Sign::ClientRefused,
        Connect::TimedOut if words::is_by_proxy(&asked.connect.endpoint) => return,
        Connect::TimedOut => Sign::ClientConnectTimedOut,
        Connect::Connected if ended_without_answer(asked) => Sign::ClientGotNothing,
        _ => return,
    };
    seen.add(hop, sign, when(asked), &stage_words(asked));
}

fn tls(examination: &Examination, hop: Hop, asked: &Asked, handshake: &Handshake, seen: &mut Seen) {
    if experiments::hello::explains(examination, hop) {
        return;
    }
    let sign = match &handshake.outcome {
        Tls::Established => return certificate(examination, hop, asked, handshake, seen),
        Tls::Alert { number, .. } => of_alert(*number, handshake.client_certificate_asked),
        Tls::TimedOut => Sign::TlsHandshakeTimeout,
        Tls::Closed | Tls::Reset => Sign::TlsPeerClosed,
        Tls::NotTls { .. } => Sign::TlsNotTls,
        Tls::Incompatible(why) if why.to_ascii_lowercase().contains("version") => {
            Sign::TlsAlertProtocolVersion
        }
        Tls::Incompatible(_) => Sign::TlsNoSharedCipher,
        Tls::Invalid(_) => Sign::TlsHandshakeFailed,
    };
    // A guessed scheme that was wrong is our fault and not theirs.
    if sign == Sign::TlsNotTls && is_guess(examination, hop) {
        return;
    }
    let quote =
        format!("{}: {}", words::place(&asked.connect.endpoint), words::handshake(handshake));
    seen.add(hop, sign, handshake.at, &quote);
    let alert = matches!(handshake.outcome, Tls::Alert { .. });
    if alert && handshake.client_certificate_asked && sign != Sign::TlsClientCertAsked {
        seen.add(hop, Sign::TlsClientCertAsked, handshake.at, &quote);
    }
}

/// Alerts by their numbers (RFC 8446 section 6.2).
fn of_alert(number: u8, certificate_asked: bool) -> Sign {
    match number {
        40 => Sign::TlsAlertHandshakeFailure,
        // bad, unsupported or unknown certificate: ours, as it is the server that complains.
        42 | 43 | 46 if certificate_asked => Sign::TlsClientCertAsked,
        70 => Sign::TlsAlertProtocolVersion,
        71 => Sign::TlsNoSharedCipher,
        112 => Sign::TlsAlertUnrecognizedName,
        116 => Sign::TlsAlertCertRequired,
        _ => Sign::TlsHandshakeFailed,
    }
}

/// A gateway's certificate concerns every visitor. The origin's concerns the gateway if that
/// verifies it, so it counts only where the gateway fails and the origin is well otherwise.
fn certificate(
    examination: &Examination,
    hop: Hop,
    asked: &Asked,
    handshake: &Handshake,
    seen: &mut Seen,
) {
    if hop == Hop::Origin {
        let gateway_fails = examination.result(Hop::Gateway).is_some_and(Answer::fails);
        if answer(asked).fails() || !gateway_fails {
            return;
        }
    }
    let Some(problem) = certificate_problem(asked) else { return };
    let sign = match problem {
        CertificateProblem::Expired | CertificateProblem::NotYetValid => Sign::TlsCertExpired,
        CertificateProblem::WrongName => Sign::TlsCertNameMismatch,
        CertificateProblem::SelfSigned | CertificateProblem::UnknownIssuer => {
            Sign::TlsCertUntrusted
        }
        CertificateProblem::Revoked => Sign::TlsCertInvalid,
        CertificateProblem::Other(_) => return,
    };
    let mut quote =
        format!("{}: {}", words::place(&asked.connect.endpoint), words::certificate(problem));
    if let Some(leaf) = handshake.chain.first() {
        quote =
            format!("{quote} ({}, valid {} to {})", leaf.subject, leaf.not_before, leaf.not_after);
    }
    seen.add(hop, sign, handshake.at, &quote);
}

/// Tells whether an origin was silent for as long as the gateway waits, or for as long as we do while
/// the gateway waited longer.
fn outlasts_gateway(examination: &Examination, asked: &Asked) -> bool {
    let Some((_, gateway)) = examination.primary(Hop::Gateway) else { return false };
    let waited = whole_time(gateway);
    answer(gateway).fails() && waited >= WAITED && (whole_time(asked) >= waited.min(ORIGIN_WAIT))
}

/// Says what a silence means. Of a gateway with a known origin it only says that it waits for
/// something; of an origin it says more the longer the gateway waited as well.
fn of_silence(examination: &Examination, hop: Hop, asked: &Asked, sign: Sign) -> Sign {
    match (hop, sign) {
        (Hop::Gateway, Sign::HeadTimeout) if examination.target.origin.is_some() => {
            Sign::TimeoutSomewhere
        }
        (Hop::Origin, Sign::TimeoutSomewhere) if outlasts_gateway(examination, asked) => {
            Sign::HeadTimeout
        }
        _ => sign,
    }
}

fn http(examination: &Examination, hop: Hop, asked: &Asked, exchange: &Exchange, seen: &mut Seen) {
    let quote = format!("{}: {}", words::place(&asked.connect.endpoint), words::exchange(exchange));
    for sign in of_exchange(asked, exchange) {
        let sign = of_silence(examination, hop, asked, sign);
        let mut observation = seen_of(hop, sign, exchange.at, &quote)
            .detailing("endpoint", words::place(&asked.connect.endpoint))
            .detailing("after", words::duration(exchange.took));
        if hop == Hop::Gateway {
            observation.product = server(exchange);
        }
        seen.push(observation);
    }
}

/// Servers whose name in `Server` says who made the answer: nginx puts it there whatever the upstream
/// sent, Apache where the upstream named none or is one itself. HAProxy has no name.
fn server(exchange: &Exchange) -> Option<Product> {
    let name = exchange.head.as_ref()?.field("server")?.to_ascii_lowercase();
    let own =
        [("nginx", Product::Nginx), ("openresty", Product::Openresty), ("apache", Product::Apache)];
    own.into_iter().find(|(word, _)| name.starts_with(word)).map(|(_, product)| product)
}

fn of_exchange(asked: &Asked, exchange: &Exchange) -> Vec<Sign> {
    if let Some(sign) = late_alert(exchange) {
        return vec![sign];
    }
    let over_http2 = exchange.version == HttpVersion::Http2;
    let sign = match &exchange.outcome {
        _ if is_not_as_coded(exchange) => Sign::ContentCodingInvalid,
        Http::Complete | Http::Bounded | Http::ExtraBytes(_) => {
            let plain = asked.handshake.is_none();
            return match exchange.head.as_ref().map(|head| head.status) {
                Some(400) if plain && says_plain_to_tls(exchange) => vec![Sign::PlainHttpToTlsPort],
                status => status.and_then(of_status).into_iter().collect(),
            };
        }
        Http::BodyStalled if !answer(asked).fails() => return Vec::new(),
        Http::ClosedBeforeHead => Sign::ClosedBeforeHead,
        Http::ResetBeforeHead => Sign::ResetBeforeHead,
        Http::FailedWhileSending => Sign::SendReset,
        // Many a healthy answer takes longer than that.
        Http::HeadTimedOut if exchange.took < HEAD_WAIT_MIN => Sign::TimeoutSomewhere,
        Http::HeadTimedOut => Sign::HeadTimeout,
        Http::HeadTruncated => Sign::HeadTruncated,
        Http::HeadTooLarge => Sign::HeadTooLarge,
        Http::NotHttp(_) if over_http2 && exchange.raw.starts_with(b"HTTP/1") => {
            Sign::Http1InsteadOfHttp2
        }
        Http::NotHttp(foreign) => of_foreign(*foreign),
        Http::StatusLineInvalid(_) => Sign::StatusLineInvalid,
        Http::HeaderInvalid(_) => Sign::HeaderInvalid,
        Http::FramingConflict(_) => Sign::FramingConflict,
        Http::InformationalOnly => Sign::InformationalOnly,
        Http::InformationalFlood => Sign::InformationalFlood,
        Http::UnexpectedUpgrade => Sign::UnexpectedUpgrade,
        Http::BodyTruncated { .. } if waited_in_body(exchange) => Sign::BodyCutAfterWait,
        Http::BodyTruncated { .. } => Sign::BodyTruncated,
        Http::BodyStalled => Sign::BodyStalled,
        Http::ChunkingInvalid(_) => Sign::ChunkingInvalid,
        Http::StreamReset(_) => Sign::Http2StreamReset,
        Http::Goaway(_) => Sign::Http2Goaway,
        Http::Http2Failed(_) => Sign::ResponseInvalid,
    };
    vec![sign]
}

/// Tells whether a body that ended early took so long that its sender, or a gateway before it, may have
/// waited for more and given up.
fn waited_in_body(exchange: &Exchange) -> bool {
    exchange.took >= WAITED_IN_BODY
}

fn of_foreign(foreign: Foreign) -> Sign {
    match foreign {
        Foreign::Tls => Sign::TlsBytesInsteadOfHttp,
        Foreign::Http2 => Sign::Http2Frames,
        Foreign::Ssh | Foreign::Greeting220 | Foreign::Redis | Foreign::Mysql => {
            Sign::ForeignBanner
        }
        Foreign::Fastcgi => Sign::AppProtocolGotHttp,
        Foreign::Text | Foreign::Bytes => Sign::NotHttp,
    }
}

pub(super) fn of_status(status: u16) -> Option<Sign> {
    match status {
        500 => Some(Sign::Status500),
        502 => Some(Sign::Status502),
        503 => Some(Sign::Status503),
        504 => Some(Sign::Status504),
        429 => Some(Sign::RateLimited),
        400 => Some(Sign::ValidRequestRefused),
        _ => None,
    }
}

/// TLS 1.3 tells only after the handshake that a client certificate is missing; the probe notes
/// such an alert as `TLS alert NUMBER NAME`.
fn late_alert(exchange: &Exchange) -> Option<Sign> {
    if exchange.head.is_some() {
        return None;
    }
    let mut alerts = exchange.departures.iter().filter_map(|note| note.strip_prefix("TLS alert "));
    let number: u8 = alerts.next()?.split(' ').next()?.parse().ok()?;
    Some(match of_alert(number, true) {
        Sign::TlsHandshakeFailed => Sign::TlsFailedAfterHandshake,
        sign => sign,
    })
}

/// An address that answers otherwise than the first one.
fn other_address(
    examination: &Examination,
    hop: Hop,
    first: &Asked,
    other: &Asked,
    seen: &mut Seen,
) {
    let (one, two) = (answer(first), answer(other));
    if one.fails() == two.fails() {
        return;
    }
    if two.fails() {
        whole(examination, hop, other, seen);
    }
    let quote = format!(
        "{}: {}; {}: {}",
        words::place(&first.connect.endpoint),
        stage_words(first),
        words::place(&other.connect.endpoint),
        stage_words(other)
    );
    if !seen.has_of(hop, Sign::SomeAddressesFail) {
        seen.add_apart(hop, Sign::SomeAddressesFail, when(other), &quote);
    }
}

/// Says where a connection ended and how.
pub(crate) fn stage_words(asked: &Asked) -> String {
    match (&asked.exchange, &asked.handshake) {
        (Some(exchange), _) => words::exchange(exchange),
        (None, Some(handshake)) => words::handshake(handshake),
        (None, None) => match app_answer(asked) {
            Some(answer) => words::app(answer),
            None => words::attempt(&asked.connect),
        },
    }
}

/// Tells whether the scheme of a hop is ours to find out.
fn is_guess(examination: &Examination, hop: Hop) -> bool {
    matches!(examination.scheme(hop), Some(Scheme::Unknown { .. }))
}

/// Tells whether the origin's port speaks TLS although plain HTTP was tried first on a guess.
pub(super) fn origin_turned_out_tls(examination: &Examination) -> Option<&Asked> {
    let (probe, first) = examination.first_try(Hop::Origin)?;
    let plain = matches!(&probe.what, What::Ask(ask) if ask.tls.is_none());
    let (_, primary) = examination.primary(Hop::Origin)?;
    (is_guess(examination, Hop::Origin) && plain && met_tls(first) && !met_plain(primary))
        .then_some(primary)
}
