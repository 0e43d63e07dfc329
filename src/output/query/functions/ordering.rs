//! The functions that compare values: `max`, `max_by`, `min`, `min_by`, `sort` and `sort_by`.

use super::super::ast::{Comparator, NodeId};
use super::super::error::QueryError;
use super::super::interpreter::{EvalResult, Interpreter};
use super::super::sort_key::SortKey;
use super::super::values::Item;
use super::{mismatch, only_list, type_error};
use std::cmp::Ordering;

/// Keeps the first of the greatest or least, as Python's `max` and `min` do.
#[derive(Default)]
struct Best<'a>(Option<(SortKey<'a>, Item<'a>)>);

impl<'a> Best<'a> {
    fn offer(
        &mut self,
        key: SortKey<'a>,
        item: Item<'a>,
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

    fn item(self) -> Item<'a> {
        self.0.map_or(Item::Null, |(_, item)| item)
    }
}

pub(super) fn extreme<'a>(args: &[Item<'a>], wins: Comparator) -> EvalResult<'a> {
    let mut best = Best::default();
    for item in only_list(args)?.iter() {
        best.offer(SortKey::from_item(&item).ok_or_else(mismatch)?, item, wins)?;
    }
    Ok(best.item())
}

pub(super) fn extreme_by<'a>(
    interpreter: &Interpreter<'a>,
    args: &[Item<'a>],
    name: &str,
    wins: Comparator,
) -> EvalResult<'a> {
    let [Item::List(list), Item::Expression(by)] = args else {
        return Err(mismatch());
    };
    let mut best = Best::default();
    for item in list.iter() {
        let key = key_by(interpreter, **by, &item, &["number", "string"], name)?;
        best.offer(key, item, wins)?;
    }
    Ok(best.item())
}

/// What an expression makes of an item, if its type is among those allowed.
fn key_by<'a>(
    interpreter: &Interpreter<'a>,
    by: NodeId,
    item: &Item<'a>,
    types: &[&str],
    name: &str,
) -> Result<SortKey<'a>, QueryError> {
    let found = interpreter.visit_with_frames(6, by, item)?;
    match SortKey::from_item(&found) {
        Some(key) if types.contains(&found.type_name()) => Ok(key),
        _ => Err(type_error(name, &found, types, found.type_name())),
    }
}

pub(super) fn sort<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    let keyed = only_list(args)?
        .iter()
        .map(|item| Some((SortKey::from_item(&item)?, item)));
    sorted(keyed.collect::<Option<_>>().ok_or_else(mismatch)?)
}

pub(super) fn sort_by<'a>(interpreter: &Interpreter<'a>, args: &[Item<'a>]) -> EvalResult<'a> {
    let [array @ Item::List(list), Item::Expression(by)] = args else {
        return Err(mismatch());
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

fn sorted<'a>(mut keyed: Vec<(SortKey<'a>, Item<'a>)>) -> EvalResult<'a> {
    keyed.sort_by(|(left, _), (right, _)| left.compare(right).unwrap_or(Ordering::Equal));
    Item::list(keyed.into_iter().map(|(_, item)| item).collect())
}
