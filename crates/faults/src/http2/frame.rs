//! HTTP/2 frames (RFC 9113 section 4), as many of them as faults write by hand.

/// What a client says first (RFC 9113 section 3.4).
pub(crate) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// Error codes that faults use (RFC 9113 section 7).
pub(crate) mod code {
    /// Nothing went wrong.
    pub(crate) const NO_ERROR: u32 = 0;
    /// The peer broke the protocol.
    pub(crate) const PROTOCOL_ERROR: u32 = 1;
    /// Something went wrong inside.
    pub(crate) const INTERNAL_ERROR: u32 = 2;
    /// The stream was not looked at and may be tried again.
    pub(crate) const REFUSED_STREAM: u32 = 7;
}

/// SETTINGS without any: everything stays as the standard says.
pub(crate) fn settings() -> Vec<u8> {
    frame(SETTINGS, &[])
}

/// GOAWAY: streams up to `last_stream` were or may be looked at, none above.
pub(crate) fn goaway(last_stream: u32, code: u32) -> Vec<u8> {
    let mut payload = last_stream.to_be_bytes().to_vec();
    payload.extend(code.to_be_bytes());
    frame(GOAWAY, &payload)
}

/// A frame of the connection; `payload` is one of ours and short.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (payload.len() as u32).to_be_bytes();
    let mut frame = length.to_vec();
    // No flags, and stream 0, the connection.
    frame.extend([kind, 0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_length_type_flags_and_stream() {
        assert_eq!(settings(), [0, 0, 0, 4, 0, 0, 0, 0, 0]);
        assert_eq!(goaway(3, 2), [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2]);
    }
}
