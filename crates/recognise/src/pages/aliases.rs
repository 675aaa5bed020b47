//! The wordings that people paste instead of a page, and the product that they hint at.

use goodgate_evidence::Product;

use super::fingerprint::When::{Text, Whole};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, STRONG, WEAK, wrote};

/// Most wordings hint at nobody and give only a status (see `status`); those of one product stand
/// with it.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: &[], more: None };

const CLUES: &[Clue] = &[
    wrote(Product::Github, CERTAIN, Text("unicorn! · github")),
    wrote(Product::Github, LIKELY, Whole("unicorn!")),
    wrote(Product::Github, LIKELY, Text("this page is taking too long to load.")),
    wrote(Product::Github, LIKELY, Text("this page is taking way too long to load.")),
    wrote(Product::Twitter, STRONG, Text("twitter is over capacity")),
    wrote(Product::Twitter, WEAK, Whole("over capacity")),
];
