//! Results and roll-ups as bytes.
//!
//! A result as a row of columns takes some 90 bytes of the file: a row has a head with the type of each
//! column, and a time in microseconds alone takes 8. Packed, it takes 20 to 30: the time is the distance
//! from the result before, absent parts take a bit, numbers as many bytes as they need.

use std::time::Duration;

use goodgate_incident::Timestamp;

use super::{codes, varint};
use crate::store::{Latencies, Phases, RollUp};
use goodgate_incident::{Doubt, State};

/// A result with numbers in place of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) monitor: i64,
    pub(super) at: Timestamp,
    pub(super) took: Duration,
    pub(super) state: State,
    pub(super) seen: PackedSeen,
    pub(super) status: Option<u16>,
    pub(super) phases: Phases,
}

/// What a check came to, with the number of the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PackedSeen {
    Good,
    Bad(Option<i64>),
    Unmeasured(Doubt),
}

// The first byte: three bits of the state, two of what was seen, two of the status.
const SEEN_SHIFT: u8 = 3;
const SEEN_GOOD: u8 = 0;
const SEEN_BAD: u8 = 1;
const SEEN_BAD_WITH_CAUSE: u8 = 2;
const SEEN_UNMEASURED: u8 = 3;
const STATUS_SHIFT: u8 = 5;
const STATUS_NONE: u8 = 0;
const STATUS_200: u8 = 1;
const STATUS_OTHER: u8 = 2;

// The second byte: five bits for the phases that follow, three of the doubt.
const DOUBT_SHIFT: u8 = 5;

impl Packed {
    /// Appends the result; `before` is the time of the one before it.
    pub(super) fn put(&self, out: &mut Vec<u8>, before: Timestamp) {
        let (seen, cause, doubt) = match self.seen {
            PackedSeen::Good => (SEEN_GOOD, None, 0),
            PackedSeen::Bad(None) => (SEEN_BAD, None, 0),
            PackedSeen::Bad(Some(cause)) => (SEEN_BAD_WITH_CAUSE, Some(cause), 0),
            PackedSeen::Unmeasured(doubt) => (SEEN_UNMEASURED, None, codes::of_doubt(doubt)),
        };
        let (status, code) = match self.status {
            None => (STATUS_NONE, None),
            Some(200) => (STATUS_200, None),
            Some(code) => (STATUS_OTHER, Some(code)),
        };
        let phases = list(self.phases);
        let present = (0..)
            .zip(phases)
            .fold(0, |bits, (index, phase)| bits | u8::from(phase.is_some()) << index);
        out.push(codes::of_state(self.state) | seen << SEEN_SHIFT | status << STATUS_SHIFT);
        out.push(present | doubt << DOUBT_SHIFT);
        varint::put(out, self.monitor.cast_unsigned());
        varint::put_signed(out, self.at.0.wrapping_sub(before.0));
        varint::put(out, micros(self.took));
        if let Some(cause) = cause {
            varint::put(out, cause.cast_unsigned());
        }
        if let Some(code) = code {
            varint::put(out, u64::from(code));
        }
        for phase in phases.into_iter().flatten() {
            varint::put(out, micros(phase));
        }
    }

    /// Takes a result off the front; [`None`] where the bytes are none.
    pub(super) fn take(bytes: &mut &[u8], before: Timestamp) -> Option<Self> {
        let head = varint::take_byte(bytes)?;
        let present = varint::take_byte(bytes)?;
        let state = codes::state(head & 0b111)?;
        let monitor = varint::take(bytes)?.cast_signed();
        let at = Timestamp(before.0.wrapping_add(varint::take_signed(bytes)?));
        let took = Duration::from_micros(varint::take(bytes)?);
        let seen = match head >> SEEN_SHIFT & 0b11 {
            SEEN_GOOD => PackedSeen::Good,
            SEEN_BAD => PackedSeen::Bad(None),
            SEEN_BAD_WITH_CAUSE => PackedSeen::Bad(Some(varint::take(bytes)?.cast_signed())),
            _ => PackedSeen::Unmeasured(codes::doubt(present >> DOUBT_SHIFT)?),
        };
        let status = match head >> STATUS_SHIFT {
            STATUS_NONE => None,
            STATUS_200 => Some(200),
            STATUS_OTHER => Some(u16::try_from(varint::take(bytes)?).ok()?),
            _ => return None,
        };
        let mut phase = |index: u8| {
            let there = present >> index & 1 == 1;
            there
                .then(|| varint::take(bytes).map(Duration::from_micros))
                .map_or(Some(None), |micros| micros.map(Some))
        };
        let phases = Phases {
            resolve: phase(0)?,
            connect: phase(1)?,
            tls: phase(2)?,
            head: phase(3)?,
            body: phase(4)?,
        };
        Some(Self { monitor, at, took, state, seen, status, phases })
    }
}

