//! Layout of table sections: measures, stretches and draws them.
//!
//! A table is a stack of sections of one width; each has a title, a header and rows, and nested
//! sections stand inside the edges of their parents. Mirrors `Section` and `MultiTable` of
//! `awscli/table.py`.

use super::super::write_buffer::WriteBuffer;
use super::color::{TableColor, TableWriter};
use super::display_width::display_width;
use crate::python::surrogates;
use std::borrow::Cow;

/// The width of the spaces and the edge around the text of a cell.
const CELL_PADDING: usize = 4;
/// The width of the outer edges of a section.
const BORDERS: usize = 2;
/// The width assumed without a terminal, in columns.
const DEFAULT_TERMINAL_WIDTH: usize = 80;

/// A text with its display width.
pub(super) struct Cell<'a> {
    text: Cow<'a, str>,
    width: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = match text.into() {
            text if surrogates::contains_placeholders(&text) => {
                surrogates::escape(&text).into_owned().into()
            }
            text => text,
        };
        let width = display_width(&text);
        Self { text, width }
    }
}

/// A section of a table.
pub(super) struct TableSection<'a> {
    /// `None` for a list inside a list: no title is drawn, yet it counts in the width.
    title: Option<Cell<'a>>,
    depth: usize,
    /// How many cells a row must have; set by the first header or row.
    columns: Option<usize>,
    widths: Vec<usize>,
    header: Vec<Cell<'a>>,
    rows: Vec<Vec<Cell<'a>>>,
}

impl<'a> TableSection<'a> {
    pub(super) fn new(title: Option<&'a str>, depth: usize) -> Self {
        Self {
            title: title.map(Cell::new),
            depth,
            columns: None,
            widths: Vec::new(),
            header: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Sets the header. Unlike that of a row, its length is not checked; but the AWS CLI cannot
    /// widen columns that do not exist yet.
    pub(super) fn set_header(&mut self, cells: Vec<Cell<'a>>) -> Result<(), String> {
        self.widen(&cells)?;
        self.columns.get_or_insert(cells.len());
        self.header = cells;
        Ok(())
    }

    /// Adds a row, which must be as long as the first header or row of the section.
    pub(super) fn add_row(&mut self, cells: Vec<Cell<'a>>) -> Result<(), String> {
        let want = *self.columns.get_or_insert(cells.len());
        if cells.len() != want {
            let got = cells.len();
            return Err(format!(
                "Row should have {want} elements, instead it has {got}"
            ));
        }
        self.widen(&cells)?;
        self.rows.push(cells);
        Ok(())
    }

    fn widen(&mut self, cells: &[Cell]) -> Result<(), String> {
        if self.widths.is_empty() {
            self.widths = cells.iter().map(|cell| cell.width).collect();
            return Ok(());
        }
        if cells.len() > self.widths.len() {
            return Err("list index out of range".to_owned());
        }
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = cell.width.max(*width);
        }
        Ok(())
    }

    /// Returns the width of the section, including the edges of its parents.
    fn total_width(&self) -> usize {
        // A missing title is as wide as Python's `None`.
        let title = self.title.as_ref().map_or("None".len(), |cell| cell.width);
        let cells: usize = self.widths.iter().map(|width| width + CELL_PADDING).sum();
        title.max(cells) + BORDERS + 2 * self.depth
    }

    /// Returns the widths of the columns once the section is stretched to `total`: in proportion,
    /// rounded half to even; an excess is taken from the left columns, a remainder added to the
    /// right ones.
    fn stretched_widths(&self, total: usize) -> Vec<usize> {
        let natural = self.widths.iter().map(|width| width + CELL_PADDING);
        let sum: usize = natural.clone().sum();
        let scale = total as f64 / sum as f64;
        let mut widths: Vec<usize> = natural
            .map(|width| (scale * width as f64).round_ties_even() as usize)
            .collect();
        let count = widths.len();
        let got: usize = widths.iter().sum();
        if count == 0 {
            return widths;
        }
        for column in 0..got.saturating_sub(total) {
            let width = &mut widths[column % count];
            *width = width.saturating_sub(1);
        }
        for column in 0..total.saturating_sub(got) {
            widths[count - 1 - column % count] += 1;
        }
        widths
    }

    /// Converts a section with one row to two columns: the header and the row
    /// (`convert_to_vertical_table`).
    fn into_vertical(self) -> Self {
        if self.rows.len() != 1 || self.header.is_empty() {
            return self;
        }
        let mut vertical = TableSection {
            title: self.title,
            ..TableSection::new(None, self.depth)
        };
        let cells = self.rows.into_iter().flatten();
        vertical.columns = Some(2);
        vertical.rows = self
            .header
            .into_iter()
            .zip(cells)
            .map(|(name, cell)| vec![name, cell])
            .collect();
        let widest = |column: usize| {
            let cells = vertical.rows.iter().map(|row| row[column].width);
            cells.max()
        };
        vertical.widths = widest(0).into_iter().chain(widest(1)).collect();
        vertical
    }

    fn draw(&self, writer: &mut TableWriter, table_width: usize) {
        let width = table_width.saturating_sub(2 * self.depth);
        let is_empty = self.header.is_empty() && self.rows.is_empty();
        if let Some(title) = self.title.as_ref().filter(|cell| cell.width > 0) {
            let mut line = String::new();
            push_centered(&mut line, title, width, "|");
            writer.line(self.depth, &line);
            if is_empty {
                writer.line(self.depth, &border(&[width]));
            }
        }
        if is_empty || self.widths.is_empty() {
            return;
        }
        let widths = self.stretched_widths(width);
        let border = border(&widths);
        if !self.header.is_empty() {
            writer.line(self.depth, &border);
            writer.line(self.depth, &self.header_line(&widths));
        }
        if !self.rows.is_empty() {
            writer.line(self.depth, &border);
            for row in &self.rows {
                let line = row_line(writer, row, &widths);
                writer.line(self.depth, &line);
            }
            writer.line(self.depth, &border);
        }
    }

    fn header_line(&self, widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in self.header.iter().zip(widths).enumerate() {
            push_centered(&mut line, cell, *width, left_edge(column));
        }
        line
    }
}

/// Draws all sections at one width. If they are wider than the terminal, sections of one row are
/// converted to vertical ones, whether that helps or not.
pub(super) fn draw(
    mut sections: Vec<TableSection>,
    color: TableColor,
    terminal_width: Option<usize>,
) -> WriteBuffer {
    let mut width = widest(&sections);
    if width > terminal_width.unwrap_or(DEFAULT_TERMINAL_WIDTH) {
        sections = sections
            .into_iter()
            .map(TableSection::into_vertical)
            .collect();
        width = widest(&sections);
    }
    let mut writer = TableWriter::new(color);
    writer.write(&("-".repeat(width) + "\n"));
    for section in &sections {
        section.draw(&mut writer, width);
    }
    writer.finish()
}

fn widest(sections: &[TableSection]) -> usize {
    sections
        .iter()
        .map(TableSection::total_width)
        .max()
        .unwrap_or(0)
}

/// Returns the left edge of a cell. Only the first cell of a line has one; the others share the
/// right edge of the cell before.
fn left_edge(column: usize) -> &'static str {
    if column == 0 { "|" } else { "" }
}

