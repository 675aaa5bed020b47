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

/// Finds the first byte that no field value may hold: a control character other than a tab.
///
/// The line end is one, so that one pass over a line finds its end and checks it. This looks at
/// every byte of every head; sixteen and then eight at a time take half the time of single ones.
#[inline]
pub(super) fn control_at(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<16>();
    // Without an early end, so that the compiler compares sixteen bytes at once.
    let holds = |block: &[u8; 16]| block.iter().fold(false, |any, byte| any | is_control(*byte));
    let clean = blocks.iter().position(holds).unwrap_or(blocks.len()) * 16;
    let (words, rest) = bytes.get(clean..).unwrap_or_default().as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = controls(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(clean + index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let Some(last) = bytes.last_chunk::<8>().filter(|_| !rest.is_empty()) else {
        return rest
            .iter()
            .position(|byte| is_control(*byte))
            .map(|at| clean + words.len() * 8 + at);
    };
    // The last eight bytes again, instead of the last few one by one: those before are clean.
    let found = controls(u64::from_le_bytes(*last));
    (found != 0).then(|| bytes.len() - 8 + found.trailing_zeros() as usize / 8)
}

const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// Sets the top bit of each byte that is a control character other than a tab. No sum reaches the
/// next byte, because the top bits are left out.
#[inline]
const fn controls(word: u64) -> u64 {
    let low = word & each(0x7f);
    let is_below_space = !((low + each(0x60)) | word);
    let is_delete = (low + each(0x01)) & !word;
    let off_tab = word ^ each(b'\t');
    let is_no_tab = ((off_tab & each(0x7f)) + each(0x7f)) | off_tab;
    (is_below_space | is_delete) & is_no_tab & each(0x80)
}

/// A word of eight such bytes.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Tells whether all bytes are printable ASCII other than `"` and `\\`: text that stands in quotes as it
/// is.
#[inline]
pub(crate) fn is_quotable(bytes: &[u8]) -> bool {
    let plain = |byte: u8| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    // As above, without an early end within a block.
    let all = |block: &[u8; 16]| block.iter().fold(true, |all, byte| all & plain(*byte));
    let (blocks, rest) = bytes.as_chunks::<16>();
    if !blocks.iter().all(all) {
        return false;
    }
    match bytes.last_chunk::<16>() {
        Some(last) => all(last),
        None => rest.iter().fold(true, |ok, byte| ok & plain(*byte)),
    }
}

/// Finds the first colon.
#[inline]
pub(super) fn colon_at(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let off = u64::from_le_bytes(*word) ^ each(b':');
        // A borrow only makes bytes after the first zero look like one.
        let found = off.wrapping_sub(each(0x01)) & !off & each(0x80);
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| *byte == b':').map(|at| words.len() * 8 + at)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_control_character_is_found_at_each_place() {
        for byte in 0..=255_u8 {
            for (len, place) in (0..=38).flat_map(|len| (0..len).map(move |place| (len, place))) {
                let mut text = [*b"abcdefgh\tijklmn\xff\x80 ~"; 2].concat();
                text.truncate(len);
                text[place] = byte;

                let expected = is_control(byte).then_some(place);

                assert_eq!(control_at(&text), expected, "{byte:#x} at {place} of {len}");
            }
        }
    }

    #[test]
    fn a_quote_a_backslash_or_what_is_not_printable_is_not_plain_anywhere() {
        for len in 0..40 {
            for place in 0..len {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'a'; len];
                    text[place] = byte;

                    let expected = (b' '..=b'~').contains(&byte) && !b"\"\\".contains(&byte);

                    assert_eq!(is_quotable(&text), expected, "{byte:#x} at {place} of {len}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_is_found() {
        assert_eq!(control_at(b"ab\tc\r\n\0"), Some(4));
        assert_eq!(colon_at(b"Host: a:1"), Some(4));
        assert_eq!(colon_at(b"X-Longer-Name;\xba: a:1"), Some(15));
        assert_eq!(colon_at(b"none here, none there"), None);
    }

    #[test]
    fn a_decimal_number_is_digits_within_64_bits() {
        assert_eq!(decimal(b"18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "+1", "-1", "1 ", "0x1", "18446744073709551616", "1e3", "1_0"] {
            assert_eq!(decimal(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
