//! The kinds of values that only the watch's keys have.

mod address;
mod cause;
mod json;
mod link;
mod moment;
mod objective;
mod origin;
mod pattern;
mod slug;
mod url;
mod zone;

pub use address::Address;
pub use cause::CauseId;
pub use goodgate_config::{HeaderName, HeaderValue, StatusRange};
pub use link::Link;
pub use moment::{Clock, Moment};
pub use objective::Objective;
pub use origin::Origin;
pub use pattern::Pattern;
pub use slug::Slug;
pub use url::{DnsName, HostPort, Url};
pub use zone::Zone;
