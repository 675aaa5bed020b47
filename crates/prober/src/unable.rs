//! What we cannot do, in words.

use std::error::Error as _;

use goodgate_evidence::text::{neutralise, shorten};
use goodgate_incident::Doubt;
use goodgate_probe::ProbeError;
use goodgate_watch::check::Answer;

use crate::limits::WORDS_MAX;

/// Returns the answer of a step that could not be carried out.
pub(crate) fn unable(error: &ProbeError) -> Answer {
    Answer::Unable(doubt(error), words(error))
}

const fn doubt(error: &ProbeError) -> Doubt {
    match error {
        // An address that this host does not have (any more) is a way out that is missing.
        ProbeError::SourceAddress { .. } | ProbeError::SourceFamily { .. } => Doubt::Network,
        _ => Doubt::Resources,
    }
}

fn words(error: &ProbeError) -> String {
    // The value may be a secret.
    if let ProbeError::Request { part, .. } = error {
        return format!("the request cannot be sent: its {part} has characters that HTTP forbids");
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    shorten(&neutralise(&text), WORDS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_sent_is_not_repeated() {
        let error = ProbeError::Request { part: "field value", value: "s3cr3t\n".to_owned() };

        let Answer::Unable(doubt, words) = unable(&error) else { panic!("it is ours") };

        assert_eq!(doubt, Doubt::Resources);
        assert!(words.contains("field value") && !words.contains("s3cr3t"), "{words}");
    }

    #[test]
    fn a_source_address_that_is_gone_is_a_matter_of_the_network() {
        let source = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
        let endpoint = goodgate_evidence::probe::Endpoint::Tcp(([127, 0, 0, 1], 1).into());
        let address = [192, 0, 2, 1].into();
        let error = ProbeError::SourceAddress { address, endpoint, source };

        assert!(matches!(unable(&error), Answer::Unable(Doubt::Network, _)));
    }
}
