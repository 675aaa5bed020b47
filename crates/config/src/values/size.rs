//! Amounts of bytes, written as "64KiB".

/// An amount of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

impl Size {
    /// This many bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// This many KiB.
    pub const fn kib(kib: u64) -> Self {
        Self(kib.saturating_mul(1024))
    }

    /// This many MiB.
    pub const fn mib(mib: u64) -> Self {
        Self::kib(mib.saturating_mul(1024))
    }

    /// This many GiB.
    pub const fn gib(gib: u64) -> Self {
        Self::mib(gib.saturating_mul(1024))
    }

    /// Returns the bytes.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the bytes as a length in memory.
    pub fn len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// Whether it is zero bytes.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
