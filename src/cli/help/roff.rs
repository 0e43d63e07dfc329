//! A page as source of a man page: the `man` macros that groff and mandoc both know, in ASCII. What
//! the page says is not known here.

use super::page::{Block, Entry, GLUE, INDENT, Page, Style, Text};

/// The page as a man page.
pub fn render(page: &Page) -> String {
    let name = page.joined_name();
    let mut writer = RoffWriter {
        out: String::new(),
        tight: false,
    };
    // The date stays empty: the same program always writes the same pages.
    writer.line(&format!(
        ".TH \"{}\" {} \"\" \"cognito\\-sync {}\" \"cognito\\-sync\"",
        escaped(&name.to_uppercase()),
        page.manual.number(),
        env!("CARGO_PKG_VERSION")
    ));
    // Options and ids are neither to be hyphenated nor spread over the line. Some versions of groff
    // forget it; so names that are typed have a mark of their own.
    writer.line(".nh");
    writer.line(".ad l");
    writer.line(".SH NAME");
    writer.line(&format!(
        "{} \\- {}",
        escaped(&name),
        escaped(&page.summary)
    ));
    for section in &page.sections {
        writer.keep_tight(false);
        writer.line(&format!(".SH {}", escaped(section.title)));
        for (index, block) in section.blocks.iter().enumerate() {
            writer.block(block, index == 0, false);
        }
    }
    writer.keep_tight(false);
    writer.line(".SH SEE ALSO");
    let pages = page.see_also.iter();
    let pages: Vec<_> = pages
        .map(|page| {
            format!(
                "{}({})",
                styled(&Text::of(Style::Literal, page.name.clone())),
                page.manual.number()
            )
        })
        .collect();
    writer.line(&pages.join(",\n"));
    writer.out
}

struct RoffWriter {
    out: String,
    /// Whether paragraphs have no room between them.
    tight: bool,
}

impl RoffWriter {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn keep_tight(&mut self, tight: bool) {
        if self.tight != tight {
            self.tight = tight;
            self.line(if tight { ".PD 0" } else { ".PD" });
        }
    }

    /// A block; the first one behind a heading needs no macro to begin a paragraph.
    fn block(&mut self, block: &Block, first: bool, nested: bool) {
        self.keep_tight(nested);
        match block {
            Block::Paragraph(text) => {
                if !first {
                    self.line(".PP");
                }
                self.text(text);
            }
            Block::Code(code) => {
                if !nested {
                    self.line(".sp");
                }
                self.code(code);
            }
            Block::List { entries, spaced } => {
                let are_beside = Entry::are_beside(entries);
                for (index, entry) in entries.iter().enumerate() {
                    self.keep_tight(nested || (index > 0 && !spaced));
                    self.entry(entry, are_beside);
                }
            }
        }
    }

    fn entry(&mut self, entry: &Entry, is_beside: bool) {
        self.line(&format!(".TP {INDENT}"));
        let term = styled(&entry.term);
        self.line(&protected(&term));
        if entry.is_short() && !is_beside {
            self.line(".br");
        }
        let mut body = entry.body.iter();
        if let Some(Block::Paragraph(text)) = entry.body.first() {
            self.text(text);
            body.next();
        }
        if body.len() == 0 {
            return;
        }
        self.line(".RS 4");
        for (index, block) in body.enumerate() {
            self.block(block, index == 0, true);
        }
        self.line(".RE");
    }

    /// Running text, each sentence on a line of its own, so that the formatter sees where it ends.
    fn text(&mut self, text: &Text) {
        let styled = styled(text).replace(". ", ".\n");
        // An ellipsis stands for more of the same and ends no sentence.
        let styled = styled.replace("...\n", "... ");
        for line in styled.lines() {
            self.line(&protected(line));
        }
    }

    fn code(&mut self, code: &str) {
        self.line(".RS 4");
        self.line(".EX");
        for line in code.lines() {
            self.line(&protected(&escaped(line)));
        }
        self.line(".EE");
        // It turns hyphenation on.
        self.line(".nh");
        self.line(".RE");
    }
}

/// Text with its styles as fonts: bold is typed as it stands, italic stands for something. Words
/// with either are marked as not to be hyphenated; the mark counts only where a word begins.
fn styled(text: &Text) -> String {
    let mut out = String::new();
    let (mut word, mut is_marked) = (String::new(), false);
    for span in &text.spans {
        for (index, part) in span.text.split(' ').enumerate() {
            if index > 0 {
                out.push_str(if is_marked { "\\%" } else { "" });
                out.push_str(&std::mem::take(&mut word));
                out.push(' ');
                is_marked = false;
            }
            is_marked |= span.style != Style::Plain && !part.is_empty();
            word.push_str(&in_font(span.style, part));
        }
    }
    out.push_str(if is_marked { "\\%" } else { "" });
    out + &word
}

