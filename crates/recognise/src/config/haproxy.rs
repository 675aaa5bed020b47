//! Configurations of HAProxy: sections, and what their `server` lines say (configuration manual,
//! sections 2, 4 and 5).

use goodgate_evidence::Sign;

use super::whole::{File, Finding, Known, is_name};

/// What HAProxy logs in place of a server when it chose none.
const NO_SERVER: &str = "<NOSRV>";

/// So few ciphers are a choice of one's own and no list of what is good.
const FEW_CIPHERS: usize = 4;

/// Names in a list of ciphers that stand for many.
const MANY_CIPHERS: &[&str] = &["ALL", "COMPLEMENTOFALL", "DEFAULT", "HIGH", "MEDIUM", "PROFILE"];

/// Words at the beginning of a line that start a section without servers of interest.
const OTHER_SECTIONS: &[&str] = &[
    "acme",
    "cache",
    "crt-store",
    "fcgi-app",
    "global",
    "http-errors",
    "log-forward",
    "log-profile",
    "mailers",
    "peers",
    "program",
    "resolvers",
    "ring",
    "traces",
    "userlist",
];

/// Rules of a section that answer or send on without any server.
const WITHOUT_SERVERS: &[&str] =
    &["dispatch", "errorfile", "http-request", "redirect", "stats", "tcp-request", "transparent"];

/// Reads the files of one configuration.
pub(super) fn read(files: &[File<'_>], known: &Known<'_>) -> Vec<Finding> {
    let sections = sections(files);
    let file = Whole { sections: &sections, known };
    let mut found = Vec::new();
    found.extend(file.no_route());
    if let Some(backend) = file.backend() {
        found.extend(file.no_servers(backend));
        for server in file.servers(backend) {
            found.extend(file.of_server(backend, server));
        }
    }
    found
}

/// A line with its words.
struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
    words: Vec<String>,
}

impl Line<'_> {
    fn starts(&self, words: &[&str]) -> bool {
        self.words.first().is_some_and(|first| words.contains(&first.as_str()))
    }

    fn shows(&self, sign: Sign) -> Finding {
        let (file, quote) = (self.file.to_owned(), self.text.to_owned());
        Finding { sign, file, line: self.number, quote }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Defaults,
    Frontend,
    Backend,
    /// Frontend and backend in one.
    Listen,
    Other,
}

struct Section<'a> {
    kind: Kind,
    name: String,
    head: Line<'a>,
    lines: Vec<Line<'a>>,
    /// The section `defaults` that holds for it.
    defaults: Option<usize>,
}

impl Section<'_> {
    fn has_servers(&self) -> bool {
        self.lines.iter().any(|line| line.starts(&["server", "server-template"]))
    }

    fn has(&self, words: &[&str]) -> bool {
        self.lines.iter().any(|line| line.starts(words))
    }
}

fn sections<'a>(files: &[File<'a>]) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for file in files {
        for (at, text) in file.text.lines().enumerate() {
            let text = text.trim();
            let line = Line { file: file.path, number: at + 1, text, words: words(text) };
            let Some(first) = line.words.first() else { continue };
            if let Some(kind) = kind(first) {
                let defaults = defaults_of(&sections, &line);
                let name = line.words.get(1).cloned().unwrap_or_default();
                sections.push(Section { kind, name, head: line, lines: Vec::new(), defaults });
            } else if let Some(section) = sections.last_mut() {
                section.lines.push(line);
            }
        }
    }
    sections
}

fn kind(word: &str) -> Option<Kind> {
    match word {
        "defaults" => Some(Kind::Defaults),
        "frontend" => Some(Kind::Frontend),
        "backend" => Some(Kind::Backend),
        "listen" => Some(Kind::Listen),
        other => OTHER_SECTIONS.contains(&other).then_some(Kind::Other),
    }
}

/// Returns the defaults that a section names after `from`, else the last ones before it.
fn defaults_of(sections: &[Section<'_>], head: &Line<'_>) -> Option<usize> {
    let is_defaults = |section: &Section<'_>| section.kind == Kind::Defaults;
    let from = head.words.iter().position(|word| word == "from");
    match from.and_then(|at| head.words.get(at + 1)) {
        Some(name) => sections.iter().position(|one| is_defaults(one) && one.name == *name),
        None => sections.iter().rposition(is_defaults),
    }
}

/// Splits a line into words: quotes hold words together, a backslash takes the next character as
/// it is, `#` begins a comment.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut open, mut quote) = (String::new(), false, None);
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match (c, quote) {
            ('#', None) => break,
            (' ' | '\t', None) => {
                if open {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
                continue;
            }
            ('\\', None | Some('"')) => word.extend(letters.next()),
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(end)) if c == end => quote = None,
            (c, _) => word.push(c),
        }
        open = true;
    }
    if open {
        words.push(word);
    }
    words
}

