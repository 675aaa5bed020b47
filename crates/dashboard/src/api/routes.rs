//! What there is to ask for.

use super::Scope;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The watch.
    Watch,
    /// The gateway.
    Gateway,
    /// The dashboard itself.
    Own,
}

/// A parameter of a path or a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Number,
    /// A name without a slash.
    Name,
    /// A name that may hold slashes; in a path it takes the rest of it, or all but a word behind it.
    Names,
    /// A moment in RFC 3339.
    Moment,
}

/// Something that can be asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Below `/api/v1`; `{name}` stands for a parameter.
    pub(super) path: &'static str,
    pub(super) by: By,
    /// The same path at whoever answers, where it is another one.
    pub(super) there: Option<&'static str>,
    pub(super) scope: Scope,
    pub(super) about: &'static str,
    pub(super) in_path: &'static [Parameter],
    pub(super) in_query: &'static [Parameter],
    /// The schema that the answer names.
    pub(super) schema: &'static str,
    /// The keys of the body, with whether each has to be there.
    pub(super) body: Option<&'static [Field]>,
}

/// A key of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) is_required: bool,
    pub(super) about: &'static str,
}

const ID: &[Parameter] =
    &[Parameter { name: "id", kind: Kind::Names, about: "The id of a monitor, slashes and all." }];
const NAME: &[Parameter] = &[Parameter { name: "name", kind: Kind::Name, about: "Its name." }];
const NUMBER: &[Parameter] =
    &[Parameter { name: "number", kind: Kind::Number, about: "Its number." }];
const PIECE: &[Parameter] = &[
    Parameter { name: "number", kind: Kind::Number, about: "The number of the incident." },
    Parameter { name: "piece", kind: Kind::Number, about: "The number of the piece." },
];
const ENDPOINT: &[Parameter] = &[
    Parameter { name: "name", kind: Kind::Name, about: "The name of the upstream." },
    Parameter { name: "address", kind: Kind::Name, about: "The address of the endpoint." },
];
const LIMIT: Parameter = Parameter { name: "limit", kind: Kind::Number, about: "At most so many." };

const MONITORS: &[Parameter] = &[
    Parameter { name: "state", kind: Kind::Name, about: "Those in these states (commas between)." },
    Parameter { name: "tag", kind: Kind::Name, about: "Those with one of these tags." },
    Parameter {
        name: "text",
        kind: Kind::Name,
        about: "Those with this in id, target, tag or cause.",
    },
    Parameter { name: "status", kind: Kind::Number, about: "Those that fail with this status." },
    Parameter {
        name: "order",
        kind: Kind::Name,
        about: "`urgency`, what is broken first, or `id`.",
    },
    LIMIT,
    Parameter { name: "after", kind: Kind::Names, about: "What the answer before had as `next`." },
    Parameter { name: "before", kind: Kind::Names, about: "What an answer had as `previous`." },
];

const fn optional(name: &'static str, kind: &'static str, about: &'static str) -> Field {
    Field { name, kind, is_required: false, about }
}

const fn required(name: &'static str, kind: &'static str, about: &'static str) -> Field {
    Field { name, kind, is_required: true, about }
}

const BY: Field = optional("by", "string", "Who does it; else the name of the token.");
const SAID: &[Field] = &[required("text", "string", "What is written down."), BY];
const EVENT: &[Field] = &[
    required("kind", "string", "deploy, reload, dns, certificate, file or other."),
    required("text", "string", "What was changed."),
    optional("tags", "array", "Which monitors it is about; all of them without."),
    BY,
    optional("at", "string", "When, in RFC 3339; now without."),
];
const CHECK: &[Field] = &[
    required("url", "string", "The URL, of 8 KiB at most."),
    optional("method", "string", "GET, or HEAD."),
    optional("expected", "integer", "The status of a good answer; else any that is no error."),
];
const TEXT: &[Field] = &[required("text", "string", "The text, of 256 KiB at most.")];
const SILENCE: &[Field] = &[
    optional("for", "string", "How long, such as 2h; or `until`."),
    optional("until", "string", "Until when, in RFC 3339."),
    optional("from", "string", "From when on, in RFC 3339; now without."),
    optional("monitors", "array", "Which monitors."),
    optional("tags", "array", "Those with which tags."),
    optional("causes", "array", "Which causes."),
    optional("all", "boolean", "Everything."),
    required("why", "string", "Why."),
    BY,
];

