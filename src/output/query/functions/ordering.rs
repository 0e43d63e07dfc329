//! The functions that compare values: `max`, `max_by`, `min`, `min_by`, `sort` and `sort_by`.

use super::super::ast::{AstNodeId, Comparator};
use super::super::error::QueryError;
use super::super::interpreter::{EvalResult, Interpreter};
use super::super::sort_key::SortKey;
use super::super::value::QueryValue;
use super::{list_argument, type_error, unchecked_argument};
use std::cmp::Ordering;

/// Keeps the first greatest or least item, as Python's `max` and `min` do.
#[derive(Default)]
struct Extremum<'a>(Option<(SortKey<'a>, QueryValue<'a>)>);

impl<'a> Extremum<'a> {
    fn offer(
        &mut self,
        key: SortKey<'a>,
        item: QueryValue<'a>,
        wins: Comparator,
    ) -> Result<(), QueryError> {
        let better = match &self.0 {
            Some((best, _)) => key.satisfies(wins, best)?,
            None => true,
        };
        if better {
            self.0 = Some((key, item));
        }
        Ok(())
    }

    fn item(self) -> QueryValue<'a> {
        self.0.map_or(QueryValue::Null, |(_, item)| item)
    }
}

pub(super) fn find_extremum<'a>(args: &[QueryValue<'a>], wins: Comparator) -> EvalResult<'a> {
    let mut best = Extremum::default();
    for item in list_argument(args)?.iter() {
        best.offer(
            SortKey::from_item(&item).ok_or_else(unchecked_argument)?,
            item,
            wins,
        )?;
    }
    Ok(best.item())
}

pub(super) fn find_extremum_by<'a>(
    interpreter: &Interpreter<'a>,
    args: &[QueryValue<'a>],
    name: &str,
    wins: Comparator,
) -> EvalResult<'a> {
    let [QueryValue::List(list), QueryValue::Expression(by)] = args else {
        return Err(unchecked_argument());
    };
    let mut best = Extremum::default();
    for item in list.iter() {
        let key = key_by(interpreter, **by, &item, &["number", "string"], name)?;
        best.offer(key, item, wins)?;
    }
    Ok(best.item())
}

/// Applies an expression to an item. Returns an error if the type of the result is not allowed.
fn key_by<'a>(
    interpreter: &Interpreter<'a>,
    by: AstNodeId,
    item: &QueryValue<'a>,
    types: &[&str],
    name: &str,
) -> Result<SortKey<'a>, QueryError> {
    let found = interpreter.visit_with_frames(6, by, item)?;
    match SortKey::from_item(&found) {
        Some(key) if types.contains(&found.type_name()) => Ok(key),
        _ => Err(type_error(name, &found, types, found.type_name())),
    }
}

pub(super) fn sort<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let keyed = list_argument(args)?
        .iter()
        .map(|item| Some((SortKey::from_item(&item)?, item)));
    sorted(
        keyed
            .collect::<Option<_>>()
            .ok_or_else(unchecked_argument)?,
    )
}

pub(super) fn sort_by<'a>(
    interpreter: &Interpreter<'a>,
    args: &[QueryValue<'a>],
) -> EvalResult<'a> {
    let [array @ QueryValue::List(list), QueryValue::Expression(by)] = args else {
        return Err(unchecked_argument());
    };
    let Some(first) = list.get(0) else {
        return Ok(array.clone());
    };
    let required = interpreter.visit_with_frames(5, **by, &first)?.type_name();
    if !["number", "string"].contains(&required) {
        return Err(type_error(
            "sort_by",
            &first,
            &["string", "number"],
            required,
        ));
    }
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.iter() {
        keyed.push((
            key_by(interpreter, **by, &item, &[required], "sort_by")?,
            item,
        ));
    }
    sorted(keyed)
}

fn sorted<'a>(mut keyed: Vec<(SortKey<'a>, QueryValue<'a>)>) -> EvalResult<'a> {
    keyed.sort_by(|(left, _), (right, _)| left.compare(right).unwrap_or(Ordering::Equal));
    QueryValue::list(keyed.into_iter().map(|(_, item)| item).collect())
}
