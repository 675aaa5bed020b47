//! HAProxy's HTTP log line (configuration manual section 8.2.3) with the states of section 8.5.

use goodgate_evidence::{Product, Sign};

use super::Access;

/// From this many connections on, as many towards servers as from clients look like a loop.
const LOOP_CONNECTIONS: u32 = 100;

/// Reads a request line.
pub(super) fn read(line: &str) -> Option<Access> {
    standard(line).or_else(|| custom(line))
}

/// A format of one's own that still has the termination state: the state alone is read.
fn custom(line: &str) -> Option<Access> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(96).collect();
    let known = |word: &&&str| is_state(word) && word.ends_with("--") && **word != "----";
    let state = words.iter().find(known)?;
    let status = words
        .iter()
        .filter_map(|word| word.parse::<u16>().ok())
        .find(|status| (400..=599).contains(status))?;
    let request = Request {
        state,
        status,
        no_server: line.contains("<NOSRV>"),
        error: bc_err(line),
        loops: false,
    };
    Some(Access {
        format: "HAProxy log of an own format",
        product: Some(Product::Haproxy),
        signs: request.signs(),
        quote: format!("{status} … {state}{}", request.error_words()),
        status: Some(status),
        ..Access::default()
    })
}

/// Reads `… frontend backend/server Tq/Tw/Tc/Tr/Ta status bytes - - XX-- … "GET / HTTP/1.1" …`.
fn standard(line: &str) -> Option<Access> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(64).collect();
    let at = words.iter().position(|word| timers(word).is_some())?;
    let timers = timers(words.get(at)?)?;
    let state = words.get(at + 5).filter(|state| is_state(state))?;
    let server = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
    let connections = words.get(at + 6).copied().unwrap_or_default();
    let status = words.get(at + 1).and_then(|status| status.parse::<i32>().ok())?;
    let request = Request {
        state,
        status: u16::try_from(status).unwrap_or(0),
        no_server: server.ends_with("/<NOSRV>"),
        error: bc_err(line),
        loops: loops(connections),
    };
    Some(Access {
        format: "HAProxy HTTP log",
        product: Some(Product::Haproxy),
        signs: request.signs(),
        quote: format!("{server} … {status} … {state}{}", request.error_words()),
        upstream: Some(server.to_owned()),
        status: Some(request.status),
        duration: timers.last().map(|milliseconds| f64::from(*milliseconds) / 1000.0),
        method: line.split('"').nth(1)?.split(' ').next().map(str::to_owned),
    })
}

struct Request<'a> {
    state: &'a str,
    status: u16,
    no_server: bool,
    error: Option<&'a str>,
    loops: bool,
}

impl Request<'_> {
    fn error_words(&self) -> String {
        self.error.map(|error| format!(" bc_err={error}")).unwrap_or_default()
    }

    /// What the first two characters say: who ended the session, and in which phase.
    fn signs(&self) -> Vec<Sign> {
        let mut phases = self.state.chars();
        let (who, phase) = (phases.next().unwrap_or('-'), phases.next().unwrap_or('-'));
        match (who, phase) {
            ('S', 'C') => self.connect_failed(),
            ('s', 'C') => vec![Sign::ConnectOrTlsTimedOut, Sign::GatewayMadeError],
            ('S', 'H') if self.error == Some("43") => {
                vec![Sign::TlsFailedAfterHandshake, Sign::GatewayMadeError]
            }
            ('S', 'H') => vec![Sign::EndedBeforeHead, Sign::GatewayMadeError],
            ('s', 'H') if self.loops => vec![Sign::HeadTimeout, Sign::LoopSuspected],
            ('s', 'H') => vec![Sign::HeadTimeout, Sign::GatewayMadeError],
            ('P', 'H') => vec![Sign::ResponseInvalid, Sign::GatewayMadeError],
            ('S', 'D' | 'L') => vec![Sign::BodyTruncated],
            ('s', 'D' | 'L') => vec![Sign::BodyStalled],
            ('P', 'D') => vec![Sign::ChunkingInvalid],
            ('s' | 'S' | 'C' | 'c', 'Q') => vec![Sign::ConcurrencyLimit],
            ('P' | 'R', 'C') => vec![Sign::GatewayConnectionsExhausted],
            ('P', 'R' | 'T') if self.status == 429 || phase == 'T' => vec![Sign::RateLimited],
            ('P', 'R') => vec![Sign::ClientRequestInvalid],
            ('C', _) => vec![Sign::ClientAborted],
            ('c', _) => vec![Sign::ClientTimedOut],
            ('I' | 'R', _) => vec![Sign::FdExhausted],
            ('L', _) | ('-', '-') if self.no_server && self.status >= 500 => {
                vec![Sign::GatewayMadeError, Sign::AnsweredByRule]
            }
            ('-', '-') if self.status >= 500 => vec![Sign::UpstreamAnsweredError],
            _ => Vec::new(),
        }
    }

    /// 503 with `SC`: only the extra field `bc_err` tells more. Plain refusals leave it empty.
    fn connect_failed(&self) -> Vec<Sign> {
        if self.no_server {
            return vec![Sign::NoServerSelected, Sign::GatewayMadeError];
        }
        let sign = match self.error {
            Some("33") => Sign::TlsCertNameMismatch,
            Some("34") => Sign::TlsHandshakeFailed,
            Some("6") => Sign::LocalSocketError,
            Some("9") => Sign::NoPortOrQueueFull,
            Some("0") => Sign::ConnectedThenFailed,
            Some("-") => Sign::ConnectRefused,
            _ => Sign::ConnectOrTlsFailed,
        };
        vec![sign, Sign::GatewayMadeError]
    }
}

/// Five numbers with slashes between them.
fn timers(word: &str) -> Option<Vec<i32>> {
    let values: Vec<i32> = word
        .split('/')
        .map(|value| value.trim_start_matches('+').parse().ok())
        .collect::<Option<_>>()?;
    (values.len() == 5).then_some(values)
}

fn is_state(word: &str) -> bool {
    word.len() == 4 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

fn bc_err(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("bc_err=")?;
    let end = rest.find([':', ' ', '"']).unwrap_or(rest.len());
    rest.get(..end)
}

/// `actconn/feconn/beconn/srv_conn/retries`: a loop shows as hundreds of connections, as many
/// towards the server as from clients.
fn loops(connections: &str) -> bool {
    let counts: Vec<u32> = connections
        .split('/')
        .filter_map(|count| count.trim_start_matches('+').parse().ok())
        .collect();
    match counts.as_slice() {
        [_, front, _, server, ..] => {
            *front >= LOOP_CONNECTIONS && server.saturating_mul(100) >= front.saturating_mul(95)
        }
        _ => false,
    }
}
