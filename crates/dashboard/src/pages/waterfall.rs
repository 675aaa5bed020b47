//! The attempts of a request as a drawing: when each began, and what its time went to.

use super::verdict::Row;
use crate::limits::ATTEMPTS_DRAWN;
use crate::model::{Failure, Phase};
use crate::words::{millis, text};

/// Width of the drawing.
const WIDTH: f64 = 480.0;

/// Height of the line of one attempt: a label, and the bar below it.
const LINE: usize = 38;

/// A drawing.
pub(crate) struct Waterfall {
    pub(crate) height: usize,
    pub(crate) axis: usize,
    /// How long it is in all.
    pub(crate) total: String,
    pub(crate) lines: Vec<Line>,
}

/// One attempt, or the time in which the request was held.
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) label_y: usize,
    pub(crate) bar_y: usize,
    pub(crate) bars: Vec<Bar>,
    /// Where a failure ended it.
    pub(crate) failed_at: Option<String>,
    pub(crate) mark_y: usize,
}

/// A part of the time.
#[derive(Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) kind: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
    /// What it says when one asks for it.
    pub(crate) says: String,
}

/// A part of the time, in milliseconds.
struct Span {
    kind: &'static str,
    from: f64,
    to: f64,
}

/// Draws a request. [`None`] where no time of it is known.
pub(crate) fn of(failure: &Failure) -> Option<Waterfall> {
    let mut all: Vec<(String, Vec<Span>, bool)> = Vec::new();
    for attempt in failure.attempts.iter().take(ATTEMPTS_DRAWN) {
        let endpoint = attempt.endpoint.as_deref().map(text).unwrap_or_default();
        let beside = if attempt.hedge { ", beside the one before" } else { "" };
        let label = format!("{} {endpoint}{beside}", attempt.number);
        all.push((label, spans(attempt), attempt.cause.is_some()));
    }
    all.extend(held(failure).map(|span| ("Held".to_owned(), vec![span], false)));
    let ends = all.iter().flat_map(|(_, spans, _)| spans).map(|span| span.to);
    let total = ends.fold(known(failure.took_ms), f64::max);
    if all.is_empty() || total <= 0.0 {
        return None;
    }
    let lines = all.into_iter().enumerate().map(|(at, line)| drawn(at, line, total));
    let lines: Vec<Line> = lines.collect();
    let axis = lines.len() * LINE + 4;
    Some(Waterfall { height: axis + 22, axis, total: millis(total), lines })
}

/// Draws the phases of a connection, each on a line of its own. [`None`] where no time is known.
pub(crate) fn of_phases(phases: &[Phase]) -> Option<Waterfall> {
    let spans = phases.iter().take(ATTEMPTS_DRAWN).map(|phase| {
        let from = known(Some(phase.from_ms));
        let span = Span { kind: kind_of(&phase.name), from, to: from + known(Some(phase.took_ms)) };
        (text(&phase.name), vec![span], phase.broke)
    });
    let all: Vec<(String, Vec<Span>, bool)> = spans.collect();
    let total = all.iter().flat_map(|(_, spans, _)| spans).map(|span| span.to).fold(0.0, f64::max);
    if total <= 0.0 {
        return None;
    }
    let lines: Vec<Line> =
        all.into_iter().enumerate().map(|(at, line)| drawn(at, line, total)).collect();
    let axis = lines.len() * LINE + 4;
    Some(Waterfall { height: axis + 22, axis, total: millis(total), lines })
}

/// Returns a phase in words, for the table beside the drawing.
pub(crate) fn row(phase: &Phase) -> Row {
    let mark = match (phase.broke, phase.timed_out) {
        (true, true) => ": it timed out here",
        (true, false) => ": it broke here",
        (false, true) => ": it timed out",
        (false, false) => "",
    };
    Row {
        name: text(&phase.name),
        path: String::new(),
        value: millis(known(Some(phase.took_ms))),
        says: format!("{}{mark}", text(&phase.outcome)),
    }
}

fn kind_of(name: &str) -> &'static str {
    match name {
        "resolve" => "held",
        "connect" => "connect",
        "tls" => "tls",
        "body" => "body",
        _ => "wait",
    }
}

/// Takes the time of an attempt apart: the connection, TLS, until the head, and the rest.
fn spans(attempt: &crate::model::Attempt) -> Vec<Span> {
    let began = known(attempt.began_ms);
    let end = began + known(attempt.took_ms);
    let mut spans = Vec::new();
    let mut at = began;
    let mut until = |kind, to: f64| {
        let to = to.clamp(at, end.max(at));
        if to > at {
            spans.push(Span { kind, from: at, to });
        }
        at = to;
    };
    let connected = began + known(attempt.connect_ms);
    until("connect", connected);
    until("tls", connected + known(attempt.tls_ms));
    match attempt.head_ms {
        Some(head) => {
            until("wait", began + known(Some(head)));
            until("body", end);
        }
        None if attempt.connection == "none" => until("connect", end),
        None => until("wait", end),
    }
    spans
}

/// Returns when the request was held: at its end, or in the gap before an attempt that is long enough.
/// [`None`] where that cannot be told.
fn held(failure: &Failure) -> Option<Span> {
    let held = failure.held_ms.map(|ms| known(Some(ms))).filter(|held| *held > 0.0)?;
    let of = |to: f64| Span { kind: "held", from: (to - held).max(0.0), to };
    if failure.held_until.is_some() {
        return Some(of(known(failure.took_ms).max(held)));
    }
    let mut free_from = 0.0_f64;
    for attempt in &failure.attempts {
        let began = known(attempt.began_ms);
        if began - free_from >= 0.9 * held {
            return Some(of(began));
        }
        free_from = free_from.max(began + known(attempt.took_ms));
    }
    None
}