/// Returns a border such as `+----+---+`.
fn border(widths: &[usize]) -> String {
    let mut line = String::new();
    for (column, width) in widths.iter().enumerate() {
        if column == 0 {
            line.push('+');
        }
        line.push_str(&"-".repeat(width.saturating_sub(1 + left_edge(column).len())));
        line.push('+');
    }
    line
}

/// Appends a centered cell. The left padding is the difference of the halves of both widths, each
/// rounded down, which is not always the exact center.
fn push_centered(line: &mut String, cell: &Cell, width: usize, left: &str) {
    let before = (width / 2).saturating_sub(cell.width / 2 + 1);
    line.push_str(left);
    push_spaces(line, before);
    line.push_str(&cell.text);
    push_spaces(
        line,
        width.saturating_sub(left.len() + before + cell.width + 1),
    );
    line.push('|');
}

fn row_line(writer: &TableWriter, row: &[Cell], widths: &[usize]) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        let left = left_edge(column);
        // A column that rounding has made too narrow loses its indent.
        let edges = left.len() + 1;
        let indent = if *width >= cell.width + edges + 2 {
            2
        } else {
            0
        };
        line.push_str(left);
        push_spaces(&mut line, indent);
        writer.push_cell_text(&mut line, &cell.text);
        push_spaces(&mut line, width.saturating_sub(indent + cell.width + edges));
        line.push('|');
    }
    line
}

fn push_spaces(line: &mut String, mut count: usize) {
    const SPACES: &str = "                                                                ";
    while count > SPACES.len() {
        line.push_str(SPACES);
        count -= SPACES.len();
    }
    line.push_str(&SPACES[..count]);
}
