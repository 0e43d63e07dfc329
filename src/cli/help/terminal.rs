//! A page as text for a terminal or a pipe: filled to a width, in colours or without. What the
//! page says is not known here.

use super::page::{Block, Entry, GLUE, INDENT, Manual, Page, Style, Text};
use crate::cli::options::COLOR;
use crate::output::ColorChoice;
use crate::terminal::Terminal;

/// Bytes that most pages take, so that room is made for them at once.
const LIKELY_PAGE: usize = 16 << 10;

/// Bytes that a word takes with its space, or fewer, so that there is room for all.
const LIKELY_WORD: usize = 4;

/// How the text is to look.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions {
    /// Columns to fill. Words and code that are wider stay whole.
    pub width: usize,
    /// Whether colours are used.
    pub colour: bool,
}

impl RenderOptions {
    /// The options for this terminal, where `args` may ask for colours or for none. They are only
    /// searched for that, since what stands behind `--help` is not parsed.
    pub fn of(terminal: Terminal, args: &[String]) -> RenderOptions {
        let color = COLOR;
        let mut values =
            args.iter()
                .enumerate()
                .filter_map(|(at, arg)| match arg.split_once('=') {
                    Some((name, value)) => color.is_typed_as(name).then_some(value),
                    None if color.is_typed_as(arg) => args.get(at + 1).map(String::as_str),
                    None => None,
                });
        let columns = terminal.width.filter(|_| terminal.is_terminal);
        RenderOptions {
            width: columns.map_or(80, |columns| columns.clamp(40, 100)),
            colour: values
                .next_back()
                .and_then(ColorChoice::from_name)
                .unwrap_or_default()
                .is_on(terminal.is_terminal, terminal.no_color),
        }
    }
}

/// The page as text.
pub fn render(page: &Page, options: RenderOptions) -> String {
    let mut writer = TerminalWriter {
        out: String::with_capacity(LIKELY_PAGE),
        options,
    };
    writer.heading("NAME");
    let name = match page.manual {
        Manual::Commands => page.name.join(" "),
        Manual::Miscellanea => page.joined_name(),
    };
    let name = Text::of(Style::Literal, name).and(Style::Plain, format!(" - {}", page.summary));
    writer.paragraph(&name, INDENT, None);
    for section in &page.sections {
        writer.out.push('\n');
        writer.heading(section.title);
        for (index, block) in section.blocks.iter().enumerate() {
            if index > 0 {
                writer.out.push('\n');
            }
            writer.block(block, INDENT);
        }
    }
    writer.out
}

struct TerminalWriter {
    out: String,
    options: RenderOptions,
}

impl TerminalWriter {
    fn heading(&mut self, title: &str) {
        if self.options.colour {
            self.out.push_str(&format!("\u{1b}[1m{title}\u{1b}[0m\n"));
        } else {
            self.out.push_str(&format!("{title}\n"));
        }
    }

    fn block(&mut self, block: &Block, indent: usize) {
        match block {
            Block::Paragraph(text) => self.paragraph(text, indent, None),
            Block::Code(code) => self.code(code, indent + INDENT),
            Block::List { entries, spaced } => {
                let are_beside = Entry::are_beside(entries);
                for (index, entry) in entries.iter().enumerate() {
                    if *spaced && index > 0 {
                        self.out.push('\n');
                    }
                    self.entry(entry, indent, are_beside);
                }
            }
        }
    }

    /// A term with its body below, or beside it, in the body's indent.
    fn entry(&mut self, entry: &Entry, indent: usize, is_beside: bool) {
        let inner = indent + INDENT;
        let mut body = entry.body.iter();
        match entry.body.first() {
            Some(Block::Paragraph(text)) if is_beside => {
                self.paragraph(text, inner, Some(&entry.term));
                body.next();
            }
            _ => self.paragraph(&entry.term, indent, None),
        }
        for block in body {
            self.block(block, inner);
        }
    }

    /// Running text; `term` stands in the last columns of the first line's indent.
    fn paragraph(&mut self, text: &Text, indent: usize, term: Option<&Text>) {
        let width = self.options.width.saturating_sub(indent);
        let pieces = pieces(text);
        let mut used = None;
        for word in pieces.chunk_by(|_, next| !next.begins_word) {
            let length = word.iter().map(|piece| piece.columns).sum::<usize>();
            used = match used {
                Some(used) if used + 1 + length <= width => {
                    self.out.push(' ');
                    Some(used + 1 + length)
                }
                Some(_) => {
                    self.out.push('\n');
                    self.spaces(indent);
                    Some(length)
                }
                None => {
                    self.begin(indent, term);
                    Some(length)
                }
            };
            for piece in word {
                self.styled(piece.style, piece.text);
            }
        }
        if used.is_some() {
            self.out.push('\n');
        }
    }

