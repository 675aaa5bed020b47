//! The common and combined log formats with whatever follows them: nginx, Apache, Traefik, lighttpd
//! and ingress-nginx.

use goodgate_evidence::{Product, Sign};

use super::{Access, seconds, status, usual_timeout};

/// The size of a TLS alert record: five bytes of header and two of alert. nginx passes it on as the
/// body of an HTTP/0.9 answer.
const TLS_ALERT_BYTES: &str = "7";

/// Reads `client - user [time] "GET / HTTP/1.1" status bytes …`.
pub(super) fn read(line: &str) -> Option<Access> {
    let start = line.find(" HTTP/").and_then(|http| line.get(..http)?.rfind('"'))?;
    let after = line.get(start + 1..)?;
    let (request, rest) = after.split_once('"')?;
    let mut words = rest.split_ascii_whitespace();
    let status = status(words.next()?)?;
    let bytes = words.next().unwrap_or("-");
    let fields = Fields::of(rest);
    let duration = fields.request_time.or_else(|| micros(rest));
    let mut access = Access {
        format: "access log",
        product: fields.any().then_some(Product::Nginx),
        quote: quote(status, &fields),
        upstream: fields.address.clone(),
        status: Some(status),
        duration,
        method: request.split(' ').next().map(str::to_owned),
        signs: Vec::new(),
    };
    match status {
        499 => {
            access.product = Some(Product::Nginx);
            access.signs.push(Sign::ClientAborted);
            if duration.is_some_and(usual_timeout) {
                access.signs.push(Sign::OuterTimeout);
            }
        }
        9 => {
            access.product = Some(Product::Nginx);
            let alert = bytes == TLS_ALERT_BYTES;
            access.signs.push(Sign::NotHttp);
            access.signs.extend(alert.then_some(Sign::TlsBytesInsteadOfHttp));
        }
        100..=199 if status != 101 => access.signs.push(Sign::InformationalOnly),
        _ => access.signs.extend(fields.signs(status)),
    }
    if status >= 500 && !fields.any() && is_foreign(bytes) {
        access.signs.push(Sign::ForeignErrorBody);
    }
    Some(access)
}

/// No gateway's own error page is this short, but for those that are empty: HAProxy's have about
/// 100 bytes, nginx's about 160, Apache's more than 200; Envoy's shortest text has 19.
const FOREIGN_BODY_BYTES: std::ops::RangeInclusive<u32> = 1..=18;

fn is_foreign(bytes: &str) -> bool {
    bytes.parse::<u32>().is_ok_and(|bytes| FOREIGN_BODY_BYTES.contains(&bytes))
}

/// The upstream variables of nginx, by whatever name the format gives them.
#[derive(Debug, Default)]
struct Fields {
    request_time: Option<f64>,
    connect_time: Option<String>,
    header_time: Option<String>,
    response_time: Option<String>,
    upstream_status: Option<String>,
    address: Option<String>,
}

impl Fields {
    fn of(rest: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs(rest) {
            let value = value.trim_matches('"').to_owned();
            match name {
                "rt" | "request_time" => fields.request_time = seconds(&value),
                "uct" | "upstream_connect_time" => fields.connect_time = Some(value),
                "uht" | "upstream_header_time" => fields.header_time = Some(value),
                "urt" | "upstream_response_time" => fields.response_time = Some(value),
                "us" | "upstream_status" | "ups_status" => fields.upstream_status = Some(value),
                "ua" | "upstream_addr" | "upstream" | "ups" => fields.address = Some(value),
                _ => {}
            }
        }
        if !fields.any() {
            fields.read_ingress(rest);
        }
        fields
    }

    /// The tail of ingress-nginx: `… request_time [upstream-name] [] address length time status id`.
    fn read_ingress(&mut self, rest: &str) {
        let words: Vec<&str> = rest.split_ascii_whitespace().collect();
        let Some(name) = words.iter().rposition(|word| word.starts_with('[') && word.len() > 2)
        else {
            return;
        };
        let empty = words.get(name + 1).is_some_and(|word| word.starts_with('['));
        let tail = words.get(name + 1 + usize::from(empty)..).unwrap_or_default();
        if let [address, _, time, status, _id] = tail {
            self.request_time = name.checked_sub(1).and_then(|at| seconds(words.get(at)?));
            self.response_time = Some((*time).to_owned());
            self.upstream_status = Some((*status).to_owned());
            self.address = Some((*address).to_owned());
        }
    }

