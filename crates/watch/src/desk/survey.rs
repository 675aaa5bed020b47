//! A page of the monitors, with how many there are of each kind: what a screen needs of ten thousand.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use goodgate_incident::{Doubt, MonitorId, State, Timestamp};

use super::limits::TAGS_COUNTED;
use super::view::MonitorView;

/// Which monitors are wanted, and how many of them from where on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those in one of these states; in any where there is none.
    pub states: Vec<State>,
    /// Those with one of these tags; with any or none where there is none.
    pub tags: BTreeSet<Arc<str>>,
    /// Those whose id, target, tag or cause holds this text, in whichever case; all where it is empty.
    pub text: String,
    /// Those that fail and whose last answer had this status.
    pub status: Option<u16>,
    /// In which order.
    pub order: Order,
    /// From where on.
    pub page: Page,
    /// How many at most.
    pub limit: usize,
}

/// In which order monitors are shown. Both are whole and stay as they are while nothing changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is broken first, the worst of it before the rest; then by name.
    #[default]
    Urgency,
    /// By name.
    Id,
}

/// Where a page begins or ends: at a place in the order, which is there whether or not a monitor stands at
/// it. Where monitors change their states between two pages, none of the others is left out or shown twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// At the first one.
    #[default]
    First,
    /// Behind this place.
    After(Place),
    /// Right before this place.
    Before(Place),
    /// At the last one, backwards.
    Last,
}

/// A place in the order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// How near the end: 0 is the worst.
    pub rank: u8,
    /// The monitor that stands there, or stood.
    pub id: MonitorId,
}

/// A page of monitors, and what there is altogether.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// All monitors by state, in the order of [`State::ALL`].
    pub states: [usize; State::ALL.len()],
    /// How many cannot be measured for which reason, and since when the first of them.
    pub doubts: Vec<(Doubt, usize, Timestamp)>,
    /// How many monitors have which tag, by name; the first [`TAGS_COUNTED`] of them.
    pub tags: Vec<(Arc<str>, usize)>,
    /// How many fail with 502 as their last answer.
    pub bad_gateways: usize,
    /// How many are like those that are wanted.
    pub matching: usize,
    /// How many of these stand before the first one of this page.
    pub before: usize,
    /// The page.
    pub monitors: Vec<MonitorView>,
    /// Behind which place the next page begins, where there is one.
    pub next: Option<Place>,
    /// Before which place the page before ends, where there is one.
    pub previous: Option<Place>,
}

impl Survey {
    /// Returns how many monitors there are.
    pub fn total(&self) -> usize {
        self.states.iter().sum()
    }
}

/// What is looked at of every monitor.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// Which.
    pub id: &'a MonitorId,
    /// What it watches.
    pub target: &'a str,
    /// Its tags.
    pub tags: &'a BTreeSet<Arc<str>>,
    /// Its state.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// Why it cannot be measured.
    pub doubt: Option<Doubt>,
    /// The cause, while it fails.
    pub cause: Option<&'static str>,
    /// The status of its last answer.
    pub status: Option<u16>,
}

