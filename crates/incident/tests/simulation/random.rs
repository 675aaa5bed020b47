//! Seeds, and the numbers that follow from them.

/// Worlds for each test.
const SEEDS: u64 = 256;

/// Runs a test for each seed, or for the one that is asked for.
pub(crate) fn for_each_seed(mut run: impl FnMut(u64)) {
    let only = std::env::var("GOODGATE_SIM_SEED").ok();
    let only = only.map(|seed| seed.parse().expect("GOODGATE_SIM_SEED is a number"));
    let seeds = only.map_or(0..SEEDS, |seed: u64| seed..seed + 1);
    seeds.for_each(&mut run);
}

/// `SplitMix64`: small, fast, and the same numbers for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number from 0 up to and without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number from `least` up to and without `most`.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (self.unit() * (most - least) as f64) as i64
    }

    /// A time with a mean, as between events that know nothing of each other.
    pub(crate) fn exponential(&mut self, mean_us: i64) -> i64 {
        (mean_us as f64 * -(1.0 - self.unit()).ln()) as i64
    }
}
