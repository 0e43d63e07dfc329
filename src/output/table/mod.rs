//! The `table` output format: boxes drawn with `|`, `-` and `+`.
//!
//! Builds the sections of a table from a document: an object becomes a header and a row of its
//! scalars, a list of objects a header and a row for each; nested values become sections of their
//! own, one level deeper. Mirrors `TableFormatter` of `awscli/formatter.py`, including where it
//! fails: rows of unequal length in a list of lists, and lists that begin with an object but also
//! hold something else. `columns` determines the columns of a list of objects, `layout` measures
//! and draws, `color` holds the escape codes. The query is applied before.

mod color;
mod columns;
mod display_width;
mod layout;

pub use color::{RESET, TableColor};

use super::write_buffer::WriteBuffer;
use crate::python;
use columns::TableColumns;
use layout::{Cell, TableSection};
use serde_json::{Map, Value};

/// Renders one document as a table. `title` is the name of its operation, such as `ListDatasets`.
///
/// Values that are falsy in Python (null, false, zero, empty ones) render as empty text.
/// `terminal_width` is the width that the terminal on standard output reports, even if the table
/// goes to a pager or to standard error, and even if the width is zero (the AWS CLI reads a signed
/// 16-bit number, so that 32,768 and more are negative); `None` means 80 columns. The environment
/// (`COLUMNS`) is ignored.
///
/// # Errors
///
/// Returns Python's message where the AWS CLI fails on the document. The AWS CLI has written
/// nothing by then, and exits with status 255.
pub fn render(
    title: &str,
    value: &Value,
    color: TableColor,
    terminal_width: Option<usize>,
) -> Result<WriteBuffer, String> {
    let mut builder = TableBuilder::default();
    builder.add_value(Some(title), value, 0)?;
    if builder.sections.is_empty() {
        return Ok(WriteBuffer::default());
    }
    Ok(layout::draw(builder.sections, color, terminal_width))
}

/// Collects the sections. Rows go to the last one, even if a nested value has added it.
#[derive(Default)]
struct TableBuilder<'a> {
    sections: Vec<TableSection<'a>>,
}

impl<'a> TableBuilder<'a> {
    /// Adds a value as a section of its own, or to the last section if `title` is `None`.
    fn add_value(
        &mut self,
        title: Option<&'a str>,
        value: &'a Value,
        depth: usize,
    ) -> Result<(), String> {
        if python::is_falsy(value) {
            return Ok(());
        }
        if title.is_some() {
            self.sections.push(TableSection::new(title, depth));
        }
        match value {
            Value::Array(items) if items.first().is_some_and(Value::is_object) => {
                self.add_objects(title, items, depth)
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.add_item(item)),
            Value::Object(members) => self.add_object(members, depth),
            _ => Ok(()),
        }
    }

    /// Returns the section that rows go to. `render` adds the first one before any row.
    fn last_section(&mut self) -> Result<&mut TableSection<'a>, String> {
        self.sections
            .last_mut()
            .ok_or_else(|| "a table has no section".to_owned())
    }

    /// Adds an item of a list that does not begin with an object.
    fn add_item(&mut self, item: &'a Value) -> Result<(), String> {
        let row = match item {
            Value::Array(inner) if inner.iter().all(python::is_scalar) => cells(inner),
            Value::Array(_) => return self.add_value(None, item, 0),
            // The AWS CLI iterates over a dict here, which yields its columns.
            Value::Object(members) => members.keys().map(Cell::new).collect(),
            _ => cells([item]),
        };
        self.last_section()?.add_row(row)
    }

    fn add_object(&mut self, members: &'a Map<String, Value>, depth: usize) -> Result<(), String> {
        let mut members: Vec<_> = members.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        let (scalars, nested): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(_, value)| python::is_scalar(value));
        let mut header: Vec<_> = scalars.iter().map(|(key, _)| Cell::new(*key)).collect();
        let mut row = cells(scalars.iter().map(|(_, value)| *value));
        let section = self.last_section()?;
        if row.len() == 1 {
            // A single scalar stands beside its name rather than below it.
            header.append(&mut row);
            section.add_row(header)?;
        } else if !row.is_empty() {
            section.set_header(header)?;
            section.add_row(row)?;
        }
        nested
            .into_iter()
            .try_for_each(|(key, value)| self.add_value(Some(key), value, depth + 1))
    }

    /// Adds a list of objects. If any of them holds a nested value, each gets a section.
    fn add_objects(
        &mut self,
        title: Option<&'a str>,
        items: &'a [Value],
        depth: usize,
    ) -> Result<(), String> {
        let columns = TableColumns::from_items(items)?;
        self.last_section()?.set_header(columns.header())?;
        for (position, item) in items.iter().enumerate() {
            if position > 0 && columns.has_nested() {
                self.sections.push(TableSection::new(title, depth));
                self.last_section()?.set_header(columns.header())?;
            }
            let row = columns.row(item)?;
            self.last_section()?.add_row(row)?;
            for (key, value) in columns.nested_in(item) {
                self.add_value(Some(key), value, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn cells<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<Cell<'a>> {
    let texts = values.into_iter().map(python::to_str_cow);
    texts.map(Cell::new).collect()
}

#[cfg(test)]
mod tests;
