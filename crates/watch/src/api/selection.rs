//! Which monitors are wanted, as a query says it.

use std::sync::Arc;

use axum::extract::Request;
use goodgate_incident::{MonitorId, State};
use serde::Deserialize;

use super::refusal::Refusal;
use super::{asked, limits};
use crate::desk::{Order, Page, Place, Selection};

/// What is known, for those who wrote something else.
const KNOWN: &str = "state, tag (both with commas between several), text, status, order (urgency or \
                     id), limit (up to 1000), after, before";

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Query {
    state: String,
    tag: String,
    text: String,
    status: Option<u16>,
    order: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
    before: Option<String>,
}

/// Reads which monitors are wanted.
pub(super) fn of(request: &Request) -> Result<Selection, Refusal> {
    read(asked::query(request, KNOWN)?)
}

fn read(query: Query) -> Result<Selection, Refusal> {
    let order = match query.order.as_deref() {
        None | Some("urgency") => Order::Urgency,
        Some("id") => Order::Id,
        Some(_) => return Err(Refusal::bad("`order` is urgency or id.")),
    };
    let page = match (query.after, query.before) {
        (None, None) => Page::First,
        (Some(place), None) => Page::After(place_of(&place, order)?),
        (None, Some(end)) if end.is_empty() => Page::Last,
        (None, Some(place)) => Page::Before(place_of(&place, order)?),
        (Some(_), Some(_)) => {
            return Err(Refusal::bad("Say `after` or `before`, and not both."));
        }
    };
    if query.text.chars().count() > limits::SEARCH {
        let most = limits::SEARCH;
        return Err(Refusal::bad(format!("`text` has more than {most} characters.")));
    }
    Ok(Selection {
        states: words(&query.state).map(state).collect::<Result<_, _>>()?,
        tags: asked::words(words(&query.tag).map(str::to_owned).collect(), "tag")?,
        text: query.text.trim().to_owned(),
        status: query.status,
        order,
        page,
        limit: query.limit.unwrap_or(limits::MONITORS).clamp(1, limits::ROWS_MAX),
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|it| !it.is_empty()).take(limits::WORDS + 1)
}

fn state(slug: &str) -> Result<State, Refusal> {
    State::of_slug(slug).ok_or_else(|| {
        let known = State::ALL.map(State::slug).join(", ");
        Refusal::bad(format!("`state` is one of {known}."))
    })
}

/// Writes a place, to be given back as `after` or `before`.
pub(super) fn cursor(place: &Place, order: Order) -> String {
    match order {
        Order::Urgency => format!("{}.{}", place.rank, place.id),
        Order::Id => place.id.to_string(),
    }
}

fn place_of(text: &str, order: Order) -> Result<Place, Refusal> {
    let id = |id: &str| MonitorId(Arc::from(id));
    match order {
        Order::Id => Ok(Place { rank: 0, id: id(text) }),
        Order::Urgency => text
            .split_once('.')
            .and_then(|(rank, name)| Some(Place { rank: rank.parse().ok()?, id: id(name) }))
            .ok_or_else(|| {
                Refusal::bad(
                    "`after` and `before` are what an answer has as `next` and `previous`.",
                )
            }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for (order, rank) in [(Order::Urgency, 11), (Order::Id, 0)] {
            let place = Place { rank, id: MonitorId("gateway/a.b".into()) };
            assert_eq!(place_of(&cursor(&place, order), order).ok(), Some(place));
        }
        for text in ["", "web", "256.a", "-1.a"] {
            assert!(place_of(text, Order::Urgency).is_err(), "{text}");
        }
    }

    #[test]
    fn a_page_is_bounded_and_what_is_not_understood_is_refused() {
        let limit = |limit| {
            let read = read(Query { limit, ..Query::default() });
            read.map(|it| it.limit).unwrap_or_default()
        };

        assert_eq!([None, Some(0), Some(7), Some(1 << 40)].map(limit), [100, 1, 7, 1_000]);
        let bad = [
            Query { state: "down,sideways".to_owned(), ..Query::default() },
            Query { order: Some("size".to_owned()), ..Query::default() },
            Query { text: "x".repeat(201), ..Query::default() },
            Query { tag: vec!["x"; 100].join(","), ..Query::default() },
            Query { after: Some("0.a".into()), before: Some("0.b".into()), ..Query::default() },
        ];
        for query in bad {
            let shown = format!("{query:?}");
            assert!(read(query).is_err(), "{shown}");
        }
    }

    #[test]
    fn several_states_and_tags_stand_with_commas_between_them() {
        let query =
            Query { state: "down, partial".into(), tag: "eu,us".into(), ..Query::default() };

        let read = read(query).expect("a selection");

        assert_eq!(read.states, [State::Down, State::Partial]);
        assert_eq!(read.tags, BTreeSet::from(["eu".into(), "us".into()]));
    }
}