struct Whole<'a> {
    sections: &'a [Section<'a>],
    known: &'a Known<'a>,
}

impl<'a> Whole<'a> {
    /// Returns whom the log names: the column of the backend and that of the server.
    fn dialled(&self) -> Option<(&'a str, &'a str)> {
        let (backend, server) = self.known.dialled?.split_once('/')?;
        Some((backend.trim_end_matches('~'), server))
    }

    /// Returns the backend that the log names, else the only one.
    fn backend(&self) -> Option<&'a Section<'a>> {
        let takes = |section: &&Section<'_>| matches!(section.kind, Kind::Backend | Kind::Listen);
        let mut backends = self.sections.iter().filter(takes);
        match self.dialled() {
            Some((name, _)) => backends.find(|section| section.name == name),
            None => backends.next().filter(|_| backends.next().is_none()),
        }
    }

    /// Tells whether parts of the configuration hold under conditions only, so that what is absent
    /// may stand elsewhere.
    fn is_conditional(&self) -> bool {
        let lines =
            self.sections.iter().flat_map(|one| std::iter::once(&one.head).chain(&one.lines));
        lines.into_iter().any(|line| line.starts(&[".if"]))
    }

    /// A pool without servers, of which HAProxy says that it found none.
    fn no_servers(&self, backend: &Section<'_>) -> Option<Finding> {
        if backend.has_servers() || self.is_conditional() {
            return None;
        }
        let fits = match self.dialled() {
            Some((_, server)) => server == NO_SERVER && self.known.has(&[Sign::NoServerSelected]),
            // Whether a rule answered instead is not known without the log.
            None => {
                self.known.has(&[Sign::NoServerAvailable])
                    && !self.sections.iter().any(|one| one.has(WITHOUT_SERVERS))
            }
        };
        let sends_on = backend.has(&["dispatch", "default_backend", "use_backend", "transparent"])
            || backend.lines.iter().any(|line| line.text.contains("option transparent"));
        (fits && !sends_on).then(|| backend.head.shows(Sign::NoEndpoints))
    }

    /// A rule that takes the name of the backend from the request, where HAProxy found none: then
    /// the log names the frontend in the column of the backend.
    fn no_route(&self) -> Option<Finding> {
        let (name, server) = self.dialled()?;
        let takes = |one: &&Section<'_>| {
            let sends_on =
                one.kind == Kind::Frontend || one.kind == Kind::Listen && !one.has_servers();
            sends_on && one.name == name
        };
        let is_none = server == NO_SERVER && self.known.has(&[Sign::NoServerSelected]);
        let frontend = self.sections.iter().find(takes).filter(|_| is_none)?;
        let defaults = frontend.defaults.and_then(|at| self.sections.get(at));
        let has_default = std::iter::once(frontend)
            .chain(defaults)
            .any(|section| section.has(&["default_backend"]));
        if has_default || self.is_conditional() {
            return None;
        }
        let is_dynamic = |line: &&Line<'_>| {
            line.starts(&["use_backend"]) && line.words.get(1).is_some_and(|to| to.contains("%["))
        };
        Some(frontend.lines.iter().find(is_dynamic)?.shows(Sign::RouteMissing))
    }

    /// Returns the server that the log names, else all of the backend.
    fn servers(&self, backend: &'a Section<'a>) -> Vec<&'a Line<'a>> {
        let named = self.dialled().map(|(_, server)| server);
        let fits = |line: &&Line<'_>| match (line.words.first().map(String::as_str), named) {
            (Some("server" | "server-template"), None) => true,
            (Some("server"), Some(named)) => line.words.get(1).is_some_and(|name| name == named),
            (Some("server-template"), Some(named)) => {
                line.words.get(1).is_some_and(|prefix| named.starts_with(prefix.as_str()))
            }
            _ => false,
        };
        backend.lines.iter().filter(fits).collect()
    }

    fn of_server(&self, backend: &Section<'_>, line: &Line<'_>) -> Vec<Finding> {
        let server = Server::of(line, self.defaults(backend));
        let known = self.known;
        let mut signs = Vec::new();
        let tls = server.speaks_tls();
        // A server that speaks it and then breaks off got as far as a request.
        let is_http2 = !tls && server.value("proto") == Some("h2");
        if is_http2 && known.origin_speaks_http1 && known.failed_to_connect() {
            signs.push(Sign::ConfigSpeaksHttp2);
        }
        if tls && known.may_be_tls() {
            if server.limits_ciphers() {
                signs.push(Sign::ConfigLimitsCiphers);
            } else if server.limits_versions() {
                signs.push(Sign::ConfigLimitsTlsVersions);
            }
        }
        let name = server.host().filter(|host| is_name(host));
        if tls && name.is_some() && known.may_be_tls() && !server.has(&["sni", "sni-auto"]) {
            signs.push(Sign::TlsNoSniSent);
        }
        let asks_again = server.has(&["resolvers"]) || server.value("init-addr") == Some("none");
        if let Some(name) = name.filter(|_| known.failed_to_connect() && !asks_again) {
            signs.push(known.static_name(name, tls));
        }
        signs.into_iter().map(|sign| line.shows(sign)).collect()
    }

    /// Returns the words of `default-server` that hold in a backend, the general ones first.
    fn defaults(&self, backend: &'a Section<'_>) -> impl Iterator<Item = &'a String> {
        let defaults = backend.defaults.and_then(|at| self.sections.get(at));
        let lines = defaults.into_iter().chain([backend]).flat_map(|section| &section.lines);
        let lines = lines.filter(|line| line.starts(&["default-server"]));
        lines.flat_map(|line| line.words.iter().skip(1))
    }
}

