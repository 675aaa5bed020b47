//! A name server over UDP and TCP, well and with faults.

mod answer;
mod failing;
mod listener;
mod zone;

pub(crate) use answer::{Answer, Question};
pub(crate) use failing::failing;
pub(crate) use listener::Listener;
pub(crate) use zone::Zone;
pub use zone::{Record, RecordError};

/// A fault in the answer to a question.
pub(crate) trait DnsFault: Send + Sync {
    /// Says what the question gets.
    fn answer(&self, question: &Question, zone: &Zone) -> Answer;
}
