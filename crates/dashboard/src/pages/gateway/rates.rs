//! What happens in each second, as it was counted between two looks.

use std::collections::BTreeMap;

use goodgate_causes::catalogue;

use crate::back::Missing;
use crate::limits::{ITEMS_IN_A_ROW, UPSTREAMS_ON_A_PAGE};
use crate::metrics::Growth;
use crate::words::{lasted, millis, percent, text};

/// What happens in each second.
pub(super) struct Rates {
    /// Over which time.
    pub(super) over: String,
    pub(super) is_cut: bool,
    pub(super) classes: Vec<Class>,
    pub(super) causes: Vec<ByCause>,
    pub(super) facts: Vec<(&'static str, String)>,
}

/// Answers of one class of status.
pub(super) struct Class {
    pub(super) status: String,
    pub(super) all: String,
    pub(super) by: String,
}

/// Failures of one cause at one upstream.
pub(super) struct ByCause {
    pub(super) cause: String,
    pub(super) is_known: bool,
    pub(super) upstream: String,
    pub(super) seen: String,
    pub(super) saved: String,
}

/// Says it; the error is why it is not known.
pub(super) fn of(growth: &Result<Option<Growth>, Missing>) -> Result<Rates, &'static str> {
    let growth = match growth {
        Err(_) => return Err("Not known: the gateway does not answer with its metrics."),
        Ok(None) => {
            return Err(
                "Not known yet: rates need two looks, a few seconds apart. This page looks \
                        again by itself.",
            );
        }
        Ok(Some(growth)) => growth,
    };
    Ok(Rates {
        over: lasted(growth.seconds().round() as u64),
        is_cut: growth.is_cut,
        classes: classes(growth),
        causes: causes(growth),
        facts: facts(growth),
    })
}

fn classes(growth: &Growth) -> Vec<Class> {
    let mut classes: Vec<(String, Vec<(String, f64)>)> = Vec::new();
    for ([class, end], rate) in growth.rates("goodgate_requests_total", ["status", "end"], &[]) {
        match classes.last_mut() {
            Some((last, ends)) if *last == class => ends.push((end, rate)),
            _ => classes.push((class, vec![(end, rate)])),
        }
    }
    // The most serious first.
    let classes = classes.into_iter().rev().take(ITEMS_IN_A_ROW);
    let row = |(class, mut ends): (String, Vec<(String, f64)>)| {
        ends.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let by: Vec<String> = ends
            .iter()
            .map(|(end, rate)| format!("{} {}", per_second(*rate), ended(end)))
            .collect();
        Class {
            status: if class == "none" { "no answer".to_owned() } else { text(&class) },
            all: per_second(ends.iter().map(|(_, rate)| rate).sum()),
            by: by.join(", "),
        }
    };
    classes.map(row).collect()
}

fn ended(end: &str) -> String {
    match end {
        "answered" => "answered by the upstream".to_owned(),
        "failed" => "failed, answered by the gateway".to_owned(),
        "refused" => "refused by the gateway".to_owned(),
        "broken_off" => "broken off in the middle".to_owned(),
        "client_gone" => "given up by the client".to_owned(),
        other => text(other),
    }
}

