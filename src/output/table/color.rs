//! The colors of a table: the escape codes, and a writer that adds them.
//!
//! Mirrors `ColorizedStyler` and `IndentedStream` of `awscli/table.py`, and `colorama`, which adds
//! a reset after each write to standard output.

use super::super::write_buffer::WriteBuffer;

/// Bold blue, around the text of cells.
const CELL: &str = "\u{1b}[1m\u{1b}[34m";
/// Dim yellow, around the edge of sections that are nested.
const EDGE: &str = "\u{1b}[2m\u{1b}[33m|\u{1b}[0m";
/// Resets all colors.
///
/// If the AWS CLI uses colors (even for an empty table) and standard output is a terminal, it
/// writes one more reset when it exits. It also writes one after each piece of a message on
/// standard error that follows a failed table.
pub const RESET: &str = "\u{1b}[0m";

/// Whether a table is colored.
///
/// `--color auto`, the default, means colors if standard output is a terminal, wherever the table
/// goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableColor {
    /// No escape codes.
    Off,
    /// Colors, with a reset after every write.
    On,
}

/// Writes a table line by line.
pub(super) struct TableWriter {
    out: WriteBuffer,
    color: TableColor,
}

impl TableWriter {
    pub(super) fn new(color: TableColor) -> Self {
        Self {
            out: WriteBuffer::default(),
            color,
        }
    }

    /// Writes text as one write.
    pub(super) fn write(&mut self, text: &str) {
        self.out.begin_write();
        self.out.push_str(text);
        if self.color == TableColor::On {
            self.out.push_str(RESET);
        }
    }

    /// Writes a line inside the edges of `depth` sections. Edges, text and line end are separate
    /// writes, even if they are empty.
    pub(super) fn line(&mut self, depth: usize, text: &str) {
        let edge = match self.color {
            TableColor::Off => "|".repeat(depth),
            TableColor::On => EDGE.repeat(depth),
        };
        for piece in [edge.as_str(), text, &edge, "\n"] {
            self.write(piece);
        }
    }

    /// Appends the text of a cell to a line, in the color of cells.
    pub(super) fn push_cell_text(&self, line: &mut String, text: &str) {
        if self.color == TableColor::Off {
            line.push_str(text);
        } else {
            line.extend([CELL, text, RESET]);
        }
    }

    pub(super) fn finish(self) -> WriteBuffer {
        self.out
    }
}
