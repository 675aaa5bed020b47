//! What holds of every text, whoever wrote it.

use proptest::prelude::*;

use super::gsm::{count, fitted, folded};
use super::template::{Format, Template, render};
use super::{Message, Templates, escape, limits, sample};

proptest! {
    #[test]
    fn an_sms_never_has_more_segments_than_it_may(text in "\\PC{0,400}", segments in 1_usize..=3) {
        let cut = fitted(&folded(&text), segments);

        prop_assert!(count(&cut).segments <= segments, "{cut}");
    }

    #[test]
    fn a_message_can_be_made_of_any_text(text in ".{0,300}", number in 0_usize..2000) {
        let mut alert = sample::full();
        alert.monitors = vec![text.clone(); number % 20];
        alert.monitors_total = number;
        alert.watch.clone_from(&text);
        if let Some(finding) = &mut alert.finding {
            finding.summary.clone_from(&text);
        }
        let templates = Templates {
            text: Some(Template::from(text.as_str())),
            ..Templates::default()
        };
        let message = Message::new(alert, &templates, true, 1);

        prop_assert!(message.subject().chars().count() <= limits::SUBJECT);
        prop_assert_eq!(count(message.sms()).segments, 1);
        for text in [message.subject(), message.sms(), message.plain(), message.html()] {
            prop_assert!(text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'), "{}", text);
        }
    }

    #[test]
    fn any_template_ends_within_its_bounds(source in "(\\{\\{|\\}\\}|\\{%|%\\}|for |if |in |end|title|\\||join|\\(|\\)|\"|'|~|,| |x|monitors){0,30}") {
        let fields = serde_json::json!({ "title": "t", "monitors": ["a", "b"] });

        for format in [Format::Line, Format::Text, Format::Html, Format::Json] {
            if let Ok(text) = render(&source, format, &fields) {
                prop_assert!(text.len() <= 8 * limits::OUTPUT);
            }
        }
    }

    #[test]
    fn escaped_text_starts_no_markup(text in "\\PC{0,100}") {
        let telegram = escape::telegram(&text);
        prop_assert!(!telegram.contains(['<', '>', '"']), "{telegram}");
        let slack = escape::slack(&text);
        prop_assert!(!slack.contains(['<', '>']), "{slack}");
        let teams = escape::teams(&text);
        prop_assert!(!teams.contains(['<', '>']), "{teams}");
        prop_assert!(!escape::discord(&text).contains("@everyone"));
    }
}