/// The words of a server's line after those of `default-server`.
struct Server<'a> {
    address: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Server<'a> {
    fn of(line: &'a Line<'_>, defaults: impl Iterator<Item = &'a String>) -> Self {
        // A template has the number of its servers before the address.
        let at = if line.starts(&["server-template"]) { 3 } else { 2 };
        let address = line.words.get(at).map_or("", String::as_str);
        let own = line.words.iter().skip(at + 1);
        Self { address, words: defaults.chain(own).map(String::as_str).collect() }
    }

    fn has(&self, names: &[&str]) -> bool {
        self.words.iter().any(|word| names.contains(word))
    }

    /// Returns what follows a word, the last time that it stands there.
    fn value(&self, name: &str) -> Option<&'a str> {
        let at = self.words.iter().rposition(|word| *word == name)?;
        self.words.get(at + 1).copied()
    }

    fn speaks_tls(&self) -> bool {
        let last = |name: &str| self.words.iter().rposition(|word| *word == name);
        last("ssl").is_some_and(|at| last("no-ssl").is_none_or(|off| off < at))
    }

    /// Returns the host of the address; none for a socket's path or a prefix of a family.
    fn host(&self) -> Option<&'a str> {
        let (host, port) = self.address.rsplit_once(':').unwrap_or((self.address, ""));
        let is_port = port.chars().all(|c| c.is_ascii_digit() || c == '+' || c == '-');
        (is_port && !host.contains(['@', '/', ':'])).then_some(host)
    }

    fn limits_ciphers(&self) -> bool {
        let few = |list: &str| {
            let names: Vec<&str> = list.split([':', ',', ' ']).collect();
            let is_many = |name: &&str| {
                let name = name.trim_start_matches(['@', '+']);
                MANY_CIPHERS.contains(&name.split('=').next().unwrap_or(name))
            };
            !list.is_empty() && names.len() <= FEW_CIPHERS && !names.iter().any(is_many)
        };
        // One list is for TLS 1.3, the other for what came before.
        let of_13 = self.value("ciphersuites").is_some_and(few);
        let before_13 = self.value("ciphers").is_some_and(few);
        before_13 || of_13 && self.value("ssl-min-ver") == Some("TLSv1.3")
    }

    fn limits_versions(&self) -> bool {
        let below = self.value("ssl-max-ver").is_some_and(|version| version != "TLSv1.3");
        let above = self.value("ssl-min-ver") == Some("TLSv1.3");
        let one = self.words.iter().any(|word| word.starts_with("force-tlsv1"));
        below || above || one || self.has(&["no-tlsv12", "no-tlsv13"])
    }
}

#[cfg(test)]
mod tests;