/// Returns a time that can be drawn.
fn known(ms: Option<f64>) -> f64 {
    ms.filter(|ms| ms.is_finite()).unwrap_or_default().clamp(0.0, 1e9)
}

fn drawn(at: usize, (label, spans, is_failed): (String, Vec<Span>, bool), total: f64) -> Line {
    let x = |ms: f64| WIDTH * ms / total;
    let end = spans.last().map(|span| span.to);
    // What took no time worth a pixel is still there.
    let bars = spans.iter().map(|span| Bar {
        kind: span.kind,
        x: format!("{:.1}", x(span.from).min(WIDTH - 2.0)),
        width: format!("{:.1}", x(span.to - span.from).max(2.0)),
        says: format!("{}: {}", word(span.kind), millis(span.to - span.from)),
    });
    Line {
        label,
        label_y: at * LINE + 14,
        bar_y: at * LINE + 19,
        bars: bars.collect(),
        failed_at: is_failed
            .then(|| format!("{:.1}", x(end.unwrap_or_default()).clamp(6.0, WIDTH - 6.0))),
        mark_y: at * LINE + 31,
    }
}

/// Returns what a part of the time went to.
pub(crate) fn word(kind: &str) -> &'static str {
    match kind {
        "connect" => "connecting",
        "tls" => "TLS",
        "wait" => "until the head",
        "body" => "the rest of the answer",
        _ => "held",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Attempt;

    fn attempt(began: f64, took: f64) -> Attempt {
        Attempt { began_ms: Some(began), took_ms: Some(took), ..Attempt::default() }
    }

    fn parts(drawing: &Waterfall, line: usize) -> Vec<(&'static str, &str, &str)> {
        drawing.lines[line].bars.iter().map(|it| (it.kind, &*it.x, &*it.width)).collect()
    }

    #[test]
    fn the_time_of_an_attempt_is_taken_apart() {
        let whole = Attempt {
            connect_ms: Some(10.0),
            tls_ms: Some(20.0),
            head_ms: Some(50.0),
            connection: "fresh".to_owned(),
            ..attempt(0.0, 100.0)
        };
        let failed = Attempt {
            cause: Some("connect_refused".to_owned()),
            connection: "none".to_owned(),
            ..attempt(100.0, 100.0)
        };
        let failure =
            Failure { took_ms: Some(200.0), attempts: vec![whole, failed], ..Failure::default() };

        let drawing = of(&failure).expect("a drawing");

        assert_eq!(
            parts(&drawing, 0),
            [
                ("connect", "0.0", "24.0"),
                ("tls", "24.0", "48.0"),
                ("wait", "72.0", "48.0"),
                ("body", "120.0", "120.0"),
            ]
        );
        assert_eq!(parts(&drawing, 1), [("connect", "240.0", "240.0")]);
        assert!(drawing.lines[0].failed_at.is_none() && drawing.lines[1].failed_at.is_some());
        assert_eq!(drawing.total, "200 ms");
    }

    #[test]
    fn a_hold_is_drawn_where_it_was() {
        let ended = Failure {
            held_ms: Some(90.0),
            took_ms: Some(100.0),
            attempts: vec![attempt(0.0, 10.0)],
            ..Failure::default()
        };
        let until_the_end =
            Failure { held_until: Some("its_time_was_over".to_owned()), ..ended.clone() };
        let before = Failure {
            attempts: vec![attempt(0.0, 10.0), attempt(100.0, 100.0)],
            took_ms: Some(200.0),
            ..ended.clone()
        };

        assert_eq!(of(&ended).expect("a drawing").lines.len(), 1, "it cannot be told where");
        assert_eq!(parts(&of(&until_the_end).expect("one"), 1), [("held", "48.0", "432.0")]);
        assert_eq!(parts(&of(&before).expect("one"), 2), [("held", "24.0", "216.0")]);
    }

    #[test]
    fn impossible_times_are_drawn_within_the_drawing() {
        let odd = Attempt {
            connect_ms: Some(f64::INFINITY),
            tls_ms: Some(-5.0),
            head_ms: Some(1e300),
            ..attempt(-1.0, f64::NAN)
        };
        let odd = Failure {
            took_ms: Some(5.0),
            attempts: vec![odd, attempt(1e300, 1e300)],
            ..Failure::default()
        };

        let drawing = of(&odd).expect("a drawing");

        for bar in drawing.lines.iter().flat_map(|line| &line.bars) {
            let of = |text: &str| text.parse::<f64>().expect("a number");
            assert!(of(&bar.x) >= 0.0 && of(&bar.x) + of(&bar.width) <= WIDTH + 0.2, "{bar:?}");
        }
        assert!(of(&Failure::default()).is_none());
    }

    #[test]
    fn many_attempts_are_bounded() {
        let attempts = (0..10_000).map(|at| attempt(f64::from(at), 1.0)).collect();

        let drawing = of(&Failure { attempts, ..Failure::default() }).expect("a drawing");

        assert_eq!(drawing.lines.len(), ATTEMPTS_DRAWN);
    }
}
