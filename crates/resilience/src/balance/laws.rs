//! Laws that hold for every algorithm.
