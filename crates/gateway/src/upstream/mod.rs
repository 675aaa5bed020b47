//! The side of the upstreams: endpoints, their connections, and one exchange with one of them.

mod address;
mod carrier;
mod connection;
mod endpoint;
mod http1;
mod http2;
mod idle;
mod kept;
mod lookups;
mod multiplexed;
mod plan;
mod recovery;
mod seen;
mod slots;
mod state;
mod translate;
mod waiting;
mod watched;

pub(crate) use carrier::Carrier;
pub(crate) use connection::{Opened, Within, open};
pub(crate) use endpoint::{Endpoint, Wire};
pub(crate) use http1::Http1;
pub(crate) use http2::Http2;
pub(crate) use kept::{Kept, KeptList, Look};
pub(crate) use lookups::{Answer, Lookup, Missing};
pub(crate) use multiplexed::{Multiplexed, Open};
pub(crate) use plan::Names;
pub(crate) use recovery::{let_go, look_for_a_way_out, probe_due};
pub(crate) use seen::Last;
pub(crate) use slots::{Room, Slot, Unused};
pub(crate) use state::{Chosen, Upstream};
pub(crate) use waiting::Waiting;
pub(crate) use watched::{Watch, Watched};
