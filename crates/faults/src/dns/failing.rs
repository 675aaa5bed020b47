//! Faults that are nothing but a response code.

use std::sync::Arc;

use hickory_proto::op::ResponseCode;

use super::{Answer, DnsFault, Question, Zone};
use crate::fault::Hook;

/// A fault that answers every question with `code`.
pub(crate) fn failing(code: ResponseCode) -> Hook {
    Hook::Dns(Arc::new(Failing { code }))
}

struct Failing {
    code: ResponseCode,
}

impl DnsFault for Failing {
    fn answer(&self, _: &Question, _: &Zone) -> Answer {
        Answer::Failure(self.code)
    }
}
