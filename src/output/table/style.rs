//! Colours of a table, and the stream that they end up in.
//!
//! Knows the escape codes and where the reference puts them; widths are none of its business.
//! Mirrors `ColorizedStyler` and `IndentedStream` of `awscli/table.py` and what `colorama` does
//! to standard output: after each single write it adds a reset.

use super::super::writes::Writes;

/// Bold blue, around the text of cells.
const CELL: &str = "\u{1b}[1m\u{1b}[34m";
/// Dim yellow, around the edge of sections that are nested.
const EDGE: &str = "\u{1b}[2m\u{1b}[33m|\u{1b}[0m";
/// Ends all colours.
///
/// If the reference has coloured anything (or had nothing to draw, but would have coloured it)
/// and standard output is a terminal, it writes one more of these there when it ends. It also
/// writes one after each piece of a message on standard error that follows a failed table.
pub const RESET: &str = "\u{1b}[0m";

/// Whether a table is coloured, and for whom.
///
/// `--color auto`, the default, means colours if standard output is a terminal, wherever the
/// table goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain characters.
    Off,
    /// Colours on standard output, with a reset after every piece written.
    On,
}

/// The output, written line by line.
pub(super) struct Canvas {
    out: Writes,
    colour: Colour,
}

impl Canvas {
    pub(super) fn new(colour: Colour) -> Self {
        Self {
            out: Writes::default(),
            colour,
        }
    }

    /// Writes text as one piece.
    pub(super) fn write(&mut self, text: &str) {
        self.out.begin();
        self.out.push_str(text);
        if self.colour == Colour::On {
            self.out.push_str(RESET);
        }
    }

    /// Writes a line inside the edges of as many sections as it is deep. Edges, text and line
    /// end are pieces of their own, even where they are empty.
    pub(super) fn line(&mut self, depth: usize, text: &str) {
        let edge = match self.colour {
            Colour::Off => "|".repeat(depth),
            Colour::On => EDGE.repeat(depth),
        };
        for piece in [edge.as_str(), text, &edge, "\n"] {
            self.write(piece);
        }
    }

    /// Adds a cell's text to a line, in its colour.
    pub(super) fn paint(&self, line: &mut String, text: &str) {
        if self.colour == Colour::Off {
            line.push_str(text);
        } else {
            line.extend([CELL, text, RESET]);
        }
    }

    pub(super) fn finish(self) -> Writes {
        self.out
    }
}
