//! Upstreams with their endpoints and names, and routes, as people read them.

use crate::limits::ITEMS_IN_A_ROW;
use crate::model::{Endpoint, Name, Route, Upstream};
use crate::words::{self, counted, is_plain, lasted, millis, text};

/// An upstream.
pub(super) struct Up {
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) says: String,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) endpoints: Vec<End>,
    pub(super) names: Vec<Named>,
}

/// An endpoint.
pub(super) struct End {
    /// What a form says to mean it: the upstream and the address. None where they cannot stand in one.
    pub(super) form: Option<(String, String)>,
    pub(super) label: String,
    pub(super) state: &'static str,
    pub(super) word: String,
    pub(super) why: String,
    pub(super) says: String,
    pub(super) is_drained: bool,
}

/// A name that is looked up.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) wrong: String,
}

/// A route.
pub(super) struct RouteRow {
    pub(super) name: String,
    pub(super) takes: String,
    pub(super) upstream: String,
    pub(super) state: &'static str,
    pub(super) word: &'static str,
    pub(super) says: String,
}

impl Up {
    /// What is broken comes first.
    pub(super) fn urgency(&self) -> u8 {
        match self.state {
            "down" => 0,
            "partial" => 1,
            _ => 2,
        }
    }

    pub(super) fn sign(&self) -> &'static str {
        words::sign(self.state)
    }
}

impl End {
    pub(super) fn sign(&self) -> &'static str {
        words::sign(self.state)
    }
}

impl RouteRow {
    pub(super) fn sign(&self) -> &'static str {
        words::sign(self.state)
    }
}

/// Shows an upstream.
pub(super) fn of(upstream: &Upstream) -> Up {
    let all = upstream.endpoints.len();
    let is_whole = upstream.endpoints.iter().all(|it| it.standing == "up");
    let state = match upstream.usable_endpoints {
        None => "unknown",
        Some(0) => "down",
        Some(_) if is_whole && !is_troubled(upstream.breaker.as_deref()) => "up",
        Some(_) => "partial",
    };
    let usable = upstream.usable_endpoints.map_or_else(unknown, |it| it.to_string());
    Up {
        name: text(&upstream.upstream),
        state,
        says: format!("{usable} of {} usable", counted(all, "endpoint")),
        facts: facts(upstream),
        endpoints: upstream.endpoints.iter().map(|it| of_endpoint(upstream, it)).collect(),
        names: upstream.names.iter().map(of_name).collect(),
    }
}

fn is_troubled(breaker: Option<&str>) -> bool {
    breaker.is_some_and(|it| it != "closed")
}

fn facts(upstream: &Upstream) -> Vec<(&'static str, String)> {
    let settings = &upstream.settings;
    let number = |count: Option<u64>| count.map_or_else(unknown, |it| it.to_string());
    let of_most = |count: Option<u64>, most: Option<u64>| match most {
        Some(most) => format!("{} (at most {most})", number(count)),
        None => number(count),
    };
    let time = |ms: Option<f64>| ms.map_or_else(unknown, millis);
    let budget = match (upstream.retry_budget_left, &settings.retry_budget) {
        (Some(left), Some(all)) => format!("{left:.1} retries left ({})", text(all)),
        (Some(left), None) => format!("{left:.1} retries left"),
        (None, _) => unknown(),
    };
    let latency = match upstream.answers_counted {
        Some(0) => "no answer counted yet".to_owned(),
        _ => format!(
            "half within {}, all but 1 % within {}",
            time(upstream.latency_p50_ms),
            time(upstream.latency_p99_ms)
        ),
    };
    vec![
        ("Breaker of the upstream", text(breaker(upstream.breaker.as_deref()))),
        ("In flight", of_most(upstream.in_flight, settings.in_flight_max)),
        ("In the queue", of_most(upstream.queued, settings.queue_max)),
        ("Waiting for an endpoint", number(upstream.waiting_for_endpoint)),
        ("Retry budget", budget),
        ("Latency", latency),
        ("Last answer", upstream.last_answer_ms_ago.map_or_else(|| "none yet".to_owned(), ago)),
        (
            "Idle limit learned",
            upstream.idle_limit_learned_ms.map_or_else(|| "none so far".to_owned(), millis),
        ),
        ("Active checks", settings.health.as_deref().map_or_else(|| "none".to_owned(), text)),
    ]
}

fn breaker(state: Option<&str>) -> &str {
    match state {
        Some("closed") => "closed: requests go through",
        Some("half_open") => "half-open: single requests try it",
        Some("open") => "open: no requests go through",
        Some(other) => other,
        None => "not known",
    }
}

