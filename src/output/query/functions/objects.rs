//! The functions of objects: `keys`, `merge` and `values`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::render;
use super::super::value::QueryValue;
use super::dict_argument;
use crate::python::surrogates;
use std::borrow::Cow;

pub(super) fn keys<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    QueryValue::list(
        dict_argument(args)?
            .entries()
            .map(|(key, _)| QueryValue::Text(key))
            .collect(),
    )
}

pub(super) fn values<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    QueryValue::list(
        dict_argument(args)?
            .entries()
            .map(|(_, item)| item)
            .collect(),
    )
}

type DictEntries<'a> = Vec<(Cow<'a, str>, QueryValue<'a>)>;

pub(super) fn merge<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let mut entries: DictEntries<'a> = Vec::new();
    for arg in args {
        update(&mut entries, arg)?;
    }
    QueryValue::dict(entries)
}

/// Python's `dict.update`, which takes a sequence of pairs as well as a dict. Only the first
/// argument of `merge` is sure to be an object.
fn update<'a>(entries: &mut DictEntries<'a>, arg: &QueryValue<'a>) -> Result<(), QueryError> {
    if let QueryValue::Dict(dict) = arg {
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

/// Returns the items of Python's iteration over a value, or `None` if it is not iterable.
fn iterated<'a>(item: &QueryValue<'a>) -> Option<Vec<QueryValue<'a>>> {
    match item {
        QueryValue::Text(text) => {
            let codes = surrogates::code_points(text);
            Some(
                codes
                    .map(|code| QueryValue::text(surrogates::from_code_points([code])))
                    .collect(),
            )
        }
        QueryValue::List(list) => Some(list.iter().collect()),
        QueryValue::Dict(dict) => Some(
            dict.entries()
                .map(|(key, _)| QueryValue::Text(key))
                .collect(),
        ),
        _ => None,
    }
}

/// Formats a key of a dict as Python's JSON encoder does.
fn json_key<'a>(key: &QueryValue<'a>) -> Result<Cow<'a, str>, QueryError> {
    match key {
        QueryValue::Text(text) => Ok(text.clone()),
        QueryValue::List(_) | QueryValue::Dict(_) => Err(QueryError::new(format!(
            "unhashable type: '{}'",
            key.python_type()
        ))),
        QueryValue::Expression(_) => Err(QueryError::new(
            "keys must be str, int, float, bool or None, not _Expression",
        )),
        _ => Ok(Cow::Owned(render::json_dumps(key))),
    }
}