    /// The indent of a text's first line, with the term in it.
    fn begin(&mut self, indent: usize, term: Option<&Text>) {
        let Some(term) = term else {
            return self.spaces(indent);
        };
        self.spaces(indent - INDENT);
        for span in &term.spans {
            self.styled(span.style, &span.text);
        }
        self.spaces(INDENT - term.width());
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    fn code(&mut self, code: &str, indent: usize) {
        for line in code.lines() {
            if !line.is_empty() {
                self.spaces(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn styled(&mut self, style: Style, text: &str) {
        let code = match style {
            Style::Option => Some("36"),
            Style::Literal => Some("32"),
            Style::Placeholder => Some("4"),
            Style::Plain => None,
        };
        let code = code.filter(|_| self.options.colour);
        if let Some(code) = code {
            self.out.extend(["\u{1b}[", code, "m"]);
        }
        if text.is_ascii() {
            self.out.push_str(text);
        } else {
            self.out.push_str(&text.replace(GLUE, " "));
        }
        if code.is_some() {
            self.out.push_str("\u{1b}[0m");
        }
    }
}

/// A word, or the part of one that has a style of its own.
struct Piece<'a> {
    style: Style,
    text: &'a str,
    columns: usize,
    begins_word: bool,
}

/// The words of a text.
fn pieces(text: &Text) -> Vec<Piece<'_>> {
    let length: usize = text.spans.iter().map(|span| span.text.len()).sum();
    let mut pieces = Vec::with_capacity(length / LIKELY_WORD);
    let mut begins_word = true;
    for span in &text.spans {
        let mut rest = &*span.text;
        loop {
            // Words are so short that this beats a search that is made for long texts.
            let end = rest.bytes().position(|byte| byte == b' ');
            let text = &rest[..end.unwrap_or(rest.len())];
            if !text.is_empty() {
                pieces.push(Piece {
                    style: span.style,
                    text,
                    columns: text.chars().count(),
                    begins_word,
                });
                begins_word = false;
            }
            let Some(end) = end else { break };
            begins_word = true;
            rest = &rest[end + 1..];
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::page::PageSection;
    use super::*;

    fn sample() -> Page {
        let entry = |term: Text, body: Vec<Block>| Entry { term, body };
        let option =
            Text::of(Style::Option, "--option").then(Text::of(Style::Placeholder, "VALUE"));
        let inner = entry(
            Text::marked("`0`"),
            vec![Block::paragraph("Short terms share a line.")],
        );
        let mixed = ["x", "long"]
            .map(|term| entry(Text::of(Style::Plain, term), vec![Block::paragraph("y")]));
        let nested = vec![
            Block::paragraph("What `it` is."),
            Block::tight(mixed.into()),
            Block::tight(vec![inner]),
            Block::Code("a\n\n  b\n".into()),
        ];
        Page {
            name: vec!["program".into(), "word".into()],
            manual: Manual::Commands,
            summary: "does this".into(),
            sections: vec![PageSection {
                title: "OPTIONS",
                blocks: vec![
                    Block::paragraph("First (`--all`), then what is left."),
                    Block::List {
                        entries: vec![
                            entry(option, nested),
                            entry(
                                Text::marked("stays together").glued(),
                                vec![Block::paragraph("c")],
                            ),
                        ],
                        spaced: true,
                    },
                ],
            }],
            see_also: Vec::new(),
        }
    }

    #[test]
    fn blocks_are_set_in_and_filled() {
        let options = RenderOptions {
            width: 26,
            colour: false,
        };
        let want = "NAME\n    program word - does\n    this\n\nOPTIONS\n    First (--all), then\n    \
                    what is left.\n\n    --option VALUE\n        What it is.\n        x\n            y\n        long\n            y\n        0   Short \
                    terms\n            share a line.\n            a\n\n              b\n\n    stays \
                    together\n        c\n";
        assert_eq!(render(&sample(), options), want);
    }

    #[test]
    fn colours_change_nothing_else() {
        let coloured = render(
            &sample(),
            RenderOptions {
                width: 40,
                colour: true,
            },
        );
        assert!(coloured.contains("\u{1b}[1mOPTIONS\u{1b}[0m\n"));
        assert!(coloured.contains("(\u{1b}[36m--all\u{1b}[0m),"));
        assert!(coloured.contains("\u{1b}[36m--option\u{1b}[0m \u{1b}[4mVALUE\u{1b}[0m\n"));
        let mut plain = coloured;
        for code in ["1", "4", "32", "36", "0"] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        let options = RenderOptions {
            width: 40,
            colour: false,
        };
        assert_eq!(plain, render(&sample(), options));
    }

    #[test]
    fn what_is_too_wide_stays_whole() {
        let line = |text: &'static str, width| {
            let mut writer = TerminalWriter {
                out: String::new(),
                options: RenderOptions {
                    width,
                    colour: false,
                },
            };
            writer.paragraph(&Text::marked(text), 0, None);
            writer.out
        };
        assert_eq!(line("aa `bb cc`d  e", 5), "aa bb\nccd e\n");
        assert_eq!(line("a bbbbbbbb c", 4), "a\nbbbbbbbb\nc\n");
        assert_eq!(line("", 4), "");
    }
}
