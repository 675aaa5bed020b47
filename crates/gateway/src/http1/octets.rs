//! Which bytes may stand where (RFC 9110 section 5, RFC 9112 section 3).

/// What a byte may be part of, as bits.
static KINDS: [u8; 256] = kinds();

/// A letter of a method or field name (`tchar`, RFC 9110 section 5.6.2).
const TOKEN: u8 = 1;
/// Visible ASCII except `#`: what a request target may hold. RFC 3986 allows fewer; browsers send
/// the rest in queries, and no reader takes them for an end.
const TARGET: u8 = 2;
/// A letter of a host name: `unreserved` (RFC 3986 section 2.3). A `reg-name` may hold more, which
/// no name in DNS does, and which readers take for different hosts.
const HOST: u8 = 4;
/// A byte of a field value: everything except control characters; a tab is none.
const VALUE: u8 = 8;

#[expect(clippy::indexing_slicing, reason = "evaluated when the gateway is compiled")]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        if it.is_ascii_alphanumeric() {
            kinds[byte] |= TOKEN | HOST;
        }
        if it.is_ascii_graphic() && it != b'#' {
            kinds[byte] |= TARGET;
        }
        if it == b'\t' || (it >= b' ' && it != 0x7f) {
            kinds[byte] |= VALUE;
        }
        byte += 1;
    }
    let mut rest: &[u8] = b"!#$%&'*+-.^_`|~";
    while let [first, others @ ..] = rest {
        kinds[*first as usize] |= TOKEN;
        rest = others;
    }
    rest = b"-._~";
    while let [first, others @ ..] = rest {
        kinds[*first as usize] |= HOST;
        rest = others;
    }
    kinds
}

#[expect(clippy::indexing_slicing, reason = "there are 256 bytes and 256 kinds")]
#[inline]
fn is(byte: u8, kind: u8) -> bool {
    KINDS[usize::from(byte)] & kind != 0
}

/// Counts the token letters at the beginning of `bytes`.
#[inline]
pub(super) fn token_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is(*byte, TOKEN)).unwrap_or(bytes.len())
}

/// Tells whether all of `bytes` is a token; nothing is none.
pub(super) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && token_len(bytes) == bytes.len()
}

/// Counts the bytes at the beginning of `bytes` that a request target may hold.
#[inline]
pub(super) fn target_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is(*byte, TARGET)).unwrap_or(bytes.len())
}

/// Tells whether all of `bytes` may stand in the name of a host.
pub(super) fn is_host(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| is(*byte, HOST))
}

/// Finds the first byte that no field value may hold.
#[inline]
pub(super) fn value_fault(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| !is(*byte, VALUE))
}

/// Takes spaces and tabs off both ends (`OWS`, RFC 9110 section 5.6.3).
#[inline]
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

/// Takes spaces and tabs off the beginning.
#[inline]
pub(super) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

/// Takes spaces and tabs off the end.
#[inline]
pub(super) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Splits a list at its commas; members come without white space, empty ones are left out (RFC 9110
/// section 5.6.1).
pub(super) fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(trim).filter(|member| !member.is_empty())
}

/// Reads decimal digits and nothing else; none and too many are no number.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let value = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(value)
    })
}
