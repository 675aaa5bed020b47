//! What a page did besides showing itself: errors, violations of its policy, requests.

use serde_json::Value;

use super::pipe::Event;

/// Lists what the console shows as an error, and what the content security policy stopped.
///
/// That a page answers 404 is no error of the page; that something within it does is one.
pub(super) fn errors(events: &[Event]) -> Vec<String> {
    let opened = documents(events);
    events.iter().filter_map(|event| error(event, &opened)).collect()
}

/// Lists the addresses that were asked for.
pub(super) fn requests(events: &[Event]) -> Vec<String> {
    let sent = events.iter().filter(|event| event.method == "Network.requestWillBeSent");
    let address = sent.filter_map(|event| event.params.pointer("/request/url")?.as_str());
    address.map(str::to_owned).collect()
}

fn documents(events: &[Event]) -> Vec<String> {
    let is_document = |event: &&Event| {
        event.method == "Network.requestWillBeSent"
            && event.params.get("type").and_then(Value::as_str) == Some("Document")
    };
    let found = events.iter().filter(is_document);
    found
        .filter_map(|event| event.params.pointer("/request/url")?.as_str())
        .map(str::to_owned)
        .collect()
}

fn error(event: &Event, opened: &[String]) -> Option<String> {
    let params = &event.params;
    let at = |place: &str| params.pointer(place).and_then(Value::as_str).unwrap_or_default();
    match event.method.as_str() {
        "Log.entryAdded" if at("/entry/level") == "error" => {
            let url = at("/entry/url");
            let is_answer =
                at("/entry/source") == "network" && opened.iter().any(|page| page == url);
            (!is_answer).then(|| format!("{}: {}", url, at("/entry/text")))
        }
        "Runtime.consoleAPICalled" if matches!(at("/type"), "error" | "assert") => {
            Some(format!("console: {params}"))
        }
        "Runtime.exceptionThrown" => Some(format!("exception: {params}")),
        "Audits.issueAdded" if at("/issue/code") == "ContentSecurityPolicyIssue" => {
            Some(format!("policy: {params}"))
        }
        "Page.javascriptDialogOpening" => Some(format!("dialog: {params}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(method: &str, params: Value) -> Event {
        Event { session: String::new(), method: method.to_owned(), params }
    }

    fn entry(url: &str) -> Event {
        let entry = json!({"level": "error", "source": "network", "url": url, "text": "404"});
        event("Log.entryAdded", json!({"entry": entry}))
    }

    #[test]
    fn a_page_that_is_not_there_is_no_error_and_a_file_of_it_is_one() {
        let request = json!({"type": "Document", "request": {"url": "http://a/page"}});
        let events = [
            event("Network.requestWillBeSent", request),
            entry("http://a/page"),
            entry("http://a/x.js"),
        ];

        assert_eq!(errors(&events), ["http://a/x.js: 404"]);
        assert_eq!(requests(&events), ["http://a/page"]);
    }

    #[test]
    fn an_exception_and_what_the_policy_stops_are_errors() {
        let issue = json!({"issue": {"code": "ContentSecurityPolicyIssue"}});
        let events =
            [event("Runtime.exceptionThrown", json!({})), event("Audits.issueAdded", issue)];

        assert_eq!(errors(&events).len(), 2);
    }
}
