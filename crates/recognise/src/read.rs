//! Reads a whole input and puts together what its lines show.

use std::collections::{BTreeMap, BTreeSet};

use goodgate_causes::{Case, Places, WrittenBy};
use goodgate_evidence::{Observation, Product, Sign, Source, Timestamp, text};

use crate::access::{self, Access};
use crate::limits::{INPUT_MAX, PAGE_MAX, QUOTE_MAX, SIGHTINGS_MAX, WRAPPED_LINES, WRAPPED_MAX};
use crate::lines::{self, Line};
use crate::pages;
use crate::signature::{self, Found as Match};
use crate::{
    bystanders, clients, clock, config, dependencies, hedges, places, products, prose, record,
};

/// What was recognised in an input.
#[derive(Debug, Default)]
pub struct Recognition {
    /// What it shows.
    pub observations: Vec<Observation>,
    /// Who wrote the page or the head in it, if there is one.
    pub written_by: Option<WrittenBy>,
    /// What only passed the answer on.
    pub forwarded_by: Vec<Product>,
    /// Ids to quote to whoever runs the gateway.
    pub request_ids: Vec<(String, String)>,
    /// Where the upstream is, where a line says it.
    pub places: Places,
    /// What kinds of text were found, and how many lines of each.
    pub found: Vec<Found>,
    /// How many lines there are that are not empty.
    pub lines: usize,
    /// How many of them show nothing.
    pub silent_lines: usize,
    /// Whether the input was longer than is read.
    pub cut: bool,
}

/// A kind of text that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: String,
    /// How many lines.
    pub lines: usize,
}

impl Recognition {
    /// Returns the case that has to be judged.
    pub fn case(&self) -> Case<'_> {
        Case {
            observations: &self.observations,
            written_by: self.written_by.clone(),
            places: self.places.clone(),
        }
    }
}

/// Reads an input. `name` is the file that it comes from; none for pasted text.
///
/// Bytes that are not UTF-8 are replaced. The time is linear in the length of the input, of which
/// at most [`INPUT_MAX`] bytes are read.
pub fn recognise(input: &[u8], name: Option<&str>) -> Recognition {
    let cut = input.len() > INPUT_MAX;
    let read = input.get(..input.len().min(INPUT_MAX)).unwrap_or(input);
    let text = String::from_utf8_lossy(read);
    let connected = text.contains("* Connected to ");
    let mut reader = Reader { name, connected, ..Reader::default() };
    if let Some(requests) = record::read(&text) {
        reader.read_requests(&requests);
        return reader.finish(cut);
    }
    reader.read_lines(&text);
    if text.len() <= PAGE_MAX {
        reader.read_page(&reader.without_log_lines(&text));
        reader.read_config(&text);
    }
    reader.finish(cut)
}

/// A pool has seldom this many servers of one address that fail in a row for one request; nginx
/// follows an error page ten times.
const REPEATS: usize = 5;

/// One host may be a client and an upstream of the same gateway; one that is both in this many failures
/// is the gateway.
const COMES_BACK: usize = 5;

#[derive(Default)]
struct Reader<'a> {
    name: Option<&'a str>,
    observations: Vec<Observation>,
    sightings: BTreeMap<Sign, usize>,
    kinds: BTreeMap<String, usize>,
    page: Option<pages::Reading>,
    upstream: Option<String>,
    /// The numbers of lines that belong to a log.
    log_lines: BTreeSet<usize>,
    /// Observations that an access line suggests for want of an error line.
    guesses: BTreeSet<usize>,
    /// The last line of nginx's error log without its time, and how often it came in a row.
    repeated: (String, usize),
    /// The upstreams of nginx from which an answer came that is no HTTP.
    unreadable: BTreeSet<String>,
    /// How many lines have one host as client and as upstream.
    came_back: usize,
    /// How many lines of an error log were understood.
    told: usize,
    /// Whether the lines before are about a service that the application relies on.
    about_dependency: bool,
    /// Whether the kernel killed a process that is no part of the chain.
    killed_another: bool,
    /// Whether curl was connected in the end, whatever address it tried first.
    connected: bool,
    /// Who made the answers of which the gateway itself tells.
    maker: Option<WrittenBy>,
    lines: usize,
    silent_lines: usize,
}

