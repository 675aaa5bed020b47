//! From transitions to incidents, and from incidents to alerts.
//!
//! An [`Engine`] takes [`Event`]s and gives [`Effect`]s: rows that have changed, entries of timelines,
//! and [`Alert`]s. The watch commits all effects of one call in one transaction.
//!
//! # Rules
//!
//! - Monitors are in one incident only with the **same cause and a component that all of them have in
//!   common**. The first page goes out at once; all who join while the blast radius is gathered are
//!   told in one update.
//! - A member that recovers alone is split off once it has stayed well; an incident is over when all
//!   have. Whoever fails again within half an hour fails in the same incident. The more often that
//!   happens, the longer it has to be well; and there is no second page within half an hour.
//! - Silences and parents that are down keep somebody from being told, and nothing else. What still
//!   fails when they end is told then. The end is told to whoever was told of the beginning, always.
//! - Once it is acknowledged nobody else is called, and reminders follow their slower pace.
//! - What cannot be measured is never down: for over two minutes it is an incident of the watch itself,
//!   one for each reason. After an outage of our own network a digest stands for all that could not be
//!   delivered and is over.
//!
//! # What a store keeps, and how
//!
//! [`Snapshot`] is what [`Engine::new`] wants back. It has five parts, each a row or a table of plain
//! values: [`Watch`] (one row), [`Standing`] by monitor, [`Incident`] by number with [`Member`] by
//! number and monitor, [`Silence`] by name, [`Marker`] in the order of coming. Entries of timelines are
//! written and never read back by the engine. [`Snapshot::fold`] is the reference of how an [`Effect`]
//! changes these rows. Causes are ids of the catalogue (or [`CANNOT_MEASURE`]): what loads them finds
//! the `&'static str` there, and [`None`] for one that is not in it any more.
//!
//! # Keys
//!
//! [`AlertKey`](crate::AlertKey)s are numbered in [`Incident::numbers`], incidents in
//! [`Watch::last_incident`], and both are committed with the alerts that use them. So:
//!
//! - After a crash *before* the commit, nothing of it is known: the snapshot is the one before, the same
//!   transition comes again, and the same alerts with the same keys follow.
//! - After a crash *after* the commit, the same transition (equal time and states) changes nothing.
//! - If a commit fails while the process goes on, the engine is ahead of the store: the effects have to
//!   be committed later, whole and in order, or the engine be built anew from the store.

mod alert;
mod case;
mod clock;
mod compose;
mod digest;
mod doubt;
mod engine;
mod event;
mod join;
pub mod limits;
mod out;
mod policy;
mod record;
mod requests;
mod scene;
mod settle;
mod silence;
mod snapshot;
mod tell;
mod timeline;

pub use alert::{Alert, Digest, Missed, Radius, Why};
pub use doubt::CANNOT_MEASURE;
pub use engine::Engine;
pub use event::{Delivery, Event, Marker, MarkerKind, Refusal};
pub use policy::{ChannelId, Pace, Plan, PlanId, Policy, Step, Watched};
pub use record::{Case, Extent, Hush, Incident, Member, Part, Said, Stage, Subject, Told, Waiting};
pub use silence::{Matchers, Silence, SilenceId};
pub use snapshot::{Cut, Effect, Snapshot, Standing, Watch};
pub use timeline::{Ending, Entry, What};
