//! The list of fingerprints.

use super::*;

fn words(when: &When, found: &mut Vec<&'static str>) {
    match when {
        When::Any(tests) | When::All(tests) => tests.iter().for_each(|test| words(test, found)),
        When::Not(test) => words(test, found),
        When::Has(name, value) | When::Starts(name, value) | When::Is(name, value) => {
            found.extend([*name, *value]);
        }
        When::Absent(text)
        | When::Reason(text)
        | When::Text(text)
        | When::Whole(text)
        | When::Source(text)
        | When::NginxPage(text) => found.push(text),
        When::Status(_) | When::Empty => {}
    }
}

#[test]
fn the_families_are_sorted() {
    assert!(NAMES.is_sorted());
    assert_eq!(NAMES.len(), ITEMS.len());
}

#[test]
fn every_file_is_listed() {
    let not_families = [
        "bytes",
        "fields",
        "fingerprint",
        "ids",
        "maker",
        "mod",
        "split",
        "status",
        "tests",
        "view",
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");

    for entry in std::fs::read_dir(folder).expect("the folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        let stem = name.trim_end_matches(".rs");
        assert!(NAMES.contains(&stem) || not_families.contains(&stem), "{stem} is not listed");
    }
}

#[test]
fn all_words_are_folded() {
    let mut found = Vec::new();
    for item in ITEMS {
        item.clues.iter().for_each(|clue| words(&clue.when, &mut found));
        item.rules.iter().for_each(|rule| words(rule.test(), &mut found));
    }

    for word in found {
        assert_eq!(view::fold(word), word);
        assert!(!word.contains(['’', '–', '“', '\n', '\t']) && !word.contains("  "), "{word}");
    }
}
