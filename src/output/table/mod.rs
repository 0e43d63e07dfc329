//! The `table` form: boxes drawn with `|`, `-` and `+`.
//!
//! Builds the sections of a table from a document: a dictionary gives a header and a row of its
//! scalars, a list of dictionaries a header and a row for each, and what is nested follows in
//! sections of its own, one step deeper. Mirrors `TableFormatter` of `awscli/formatter.py`,
//! including where it fails: rows of unequal length in a list of lists, and lists that begin
//! with a dictionary but hold something else as well. The columns of a list of dictionaries are
//! found in `keys.rs`, measuring and drawing are in `layout.rs`, colours in `style.rs`.
//! It does not apply a query.

mod keys;
mod layout;
mod style;
mod wide;

pub use style::{Colour, RESET};

use super::writes::Writes;
use crate::python;
use keys::Keys;
use layout::{Cell, Section};
use serde_json::{Map, Value};

/// Draws one document under the name of its operation, such as `ListDatasets`.
///
/// Nothing at all is drawn for what Python holds to be false: null, false, zero and what is
/// empty. `terminal_width` is what the terminal on standard output reports, even for a table that
/// goes to a pager or to standard error, and even if that is nought (the reference reads 16 bits
/// with a sign, so that 32,768 and more are less than nought); 80 are assumed without a terminal.
/// The environment has no say in it.
///
/// # Errors
///
/// With Python's message where the reference fails on the document. It has written nothing by
/// then, and ends with the status of any unforeseen failure, 255.
pub fn render(
    title: &str,
    value: &Value,
    colour: Colour,
    terminal_width: Option<usize>,
) -> Result<Writes, String> {
    let mut builder = Builder::default();
    builder.place(Some(title), value, 0)?;
    if builder.sections.is_empty() {
        return Ok(Writes::default());
    }
    Ok(layout::draw(builder.sections, colour, terminal_width))
}

/// The sections so far; rows go to the last one, even to one left behind by something nested.
#[derive(Default)]
struct Builder<'a> {
    sections: Vec<Section<'a>>,
}

impl<'a> Builder<'a> {
    /// Puts a value into a section of its own, or into the last one if it has no title.
    fn place(
        &mut self,
        title: Option<&'a str>,
        value: &'a Value,
        depth: usize,
    ) -> Result<(), String> {
        if python::is_falsy(value) {
            return Ok(());
        }
        if title.is_some() {
            self.sections.push(Section::new(title, depth));
        }
        match value {
            Value::Array(items) if items.first().is_some_and(Value::is_object) => {
                self.place_records(title, items, depth)
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.place_item(item)),
            Value::Object(members) => self.place_record(members, depth),
            _ => Ok(()),
        }
    }

    /// The section that rows go to. The first section is made before anything goes into it.
    fn last(&mut self) -> Result<&mut Section<'a>, String> {
        self.sections
            .last_mut()
            .ok_or_else(|| "a table has no section".to_owned())
    }

    /// An item of a list that does not begin with a dictionary.
    fn place_item(&mut self, item: &'a Value) -> Result<(), String> {
        let row = match item {
            Value::Array(inner) if inner.iter().all(python::is_scalar) => cells(inner),
            Value::Array(_) => return self.place(None, item, 0),
            // The reference walks over a dictionary as over a list here, and meets its keys.
            Value::Object(members) => members.keys().map(Cell::new).collect(),
            _ => cells([item]),
        };
        self.last()?.add_row(row)
    }

    fn place_record(
        &mut self,
        members: &'a Map<String, Value>,
        depth: usize,
    ) -> Result<(), String> {
        let mut members: Vec<_> = members.iter().collect();
        members.sort_unstable_by_key(|(key, _)| *key);
        let (scalars, nested): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(_, value)| python::is_scalar(value));
        let mut header: Vec<_> = scalars.iter().map(|(key, _)| Cell::new(*key)).collect();
        let mut row = cells(scalars.iter().map(|(_, value)| *value));
        let section = self.last()?;
        if row.len() == 1 {
            // A lone scalar stands beside its name rather than below it.
            header.append(&mut row);
            section.add_row(header)?;
        } else if !row.is_empty() {
            section.set_header(header)?;
            section.add_row(row)?;
        }
        nested
            .into_iter()
            .try_for_each(|(key, value)| self.place(Some(key), value, depth + 1))
    }

    /// A list of dictionaries. Once something is nested in any of them, each gets a section.
    fn place_records(
        &mut self,
        title: Option<&'a str>,
        items: &'a [Value],
        depth: usize,
    ) -> Result<(), String> {
        let keys = Keys::gather(items)?;
        self.last()?.set_header(keys.header())?;
        for (position, item) in items.iter().enumerate() {
            if position > 0 && keys.has_nested() {
                self.sections.push(Section::new(title, depth));
                self.last()?.set_header(keys.header())?;
            }
            let row = keys.row(item)?;
            self.last()?.add_row(row)?;
            for (key, value) in keys.nested_in(item) {
                self.place(Some(key), value, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn cells<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<Cell<'a>> {
    let texts = values.into_iter().map(python::text_of);
    texts.map(Cell::new).collect()
}

#[cfg(test)]
mod tests;
