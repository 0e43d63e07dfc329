//! The emitter's output buffer, which knows where a line may continue and where it must break.
//!
//! Columns count characters, as in libyaml, so that folding falls on the same word.

/// Output text with the state of its last line.
pub(super) struct Buffer {
    text: String,
    column: usize,
    /// Whether the line ends in white space or is empty, so that a token needs no space before it.
    is_whitespace: bool,
    /// Whether the line holds only indentation and `-`, `?` or `:`, so that a nested collection may
    /// start on it.
    is_indention: bool,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Buffer {
            text: String::new(),
            column: 0,
            is_whitespace: true,
            is_indention: true,
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
    pub(super) fn write_break(&mut self, character: char) {
        self.text.push(character);
        self.column = 0;
    }

    /// Fills the line with spaces up to a column.
    pub(super) fn pad_to(&mut self, indent: usize) {
        while self.column < indent {
            self.put(' ');
        }
    }

    /// Moves to the column of a collection's next entry, on a new line unless only indicators stand
    /// on the current one.
    pub(super) fn write_indent(&mut self, indent: usize) {
        if !self.is_indention || self.column > indent {
            self.write_break('\n');
        }
        self.pad_to(indent);
        self.is_whitespace = true;
        self.is_indention = true;
    }

    /// Writes the `-`, `?` or `:` of an entry, after which a nested collection may start.
    pub(super) fn write_indicator(&mut self, indicator: char) {
        self.separate();
        self.put(indicator);
        self.is_whitespace = false;
    }

    /// Separates a scalar from what stands before it on the line.
    pub(super) fn start_scalar(&mut self) {
        self.separate();
        self.is_whitespace = false;
        self.is_indention = false;
    }

    /// Ends the last line and returns the text.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn separate(&mut self) {
        if !self.is_whitespace {
            self.put(' ');
        }
    }
}
