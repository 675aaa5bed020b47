//! The gateway: carries requests to upstreams, keeps their failures from the client, and says of the
//! rest what happened.

pub mod http1;
pub mod settings;
