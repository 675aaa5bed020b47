//! Every monitor, asked for page by page: for metrics and status pages.

use crate::back::{Ask, Back, Missing, read, segment};
use crate::limits::{MONITORS_AT_A_TIME, MONITORS_TURNS, TAGS_ASKED};
use crate::model::{Monitor, Monitors};

/// Returns the monitors with one of these tags, by their ids: at least those, and all of them where there
/// are no tags.
///
/// # Errors
///
/// [`Missing`], as of one page.
pub(crate) async fn every(watch: &dyn Back, tags: &[String]) -> Result<Vec<Monitor>, Missing> {
    // What the watch would refuse is left to the caller, who looks at the tags again.
    let fits = tags.len() <= TAGS_ASKED && tags.iter().all(|tag| !tag.contains(','));
    let tag = if fits { segment(&tags.join(",")) } else { String::new() };
    let first = format!("/monitors?order=id&limit={MONITORS_AT_A_TIME}&tag={tag}");
    let mut target = first.clone();
    let mut all = Vec::new();
    for _ in 0..MONITORS_TURNS {
        let page: Monitors = read(watch, Ask::get(target)).await?;
        all.extend(page.monitors);
        let Some(next) = page.next else { break };
        target = format!("{first}&after={}", segment(&next));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::back::{Answer, Boxed};

    /// A watch that has three pages.
    #[derive(Default)]
    struct Pages(Mutex<Vec<String>>);

    impl Back for Pages {
        fn ask(&self, ask: Ask) -> Boxed<'_, Result<Answer, Missing>> {
            let mut asked = self.0.lock().expect("a lock");
            asked.push(ask.target);
            let next = if asked.len() < 3 { r#", "next": "a/b""# } else { "" };
            let body = format!(r#"{{"monitors": [{{"id": "a"}}]{next}}}"#).into_bytes();
            Box::pin(async { Ok(Answer { status: 200, body }) })
        }
    }

    #[tokio::test]
    async fn every_page_is_asked_for_until_there_is_none() {
        let watch = Pages::default();

        let all = every(&watch, &["eu".to_owned(), "us".to_owned()]).await.expect("monitors");

        assert_eq!(all.len(), 3);
        let first = "/monitors?order=id&limit=1000&tag=eu%2Cus";
        let next = format!("{first}&after=a%2Fb");
        assert_eq!(watch.0.into_inner().expect("a lock"), [first, &next, &next]);
    }
}
