//! How much of its weight an endpoint has that has just come back.

use std::time::Duration;

use crate::limits::{SLOW_START, SLOW_START_MIN};

/// How an endpoint gets its weight back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlowStart {
    /// The time until the full weight; zero turns slow start off.
    pub span: Duration,
    /// The share of the weight at the beginning, from 0 to 1.
    pub least: f32,
}

impl Default for SlowStart {
    fn default() -> Self {
        Self { span: SLOW_START, least: SLOW_START_MIN }
    }
}

impl SlowStart {
    /// Without slow start.
    pub const OFF: Self = Self { span: Duration::ZERO, least: 1.0 };

    /// Returns the share of the weight at a time since the endpoint came back: it grows evenly.
    pub fn factor(&self, since: Duration) -> f32 {
        if since >= self.span {
            return 1.0;
        }
        (since.as_secs_f32() / self.span.as_secs_f32()).clamp(self.least, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_grows_to_the_whole() {
        let slow = SlowStart { span: Duration::from_secs(30), least: 0.1 };

        let factors =
            [0, 1, 15, 29, 30, 99].map(|seconds| slow.factor(Duration::from_secs(seconds)));

        assert!(factors.is_sorted());
        assert!((factors[0] - 0.1).abs() < 1e-6);
        assert!((factors[2] - 0.5).abs() < 1e-6);
        assert!((factors[4] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn off_means_the_whole_weight_at_once() {
        assert!((SlowStart::OFF.factor(Duration::ZERO) - 1.0).abs() < 1e-6);
    }
}
