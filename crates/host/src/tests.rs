//! Whole looks at hosts that stand in for real ones.
