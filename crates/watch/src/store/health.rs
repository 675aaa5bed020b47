//! How the store is.

/// How much of what was to be appended has found room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Rows that will be written.
    pub taken: usize,
    /// Rows that were dropped: too many wait, or the disk is full.
    pub dropped: usize,
}

/// Whether there is room on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fullness {
    /// Everything is written.
    #[default]
    Room,
    /// The disk is full, or cannot be written: results are dropped, changes wait in memory. This is a
    /// reason to alert.
    Full,
}

/// The state of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether there is room on the disk.
    pub fullness: Fullness,
    /// What the disk said when it last failed, where it has not recovered since.
    pub trouble: Option<String>,
    /// Changes and answers that wait in memory because the disk is full.
    pub waiting: usize,
    /// Changes that were kept in memory, and that the database then refused for what they are. None, unless
    /// somebody else changes the file.
    pub changes_lost: u64,
    /// Results that were dropped since the start.
    pub results_dropped: u64,
    /// Pieces of evidence that were dropped since the start, for want of speed or room.
    pub evidence_dropped: u64,
    /// Alerts that are to be delivered.
    pub alerts_pending: usize,
    /// Bytes of the file and its log.
    pub bytes: u64,
    /// Where the damaged file was moved to, if the store was started anew in its place.
    pub started_anew: Option<std::path::PathBuf>,
}
