//! Configurations of nginx: the pools of `upstream` blocks.

use goodgate_evidence::Sign;

use super::whole::{File, Finding, Known, is_name};

/// Reads the files of one configuration.
pub(super) fn read(files: &[File<'_>], known: &Known<'_>) -> Vec<Finding> {
    let servers: Vec<Server<'_>> = files.iter().flat_map(servers).collect();
    let pools = || servers.iter().map(|server| server.pool);
    let only = pools().next().filter(|first| pools().all(|pool| pool == *first));
    // An address in the log tells whether it is the right one better than a name that was resolved.
    let address_is_known = known.dialled.is_some_and(|dialled| dialled.contains(':'));
    let named = known.dialled.and_then(|dialled| pools().find(|pool| *pool == dialled));
    let Some(pool) = named.or(only) else { return Vec::new() };
    let members = || servers.iter().filter(|server| server.pool == pool);
    let mut found = Vec::new();
    for server in members() {
        if server.limits() && known.has(&[Sign::NoLiveUpstream]) {
            // A single server is never counted as down, so that only its limit is left.
            let is_single = members().count() == 1 && named.is_some() && server.is_one_peer();
            let sign =
                if is_single { Sign::ConcurrencyLimit } else { Sign::ConfigLimitsConnections };
            found.push(server.shows(sign));
        }
        let is_static = is_name(server.host()) && !server.words.contains(&"resolve");
        if is_static && !address_is_known && known.failed_to_connect() {
            found.push(server.shows(known.static_name(server.host(), false)));
        }
    }
    found
}

/// A `server` of an `upstream` block.
struct Server<'a> {
    file: &'a str,
    line: usize,
    pool: &'a str,
    /// Its address and its parameters.
    words: Vec<&'a str>,
    text: &'a str,
}

impl Server<'_> {
    fn host(&self) -> &str {
        let address = self.words.first().copied().unwrap_or_default();
        address.rsplit_once(':').map_or(address, |(host, _)| host)
    }

    /// Tells whether it stands for one address that is in use; a name may have several.
    fn is_one_peer(&self) -> bool {
        let is_address = !is_name(self.host()) && self.host() != "localhost";
        is_address && !self.words.contains(&"down")
    }

    /// Tells whether the number of connections is limited; 0 means that it is not.
    fn limits(&self) -> bool {
        let mut values = self.words.iter().filter_map(|word| word.strip_prefix("max_conns="));
        values.any(|value| value.parse::<u64>().is_ok_and(|most| most > 0))
    }

    fn shows(&self, sign: Sign) -> Finding {
        let (file, quote) = (self.file.to_owned(), self.text.to_owned());
        Finding { sign, file, line: self.line, quote }
    }
}

fn servers<'a>(file: &File<'a>) -> Vec<Server<'a>> {
    let mut servers = Vec::new();
    let mut pool = None;
    for (line, end, text) in statements(file.text) {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        match (end, words.as_slice()) {
            ('{', ["upstream", name]) => pool = Some(*name),
            (';', ["server", rest @ ..]) => {
                if let Some(pool) = pool {
                    let words = rest.to_vec();
                    servers.push(Server { file: file.path, line, pool, words, text });
                }
            }
            // No block stands inside of `upstream` that names servers.
            ('}' | '{', _) => pool = None,
            _ => {}
        }
    }
    servers
}