impl Reader<'_> {
    /// Reads requests of which the gateway itself tells.
    fn read_requests(&mut self, requests: &[Line]) {
        for request in requests {
            self.lines += 1;
            let at = clock::timestamp(&request.text);
            match access::read(request) {
                Some(access) => {
                    self.maker = self.maker.take().or_else(|| maker(&access));
                    self.add_access(request, &access, at, true);
                }
                None => self.silent_lines += 1,
            }
        }
    }

    fn read_lines(&mut self, text: &str) {
        let mut waiting: Vec<Line> = Vec::new();
        for line in lines::split(text) {
            self.lines += 1;
            if self.read_line(&line) {
                self.silent_lines += waiting.len();
                waiting.clear();
                continue;
            }
            waiting.push(line);
            if self.read_wrapped(&waiting) {
                waiting.clear();
            } else if waiting.len() > WRAPPED_LINES {
                waiting.remove(0);
                self.silent_lines += 1;
            }
        }
        self.silent_lines += waiting.len();
    }

    /// Reads one line and tells whether it showed anything.
    fn read_line(&mut self, line: &Line) -> bool {
        let at = clock::timestamp(&line.text);
        let access = access::read(line);
        if let Some(access) = access.as_ref().filter(|it| it.product == Some(Product::Goodgate)) {
            // It says all there is in its fields; words in them are of its own, or of clients.
            self.log_lines.insert(line.number);
            self.add_access(line, access, at, true);
            return true;
        }
        let format = access.as_ref().map(|access| access.format);
        let words = self.words_of(line, format);
        let set_aside = words.is_none();
        let found = words.unwrap_or_default();
        // People quote an error in the middle of a sentence; a log says nothing besides.
        if is_nodes_end(&line.text) {
            self.add(Sign::WorkerCrashed, None, line.number, at, line.text.trim());
        }
        let may_say = access.is_none() && (found.is_empty() || at.is_none() && line.json.is_none());
        let mut said = if may_say { prose::read(&line.text) } else { Vec::new() };
        said.retain(|said| !found.iter().any(|found| found.signature.sign == said.sign));
        let shown = !found.is_empty() || access.is_some() || !said.is_empty();
        let logged = access.is_some() || line.json.is_some() || at.is_some() && !found.is_empty();
        if logged || set_aside {
            self.log_lines.insert(line.number);
        }
        // What is set aside is a whole line and not a piece of one that was wrapped.
        self.silent_lines += usize::from(set_aside && !shown);
        self.upstream = self.upstream.take().or_else(|| places::upstream(&line.text));
        for found in &found {
            self.add_match(line, found, at);
        }
        if let Some(access) = access {
            self.add_access(line, &access, at, found.is_empty());
        }
        for said in said {
            self.count("description in words");
            self.add(said.sign, None, line.number, at, said.words);
        }
        shown || set_aside
    }

    /// Returns the words that show something, without those that clients wrote; nothing for a line
    /// that is about something else.
    fn words_of(&mut self, line: &Line, format: Option<&str>) -> Option<Vec<Match>> {
        let text = clients::blank(&line.text, format);
        self.about_dependency =
            dependencies::named(&text) || self.about_dependency && dependencies::continues(&text);
        let mut found = signature::find(&text);
        if found.is_empty() {
            return Some(found);
        }
        self.killed_another |= bystanders::killed_another(&text);
        let tried_another = self.connected && text.contains("connect to ");
        if tried_another || bystanders::is_about_something_else(line, &text) {
            return None;
        }
        if is_informative(&text) {
            found.retain(|found| !found.words.general);
        }
        if clock::timestamp(&text).is_none() && line.json.is_none() {
            found.retain(|found| !hedges::hedged(&text, found.span.0));
        }
        Some(found)
    }

    /// Reads lines that show nothing alone as one that was wrapped.
    fn read_wrapped(&mut self, waiting: &[Line]) -> bool {
        if waiting.len() < 2 {
            return false;
        }
        for start in 0..waiting.len() - 1 {
            let Some(lines) = waiting.get(start..) else { break };
            let joined: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            let text = joined.join(" ");
            if text.len() > WRAPPED_MAX {
                continue;
            }
            let number = lines.first().map_or(1, |line| line.number);
            let line = Line { number, text, json: None, program: None };
            let at = clock::timestamp(&line.text);
            let found = self.words_of(&line, None).unwrap_or_default();
            if found.is_empty() {
                continue;
            }
            self.upstream = self.upstream.take().or_else(|| places::upstream(&line.text));
            for found in &found {
                self.add_match(&line, found, at);
            }
            return true;
        }
        false
    }

    fn add_match(&mut self, line: &Line, found: &Match, at: Option<Timestamp>) {
        if self.follows(&line.text, found.signature.sign) {
            return;
        }
        let product = found.words.product.or_else(|| product_of(&line.text));
        self.told += usize::from(product.is_some_and(|product| product == Product::Nginx));
        let kind = product.map_or("error message", Product::meaning);
        self.count(&format!("{kind}: log line"));
        let quote = quote(&line.text, found.span);
        // A gateway may stand before such a service and then dials it itself.
        let of_application =
            found.words.product.is_none_or(is_client) && product_of(&line.text).is_none();
        let own = if of_application && self.about_dependency {
            dependencies::of(found.signature.sign)
        } else {
            found.signature.sign
        };
        self.add(own, product, line.number, at, &quote);
        for sign in found.signature.also {
            self.add(*sign, product, line.number, at, &quote);
        }
        if own == Sign::ClosedBeforeHead && line.text.contains("upstream: \"uwsgi://") {
            self.add(Sign::EmptyReplyOnException, product, line.number, at, &quote);
        }
        if self.comes_back(&line.text) {
            self.add(Sign::LoopDetected, product, line.number, at, &quote);
        }
        if self.repeats(&line.text) {
            self.add(Sign::ErrorPageLoops, product, line.number, at, &quote);
        }
        if let Some(name) = extension(&line.text) {
            self.add_named(Sign::CmsExtensionPath, product, line.number, at, &quote, &name);
        }
    }

    /// Counts the lines in which the client is the very host that the request goes to, other than this
    /// one: a few of them are a request that comes back to its gateway again and again.
    fn comes_back(&mut self, line: &str) -> bool {
        let upstream = places::upstream(line);
        let host = upstream.as_deref().and_then(|upstream| upstream.rsplit_once(':'));
        let Some((host, _)) = host else { return false };
        let client = line.split_once("client: ").or_else(|| line.split_once("[client "));
        let client = client.map_or("", |(_, rest)| rest);
        let same = client.strip_prefix(host).is_some_and(|rest| rest.starts_with([',', ':', ']']));
        if !same || host.starts_with("127.") || host == "localhost" {
            return false;
        }
        self.came_back += 1;
        self.came_back == COMES_BACK
    }

    /// Tells whether a line of nginx is about the rest of an answer that it could not read as HTTP and
    /// passes on as HTTP/0.9: how that ends is no second fault.
    fn follows(&mut self, line: &str, sign: Sign) -> bool {
        if !matches!(sign, Sign::NotHttp | Sign::BodyTruncated | Sign::BodyStalled) {
            return false;
        }
        let Some(upstream) = places::upstream(line) else { return false };
        if sign != Sign::NotHttp {
            return self.unreadable.contains(&upstream);
        }
        if self.unreadable.len() < SIGHTINGS_MAX {
            self.unreadable.insert(upstream);
        }
        false
    }

    /// Counts the lines of nginx that are equal but for the time: the same request on the same
    /// connection fails over and over only when its error page leads back to the upstream.
    fn repeats(&mut self, line: &str) -> bool {
        let Some((_, event)) = line.split_once(": *") else {
            self.repeated = (String::new(), 0);
            return false;
        };
        if self.repeated.0 == event {
            self.repeated.1 += 1;
        } else {
            self.repeated = (event.to_owned(), 1);
        }
        self.repeated.1 == REPEATS
    }

    fn add_access(&mut self, line: &Line, access: &Access, at: Option<Timestamp>, counts: bool) {
        if counts {
            let product = access.product.map_or("", Product::meaning);
            let kind = if product.is_empty() || access.format.contains(product) {
                access.format.to_owned()
            } else {
                format!("{product}: {}", access.format)
            };
            self.count(&kind);
        }
        let named = access.upstream.as_ref().filter(|upstream| upstream.contains(':'));
        self.upstream = self.upstream.take().or_else(|| named.cloned());
        // HAProxy writes when it accepted a request, the others when it ended.
        let waited = access.duration.filter(|_| access.product == Some(Product::Haproxy));
        let at = at.map(|at| Timestamp(at.0 + (waited.unwrap_or(0.0) * 1e6) as i64));
        for sign in &access.signs {
            self.add(*sign, access.product, line.number, at, &access.quote);
            if is_guess(*sign) {
                self.guesses.insert(self.observations.len().saturating_sub(1));
            }
        }
    }

    /// The text without the lines of logs: their words are not those of a page.
    fn without_log_lines(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if self.log_lines.contains(&(index + 1)) {
                kept.push('\n');
            } else {
                kept.push_str(line);
            }
        }
        kept
    }

    fn read_page(&mut self, text: &str) {
        let Some(reading) = pages::read_text(text) else { return };
        let product = reading.written_by.as_ref().map(|maker| maker.product);
        if let Some(product) = product {
            self.count(&format!("{}: error page or head", product.meaning()));
        }
        for mark in &reading.signs {
            let line = line_of(text, &mark.quote);
            self.add(mark.sign, product, line, None, &mark.quote);
        }
        self.page = Some(reading);
    }

    fn read_config(&mut self, text: &str) {
        for shown in config::read(text) {
            self.count("configuration or socket table");
            self.add(shown.sign, None, shown.line, None, &shown.quote);
        }
    }

    fn count(&mut self, kind: &str) {
        *self.kinds.entry(kind.to_owned()).or_default() += 1;
    }

    fn add(
        &mut self,
        sign: Sign,
        product: Option<Product>,
        line: usize,
        at: Option<Timestamp>,
        quote: &str,
    ) {
        self.add_named(sign, product, line, at, quote, "");
    }

    fn add_named(
        &mut self,
        sign: Sign,
        product: Option<Product>,
        line: usize,
        at: Option<Timestamp>,
        quote: &str,
        name: &str,
    ) {
        let sightings = self.sightings.entry(sign).or_default();
        *sightings += 1;
        if *sightings > SIGHTINGS_MAX {
            return;
        }
        let source =
            self.name.map_or_else(|| Source::text(line), |file| Source::file("file", file, line));
        let quote = text::shorten(&text::redact(quote), QUOTE_MAX);
        let mut seen = Observation::new(sign, source).quoting(quote).detailing("name", name);
        if sign == Sign::ServerMarkedDown {
            // A pool without live servers is the same event.
            Sign::NoLiveUpstream.slug().clone_into(&mut seen.group);
        }
        seen.product = product;
        seen.at = at;
        self.observations.push(seen);
    }

    /// An application that listens on a loopback address is out of reach only for a gateway that
    /// dials another one; what a log says about listening counts only where a refusal is seen too.
    fn settle_listeners(&mut self) {
        let local = |upstream: &String| {
            ["127.", "localhost", "[::1]", "unix:"].iter().any(|start| upstream.starts_with(start))
        };
        let dials_loopback = self.upstream.as_ref().is_some_and(local);
        let refused = self.observations.iter().any(|seen| seen.sign == Sign::ConnectRefused);
        self.observations.retain(|seen| {
            let of_log = seen.product.is_some();
            seen.sign != Sign::ListensOnLoopbackOnly || (!dials_loopback && (refused || !of_log))
        });
    }

    fn finish(mut self, cut: bool) -> Recognition {
        if self.told > 0 {
            // The error log says what the access line can only narrow down.
            let mut index = 0;
            self.observations.retain(|_| {
                index += 1;
                !self.guesses.contains(&(index - 1))
            });
        }
        for words in products::ALL {
            if let Some(settle) = words.settle {
                settle(&mut self.observations);
            }
        }
        settle_all(&mut self.observations);
        settle_killed(&mut self.observations, self.killed_another);
        self.settle_listeners();
        let page = self.page.unwrap_or_default();
        Recognition {
            written_by: page
                .written_by
                .map(|maker| WrittenBy {
                    product: maker.product,
                    confidence: maker.confidence,
                    because: maker.because,
                })
                .or(self.maker),
            forwarded_by: page.forwarded_by,
            request_ids: page.request_ids,
            places: Places { upstream: self.upstream, ..Places::default() },
            found: self.kinds.into_iter().map(|(kind, lines)| Found { kind, lines }).collect(),
            observations: self.observations,
            lines: self.lines,
            silent_lines: self.silent_lines,
            cut,
        }
    }
}

