//! A name server that will not tell.

use hickory_proto::op::ResponseCode;

use crate::dns;
use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_refused",
    summary: "Answers every question with REFUSED.",
    arguments: NONE,
    causes: &["dns_server_failure"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(dns::failing(ResponseCode::Refused)),
};