    fn any(&self) -> bool {
        self.upstream_status.is_some() || self.header_time.is_some() || self.address.is_some()
    }

    fn signs(&self, status: u16) -> Vec<Sign> {
        if self.retried_with_success(status) {
            return vec![Sign::RetrySucceeded];
        }
        let upstream = self.upstream_status.as_deref().map(last);
        let mut signs = Vec::new();
        if let Some(Ok(upstream)) = upstream.map(str::parse::<u16>)
            && upstream >= 500
            && upstream != status
        {
            signs.push(Sign::StatusMasked);
        }
        if status < 500 {
            return signs;
        }
        if self.named_pool() {
            signs.push(Sign::NoLiveUpstream);
        }
        signs.extend(self.who_made_it(status));
        signs
    }

    /// A header time says that the upstream sent a head; the upstream's status does not, since nginx
    /// writes its own there as well.
    fn who_made_it(&self, status: u16) -> Vec<Sign> {
        let Some(header_time) = self.header_time.as_deref().map(last) else {
            return Vec::new();
        };
        if header_time != "-" {
            return vec![Sign::UpstreamAnsweredError];
        }
        let mut signs = vec![Sign::GatewayMadeError];
        let connected = self.connect_time.as_deref().map(last).is_some_and(|time| time != "-");
        let tried = self.upstream_status.as_deref().is_some_and(|status| status != "-");
        signs.extend(match (status, tried, connected) {
            _ if self.named_pool() => None,
            (502, false, _) => Some(Sign::NoServerSelected),
            (502, true, false) => Some(Sign::ConnectFailed),
            (502, true, true) => Some(Sign::ResponseInvalidOrEnded),
            (504, true, false) => Some(Sign::ConnectOrTlsTimedOut),
            (504, true, true) => Some(Sign::HeadTimeout),
            _ => None,
        });
        signs
    }

    /// "502, 200" from the same address, the first at once and after a connection: an idle
    /// connection had been closed.
    fn retried_with_success(&self, status: u16) -> bool {
        let list = |text: &Option<String>| -> Vec<String> {
            let text = text.as_deref().unwrap_or_default();
            text.split(',').map(|part| part.trim().to_owned()).collect()
        };
        let statuses = list(&self.upstream_status);
        let addresses = list(&self.address);
        let connects = list(&self.connect_time);
        let times = list(&self.response_time);
        let first_failed = statuses.first().is_some_and(|status| status == "502");
        let same_address = addresses.len() == 2 && addresses.first() == addresses.get(1);
        let connected = connects.first().is_some_and(|time| !time.is_empty() && time != "-");
        let instant = times.first().and_then(|time| seconds(time)).is_some_and(|time| time < 0.01);
        status < 400 && statuses.len() == 2 && first_failed && same_address && connected && instant
    }

    /// nginx writes the name of the pool instead of an address when no server was live.
    fn named_pool(&self) -> bool {
        let Some(address) = self.address.as_deref().map(last) else { return false };
        let is_address = address.starts_with("unix:")
            || address.parse::<std::net::SocketAddr>().is_ok()
            || address.parse::<std::net::IpAddr>().is_ok();
        !address.is_empty() && address != "-" && !is_address && self.upstream_status.is_some()
    }
}

/// The last of `a, b : c`.
fn last(list: &str) -> &str {
    list.rsplit([',', ' ']).find(|part| !part.is_empty() && *part != ":").unwrap_or(list)
}

/// `name=value`, `name="value, value"` and `name: value`.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| *c == '=') {
        let name_at = text[..at].rfind([' ', '"', ',', '[']).map_or(0, |before| before + 1);
        let value = &text[at + c.len_utf8()..];
        let end = match value.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(value.len(), |end| end + 2),
            None => value.find(' ').unwrap_or(value.len()),
        };
        found.push((&text[name_at..at], &value[..end]));
    }
    found
}

/// Apache's `%D`: a trailing number of microseconds.
fn micros(rest: &str) -> Option<f64> {
    let last = rest.split_ascii_whitespace().nth(2)?;
    let only = rest.split_ascii_whitespace().count() == 3;
    (only && last.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| last.parse::<f64>().ok().map(|micros| micros / 1_000_000.0))?
}

fn quote(status: u16, fields: &Fields) -> String {
    let mut quote = format!("status {status}");
    for (name, value) in [
        ("upstream status", &fields.upstream_status),
        ("header time", &fields.header_time),
        ("upstream", &fields.address),
    ] {
        if let Some(value) = value {
            quote.extend([", ", name, " ", value]);
        }
    }
    quote
}