const fn get(path: &'static str, by: By, schema: &'static str, about: &'static str) -> Route {
    Route {
        method: "GET",
        path,
        by,
        there: None,
        scope: Scope::Read,
        about,
        in_path: &[],
        in_query: &[],
        schema,
        body: None,
    }
}

const fn post(
    path: &'static str,
    by: By,
    scope: Scope,
    schema: &'static str,
    about: &'static str,
) -> Route {
    Route { method: "POST", scope, ..get(path, by, schema, about) }
}

/// Everything that can be asked for, the watch first.
pub(super) const ALL: &[Route] = &[
    get("/status", By::Watch, "goodgate.status/1", "How everything is, what is broken first."),
    get("/changes", By::Watch, "goodgate.changes/1", "A number that grows with every change."),
    Route {
        in_query: MONITORS,
        ..get("/monitors", By::Watch, "goodgate.monitors/1", "A page of the monitors.")
    },
    Route {
        in_path: ID,
        ..get(
            "/monitors/{id}",
            By::Watch,
            "goodgate.monitor/1",
            "One monitor, with results and sums.",
        )
    },
    Route {
        method: "PUT",
        scope: Scope::Write,
        in_path: NAME,
        body: Some(&[]),
        ..get(
            "/monitors/{name}",
            By::Watch,
            "goodgate.monitor_kept/1",
            "Creates or replaces a monitor: the keys of [[monitor]].",
        )
    },
    Route {
        method: "DELETE",
        scope: Scope::Write,
        in_path: NAME,
        ..get(
            "/monitors/{name}",
            By::Watch,
            "goodgate.monitor_removed/1",
            "Removes a monitor that was created over the API.",
        )
    },
    Route {
        in_path: ID,
        ..post(
            "/monitors/{id}/check",
            By::Watch,
            Scope::Act,
            "goodgate.monitor_told/1",
            "Checks at once.",
        )
    },
    Route {
        in_path: ID,
        ..post(
            "/monitors/{id}/pause",
            By::Watch,
            Scope::Act,
            "goodgate.monitor_told/1",
            "Stops checking.",
        )
    },
    Route {
        in_path: ID,
        ..post(
            "/monitors/{id}/resume",
            By::Watch,
            Scope::Act,
            "goodgate.monitor_told/1",
            "Checks again.",
        )
    },
    Route {
        in_query: &[
            Parameter { name: "before", kind: Kind::Number, about: "Those before this number." },
            LIMIT,
        ],
        ..get("/incidents", By::Watch, "goodgate.incidents/1", "Incidents, the latest first.")
    },
    Route {
        in_path: NUMBER,
        ..get(
            "/incidents/{number}",
            By::Watch,
            "goodgate.incident/1",
            "One incident, with its timeline.",
        )
    },
    Route {
        in_path: PIECE,
        ..get(
            "/incidents/{number}/evidence/{piece}",
            By::Watch,
            "goodgate.evidence/1",
            "A piece of its evidence.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(&[BY]),
        ..post(
            "/incidents/{number}/acknowledge",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Takes care of it.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(&[BY]),
        ..post(
            "/incidents/{number}/resolve",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Says that it is over; refused while one of its monitors fails.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(SAID),
        ..post(
            "/incidents/{number}/notes",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Writes a note.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(SAID),
        ..post(
            "/incidents/{number}/steps",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Writes down a step that was taken.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(SAID),
        ..post(
            "/incidents/{number}/publish",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Says on status pages what is known of it.",
        )
    },
    Route {
        in_path: NUMBER,
        body: Some(&[BY]),
        ..post(
            "/incidents/{number}/retract",
            By::Watch,
            Scope::Act,
            "goodgate.incident_told/1",
            "Takes back what was published so far.",
        )
    },
    Route {
        in_query: &[
            Parameter { name: "since", kind: Kind::Moment, about: "From when on." },
            Parameter { name: "until", kind: Kind::Moment, about: "Until when." },
            LIMIT,
        ],
        ..get("/events", By::Watch, "goodgate.events/1", "What was changed, the latest first.")
    },
    Route {
        body: Some(EVENT),
        ..post("/events", By::Watch, Scope::Events, "goodgate.event/1", "Tells of a change.")
    },
    get("/silences", By::Watch, "goodgate.silences/1", "Silences, those of the file apart."),
    Route {
        body: Some(SILENCE),
        ..post("/silences", By::Watch, Scope::Write, "goodgate.silence/1", "Begins a silence.")
    },
    Route {
        method: "DELETE",
        scope: Scope::Write,
        in_path: NUMBER,
        ..get("/silences/{number}", By::Watch, "goodgate.silence_ended/1", "Ends a silence.")
    },
    Route {
        in_query: &[LIMIT],
        ..get("/alerts", By::Watch, "goodgate.alerts/1", "Alerts that wait or were given up.")
    },
    Route {
        in_path: NAME,
        ..post(
            "/channels/{name}/test",
            By::Watch,
            Scope::Act,
            "goodgate.channel_test/1",
            "Sends a test message.",
        )
    },
    Route {
        there: Some("/health"),
        ..get(
            "/gateway/health",
            By::Gateway,
            "goodgate.health/1",
            "Whether the gateway can serve every route.",
        )
    },
    Route {
        there: Some("/upstreams"),
        ..get(
            "/gateway/upstreams",
            By::Gateway,
            "goodgate.upstreams/1",
            "Upstreams and endpoints, with reasons.",
        )
    },
    Route {
        in_path: NAME,
        there: Some("/upstreams/{name}"),
        ..get("/gateway/upstreams/{name}", By::Gateway, "goodgate.upstream/1", "One upstream.")
    },
    Route {
        there: Some("/routes"),
        ..get(
            "/gateway/routes",
            By::Gateway,
            "goodgate.routes/1",
            "Routes; disabled ones with the reason.",
        )
    },
    Route {
        there: Some("/failures"),
        in_query: &[
            Parameter { name: "upstream", kind: Kind::Name, about: "Those of one upstream." },
            Parameter { name: "cause", kind: Kind::Name, about: "Those with one cause." },
            LIMIT,
        ],
        ..get(
            "/gateway/failures",
            By::Gateway,
            "goodgate.failures/1",
            "The last failures, the newest first.",
        )
    },
    Route {
        in_path: &[Parameter { name: "id", kind: Kind::Name, about: "The id of the request." }],
        there: Some("/failures/{id}"),
        ..get(
            "/gateway/failures/{id}",
            By::Gateway,
            "goodgate.failure/1",
            "The whole story of one request.",
        )
    },
    Route {
        there: Some("/counterfactuals"),
        ..get(
            "/gateway/counterfactuals",
            By::Gateway,
            "goodgate.counterfactuals/1",
            "Which setting would have avoided how many failures.",
        )
    },
    Route {
        in_path: ENDPOINT,
        there: Some("/upstreams/{name}/endpoints/{address}/drain"),
        ..post(
            "/gateway/upstreams/{name}/endpoints/{address}/drain",
            By::Gateway,
            Scope::Act,
            "goodgate.drain/1",
            "No new requests to an endpoint.",
        )
    },
    Route {
        in_path: ENDPOINT,
        there: Some("/upstreams/{name}/endpoints/{address}/undrain"),
        ..post(
            "/gateway/upstreams/{name}/endpoints/{address}/undrain",
            By::Gateway,
            Scope::Act,
            "goodgate.drain/1",
            "New requests again.",
        )
    },
    Route {
        there: Some("/reload"),
        ..post(
            "/gateway/reload",
            By::Gateway,
            Scope::Write,
            "goodgate.reload/1",
            "Reads the configuration again.",
        )
    },
    Route {
        body: Some(CHECK),
        ..post(
            "/check",
            By::Own,
            Scope::Act,
            "goodgate.diagnose/1",
            "Checks a URL, within ten seconds and with a few requests.",
        )
    },
    Route {
        body: Some(TEXT),
        ..post(
            "/explain",
            By::Own,
            Scope::Read,
            "goodgate.explain/1",
            "Explains a code, lines of a log or an error page. Nothing of it is kept.",
        )
    },
];

/// A route that was found, with what stands in its path.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) route: &'static Route,
    /// The values of its parameters, as they were written, in order.
    pub(super) values: Vec<String>,
}

/// What is wrong with a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// There is none like it.
    Path,
    /// It takes other methods.
    Method(String),
}

/// Finds the route of a request; `path` begins behind `/api/v1` and is not decoded.
pub(super) fn find(method: &str, path: &str) -> Result<Found, Lost> {
    let mut methods = Vec::new();
    for route in ALL {
        let Some(values) = matched(route, path) else { continue };
        if route.method == method {
            return Ok(Found { route, values });
        }
        if !methods.contains(&route.method) {
            methods.push(route.method);
        }
    }
    Err(if methods.is_empty() { Lost::Path } else { Lost::Method(methods.join(", ")) })
}

/// Returns what stands for the parameters of a route in a path.
fn matched(route: &Route, path: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = path;
    let mut pattern = route.path;
    for parameter in route.in_path {
        let (before, after) = pattern.split_once(&format!("{{{}}}", parameter.name))?;
        rest = rest.strip_prefix(before)?;
        let end = match parameter.kind {
            // An id takes all but the words behind it.
            Kind::Names => rest.len() - after.len().min(rest.len()),
            _ => rest.find('/').unwrap_or(rest.len()),
        };
        let (value, tail) = rest.split_at_checked(end)?;
        let value = decoded(value)?;
        let fits = match parameter.kind {
            Kind::Number => value.parse::<u64>().is_ok_and(|number| number.to_string() == value),
            Kind::Name => !value.is_empty() && !value.contains('/'),
            _ => !value.is_empty(),
        };
        // The route `/` of a gateway has the id `gateway//`.
        let leads_away = value.split('/').any(|part| matches!(part, "." | ".."));
        if !fits || leads_away || value.starts_with('/') {
            return None;
        }
        values.push(value);
        (rest, pattern) = (tail, after);
    }
    (rest == pattern).then_some(values)
}

/// Decodes a part of a path; nothing where it is not UTF-8, or holds what no name has.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            out.push((high * 16 + low) as u8);
        } else {
            out.push(byte);
        }
    }
    let text = String::from_utf8(out).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> Option<(&'static str, Vec<String>)> {
        find(method, path).ok().map(|found| (found.route.path, found.values))
    }

    #[test]
    fn a_path_leads_to_its_route() {
        let of = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();

        assert_eq!(found("GET", "/status"), Some(("/status", of(&[]))));
        assert_eq!(found("GET", "/monitors/api/till"), Some(("/monitors/{id}", of(&["api/till"]))));
        assert_eq!(found("GET", "/monitors/gateway//").map(|it| it.1), Some(of(&["gateway//"])));
        assert_eq!(
            found("POST", "/monitors/gateway/shop/check"),
            Some(("/monitors/{id}/check", of(&["gateway/shop"])))
        );
        assert_eq!(
            found("GET", "/incidents/7/evidence/31"),
            Some(("/incidents/{number}/evidence/{piece}", of(&["7", "31"])))
        );
        assert_eq!(
            found("POST", "/gateway/upstreams/app/endpoints/127.0.0.1%3A3000/drain"),
            Some((
                "/gateway/upstreams/{name}/endpoints/{address}/drain",
                of(&["app", "127.0.0.1:3000"])
            ))
        );
    }

    #[test]
    fn nothing_leads_out_of_a_route() {
        for path in [
            "",
            "/",
            "/statusx",
            "/status/",
            "/incidents/07",
            "/incidents/-1",
            "/incidents/7x",
            "/monitors/",
            "/monitors/../status",
            "/monitors/%2e%2e/status",
            "/monitors//a",
            "/monitors/a%00",
            "/monitors/a%0d%0ab",
            "/monitors/%zz",
            "/monitors/%ff",
            "/gateway/failures/a%2F..%2Fb",
            "/backup",
        ] {
            assert_eq!(found("GET", path), None, "{path}");
        }
        assert_eq!(find("DELETE", "/status").err(), Some(Lost::Method("GET".to_owned())));
        assert_eq!(find("POST", "/backup").err(), Some(Lost::Path));
    }

    #[test]
    fn every_parameter_stands_in_its_path() {
        for route in ALL {
            let holes = route.path.matches('{').count();
            assert_eq!(holes, route.in_path.len(), "{}", route.path);
            for parameter in route.in_path {
                let hole = format!("{{{}}}", parameter.name);
                assert!(route.path.contains(&hole), "{}", route.path);
                assert!(route.there.is_none_or(|there| there.contains(&hole)), "{}", route.path);
            }
            // Who may read may have a text read; all else that is posted changes something.
            let changes = route.method != "GET" && route.path != "/explain";
            assert!(!changes || route.scope != Scope::Read, "{}", route.path);
        }
    }
}
