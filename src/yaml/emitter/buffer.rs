//! The text under construction, with the little state that decides where a
//! line may continue and where it must break.
//!
//! It knows columns, indentation and the space before a token; it knows
//! nothing of scalars, styles or documents. Columns count characters, as the
//! libyaml emitter does, so that folding falls on the same word.

/// An output buffer that keeps track of its current line.
pub(super) struct Sink {
    text: String,
    column: usize,
    /// Nothing but indentation stands before the cursor, so a token may
    /// follow without a separating space.
    spaced: bool,
    /// The line holds only indentation and `-`, `?` or `:` so far, so a
    /// nested collection may open on this very line.
    fresh: bool,
}

impl Sink {
    pub(super) fn new() -> Self {
        Sink {
            text: String::new(),
            column: 0,
            spaced: true,
            fresh: true,
        }
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// Appends one character that is no line break.
    pub(super) fn put(&mut self, character: char) {
        self.text.push(character);
        self.column += 1;
    }

    /// Appends ASCII text without line breaks.
    pub(super) fn put_ascii(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.len();
    }

    /// Appends a line break, which need not be `\n`.
    pub(super) fn line_break(&mut self, character: char) {
        self.text.push(character);
        self.column = 0;
    }

    /// Fills the line with spaces up to the column `indent`.
    pub(super) fn pad(&mut self, indent: usize) {
        while self.column < indent {
            self.put(' ');
        }
    }

    /// Moves to the column `indent` for the next entry of a collection: on
    /// the current line if only indicators stand there, else on a new one.
    pub(super) fn start_entry(&mut self, indent: usize) {
        if !self.fresh || self.column > indent {
            self.line_break('\n');
        }
        self.pad(indent);
        self.spaced = true;
        self.fresh = true;
    }

    /// Writes `-`, `?` or `:` at the head of an entry; the line stays fresh.
    pub(super) fn entry_indicator(&mut self, indicator: char) {
        self.separate();
        self.put(indicator);
        self.spaced = false;
    }

    /// Begins a token: separates it from what precedes it on the line and
    /// ends the freshness of the line.
    pub(super) fn start_token(&mut self) {
        self.separate();
        self.spaced = false;
        self.fresh = false;
    }

    /// Closes the last line and hands out the text.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn separate(&mut self) {
        if !self.spaced {
            self.put(' ');
        }
    }
}