fn in_font(style: Style, text: &str) -> String {
    let escaped = escaped(text);
    match style {
        _ if text.is_empty() => String::new(),
        Style::Plain => escaped,
        Style::Option | Style::Literal => format!("\\fB{escaped}\\fR"),
        Style::Placeholder => format!("\\fI{escaped}\\fR"),
    }
}

/// A line that is no request, whatever it begins with.
fn protected(line: &str) -> String {
    if line.starts_with(['.', '\'']) {
        format!("\\&{line}")
    } else {
        line.to_string()
    }
}

/// Text in which every character stands for itself. Dashes, quotes and the like would otherwise
/// come out as their typographic cousins, which no shell takes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '"' => out.push_str("\\(dq"),
            '`' => out.push_str("\\(ga"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            GLUE => out.push_str("\\ "),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&format!("\\[u{:04X}]", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::page::{Manual, PageReference, PageSection};
    use super::*;

    #[test]
    fn characters_stand_for_themselves() {
        let table = [
            ("--a-b", "\\-\\-a\\-b"),
            ("'x' \"y\" `z`", "\\(aqx\\(aq \\(dqy\\(dq \\(gaz\\(ga"),
            ("[\\w-]+ ^~", "[\\ew\\-]+ \\(ha\\(ti"),
            ("a\u{a0}b…", "a\\ b\\[u2026]"),
        ];
        for (text, want) in table {
            assert_eq!(escaped(text), want);
        }
        assert_eq!(protected(".so x"), "\\&.so x");
        assert_eq!(protected("'x"), "\\&'x");
        assert_eq!(protected("x."), "x.");
    }

    #[test]
    fn words_that_are_typed_are_not_hyphenated() {
        let table = [
            (
                "a `b-c d` (`e`), f",
                r"a \%\fBb\-c\fR \%\fBd\fR \%(\fBe\fR), f",
            ),
            ("", ""),
            ("`x`", r"\%\fBx\fR"),
        ];
        for (marked, want) in table {
            assert_eq!(styled(&Text::marked(marked)), want);
        }
        let choices = Text::of(Style::Plain, "[").and(Style::Option, "-o");
        let choices = choices.then(Text::of(Style::Placeholder, "A")).glued();
        assert_eq!(styled(&choices), r"\%[\fB\-o\fR\ \fIA\fR");
    }

    #[test]
    fn structure_becomes_macros() {
        let entry = |term: &'static str, body| Entry {
            term: Text::marked(term),
            body,
        };
        let body = vec![
            Block::paragraph("One. Two."),
            Block::paragraph("Three."),
            Block::tight(vec![entry("x", vec![Block::paragraph("y")])]),
            Block::Code(".dot\n\n  b\n".into()),
        ];
        let page = Page {
            name: vec!["a".into(), "b".into()],
            manual: Manual::Miscellanea,
            summary: "does c".into(),
            sections: vec![PageSection {
                title: "OPTIONS",
                blocks: vec![
                    Block::paragraph(".p"),
                    Block::List {
                        entries: vec![entry("`--o`", body), entry("zzzz", Vec::new())],
                        spaced: true,
                    },
                ],
            }],
            see_also: vec![
                PageReference::command("c d"),
                PageReference {
                    name: "e".into(),
                    manual: Manual::Miscellanea,
                },
            ],
        };
        let rendered = render(&page);
        let (head, rest) = rendered.split_once('\n').expect("several lines");
        assert!(head.starts_with(".TH \"A\\-B\" 7 "), "{head}");
        let want = ".nh\n.ad l\n.SH NAME\na\\-b \\- does c\n.SH OPTIONS\n\\&.p\n.TP 4\n\\%\\fB\\-\\-o\\fR\n.br\nOne.\n\
                    Two.\n.RS 4\n.PD 0\nThree.\n.TP 4\nx\ny\n.RS 4\n.EX\n\\&.dot\n\n  b\n.EE\n.nh\n.RE\n\
                    .RE\n.PD\n.TP 4\nzzzz\n.SH SEE ALSO\n\\%\\fBc\\-d\\fR(1),\n\\%\\fBe\\fR(7)\n";
        assert_eq!(rest, want);
    }
}
