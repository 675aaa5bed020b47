//! The page of a cause: Markdown with fixed sections, read where it lies in the binary.

/// The sections that every page has, in this order.
pub const SECTIONS: &[&str] = &[
    "What it means",
    "How we know",
    "What rules it out",
    "How to fix it",
    "How to prevent it",
    "Whom to call",
    "References",
];

/// A page: a title, an opening sentence and sections.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The text of the first heading.
    pub title: &'a str,
    /// What stands between the title and the first section.
    pub lead: &'a str,
    sections: Vec<Section<'a>>,
}

/// A section of a page.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// The heading.
    pub heading: &'a str,
    /// What stands before the first part.
    pub body: &'a str,
    /// The parts, each with the name of the product that it is for.
    pub parts: Vec<(&'a str, &'a str)>,
}

impl<'a> Page<'a> {
    /// Reads a page. Headings inside code fences are text.
    pub fn parse(text: &'a str) -> Self {
        let headings = headings(text);
        let (title, lead_from) = match headings.first() {
            Some(heading) if heading.level == 1 => (heading.text, heading.end),
            _ => ("", 0),
        };
        let first_section = headings.iter().find(|heading| heading.level == 2);
        let lead_to = first_section.map_or(text.len(), |heading| heading.start);
        Self {
            title,
            lead: text.get(lead_from..lead_to).unwrap_or_default().trim(),
            sections: sections(text, &headings),
        }
    }

    /// Returns a section by its heading.
    pub fn section(&self, heading: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.heading == heading)
    }

    /// Returns the sections in order.
    pub fn sections(&self) -> &[Section<'a>] {
        &self.sections
    }
}

impl<'a> Section<'a> {
    /// Returns the part for a product, by its name without case.
    pub fn part(&self, product: &str) -> Option<&'a str> {
        let is_it = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(product);
        self.parts.iter().find(is_it).map(|(_, body)| *body)
    }
}

struct Heading<'a> {
    level: usize,
    text: &'a str,
    /// Where its line begins.
    start: usize,
    /// Where its line ends.
    end: usize,
}

fn headings(text: &str) -> Vec<Heading<'_>> {
    let mut found = Vec::new();
    let mut fenced = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.starts_with('#') {
            let level = line.len() - line.trim_start_matches('#').len();
            let text = line.get(level..).unwrap_or_default().trim();
            found.push(Heading { level, text, start, end });
        }
        start = end;
    }
    found
}

fn sections<'a>(text: &'a str, headings: &[Heading<'a>]) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let until = headings.get(at + 1).map_or(text.len(), |next| next.start);
        let body = text.get(heading.end..until).unwrap_or_default().trim();
        match heading.level {
            2 => sections.push(Section { heading: heading.text, body, parts: Vec::new() }),
            3 => {
                if let Some(section) = sections.last_mut() {
                    section.parts.push((heading.text, body));
                }
            }
            _ => {}
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nLead.\n\n## How to fix it\nFirst.\n```sh\n# no heading\n```\n\
        ### nginx\nDo this.\n### Apache\nDo that.\n## References\n- one\n";

    #[test]
    fn reads_title_lead_sections_and_parts() {
        let page = Page::parse(TEXT);

        assert_eq!((page.title, page.lead), ("Title", "Lead."));
        let fix = page.section("How to fix it").expect("the section is there");
        assert_eq!(fix.body, "First.\n```sh\n# no heading\n```");
        assert_eq!(fix.part("NGINX"), Some("Do this."));
        assert_eq!(fix.part("Apache"), Some("Do that."));
    }

    #[test]
    fn any_text_is_a_page() {
        for text in ["", "#", "## a", "```\n# x", "###\n##\n#"] {
            Page::parse(text);
        }
    }
}
