//! Randomness as an argument.

/// A source of random numbers. None of its uses has to be safe from guessing.
pub trait Random {
    /// Returns 64 random bits.
    fn bits(&mut self) -> u64;

    /// Returns a number from 0 up to and without `end`; 0 when `end` is 0.
    fn below(&mut self, end: u64) -> u64 {
        // Multiply and shift: the bias is below end / 2^64.
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// Returns a number from 0 up to and without 1.
    fn unit(&mut self) -> f64 {
        unit(self.bits())
    }
}

/// Turns random bits into a number from 0 up to and without 1.
pub(crate) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Spreads the bits of a number over all bits (the finisher of `SplitMix64`).
pub(crate) const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// `SplitMix64`: small, fast, and the same numbers for the same seed.
#[derive(Debug, Clone)]
pub struct SplitMix(u64);

impl SplitMix {
    /// Begins the sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Random for SplitMix {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut one, mut other) = (SplitMix::new(7), SplitMix::new(7));

        assert!((0..100).all(|_| one.bits() == other.bits()));
    }

    #[test]
    fn numbers_stay_below_their_end() {
        let mut random = SplitMix::new(1);

        assert!((0..1000).all(|_| random.below(3) < 3));
        assert!((0..1000).all(|_| (0.0..1.0).contains(&random.unit())));
        assert_eq!(random.below(0), 0);
    }
}