/// The gateway itself, where it says that it made the answer.
fn maker(access: &Access) -> Option<WrittenBy> {
    let is_own = access.signs.contains(&Sign::GatewayMadeError);
    is_own.then(|| WrittenBy {
        product: Product::Goodgate,
        confidence: 0.99,
        because: vec![access.quote.clone()],
    })
}

/// Signs by which an access line of nginx narrows down what the error log says in words.
fn is_guess(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::ConnectFailed
            | Sign::ResponseInvalidOrEnded
            | Sign::ConnectOrTlsTimedOut
            | Sign::HeadTimeout
            | Sign::NoServerSelected
            | Sign::NoLiveUpstream
    )
}

/// Sets right what only the whole input can tell.
fn settle_all(observations: &mut Vec<Observation>) {
    let has = |sign: Sign| observations.iter().any(|seen| seen.sign == sign);
    // A status that the upstream sent on one line and an error that the gateway logged on another
    // are two requests; but a fetch that failed is the gateway's own answer.
    let gateway_failed = observations.iter().any(|seen| {
        seen.product == Some(Product::Varnish)
            && !matches!(seen.sign, Sign::UpstreamAnsweredError | Sign::GatewayMadeError)
            && !seen.sign.slug().starts_with("status_")
            && !seen.sign.slug().starts_with("fails_")
    });
    let inner = inner_failures(observations);
    let retried = has(Sign::RetrySucceeded);
    let maintenance = has(Sign::MaintenancePage);
    let unresolved_at_start = has(Sign::NameUnresolvedAtStart);
    observations.retain(|seen| match seen.sign {
        Sign::UpstreamAnsweredError => {
            let explained = inner.iter().any(|product| Some(*product) != seen.product);
            let of_varnish = gateway_failed && seen.product == Some(Product::Varnish);
            !(maintenance || of_varnish || explained && relays(&seen.quote))
        }
        Sign::StatusOk => !retried,
        // A gateway that does not start says so in several places.
        Sign::BootFailed | Sign::CrashLoop => !unresolved_at_start,
        Sign::DnsNxdomain => !(unresolved_at_start && seen.product.is_none()),
        _ => true,
    });
}