/// Returns each statement with the line on which it begins and the character that ends it. Quotes
/// hold a statement together; comments are left out where they stand between statements.
fn statements(text: &str) -> Vec<(usize, char, &str)> {
    let mut found = Vec::new();
    let (mut line, mut start, mut began) = (1, 0, None);
    let (mut quote, mut in_comment, mut escaped) = (None, false, false);
    for (at, c) in text.char_indices() {
        let was_escaped = std::mem::take(&mut escaped);
        match (c, quote) {
            ('\n', _) if in_comment => {
                in_comment = false;
                if began.is_none() {
                    start = at + 1;
                }
            }
            _ if in_comment || was_escaped => {}
            ('\\', _) => escaped = true,
            ('#', None) if began.is_none() => in_comment = true,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(end)) if c == end => quote = None,
            (';' | '{' | '}', None) => {
                let statement = text.get(start..at).unwrap_or_default().trim();
                found.push((began.unwrap_or(line), c, statement));
                (start, began) = (at + 1, None);
                continue;
            }
            _ => {}
        }
        if c == '\n' {
            line += 1;
        } else if began.is_none() && !in_comment && !c.is_whitespace() {
            began = Some(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::whole::configuration;
    use super::*;
    use goodgate_evidence::Product;

    fn shown(text: &str, dialled: Option<&str>, seen: &[Sign]) -> Vec<(Sign, usize)> {
        let file = File { path: "/etc/nginx/nginx.conf", text };
        let known =
            Known { dialled, seen, well_origin: Some("app.test"), origin_speaks_http1: true };
        let found = configuration(Product::Nginx, &[file], &known);
        found.into_iter().map(|one| (one.sign, one.line)).collect()
    }

    const LIMITED: &str = "http {\n# upstream x { server y; }\nupstream app {\n zone app 64k;\n \
                           server 10.0.0.7:80 max_conns=1;\n}\n";

    #[test]
    fn the_limit_of_a_single_server_is_why_none_is_left() {
        let shown = shown(LIMITED, Some("app"), &[Sign::NoLiveUpstream]);

        assert_eq!(shown, [(Sign::ConcurrencyLimit, 5)]);
    }

    #[test]
    fn a_server_that_may_be_down_instead_is_no_proof() {
        let two = LIMITED.replace("max_conns=1;", "max_conns=1; server 10.0.0.8:80;");
        let named = LIMITED.replace("10.0.0.7", "app.test");
        let down = LIMITED.replace("max_conns=1", "max_conns=1 down");

        for text in [two, named, down] {
            let shown = shown(&text, Some("app"), &[Sign::NoLiveUpstream]);
            assert_eq!(shown, [(Sign::ConfigLimitsConnections, 5)], "{text}");
        }
    }

    #[test]
    fn without_the_pools_name_in_the_log_a_limit_is_no_proof() {
        let shown = shown(LIMITED, None, &[Sign::NoLiveUpstream]);

        assert_eq!(shown, [(Sign::ConfigLimitsConnections, 5)]);
    }

    #[test]
    fn a_limit_that_was_not_met_is_no_finding() {
        assert_eq!(shown(LIMITED, Some("app"), &[Sign::ConnectRefused]), []);
    }

    #[test]
    fn zero_is_no_limit() {
        let text = LIMITED.replace("max_conns=1", "max_conns=0");

        assert_eq!(shown(&text, Some("app"), &[Sign::NoLiveUpstream]), []);
    }

    #[test]
    fn the_limit_of_another_pool_does_not_matter() {
        let text = format!("{LIMITED}upstream b {{ server 10.0.0.8:80; }}");

        assert_eq!(shown(&text, Some("b"), &[Sign::NoLiveUpstream]), []);
        assert_eq!(shown(&text, None, &[Sign::NoLiveUpstream]), []);
    }

    const NAMED: &str = "upstream app { server app.test:80 weight=2; }";

    #[test]
    fn a_name_in_a_pool_is_resolved_once() {
        let seen = [Sign::ConnectRefused, Sign::OriginAnswersWell];

        assert_eq!(shown(NAMED, None, &seen), [(Sign::StaticNameOriginWell, 1)]);
        assert_eq!(shown(&NAMED.replace("weight=2", "resolve"), None, &seen), []);
        assert_eq!(shown(&NAMED.replace("app.test", "10.0.0.7"), None, &seen), []);
    }

    #[test]
    fn an_address_in_the_log_says_more_than_a_static_name() {
        assert_eq!(shown(NAMED, Some("10.0.0.7:80"), &[Sign::ConnectRefused]), []);
    }

    #[test]
    fn a_site_is_no_server_of_a_pool() {
        let text = "upstream app { zone a 1m; }\nserver { listen 80; }\nserver x max_conns=1;";

        assert_eq!(shown(text, Some("app"), &[Sign::NoLiveUpstream]), []);
    }
}
