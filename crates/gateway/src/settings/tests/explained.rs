//! The effective configuration reads back as the same, and says where everything comes from.

use goodgate_config::Origins;
use proptest::prelude::*;

use super::every::file;
use super::{LEAST, checked};
use crate::settings::Settings;

/// Reads what is explained of a text; both readings have no error.
fn again(text: &str) -> (Settings, Settings) {
    let first = checked(text);
    assert!(first.reading().is_sound(), "{text}\n{}", first.reading().render());
    let explained = first.explain();
    let second = checked(&explained);
    assert!(second.reading().is_sound(), "{explained}\n{}", second.reading().render());
    (first.settings().clone(), second.settings().clone())
}

#[test]
fn every_key_stands_in_the_list() {
    let text = file(|| true);
    let reading = checked(&text);
    let effective = goodgate_config::effective(reading.settings(), &reading.reading().origins);

    // Whatever is a default twice over (`ejection = "off"` in one upstream) is set elsewhere.
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let set: Vec<String> =
        effective.iter().filter(|one| one.line.is_some()).map(|one| last(&one.path)).collect();
    for one in &effective {
        assert!(set.contains(&last(&one.path)), "{} is never set", one.path);
    }
}

#[test]
fn everything_set_reads_back() {
    let (first, second) = again(&file(|| true));

    assert_eq!(first, second);
}

#[test]
fn the_origin_of_each_value_is_told() {
    let text = checked(LEAST).explain();

    let line = |key: &str| text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    assert!(line("address").ends_with("# line 2"), "{text}");
    assert!(line("connect = ").ends_with("# default"), "{text}");
    assert!(text.contains("# server_name is not set"), "{text}");
}

#[test]
fn the_defaults_are_within_their_bounds() {
    let settings = checked(LEAST).settings().clone();

    let again = checked(&goodgate_config::explain(&settings, &Origins::default()));

    assert_eq!(again.reading().render(), "");
    assert_eq!(again.settings(), &settings);
}

proptest! {
    #[test]
    fn what_is_explained_reads_back(choice in proptest::collection::vec(any::<bool>(), 128)) {
        let mut choice = choice.into_iter().cycle();

        let (first, second) = again(&file(|| choice.next().unwrap_or_default()));

        prop_assert_eq!(first, second);
    }

    #[test]
    fn no_change_of_a_file_panics(at in 0_usize..4000, bytes in proptest::collection::vec(any::<u8>(), 0..9), drop in 0_usize..20) {
        let mut text = file(|| true).into_bytes();
        let at = at.min(text.len());
        let end = (at + drop).min(text.len());
        text.splice(at..end, bytes);

        let checked = crate::settings::read("goodgate.toml", &text, std::path::Path::new("/"));

        prop_assert!(checked.reading().render().len() < 1_000_000);
        checked.explain();
        checked.usable().ok();
    }
}
