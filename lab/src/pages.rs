//! The Markdown pages of the causes and the guides, their structure and their snippets.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The headings of a cause's page, in order.
pub const SECTIONS: &[&str] = &[
    "What it means",
    "How we know",
    "What rules it out",
    "How to fix it",
    "How to prevent it",
    "Whom to call",
    "References",
];

/// Where the pages of the causes are.
pub const CAUSES: &str = "crates/causes/src/catalogue";

/// Where the guides are.
pub const GUIDES: &str = "crates/causes/src/guides";

/// One page.
#[derive(Debug)]
pub struct Page {
    /// The path from the root of the repository.
    pub path: String,
    text: String,
}

/// One fenced block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet<'a> {
    /// The first line of the block, counted from 1.
    pub line: usize,
    /// The words after the fence: language, context, `unverified`.
    pub info: Vec<&'a str>,
    /// The lines between the fences.
    pub body: String,
}

impl Snippet<'_> {
    /// Returns the language, or an empty word.
    pub fn language(&self) -> &str {
        self.info.first().copied().unwrap_or_default()
    }

    /// Returns the level of the configuration at which the snippet stands, or an empty word.
    pub fn context(&self) -> &str {
        self.info.get(1).copied().unwrap_or_default()
    }

    /// Says whether the page declares that the snippet is not run through the program.
    pub fn is_unverified(&self) -> bool {
        self.info.contains(&"unverified")
    }
}

impl Page {
    /// Makes a page of a text.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Returns the fenced blocks in order.
    pub fn snippets(&self) -> Vec<Snippet<'_>> {
        let mut snippets = Vec::new();
        let mut open: Option<Snippet<'_>> = None;
        for (index, line) in self.text.lines().enumerate() {
            open = match (open, line.strip_prefix("```")) {
                (None, None) => None,
                (None, Some(info)) => Some(Snippet {
                    line: index + 1,
                    info: info.split_whitespace().collect(),
                    body: String::new(),
                }),
                (Some(snippet), Some(_)) => {
                    snippets.push(snippet);
                    None
                }
                (Some(mut snippet), None) => {
                    snippet.body.push_str(line);
                    snippet.body.push('\n');
                    Some(snippet)
                }
            };
        }
        snippets.extend(open);
        snippets
    }

    /// Lists what is wrong with the fences of any page.
    pub fn fence_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let marked = self.text.to_lowercase().contains("not verified");
        for snippet in self.snippets() {
            let line = snippet.line;
            if snippet.language().is_empty() {
                faults.push(format!("{}:{line}: fence without a language", self.path));
            }
            if snippet.is_unverified() && !marked {
                faults.push(format!("{}:{line}: no words \"not verified\"", self.path));
            }
        }
        let fences = self.text.lines().filter(|line| line.starts_with("```")).count();
        if fences % 2 == 1 {
            faults.push(format!("{}: a fence is not closed", self.path));
        }
        faults
    }

    /// Lists what is wrong with the structure of a cause's page.
    pub fn section_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.text.starts_with("# ") {
            faults.push(format!("{}: no title in the first line", self.path));
        }
        let headings = self.sections();
        if headings != SECTIONS {
            faults.push(format!("{}: sections are {headings:?}", self.path));
        }
        faults
    }

    fn sections(&self) -> Vec<&str> {
        let mut fenced = false;
        let mut headings = Vec::new();
        for line in self.text.lines() {
            fenced ^= line.starts_with("```");
            if let (false, Some(heading)) = (fenced, line.strip_prefix("## ")) {
                headings.push(heading);
            }
        }
        headings
    }
}

/// Reads the pages in `folder` of the repository, sorted by name; none when there is no folder.
///
/// # Errors
///
/// When a page cannot be read.
pub fn read(folder: &str) -> anyhow::Result<Vec<Page>> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files.iter().map(|file| read_page(folder, file)).collect()
}

fn read_page(folder: &str, file: &Path) -> anyhow::Result<Page> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(Page::new(&format!("{folder}/{name}"), &text))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_has_language_context_and_body() {
        let page = Page::new("p", "# T\n\n```nginx http\na;\n```\n");

        let snippets = page.snippets();

        let info = vec!["nginx", "http"];
        assert_eq!(snippets, [Snippet { line: 3, info, body: "a;\n".to_owned() }]);
    }

    #[test]
    fn a_fence_without_a_language_is_a_fault() {
        assert_eq!(Page::new("p", "```\na\n```\n").fence_faults().len(), 1);
    }

    #[test]
    fn a_fence_left_open_is_a_fault() {
        assert_eq!(Page::new("p", "```sh\na\n").fence_faults().len(), 1);
    }

    #[test]
    fn an_unverified_snippet_needs_its_words() {
        let silent = Page::new("p", "```nginx http unverified\na;\n```\n");
        let open = Page::new("p", "Not verified: 1.25.\n```nginx http unverified\na;\n```\n");

        assert_eq!((silent.fence_faults().len(), open.fence_faults().len()), (1, 0));
    }

    #[test]
    fn a_heading_inside_a_fence_is_not_a_section() {
        let page = Page::new("p", "# T\n## One\n```sh\n## two\n```\n");

        assert_eq!(page.sections(), ["One"]);
    }

    #[test]
    fn a_page_with_all_sections_has_no_fault() {
        let text = format!("# T\n## {}\n", SECTIONS.join("\n## "));

        assert!(Page::new("p", &text).section_faults().is_empty());
    }
}
