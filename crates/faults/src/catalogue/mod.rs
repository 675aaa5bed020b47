//! Every fault, one file each.
//!
//! To add one: a file `NAME.rs` with an `ITEM`, and its line below.

use crate::fault::Fault;

/// Declares the files of the catalogue.
macro_rules! registry {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// Every fault, sorted by name.
        pub static ALL: &[&Fault] = &[$(&$name::ITEM,)+];
    };
}

registry! {
    accept_close,
    close_after_requests,
    refuse,
    truncated_head,
}

/// Finds a fault by its name.
pub fn find(name: &str) -> Option<&'static Fault> {
    ALL.iter().copied().find(|fault| fault.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fault::Spec;

    #[test]
    fn the_list_is_sorted_and_is_the_folder() {
        let listed: Vec<&str> = ALL.iter().map(|fault| fault.name).collect();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
            .filter(|stem| stem != "mod")
            .collect();

        assert!(listed.is_sorted());
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), found.iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_cause_that_a_fault_names_exists() {
        for fault in ALL {
            for cause in fault.causes {
                let exists = goodgate_causes::catalogue::ALL.iter().any(|found| found.id == *cause);
                assert!(exists, "{}: {cause}", fault.name);
            }
        }
    }

    #[test]
    fn every_fault_can_be_made_from_its_defaults() {
        for fault in ALL {
            let written: Vec<&str> = std::iter::once(fault.name)
                .chain(fault.arguments.iter().map(|argument| argument.default))
                .collect();

            assert!(Spec::parse(fault.name).is_ok(), "{}", fault.name);
            assert!(Spec::parse(&written.join(":")).is_ok(), "{written:?}");
        }
    }

    #[test]
    fn every_fault_is_described() {
        for fault in ALL {
            assert!(fault.summary.ends_with('.'), "{}", fault.name);
            assert!(!fault.causes.is_empty(), "{}", fault.name);
            assert!(!fault.protocols.is_empty(), "{}", fault.name);
        }
    }
}
