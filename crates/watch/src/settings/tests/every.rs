//! A configuration that sets every key, and what is made of it.

use goodgate_config::Origins;
use proptest::prelude::*;

use super::reading;

/// Every key of every table, each with a value that is not its default.
const EVERY: &str = r#"
[watch]
store = "watch.db"
keep_results = "48h"
evidence = "9MiB"
checks_at_once = 9
examinations_at_once = 9
examination_requests = 9
examination_time = "9s"
settle = "9s"
lateness = "900ms"
name_servers = ["127.0.0.1:53"]
controls = ["example.org:443", "[::1]:53"]
listen = "127.0.0.1:9503"
token = "env:WATCH_TOKEN"
event_token = "file:event-token"
url = "https://watch.example/"

[[monitor]]
name = "shop"
http = "https://shop.example/health?x=1"
enabled = false
interval = "9s"
timeout = "8s"
method = "POST"
headers = { X-A = "b c" }
secret_headers = { Authorization = "env:TOKEN" }
body = "{}"
protocol = "http1"
follow = 9
follow_hosts = ["www.shop.example"]
server_name = "a.example"
verify = false
ca = "ca.pem"
name_servers = ["[::1]:53"]
family = "ipv4"
source = "10.0.0.1"
origin = "http://10.0.0.7:8080/"
provider = "cloudflare"
depends_on = ["db"]
tags = ["eu", "shop"]
severity = "notice"
policy = "night"
slo = { objective = "99.95%", window = "24h" }

[monitor.expect]
status = [200, "204-299"]
header_equals = { Server = "nginx" }
header_contains = { Content-Type = "html" }
header_matches = { Via = "^1.1 edge-[0-9]" }
header_lacks = ["X-Debug"]
body_contains = ["in stock"]
body_matches = ["price: [0-9]+"]
body_lacks = ["Traceback"]
json = ["$.nodes[*].state == \"ok\""]
certificate_days = 9
response_time = "2s"

[[monitor.maintenance]]
from = "22:00"
until = "02:30"
days = ["fri", "sat"]
zone = "Europe/Berlin"

[[monitor.maintenance]]
from = "2027-01-01 00:00"
until = "2027-01-01 24:00"
zone = "America/New_York"

[[report]]
name = "weekly"
weekday = "tue"
at = "06:30"
zone = "Europe/Berlin"
tags = ["eu"]
send = ["mail"]

[[report]]
name = "monthly"
every = "month"
day = 9
send = ["mail"]

[[domain]]
name = "shop.example"
rdap = "https://rdap.example/v1/"
tags = ["eu"]

[[monitor]]
name = "db"
tcp = "db.example:5432"

[[monitor]]
name = "mail"
tls = "[::1]:993"
family = "ipv6"

[[monitor]]
name = "name"
dns = "shop.example"
expect.addresses = ["10.0.0.7", "::1"]

[[monitor]]
name = "backup"
heartbeat = "24h"
grace = "2h"
token = "file:token"

[[monitor]]
name = "dead-man"
beat = "env:BEAT_URL"

[[monitor]]
name = "cdn"
status_page = "https://www.cloudflarestatus.com/api/v2/summary.json"
feed = "statuspage"
components = ["CDN/Cache"]

[[channel]]
name = "mail"
slack.url = "env:SLACK"

[[channel]]
name = "sms"
slack.url = "env:SLACK"

[[channel]]
name = "phone"
slack.url = "env:SLACK"

[[policy]]
name = "night"
remind = "off"
remind_acknowledged = "12h"
steps = [{ channels = ["mail"] }, { channels = ["sms", "phone"], after = "10m" }]

[[silence]]
reason = "the nightly batch"
monitors = ["db"]
tags = ["eu"]
causes = ["response_timeout"]
from = "01:00"
until = "02:00"
days = ["mon"]
zone = "Europe/Berlin"

[[remedy]]
name = "reload-php"
causes = ["app_pool_exhausted"]
monitors = ["shop"]
tags = ["shop"]
command = ["/usr/bin/systemctl", "reload", "php-fpm"]
dry_run = false
confidence = "90%"
every = "1h"
per_day = 9
timeout = "9s"
verify_after = "9s"

[[slo]]
name = "europe"
tag = "eu"
objective = "99%"
window = "48h"

[[slo]]
name = "edge"
provider = "cloudflare"

[[traffic]]
route = "shop"
enabled = false
window = "2m"
requests = 9
errors = "9%"
outage = 9
latency_p95 = "9s"
latency_p99 = "off"
retries = "9%"
hedges = "9%"
breaker = false
endpoints_out = "9%"
handshakes = "9%"
lookups = "9%"
lookup_p95 = "9s"
objective = "99%"
tags = ["eu"]
policy = "night"

[[traffic]]
client_handshakes = "99%"

[[change]]
name = "config"
file = "app.conf"
tags = ["eu"]

[[change]]
name = "release"
git = "/srv/app"
"#;

#[test]
fn every_key_can_be_set_and_reads_back() {
    let first = reading(EVERY);
    assert!(first.is_sound(), "{}", first.render());

    let text = goodgate_config::explain(&first.value, &first.origins);
    let second = reading(&text);

    assert_eq!(first.value, second.value, "{text}");
}

#[test]
fn every_key_is_in_the_file_above() {
    let first = reading(EVERY);
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let effective = goodgate_config::effective(&first.value, &first.origins);

    let set: Vec<String> =
        effective.iter().filter(|one| one.line.is_some()).map(|one| last(&one.path)).collect();

    // Tables have no value of their own where they are left out.
    let is_table =
        |key: &str| (0..9).any(|at| first.origins.line(&format!("monitor[{at}].{key}")).is_some());
    // The keys of each channel are tested beside it.
    for one in effective.iter().filter(|one| !one.path.starts_with("channel")) {
        let key = last(&one.path);
        assert!(set.contains(&key) || is_table(&key), "{} is never set", one.path);
    }
}

#[test]
fn the_defaults_are_within_their_bounds() {
    let first = reading("[[monitor]]\nname = \"a\"\nhttp = \"https://a.example/\"\n");
    assert_eq!(first.render(), "");

    let again = reading(&goodgate_config::explain(&first.value, &Origins::default()));

    let only_written = |text: &str| !text.contains("error: ") || text.contains("means nothing");
    assert!(only_written(&again.render()), "{}", again.render());
    assert_eq!(again.value, first.value);
}

#[test]
fn the_reference_tells_of_every_table() {
    let page = super::super::reference();

    for table in [
        "## `[watch]`",
        "## `[[monitor]]`",
        "## `[monitor.expect]`",
        "## `[[monitor.maintenance]]`",
        "## `[monitor.slo]`",
        "## `[[policy]]`",
        "## `[[policy.steps]]`",
        "## `[[silence]]`",
        "## `[[remedy]]`",
        "## `[[slo]]`",
        "## `[[traffic]]`",
        "## `[[change]]`",
    ] {
        assert!(page.contains(table), "{table}\n{page}");
    }
}

proptest! {
    #[test]
    fn no_change_of_a_file_panics(
        at in 0_usize..4000,
        bytes in proptest::collection::vec(any::<u8>(), 0..9),
        drop in 0_usize..20,
    ) {
        let mut text = EVERY.as_bytes().to_vec();
        let at = at.min(text.len());
        let end = (at + drop).min(text.len());
        text.splice(at..end, bytes);

        let reading = super::read("goodgate.toml", &text, std::path::Path::new("/"), super::NOW);

        prop_assert!(reading.render().len() < 1_000_000);
    }
}