fn of_endpoint(upstream: &Upstream, endpoint: &Endpoint) -> End {
    let (state, word) = match endpoint.standing.as_str() {
        "up" => ("up", "Up".to_owned()),
        "ejected" => ("partial", "Ejected".to_owned()),
        "down" => ("down", "Down".to_owned()),
        "draining" => ("maintenance", "Draining".to_owned()),
        "" => ("unknown", "Not known".to_owned()),
        other => ("unknown", text(other)),
    };
    let mut says = Vec::new();
    let mut count = |count: Option<u64>, what: &str| {
        says.extend(count.map(|count| format!("{count} {what}")));
    };
    count(endpoint.in_flight, "in flight");
    let connections =
        if endpoint.connections_open == Some(1) { "connection" } else { "connections" };
    count(endpoint.connections_open, &format!("{connections} open"));
    count(endpoint.connections_kept, "kept for later");
    let recent = endpoint.recent;
    if let (Some(good), Some(failed), Some(bad)) = (recent.good, recent.failed, recent.answered_5xx)
    {
        says.push(format!("lately {good} good, {failed} failed, {bad} answered with 5xx"));
    }
    says.extend(endpoint.latency_ms.map(|ms| format!("answers within about {}", millis(ms))));
    if is_troubled(endpoint.breaker.as_deref()) {
        says.push(format!("breaker {}", text(breaker(endpoint.breaker.as_deref()))));
    }
    if endpoint.ejected {
        says.push("ejected".to_owned());
    }
    if let Some(check) = &endpoint.check {
        let when = check.ms_ago.map(|ms| format!(" {}", ago(ms))).unwrap_or_default();
        says.push(match &check.wrong {
            Some(wrong) => format!("check failed{when}: {}", text(wrong)),
            None => format!("check passed{when}"),
        });
    }
    let form = is_plain(&upstream.upstream) && is_plain(&endpoint.address);
    let label = if endpoint.label.is_empty() { &endpoint.address } else { &endpoint.label };
    End {
        form: form.then(|| (upstream.upstream.clone(), endpoint.address.clone())),
        label: text(label),
        state,
        word: if endpoint.backup { format!("{word} (backup)") } else { word },
        why: text(&endpoint.why),
        says: says.join(" \u{b7} "),
        is_drained: endpoint.drained_by_hand,
    }
}

/// Shows the look-ups of a name.
pub(super) fn of_name(name: &Name) -> Named {
    let addresses = name.addresses.as_deref();
    let known = match addresses {
        None => "no answer yet".to_owned(),
        Some([]) => "the name server says that it has no address".to_owned(),
        Some(all) => listed(all),
    };
    let asked = name.answer_ms_ago.map(|ms| format!(", looked up {}", ago(ms))).unwrap_or_default();
    let ttl = name
        .ttl_ms
        .filter(|ms| *ms >= 1.0)
        .map(|ms| format!(", good for {}", span(ms)))
        .unwrap_or_default();
    let counts = match (name.answered, name.failed) {
        (Some(answered), Some(failed)) => format!(" ({answered} answered, {failed} failed)"),
        _ => String::new(),
    };
    let wrong = name.last_error.as_ref().map(|error| {
        let when = error.ms_ago.map(|ms| format!(" {}", ago(ms))).unwrap_or_default();
        format!("The last look-up failed{when}: {}", text(&error.message))
    });
    Named {
        name: text(&name.name),
        says: format!("{known}{asked}{ttl}{counts}"),
        wrong: wrong.unwrap_or_default(),
    }
}

fn listed(all: &[String]) -> String {
    let mut shown: Vec<String> = all.iter().take(ITEMS_IN_A_ROW).map(|it| text(it)).collect();
    if all.len() > ITEMS_IN_A_ROW {
        shown.push(format!("and {} more", all.len() - ITEMS_IN_A_ROW));
    }
    shown.join(", ")
}

/// Shows a route.
pub(super) fn of_route(route: &Route) -> RouteRow {
    let hosts = if route.hosts.is_empty() { "any host".to_owned() } else { listed(&route.hosts) };
    let fields = match route.headers.as_slice() {
        [] => String::new(),
        fields => format!(", with {}", listed(fields)),
    };
    let (state, word) = match (route.enabled, route.usable_endpoints) {
        (false, _) => ("down", "Disabled"),
        (true, Some(0)) => ("down", "No endpoint"),
        (true, Some(_)) => ("up", "Serves"),
        (true, None) => ("unknown", "Not known"),
    };
    let mut says = Vec::new();
    says.extend(route.why.as_deref().map(text));
    says.extend(route.retries.map(|it| match it {
        1 => "1 retry".to_owned(),
        more => format!("{more} retries"),
    }));
    says.extend(route.hold.as_deref().map(|it| match it {
        "off" => "holds nothing".to_owned(),
        time => format!("holds for up to {}", text(time)),
    }));
    says.extend(route.hedge.filter(|it| *it).map(|_| "hedges".to_owned()));
    RouteRow {
        name: text(&route.route),
        takes: format!("{hosts}{} {}", fields, text(&route.path)),
        upstream: text(&route.upstream),
        state,
        word,
        says: says.join(" \u{b7} "),
    }
}

fn ago(ms: f64) -> String {
    format!("{} ago", span(ms))
}

/// A time that may be days long.
fn span(ms: f64) -> String {
    if ms < 120_000.0 { millis(ms.max(0.0)) } else { lasted((ms / 1_000.0) as u64) }
}

fn unknown() -> String {
    "not known".to_owned()
}