fn causes(growth: &Growth) -> Vec<ByCause> {
    let of =
        |seen| growth.rates("goodgate_failures_total", ["cause", "upstream"], &[("seen", seen)]);
    let (seen, saved) = (of("yes"), of("no"));
    let mut keys: Vec<&[String; 2]> = seen.keys().chain(saved.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let rate = |of: &BTreeMap<[String; 2], f64>, key: &[String; 2]| {
        of.get(key).copied().unwrap_or_default()
    };
    keys.sort_by(|one, other| {
        let by_seen = rate(&seen, other).total_cmp(&rate(&seen, one));
        by_seen.then(rate(&saved, other).total_cmp(&rate(&saved, one)))
    });
    let rows = keys.into_iter().take(UPSTREAMS_ON_A_PAGE).map(|key| {
        let [cause, upstream] = key;
        ByCause {
            cause: text(cause),
            is_known: catalogue::find(cause).is_some(),
            upstream: text(upstream),
            seen: per_second(rate(&seen, key)),
            saved: per_second(rate(&saved, key)),
        }
    });
    rows.collect()
}

fn facts(growth: &Growth) -> Vec<(&'static str, String)> {
    let rate = |name| growth.rate(name, &[]).map_or_else(unknown, per_second);
    let mean = |seconds, count| {
        let (Some(seconds), Some(count)) = (growth.sum(seconds, &[]), growth.sum(count, &[]))
        else {
            return unknown();
        };
        if count > 0.0 { millis(seconds * 1_000.0 / count) } else { "none in this time".to_owned() }
    };
    vec![
        ("Saved, so that no client saw a failure", rate("goodgate_requests_saved_total")),
        ("Attempts after a failed one", rate("goodgate_attempts_retried_total")),
        ("Hedges beside a slow attempt", rate("goodgate_attempts_hedged_total")),
        ("Held until an endpoint was there", rate("goodgate_requests_held_total")),
        ("Turned away beyond the limits", rate("goodgate_requests_shed_total")),
        (
            "Mean time to the head of an answer",
            mean("goodgate_upstream_head_seconds_total", "goodgate_upstream_heads_total"),
        ),
        ("TLS handshakes that succeed", handshakes(growth)),
        (
            "Mean time of such a handshake",
            mean(
                "goodgate_upstream_tls_handshake_seconds_total",
                "goodgate_upstream_tls_handshakes_total",
            ),
        ),
        ("Look-ups that are answered", look_ups(growth)),
        (
            "Mean time of a look-up",
            mean(
                "goodgate_dns_lookup_duration_seconds_sum",
                "goodgate_dns_lookup_duration_seconds_count",
            ),
        ),
    ]
}

fn handshakes(growth: &Growth) -> String {
    let good = growth.sum("goodgate_upstream_tls_handshakes_total", &[]);
    // It is there from the first failed one on.
    let failed = growth.sum("goodgate_upstream_tls_handshakes_failed_total", &[]);
    good.map_or_else(unknown, |good| share(good, failed.unwrap_or_default()))
}

fn look_ups(growth: &Growth) -> String {
    let of = |result| growth.sum("goodgate_dns_lookups_total", &[("result", result)]);
    match (of("answered"), of("failed")) {
        (Some(good), Some(failed)) => share(good, failed),
        _ => "none: no endpoint has a name".to_owned(),
    }
}

fn share(good: f64, failed: f64) -> String {
    let all = good + failed;
    if all > 0.0 {
        format!("{} of {all:.0}", percent(good / all))
    } else {
        "none in this time".to_owned()
    }
}

fn unknown() -> String {
    "not known".to_owned()
}

/// Returns how often something happens in a second.
fn per_second(rate: f64) -> String {
    match rate {
        ..=0.0 => "0/s".to_owned(),
        ..0.01 => "under 0.01/s".to_owned(),
        ..1.0 => format!("{rate:.2}/s"),
        ..100.0 => format!("{rate:.1}/s"),
        _ => format!("{rate:.0}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::grown;

    #[test]
    fn a_small_rate_is_not_none() {
        let words = [0.0, 0.001, 0.25, 3.21, 1234.6].map(per_second);

        assert_eq!(words, ["0/s", "under 0.01/s", "0.25/s", "3.2/s", "1235/s"]);
    }

    #[test]
    fn what_happened_between_two_looks_is_said_the_worst_first() {
        let text = |ok: u64, bad: u64, refused: u64| {
            format!(
                "goodgate_requests_total{{end=\"answered\",status=\"2xx\"}} {ok}\n\
                 goodgate_requests_total{{end=\"answered\",status=\"5xx\"}} {bad}\n\
                 goodgate_requests_total{{end=\"failed\",status=\"5xx\"}} {}\n\
                 goodgate_failures_total{{upstream=\"app\",cause=\"connect_refused\",seen=\"yes\"}} {refused}\n\
                 goodgate_failures_total{{upstream=\"app\",cause=\"body_truncated\",seen=\"no\"}} {ok}\n\
                 goodgate_upstream_tls_handshakes_total{{upstream=\"app\"}} {ok}\n\
                 goodgate_upstream_tls_handshakes_failed_total{{upstream=\"app\"}} {bad}\n\
                 goodgate_upstream_heads_total{{upstream=\"app\"}} {ok}\n\
                 goodgate_upstream_head_seconds_total{{upstream=\"app\"}} {bad}\n",
                2 * refused
            )
        };
        let growth = Ok(grown(&text(100, 10, 5), &text(190, 20, 10), 10));

        let rates = of(&growth).expect("rates");

        let said: Vec<_> =
            rates.classes.iter().map(|it| (&*it.status, &*it.all, &*it.by)).collect();
        assert_eq!(
            said,
            [
                (
                    "5xx",
                    "2.0/s",
                    "1.0/s answered by the upstream, 1.0/s failed, answered by the gateway"
                ),
                ("2xx", "9.0/s", "9.0/s answered by the upstream"),
            ]
        );
        let causes: Vec<_> =
            rates.causes.iter().map(|it| (&*it.cause, &*it.seen, &*it.saved)).collect();
        assert_eq!(
            causes,
            [("connect_refused", "0.50/s", "0/s"), ("body_truncated", "0/s", "9.0/s")]
        );
        let fact = |name| {
            let found = rates.facts.iter().find(|(what, _)| *what == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(fact("TLS handshakes that succeed"), Some("90.0 % of 100"));
        assert_eq!(fact("Mean time to the head of an answer"), Some("111 ms"));
        assert_eq!(fact("Hedges beside a slow attempt"), Some("not known"));
    }

    #[test]
    fn what_did_not_happen_has_no_share() {
        assert_eq!(share(0.0, 0.0), "none in this time");
        assert_eq!(share(99.0, 1.0), "99.00 % of 100");
    }
}
