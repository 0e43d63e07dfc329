//! Sections of a table: how wide they are and how they are drawn.
//!
//! A table is a pile of sections that share one width; each has a title, a header and rows, and
//! nested ones stand inside the edges of those around them. Mirrors `Section` and `MultiTable`
//! of `awscli/table.py`. What goes into the sections is decided in `table.rs`, colours in
//! `style.rs`.

use super::super::writes::Writes;
use super::style::{Canvas, Colour};
use super::wide;
use crate::python::surrogates;
use std::borrow::Cow;

/// Spaces and edge that a cell needs around its text.
const CELL_PADDING: usize = 4;
/// The outer edges of a section.
const BORDERS: usize = 2;
/// Width taken for granted where there is no terminal to ask.
const DEFAULT_TERMINAL_WIDTH: usize = 80;

/// Text with the number of columns it takes.
pub(super) struct Cell<'a> {
    text: Cow<'a, str>,
    width: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = match text.into() {
            text if surrogates::are_in(&text) => surrogates::escaped(&text).into_owned().into(),
            text => text,
        };
        let width = width_of(&text);
        Self { text, width }
    }
}

/// Columns of a terminal that text takes by the reference's reckoning: two for East Asian wide,
/// full-width and ambiguous characters, one for all others, including control characters and
/// combining ones.
fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| 1 + usize::from(is_wide(c))).sum()
}

fn is_wide(character: char) -> bool {
    let code = u32::from(character);
    !character.is_ascii() && wide::WIDE_FLIPS.partition_point(|flip| *flip <= code) % 2 == 1
}

/// One block of a table.
pub(super) struct Section<'a> {
    /// None where a list was put inside a list: nothing is drawn, yet it counts in the width.
    title: Option<Cell<'a>>,
    depth: usize,
    /// How many cells a row must have; settled by whatever comes first.
    columns: Option<usize>,
    widths: Vec<usize>,
    header: Vec<Cell<'a>>,
    rows: Vec<Vec<Cell<'a>>>,
}

impl<'a> Section<'a> {
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

    /// Sets the header. Unlike rows its length is not compared with what is there already; but
    /// the reference cannot widen more columns than it knows.
    pub(super) fn set_header(&mut self, cells: Vec<Cell<'a>>) -> Result<(), String> {
        self.widen(&cells)?;
        self.columns.get_or_insert(cells.len());
        self.header = cells;
        Ok(())
    }

    /// Adds a row, which must be as long as what came first in the section.
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

    /// The columns that the section takes, edges of the sections around it included.
    fn total_width(&self) -> usize {
        // A missing title is measured as Python's None.
        let title = self.title.as_ref().map_or("None".len(), |cell| cell.width);
        let cells: usize = self.widths.iter().map(|width| width + CELL_PADDING).sum();
        title.max(cells) + BORDERS + 2 * self.depth
    }

    /// The widths of the columns once the section is stretched to `total`: in proportion,
    /// rounded half to even; what is missing then is taken from the left, and what is left over
    /// given out from the right.
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
        for place in 0..got.saturating_sub(total) {
            let width = &mut widths[place % count];
            *width = width.saturating_sub(1);
        }
        for place in 0..total.saturating_sub(got) {
            widths[count - 1 - place % count] += 1;
        }
        widths
    }

    /// Turns header and row of a section with one row into two columns.
    fn turn(self) -> Self {
        if self.rows.len() != 1 || self.header.is_empty() {
            return self;
        }
        let mut turned = Section {
            title: self.title,
            ..Section::new(None, self.depth)
        };
        let cells = self.rows.into_iter().flatten();
        turned.columns = Some(2);
        turned.rows = self
            .header
            .into_iter()
            .zip(cells)
            .map(|(name, cell)| vec![name, cell])
            .collect();
        let widest = |column: usize| {
            let cells = turned.rows.iter().map(|row| row[column].width);
            cells.max()
        };
        turned.widths = widest(0).into_iter().chain(widest(1)).collect();
        turned
    }

    fn draw(&self, canvas: &mut Canvas, table_width: usize) {
        let width = table_width.saturating_sub(2 * self.depth);
        let bare = self.header.is_empty() && self.rows.is_empty();
        if let Some(title) = self.title.as_ref().filter(|cell| cell.width > 0) {
            let mut line = String::new();
            push_centred(&mut line, title, width, "|");
            canvas.line(self.depth, &line);
            if bare {
                canvas.line(self.depth, &rule(&[width]));
            }
        }
        if bare || self.widths.is_empty() {
            return;
        }
        let widths = self.stretched_widths(width);
        let rule = rule(&widths);
        if !self.header.is_empty() {
            canvas.line(self.depth, &rule);
            canvas.line(self.depth, &self.header_line(&widths));
        }
        if !self.rows.is_empty() {
            canvas.line(self.depth, &rule);
            for row in &self.rows {
                let line = row_line(canvas, row, &widths);
                canvas.line(self.depth, &line);
            }
            canvas.line(self.depth, &rule);
        }
    }

    fn header_line(&self, widths: &[usize]) -> String {
        let mut line = String::new();
        for (place, (cell, width)) in self.header.iter().zip(widths).enumerate() {
            push_centred(&mut line, cell, *width, left_edge(place));
        }
        line
    }
}

/// Draws all sections at one width. If they are wider than the terminal, those of a single row
/// are turned on their side, whether that helps or not.
pub(super) fn draw(
    mut sections: Vec<Section>,
    colour: Colour,
    terminal_width: Option<usize>,
) -> Writes {
    let mut width = widest(&sections);
    if width > terminal_width.unwrap_or(DEFAULT_TERMINAL_WIDTH) {
        sections = sections.into_iter().map(Section::turn).collect();
        width = widest(&sections);
    }
    let mut canvas = Canvas::new(colour);
    canvas.write(&("-".repeat(width) + "\n"));
    for section in &sections {
        section.draw(&mut canvas, width);
    }
    canvas.finish()
}

fn widest(sections: &[Section]) -> usize {
    sections.iter().map(Section::total_width).max().unwrap_or(0)
}

/// Only the first cell of a line brings its left edge; the others share their neighbour's.
fn left_edge(place: usize) -> &'static str {
    if place == 0 { "|" } else { "" }
}

/// A line such as `+----+---+`.
fn rule(widths: &[usize]) -> String {
    let mut line = String::new();
    for (place, width) in widths.iter().enumerate() {
        if place == 0 {
            line.push('+');
        }
        line.push_str(&"-".repeat(width.saturating_sub(1 + left_edge(place).len())));
        line.push('+');
    }
    line
}

/// A cell in the middle of its column. Half of what is left over is reckoned from the halves of
/// both widths, rounded down each, which is not always the middle.
fn push_centred(line: &mut String, cell: &Cell, width: usize, left: &str) {
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

fn row_line(canvas: &Canvas, row: &[Cell], widths: &[usize]) -> String {
    let mut line = String::new();
    for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
        let left = left_edge(place);
        // A column that rounding has left too narrow gives up its indent.
        let edges = left.len() + 1;
        let indent = if *width >= cell.width + edges + 2 {
            2
        } else {
            0
        };
        line.push_str(left);
        push_spaces(&mut line, indent);
        canvas.paint(&mut line, &cell.text);
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
