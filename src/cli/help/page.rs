//! The structure of a help page: sections of paragraphs, lists of terms and code, without any
//! thought of how it is going to look (`terminal`, `roff`) or of what it says (`content`).

use std::borrow::Cow;

/// Keeps the words on its two sides on one line.
pub const GLUE: char = '\u{a0}';

/// Columns that a body is set in from its term.
pub const INDENT: usize = 4;

/// A page of help.
#[derive(Debug)]
pub struct Page {
    /// What it is about, word by word as it is typed.
    pub name: Vec<String>,
    /// The section of the manual that it belongs to.
    pub manual: Manual,
    /// What that is, in a few words without a final dot.
    pub summary: String,
    /// What follows the name.
    pub sections: Vec<PageSection>,
    /// Related man pages.
    pub see_also: Vec<PageReference>,
}

impl Page {
    /// The name as a man page has it: `cognito-sync-list-records`.
    pub fn joined_name(&self) -> String {
        self.name.join("-")
    }
}

/// A section of the manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manual {
    /// Section 1: commands.
    Commands,
    /// Section 7: everything that is no command, file or function.
    Miscellanea,
}

impl Manual {
    /// The number of the section.
    pub fn number(self) -> u8 {
        match self {
            Manual::Commands => 1,
            Manual::Miscellanea => 7,
        }
    }
}

/// A reference to a man page.
#[derive(Debug)]
pub struct PageReference {
    /// The page's name.
    pub name: String,
    /// The section of the manual.
    pub manual: Manual,
}

impl PageReference {
    /// A reference to the page of a command, which is typed as `command`.
    pub fn command(command: &str) -> PageReference {
        PageReference {
            name: command.replace(' ', "-"),
            manual: Manual::Commands,
        }
    }
}

/// A part of a page under a heading.
#[derive(Debug)]
pub struct PageSection {
    /// The heading, in capitals.
    pub title: &'static str,
    /// What stands below.
    pub blocks: Vec<Block>,
}

/// A piece of a section or of an entry.
#[derive(Debug)]
pub enum Block {
    /// Running text.
    Paragraph(Text),
    /// Terms with what there is to say of them.
    List {
        /// The entries in order.
        entries: Vec<Entry>,
        /// Whether there is room between the entries.
        spaced: bool,
    },
    /// Lines to be shown as they are.
    Code(String),
}

/// A term with what there is to say of it.
#[derive(Debug)]
pub struct Entry {
    /// The term.
    pub term: Text,
    /// What there is to say.
    pub body: Vec<Block>,
}

impl Entry {
    /// Whether the term fits beside its body.
    pub fn is_short(&self) -> bool {
        self.term.width() < INDENT
    }

    /// Whether these entries have their terms beside their bodies: all or none of a list.
    pub fn are_beside(entries: &[Entry]) -> bool {
        entries.iter().all(Entry::is_short)
    }
}

impl Block {
    /// Running text in which backticks mark what is to be typed.
    pub fn paragraph(marked: impl Into<Cow<'static, str>>) -> Block {
        Block::Paragraph(Text::marked(marked))
    }

    /// A list without room between its entries.
    pub fn tight(entries: Vec<Entry>) -> Block {
        Block::List {
            entries,
            spaced: false,
        }
    }
}

/// Text of several styles.
#[derive(Debug, Default)]
pub struct Text {
    /// The pieces, which follow each other without spaces in between.
    pub spans: Vec<Span>,
}

/// A piece of text in one style.
#[derive(Debug)]
pub struct Span {
    /// How it is to stand out.
    pub style: Style,
    /// The text, which is seldom anything but a constant.
    pub text: Cow<'static, str>,
}

/// How a piece of text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    Plain,
    /// As an option's name.
    Option,
    /// As something else that is typed or printed as it stands.
    Literal,
    /// As a name in place of a value.
    Placeholder,
}

impl Text {
    /// Text in which backticks mark what is to be typed.
    pub fn marked(marked: impl Into<Cow<'static, str>>) -> Text {
        match marked.into() {
            Cow::Borrowed(marked) => Text::alternating(marked.split('`').map(Cow::Borrowed)),
            Cow::Owned(marked) => {
                let owned = |piece: &str| Cow::Owned(piece.to_string());
                Text::alternating(marked.split('`').map(owned))
            }
        }
    }

    /// Text of which every second piece is to be typed.
    fn alternating(pieces: impl Iterator<Item = Cow<'static, str>>) -> Text {
        pieces
            .enumerate()
            .fold(Text::default(), |text, (at, piece)| {
                let style = match (at % 2, piece.starts_with('-')) {
                    (0, _) => Style::Plain,
                    (_, true) => Style::Option,
                    (_, false) => Style::Literal,
                };
                text.and(style, piece)
            })
    }

    /// Text in one style.
    pub fn of(style: Style, text: impl Into<Cow<'static, str>>) -> Text {
        Text::default().and(style, text)
    }

    /// Adds a piece at the end.
    pub fn and(mut self, style: Style, text: impl Into<Cow<'static, str>>) -> Text {
        let text = text.into();
        if !text.is_empty() {
            self.spans.push(Span { style, text });
        }
        self
    }

    /// Adds another text at the end, behind a space.
    pub fn then(mut self, other: Text) -> Text {
        if !self.spans.is_empty() {
            self = self.and(Style::Plain, " ");
        }
        self.spans.extend(other.spans);
        self
    }

    /// The same text, never to be broken into lines.
    pub fn glued(mut self) -> Text {
        for span in &mut self.spans {
            span.text = span.text.replace(' ', &GLUE.to_string()).into();
        }
        self
    }

    /// Number of columns that it takes on one line.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|s| s.text.chars().count()).sum()
    }
}
