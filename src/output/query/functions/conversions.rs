//! The functions of types: `not_null`, `to_array`, `to_number`, `to_string` and `type`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::number::Num;
use super::super::render;
use super::super::values::Item;
use super::mismatch;

pub(super) fn not_null<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    let found = args.iter().find(|item| !matches!(item, Item::Null));
    Ok(found.cloned().unwrap_or(Item::Null))
}

pub(super) fn to_array<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    match args {
        [list @ Item::List(_)] => Ok(list.clone()),
        _ => Item::list(args.to_vec()),
    }
}

pub(super) fn to_string<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    match args {
        [text @ Item::Text(_)] => Ok(text.clone()),
        [item] => Ok(Item::text(render::json_dumps(item))),
        _ => Err(mismatch()),
    }
}

pub(super) fn to_number<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    Ok(match args {
        [number @ Item::Number(_)] => number.clone(),
        [Item::Text(text)] => Num::parse_python(text).map_or(Item::Null, Item::number),
        [Item::Expression(_)] => {
            return Err(QueryError::new(
                "int() argument must be a string, a bytes-like object or a real number, \
                 not '_Expression'",
            ));
        }
        _ => Item::Null,
    })
}

pub(super) fn type_of<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    Ok(match args {
        // Python's function has no answer for these.
        [Item::Expression(_)] | [] => Item::Null,
        [item, ..] => Item::text(item.type_name()),
    })
}
