//! A set of endpoints by their index.

use crate::limits::ENDPOINTS_MAX;

const WORDS: usize = ENDPOINTS_MAX / 64;

/// A set of indices below [`ENDPOINTS_MAX`]: 32 bytes, copied, never allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Set([u64; WORDS]);

impl Set {
    /// The set without members.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// Adds an index; one that is too large is left out.
    pub const fn insert(&mut self, index: usize) {
        if index < ENDPOINTS_MAX {
            self.0[index / 64] |= 1 << (index % 64);
        }
    }

    /// Removes an index.
    pub const fn remove(&mut self, index: usize) {
        if index < ENDPOINTS_MAX {
            self.0[index / 64] &= !(1 << (index % 64));
        }
    }

    /// Says whether an index is a member.
    pub const fn contains(&self, index: usize) -> bool {
        index < ENDPOINTS_MAX && self.0[index / 64] & (1 << (index % 64)) != 0
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Says whether there are no members.
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// Returns the members that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = *self;
        for (word, taken) in left.0.iter_mut().zip(other.0) {
            *word &= !taken;
        }
        left
    }

    /// Returns the smallest member.
    pub fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// Goes through the members from the smallest to the largest.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(place, word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                // Clears the lowest bit; 0 stays 0.
                rest &= rest.wrapping_sub(1);
                (bit < 64).then_some(place * 64 + bit)
            })
        })
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<T: IntoIterator<Item = usize>>(indices: T) -> Self {
        let mut set = Self::EMPTY;
        for index in indices {
            set.insert(index);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order() {
        let set: Set = [200, 3, 64, 63, 255].into_iter().collect();

        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 63, 64, 200, 255]);
        assert_eq!(set.len(), 5);
        assert_eq!(set.first(), Some(3));
    }

    #[test]
    fn an_index_that_is_too_large_is_no_member() {
        let mut set = Set::EMPTY;

        set.insert(ENDPOINTS_MAX);

        assert!(set.is_empty());
        assert!(!set.contains(ENDPOINTS_MAX));
    }

    #[test]
    fn what_is_taken_away_is_gone() {
        let all: Set = (0..10).collect();

        let left = all.without(&[1, 2].into_iter().collect());

        assert_eq!(left.len(), 8);
        assert!(!left.contains(1) && left.contains(0));
    }
}
