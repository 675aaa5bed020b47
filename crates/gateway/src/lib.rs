//! The gateway: carries requests to upstreams, keeps their failures from the client, and says of the
//! rest what happened.

mod admin;
mod alarm;
mod body;
mod clock;
mod core;
mod digits;
mod downstream;
mod exchange;
mod failing;
pub mod http1;
mod http2;
mod limits;
mod listen;
mod log;
mod metrics;
mod net;
mod recorder;
mod run;
pub mod settings;
mod site;
mod spool;
mod story;
mod tunnel;
mod upstream;

pub use admin::AdminAt;
pub use listen::AccessError;
pub use run::{
    Bound, Event, Failed, Gateway, HandOverError, Handle, InheritError, Inherited, Refused,
    Reloader, Report, Source, Tell, Why, raise_files_limit,
};