/// Who asked for the memory is not who was killed, and another line of the kernel names the latter.
fn settle_killed(observations: &mut Vec<Observation>, another: bool) {
    let asked = |seen: &Observation| {
        seen.sign == Sign::OomKill
            && ["invoked oom-killer", "oom-kill:constraint="]
                .iter()
                .any(|words| seen.quote.contains(words))
    };
    let named = another
        || observations.iter().any(|seen| {
            seen.product == Some(Product::Kernel) && seen.quote.contains("process ") && !asked(seen)
        });
    observations.retain(|seen| !(named && asked(seen)));
}

/// Signs by which a gateway says how its attempt at the upstream failed.
pub(crate) fn failed_upstream(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::ConnectRefused
            | Sign::ConnectTimedOut
            | Sign::ConnectNoRoute
            | Sign::ClosedBeforeHead
            | Sign::ResetBeforeHead
            | Sign::HeadTimeout
            | Sign::HeadTooLarge
            | Sign::NoLiveUpstream
            | Sign::UnixMissing
            | Sign::UnixDenied
    )
}

/// The gateways that log how an attempt of their own failed: what an outer gateway passed on came
/// from there.
fn inner_failures(observations: &[Observation]) -> Vec<Product> {
    let failed = observations.iter().filter(|seen| failed_upstream(seen.sign));
    let gateway = |product: &Product| {
        matches!(
            product,
            Product::Nginx
                | Product::Apache
                | Product::Haproxy
                | Product::Envoy
                | Product::Traefik
                | Product::Caddy
                | Product::GoProxy
        )
    };
    failed.filter_map(|seen| seen.product).filter(gateway).collect()
}

