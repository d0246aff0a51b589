//! Text as roff, the language of manual pages takes it: lines, and the Markdown that our documents use. Pure.

use std::fmt::Write;

/// A line of text: hyphens are those of options, a leading dot or quote is no request, and what is not ASCII is named by number.
pub fn escape(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars() {
        match character {
            '\\' => text.push_str("\\e"),
            '-' => text.push_str("\\-"),
            _ if character.is_ascii() => text.push(character),
            // writing to memory cannot fail
            _ => drop(write!(text, "\\[u{:04X}]", u32::from(character))),
        }
    }
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

/// Markdown as roff: headings, paragraphs, lists, code, and tables as one entry for each row. The title is left out.
pub fn roff(markdown: &str) -> String {
    let mut page = Page::default();
    for line in markdown.lines() {
        page.line(line);
    }
    page.code(false);
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    in_code: bool,
    /// The titles of the table that is being read.
    titles: Vec<String>,
    /// The rule under the titles is still to come.
    before_rule: bool,
}

impl Page {
    fn line(&mut self, line: &str) {
        let is_code = line.starts_with("    ");
        self.code(is_code);
        if !line.starts_with('|') {
            self.titles.clear();
        }
        if is_code {
            self.put(&escape(line.trim_start_matches("    ")));
        } else if let Some(heading) = line.strip_prefix("## ") {
            self.put(&format!(".SH \"{}\"", escape(&plain(heading).to_uppercase())));
        } else if let Some(heading) = line.strip_prefix("### ") {
            self.put(&format!(".SS \"{}\"", escape(&plain(heading))));
        } else if line.starts_with('|') {
            self.row(line);
        } else if let Some(item) = line.strip_prefix("- ") {
            self.put(&format!(".IP \\(bu 2\n{}", inline(item)));
        } else if line.is_empty() {
            self.put(".PP");
        } else if !line.starts_with("# ") {
            self.put(&inline(line.trim_start()));
        }
    }

    fn row(&mut self, line: &str) {
        // a bar inside a cell is written `\|`
        let line = line.replace("\\|", "\0");
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\0', "|")).collect();
        if self.titles.is_empty() {
            (self.titles, self.before_rule) = (cells, true);
        } else if self.before_rule {
            self.before_rule = false;
        } else {
            let (name, facts) = cells.split_first().map_or(("", [].as_slice()), |(name, facts)| (name.as_str(), facts));
            let titled = facts.iter().zip(self.titles.iter().skip(1)).enumerate().filter(|(_, (fact, _))| !fact.is_empty());
            // the first says what it is; the others need their title
            let said: Vec<String> = titled
                .map(|(at, (fact, title))| if at == 0 { inline(fact) } else { inline(&format!("{title}: {fact}")) })
                .collect();
            self.put(&format!(".TP\n{}\n{}", inline(name), said.join(". ")));
        }
    }

    fn code(&mut self, begins: bool) {
        if begins != self.in_code {
            self.in_code = begins;
            self.put(if begins { ".nf" } else { ".fi" });
        }
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }
}

/// Text with its code in bold, and links as their words.
fn inline(text: &str) -> String {
    let text = without_links(text);
    let parts =
        text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { format!("\\fB{}\\fR", escape(part)) } else { escape(part) });
    let text: String = parts.collect::<String>().replace("**", "");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// `[words](target)` as `words`.
fn without_links(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, after)| Some((words, after.split_once(')')?.1)));
        let Some((words, after)) = link.filter(|(words, _)| !words.contains('[')) else {
            out.push_str(before);
            out.push('[');
            rest = after;
            continue;
        };
        out.push_str(before);
        out.push_str(words);
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_a_page() {
        let text = "# Title\n\n## `site`\n\nSee [the example](../x) of `a-b`.\n\n    code: -x\n\n| field | meaning | default |\n|---|---|---|\n| `id` | a \\| b | none |\n- one [1, 2]\n";
        let page = ".PP\n.SH \"SITE\"\n.PP\nSee the example of \\fBa\\-b\\fR\\&.\n.PP\n.nf\ncode: \\-x\n.fi\n.PP\n.TP\n\\fBid\\fR\na | b. default: none\n.IP \\(bu 2\none [1, 2]\n";
        assert_eq!(roff(text), page);
    }

    #[test]
    fn a_page_is_ascii() {
        assert_eq!(escape(".cs0–cs7 → \\"), "\\&.cs0\\[u2013]cs7 \\[u2192] \\e");
    }
}