impl Glance<'_> {
    /// Whether it fails with an answer of this status.
    fn answers(&self, status: u16) -> bool {
        let fails = matches!(self.state, State::Down | State::Partial | State::Suspect);
        fails && self.status == Some(status)
    }

    fn rank(&self, order: Order) -> u8 {
        let rank = match (order, self.state) {
            (Order::Id, _) => return 0,
            (Order::Urgency, State::Down) => 0,
            (Order::Urgency, State::Partial) => 2,
            (Order::Urgency, State::Unknown) => 4,
            (Order::Urgency, State::Suspect) => 6,
            (Order::Urgency, State::Up) => 8,
            (Order::Urgency, State::Paused | State::Maintenance) => 10,
        };
        // A 502 comes before what else is as bad.
        if rank < 8 && !self.answers(502) { rank + 1 } else { rank }
    }

    fn is_like(&self, wanted: &Selection, text: &str) -> bool {
        let holds = |name: &str| lower(name).contains(text);
        (wanted.states.is_empty() || wanted.states.contains(&self.state))
            && (wanted.tags.is_empty() || !wanted.tags.is_disjoint(self.tags))
            && wanted.status.is_none_or(|status| self.answers(status))
            && (text.is_empty()
                || holds(&self.id.0)
                || holds(self.target)
                || self.cause.is_some_and(holds)
                || self.tags.iter().any(|tag| holds(tag)))
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Counts all monitors, which come in the order of their ids, and takes the page of them that is wanted: only of
/// those `view` is called.
pub fn survey<'a>(
    all: impl Iterator<Item = Glance<'a>>,
    wanted: &Selection,
    view: impl Fn(&MonitorId) -> Option<MonitorView>,
) -> Survey {
    let mut found = Survey::default();
    let mut tags: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    let mut doubts: Vec<(Doubt, usize, Timestamp)> = Vec::new();
    let mut places: Vec<(u8, &MonitorId)> = Vec::new();
    let text = wanted.text.to_lowercase();
    for glance in all {
        if let Some(count) = found.states.get_mut(glance.state as usize) {
            *count += 1;
        }
        for tag in glance.tags {
            *tags.entry(tag).or_default() += 1;
        }
        found.bad_gateways += usize::from(glance.answers(502));
        if let Some(doubt) = glance.doubt {
            match doubts.iter_mut().find(|(known, ..)| *known == doubt) {
                Some((_, count, since)) => {
                    *count += 1;
                    *since = glance.since.min(*since);
                }
                None => doubts.push((doubt, 1, glance.since)),
            }
        }
        if glance.is_like(wanted, &text) {
            places.push((glance.rank(wanted.order), glance.id));
        }
    }
    // Those of one rank are in the order of their ids already: to compare ten thousand ids is what would cost.
    places.sort_by_key(|(rank, _)| *rank);
    let order = |doubt: &Doubt| Doubt::ALL.iter().position(|it| it == doubt);
    doubts.sort_by_key(|(doubt, ..)| order(doubt));
    found.doubts = doubts;
    found.tags =
        tags.into_iter().take(TAGS_COUNTED).map(|(tag, count)| (Arc::clone(tag), count)).collect();
    turn_to(&mut found, &places, wanted);
    let (first, limit) = (found.before, wanted.limit);
    found.monitors = places.iter().skip(first).take(limit).filter_map(|(_, id)| view(id)).collect();
    found
}

/// Finds where the page begins, and the places of the pages around it.
fn turn_to(found: &mut Survey, places: &[(u8, &MonitorId)], wanted: &Selection) {
    let limit = wanted.limit;
    let until =
        |place: &Place| places.partition_point(|(rank, id)| (*rank, *id) < (place.rank, &place.id));
    let first = match &wanted.page {
        Page::First => 0,
        Page::After(place) => {
            places.partition_point(|(rank, id)| (*rank, *id) <= (place.rank, &place.id))
        }
        Page::Before(place) => until(place).saturating_sub(limit),
        Page::Last => places.len().saturating_sub(limit),
    };
    let place = |index: usize| {
        places.get(index).map(|(rank, id)| Place { rank: *rank, id: MonitorId::clone(id) })
    };
    found.matching = places.len();
    found.before = first;
    let behind = first.saturating_add(limit);
    found.next = behind.checked_sub(1).filter(|_| behind < places.len()).and_then(place);
    found.previous = (first > 0).then(|| place(first).or_else(|| wanted.page.place())).flatten();
}