/// Tells whether an access line is about a status that gateways make.
fn relays(quote: &str) -> bool {
    ["502", "503", "504"].iter().any(|status| quote.contains(status))
}

/// Tells whether a line's level is that of information: an error of the system that it names was
/// dealt with.
/// Node.js ends its words about an error that nobody caught with its version alone on a line.
fn is_nodes_end(line: &str) -> bool {
    let version = line.trim().strip_prefix("Node.js v").unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_informative(line: &str) -> bool {
    ["level=info", "level: info", " INFO ", "[INFO]"].iter().any(|level| line.contains(level))
}

/// The product of a line whose words are those of a language.
fn product_of(line: &str) -> Option<Product> {
    if line.contains("logger: http.") {
        return Some(Product::Caddy);
    }
    if line.contains("caused by: ") || line.contains("traefik") {
        return Some(Product::Traefik);
    }
    if line.contains("http: proxy error") || line.contains("httputil: ReverseProxy") {
        return Some(Product::GoProxy);
    }
    line.contains("originService=").then_some(Product::Cloudflared)
}

/// Languages whose errors may be about the application's own dependencies.
fn is_client(product: Product) -> bool {
    matches!(product, Product::Node | Product::Python | Product::Puma | Product::Php)
}

/// The plugin, theme or module whose path a line names.
fn extension(line: &str) -> Option<String> {
    const FOLDERS: &[&str] = &[
        "/wp-content/plugins/",
        "/wp-content/themes/",
        "/wp-content/mu-plugins/",
        "/sites/all/modules/",
        "/modules/contrib/",
        "/themes/contrib/",
        "/administrator/components/",
    ];
    let (_, rest) = FOLDERS.iter().find_map(|folder| line.split_once(folder))?;
    let name = rest.split(['/', ':', ' ', '"']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (!name.is_empty() && name.len() <= 80 && name.chars().all(plain)).then(|| name.to_owned())
}

/// The matched words and what follows them up to the end of the clause.
fn quote(line: &str, (start, end): (usize, usize)) -> String {
    let rest = line.get(end..).unwrap_or_default();
    let clause = rest.find([',', ';']).unwrap_or(rest.len());
    line.get(start..end + clause).unwrap_or_default().to_owned()
}

fn line_of(text: &str, quote: &str) -> usize {
    let at = if quote.is_empty() { None } else { text.find(quote) };
    at.map_or(1, |at| {
        memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or_default()).count() + 1
    })
}
