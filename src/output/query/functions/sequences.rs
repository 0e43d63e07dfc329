//! The functions of strings and arrays that do not order them: `contains`, `ends_with`, `join`,
//! `length`, `map`, `reverse` and `starts_with`.

use super::super::error::QueryError;
use super::super::interpreter::{EvalResult, Interpreter};
use super::super::value::QueryValue;
use super::{list_argument, unchecked_argument};
use crate::python::surrogates;

pub(super) fn test_texts<'a>(
    args: &[QueryValue<'a>],
    test: impl Fn(&str, &str) -> bool,
) -> EvalResult<'a> {
    match args {
        [QueryValue::Text(left), QueryValue::Text(right)] => {
            Ok(QueryValue::Bool(test(left, right)))
        }
        _ => Err(unchecked_argument()),
    }
}

pub(super) fn contains<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    match args {
        [QueryValue::List(list), wanted] => Ok(QueryValue::Bool(
            list.iter().any(|item| item.python_equals(wanted)),
        )),
        [QueryValue::Text(text), QueryValue::Text(wanted)] => {
            Ok(QueryValue::Bool(text.contains(&**wanted)))
        }
        [QueryValue::Text(_), wanted] => Err(QueryError::new(format!(
            "'in <string>' requires string as left operand, not {}",
            wanted.python_type()
        ))),
        _ => Err(unchecked_argument()),
    }
}

pub(super) fn join<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let [QueryValue::Text(separator), QueryValue::List(list)] = args else {
        return Err(unchecked_argument());
    };
    let mut joined = String::new();
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        let QueryValue::Text(text) = item else {
            return Err(unchecked_argument());
        };
        joined.push_str(&text);
    }
    Ok(QueryValue::text(joined))
}

pub(super) fn length<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    Ok(QueryValue::length(match args {
        [QueryValue::Text(text)] => surrogates::code_points(text).count(),
        [QueryValue::List(list)] => list.len(),
        [QueryValue::Dict(dict)] => dict.len(),
        _ => return Err(unchecked_argument()),
    }))
}

pub(super) fn reverse<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    match args {
        [QueryValue::Text(text)] => {
            let mut codes: Vec<u32> = surrogates::code_points(text).collect();
            codes.reverse();
            Ok(QueryValue::text(surrogates::from_code_points(codes)))
        }
        _ => QueryValue::list(list_argument(args)?.iter().rev().collect()),
    }
}

pub(super) fn map<'a>(interpreter: &Interpreter<'a>, args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let [QueryValue::Expression(each), QueryValue::List(list)] = args else {
        return Err(unchecked_argument());
    };
    let results = list
        .iter()
        .map(|item| interpreter.visit_with_frames(5, **each, &item));
    QueryValue::list(results.collect::<Result<_, _>>()?)
}