impl Page {
    fn place(&self) -> Option<Place> {
        match self {
            Self::After(place) | Self::Before(place) => Some(place.clone()),
            Self::First | Self::Last => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::desk::Origin;

    /// A monitor of a test: its id, state, tag and the status of its last answer.
    type Known = (MonitorId, State, BTreeSet<Arc<str>>, Option<u16>);

    fn known(id: &str, state: State, tag: &str, status: Option<u16>) -> Known {
        (MonitorId(id.into()), state, BTreeSet::from([Arc::from(tag)]), status)
    }

    fn asked(all: &[Known], wanted: &Selection) -> Survey {
        let glances = all.iter().map(|(id, state, tags, status)| Glance {
            id,
            target: "https://Shop.example/",
            tags,
            state: *state,
            since: Timestamp(5),
            doubt: (*state == State::Unknown).then_some(Doubt::Network),
            cause: None,
            status: *status,
        });
        let view = |id: &MonitorId| {
            let (id, state, tags, _) = all.iter().find(|it| it.0 == *id)?.clone();
            let since = Timestamp(5);
            let interval = Duration::from_secs(1);
            let target = String::new();
            let (origin, kind) = (Origin::File, "http");
            let (doubt, finding, last) = (None, None, None);
            let (certificate, incident) = (None, None);
            Some(MonitorView {
                id,
                origin,
                kind,
                target,
                interval,
                tags,
                state,
                since,
                doubt,
                finding,
                last,
                certificate,
                incident,
            })
        };
        survey(glances, wanted, view)
    }

    fn ids(survey: &Survey) -> Vec<&str> {
        survey.monitors.iter().map(|it| &*it.id.0).collect()
    }

    fn some() -> Vec<Known> {
        vec![
            known("a", State::Up, "eu", Some(200)),
            known("b", State::Paused, "eu", None),
            known("c", State::Down, "us", None),
            known("d", State::Down, "us", Some(502)),
            known("e", State::Unknown, "eu", None),
            known("f", State::Suspect, "eu", Some(502)),
            known("g", State::Partial, "us", Some(503)),
        ]
    }

    #[test]
    fn what_is_broken_comes_first_and_a_502_before_what_is_as_bad() {
        let survey = asked(&some(), &Selection { limit: 10, ..Selection::default() });

        assert_eq!(ids(&survey), ["d", "c", "g", "e", "f", "a", "b"]);
        assert_eq!((survey.total(), survey.matching, survey.bad_gateways), (7, 7, 2));
        assert_eq!(survey.doubts, [(Doubt::Network, 1, Timestamp(5))]);
        assert_eq!(survey.tags, [("eu".into(), 4), ("us".into(), 3)]);
        assert_eq!((survey.next, survey.previous), (None, None));
    }

    #[test]
    fn those_that_are_wanted_are_shown_and_all_are_counted() {
        let wanted = |selection| {
            let survey = asked(&some(), &Selection { limit: 10, ..selection });
            assert_eq!(survey.total(), 7);
            ids(&survey).concat()
        };
        let of = |text: &str| Selection { text: text.to_owned(), ..Selection::default() };

        let states = vec![State::Up, State::Suspect];
        assert_eq!(wanted(Selection { states, ..Selection::default() }), "fa");
        let tags = BTreeSet::from(["us".into()]);
        assert_eq!(wanted(Selection { tags, ..Selection::default() }), "dcg");
        assert_eq!(wanted(Selection { status: Some(502), ..Selection::default() }), "df");
        assert_eq!(wanted(of("US")), "dcg");
        assert_eq!(wanted(of("sHOP.")), "dcgefab");
        assert_eq!(wanted(of("nothing")), "");
    }

    #[test]
    fn pages_follow_each_other_in_both_directions() {
        let all = some();
        let turn = |page| asked(&all, &Selection { page, limit: 3, ..Selection::default() });

        let first = turn(Page::First);
        let second = turn(Page::After(first.next.clone().expect("a second")));
        let third = turn(Page::After(second.next.clone().expect("a third")));
        let back = turn(Page::Before(third.previous.clone().expect("the second")));

        assert_eq!(ids(&first), ["d", "c", "g"]);
        assert_eq!((ids(&second), second.before), (vec!["e", "f", "a"], 3));
        assert_eq!((ids(&third), third.before), (vec!["b"], 6));
        assert_eq!(third.next, None);
        assert_eq!(ids(&back), ids(&second));
        assert_eq!(turn(Page::Last).before, 4);
    }

    #[test]
    fn a_monitor_that_changes_between_two_pages_hides_no_other() {
        let mut all = some();
        let by_id = |all: &[Known], page| {
            let wanted = Selection { page, order: Order::Id, limit: 3, ..Selection::default() };
            asked(all, &wanted)
        };
        let first = asked(&all, &Selection { limit: 3, ..Selection::default() });
        let by_name = by_id(&all, Page::First);

        // The last one of the first page is well again, and one of those before it is gone.
        all[6].1 = State::Up;
        all.remove(2);
        let page = Page::After(first.next.expect("a second"));
        let second = asked(&all, &Selection { page, limit: 9, ..Selection::default() });

        assert_eq!(ids(&second), ["e", "f", "a", "g", "b"]);
        let next = by_id(&all, Page::After(by_name.next.expect("a second")));
        assert_eq!(ids(&next), ["d", "e", "f"]);
    }

    #[test]
    fn beyond_the_last_page_there_is_a_way_back() {
        let place = Place { rank: 200, id: MonitorId("x".into()) };
        let wanted = Selection { page: Page::After(place), limit: 3, ..Selection::default() };

        let survey = asked(&some(), &wanted);

        assert_eq!(ids(&survey), [""; 0]);
        let page = Page::Before(survey.previous.expect("a page before"));
        let back = asked(&some(), &Selection { page, limit: 3, ..Selection::default() });
        assert_eq!(ids(&back), ["f", "a", "b"]);
    }
}
