//! The functions of types: `not_null`, `to_array`, `to_number`, `to_string` and `type`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::number::QueryNumber;
use super::super::render;
use super::super::value::QueryValue;
use super::unchecked_argument;

pub(super) fn not_null<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let found = args.iter().find(|item| !matches!(item, QueryValue::Null));
    Ok(found.cloned().unwrap_or(QueryValue::Null))
}

pub(super) fn to_array<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    match args {
        [list @ QueryValue::List(_)] => Ok(list.clone()),
        _ => QueryValue::list(args.to_vec()),
    }
}

pub(super) fn to_string<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    match args {
        [text @ QueryValue::Text(_)] => Ok(text.clone()),
        [item] => Ok(QueryValue::text(render::json_dumps(item))),
        _ => Err(unchecked_argument()),
    }
}

pub(super) fn to_number<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    Ok(match args {
        [number @ QueryValue::Number(_)] => number.clone(),
        [QueryValue::Text(text)] => {
            QueryNumber::parse(text).map_or(QueryValue::Null, QueryValue::number)
        }
        [QueryValue::Expression(_)] => {
            return Err(QueryError::new(
                "int() argument must be a string, a bytes-like object or a real number, \
                 not '_Expression'",
            ));
        }
        _ => QueryValue::Null,
    })
}

pub(super) fn type_of<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    Ok(match args {
        // Python's function returns `None` for these.
        [QueryValue::Expression(_)] | [] => QueryValue::Null,
        [item, ..] => QueryValue::text(item.type_name()),
    })
}
