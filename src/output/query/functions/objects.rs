//! The functions of objects: `keys`, `merge` and `values`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::render;
use super::super::values::Item;
use super::only_dict;
use crate::python::surrogates;
use std::borrow::Cow;

pub(super) fn keys<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    Item::list(
        only_dict(args)?
            .entries()
            .map(|(key, _)| Item::Text(key))
            .collect(),
    )
}

pub(super) fn values<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    Item::list(only_dict(args)?.entries().map(|(_, item)| item).collect())
}

type Entries<'a> = Vec<(Cow<'a, str>, Item<'a>)>;

pub(super) fn merge<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    let mut entries: Entries<'a> = Vec::new();
    for arg in args {
        update(&mut entries, arg)?;
    }
    Item::dict(entries)
}

/// Python's `dict.update`, which takes a sequence of pairs as well as a dict. Only the first
/// argument of `merge` is sure to be an object.
fn update<'a>(entries: &mut Entries<'a>, arg: &Item<'a>) -> Result<(), QueryError> {
    if let Item::Dict(dict) = arg {
        entries.extend(dict.entries());
        return Ok(());
    }
    let Some(pairs) = iterated(arg) else {
        let kind = arg.python_type();
        return Err(QueryError::new(format!("'{kind}' object is not iterable")));
    };
    for (index, pair) in pairs.iter().enumerate() {
        let Some(pair) = iterated(pair) else {
            return Err(QueryError::new(format!(
                "cannot convert dictionary update sequence element #{index} to a sequence"
            )));
        };
        let [key, item] = pair.as_slice() else {
            let length = pair.len();
            return Err(QueryError::new(format!(
                "dictionary update sequence element #{index} has length {length}; 2 is required"
            )));
        };
        entries.push((json_key(key)?, item.clone()));
    }
    Ok(())
}

/// What Python's iteration over a value gives, if it can be iterated.
fn iterated<'a>(item: &Item<'a>) -> Option<Vec<Item<'a>>> {
    match item {
        Item::Text(text) => {
            let codes = surrogates::code_points(text);
            Some(
                codes
                    .map(|code| Item::text(surrogates::of_code_points([code])))
                    .collect(),
            )
        }
        Item::List(list) => Some(list.iter().collect()),
        Item::Dict(dict) => Some(dict.entries().map(|(key, _)| Item::Text(key)).collect()),
        _ => None,
    }
}

/// A key of a Python dict as its JSON encoder writes it.
fn json_key<'a>(key: &Item<'a>) -> Result<Cow<'a, str>, QueryError> {
    match key {
        Item::Text(text) => Ok(text.clone()),
        Item::List(_) | Item::Dict(_) => Err(QueryError::new(format!(
            "unhashable type: '{}'",
            key.python_type()
        ))),
        Item::Expression(_) => Err(QueryError::new(
            "keys must be str, int, float, bool or None, not _Expression",
        )),
        _ => Ok(Cow::Owned(render::json_dumps(key))),
    }
}