/// Returns a roll-up as bytes: the counts of the states, the bad ones, the histogram.
pub(super) fn put_roll_up(roll_up: &RollUp) -> Vec<u8> {
    let mut out = Vec::with_capacity(32);
    varint::put(&mut out, roll_up.states.len() as u64);
    for count in roll_up.states {
        varint::put(&mut out, count);
    }
    varint::put(&mut out, roll_up.bad);
    let mut before = 0;
    for (bucket, count) in roll_up.latencies.counts() {
        varint::put(&mut out, u64::from(bucket - before));
        varint::put(&mut out, count);
        before = bucket;
    }
    out
}

/// Reads a roll-up; [`None`] where the bytes are none. A program that knew fewer states wrote fewer.
pub(super) fn take_roll_up(start: Timestamp, mut bytes: &[u8]) -> Option<RollUp> {
    let bytes = &mut bytes;
    let mut roll_up = RollUp::empty(start);
    let states = usize::try_from(varint::take(bytes)?).ok()?;
    if states > roll_up.states.len() {
        return None;
    }
    for count in roll_up.states.iter_mut().take(states) {
        *count = varint::take(bytes)?;
    }
    roll_up.bad = varint::take(bytes)?;
    let mut bucket = 0_u16;
    let mut latencies = Latencies::default();
    while !bytes.is_empty() {
        bucket = bucket.checked_add(u16::try_from(varint::take(bytes)?).ok()?)?;
        latencies.add_many(bucket, varint::take(bytes)?);
    }
    roll_up.latencies = latencies;
    Some(roll_up)
}

fn list(phases: Phases) -> [Option<Duration>; 5] {
    [phases.resolve, phases.connect, phases.tls, phases.head, phases.body]
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::option::of as maybe;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::store::limits;

    fn any_result() -> impl Strategy<Value = Packed> {
        let duration = || any::<u64>().prop_map(Duration::from_micros);
        let seen = prop_oneof![
            Just(PackedSeen::Good),
            maybe(0..i64::MAX).prop_map(PackedSeen::Bad),
            select(Doubt::ALL.to_vec()).prop_map(PackedSeen::Unmeasured),
        ];
        let phases = [(); 5].map(|()| maybe(duration()));
        let rest = (select(State::ALL.to_vec()), seen, maybe(any::<u16>()), phases);
        (0..i64::MAX, any::<i64>(), duration(), rest).prop_map(
            |(monitor, at, took, (state, seen, status, [resolve, connect, tls, head, body]))| {
                let phases = Phases { resolve, connect, tls, head, body };
                Packed { monitor, at: Timestamp(at), took, state, seen, status, phases }
            },
        )
    }

    proptest! {
        #[test]
        fn a_result_comes_back(result in any_result(), before: i64) {
            let mut bytes = Vec::new();

            result.put(&mut bytes, Timestamp(before));

            let mut rest = bytes.as_slice();
            prop_assert!(bytes.len() <= limits::RESULT_BYTES);
            prop_assert_eq!(Packed::take(&mut rest, Timestamp(before)), Some(result));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_a_result_or_none(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();

            while Packed::take(&mut rest, Timestamp(0)).is_some() {}

            prop_assert!(rest.len() <= bytes.len());
        }

        #[test]
        fn any_bytes_are_a_roll_up_or_none(bytes: Vec<u8>) {
            let roll_up = take_roll_up(Timestamp(0), &bytes);

            prop_assert!(roll_up.is_none_or(|roll_up| roll_up.start == Timestamp(0)));
        }

        #[test]
        fn a_roll_up_comes_back(times in proptest::collection::vec(any::<u32>(), 0..200), bad: u64) {
            let mut roll_up = RollUp { bad, ..RollUp::empty(Timestamp(60)) };
            roll_up.states = [1, 2, 3, 4, 5, 6, u64::MAX];
            for micros in times {
                roll_up.latencies.add(Duration::from_micros(u64::from(micros)));
            }

            let bytes = put_roll_up(&roll_up);

            prop_assert_eq!(take_roll_up(Timestamp(60), &bytes), Some(roll_up));
        }
    }
}
