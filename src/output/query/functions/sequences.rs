//! The functions of strings and arrays that do not order them: `contains`, `ends_with`, `join`,
//! `length`, `map`, `reverse` and `starts_with`.

use super::super::error::QueryError;
use super::super::interpreter::{EvalResult, Interpreter};
use super::super::values::Item;
use super::{mismatch, only_list};
use crate::python::surrogates;

pub(super) fn with_texts<'a>(
    args: &[Item<'a>],
    test: impl Fn(&str, &str) -> bool,
) -> EvalResult<'a> {
    match args {
        [Item::Text(left), Item::Text(right)] => Ok(Item::Bool(test(left, right))),
        _ => Err(mismatch()),
    }
}

pub(super) fn contains<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    match args {
        [Item::List(list), wanted] => Ok(Item::Bool(
            list.iter().any(|item| item.python_equals(wanted)),
        )),
        [Item::Text(text), Item::Text(wanted)] => Ok(Item::Bool(text.contains(&**wanted))),
        [Item::Text(_), wanted] => Err(QueryError::new(format!(
            "'in <string>' requires string as left operand, not {}",
            wanted.python_type()
        ))),
        _ => Err(mismatch()),
    }
}

pub(super) fn join<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    let [Item::Text(separator), Item::List(list)] = args else {
        return Err(mismatch());
    };
    let mut joined = String::new();
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        let Item::Text(text) = item else {
            return Err(mismatch());
        };
        joined.push_str(&text);
    }
    Ok(Item::text(joined))
}

pub(super) fn length<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    Ok(Item::length(match args {
        [Item::Text(text)] => surrogates::code_points(text).count(),
        [Item::List(list)] => list.len(),
        [Item::Dict(dict)] => dict.len(),
        _ => return Err(mismatch()),
    }))
}

pub(super) fn reverse<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    match args {
        [Item::Text(text)] => {
            let mut codes: Vec<u32> = surrogates::code_points(text).collect();
            codes.reverse();
            Ok(Item::text(surrogates::of_code_points(codes)))
        }
        _ => Item::list(only_list(args)?.iter().rev().collect()),
    }
}

pub(super) fn map<'a>(interpreter: &Interpreter<'a>, args: &[Item<'a>]) -> EvalResult<'a> {
    let [Item::Expression(each), Item::List(list)] = args else {
        return Err(mismatch());
    };
    let results = list
        .iter()
        .map(|item| interpreter.visit_with_frames(5, **each, &item));
    Item::list(results.collect::<Result<_, _>>()?)
}
