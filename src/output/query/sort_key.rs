//! The order of values: what `<`, `max` and `sort` compare.

use super::ast::Comparator;
use super::error::QueryError;
use super::number::QueryNumber;
use super::value::QueryValue;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A number or a string.
#[derive(Debug)]
pub(super) enum SortKey<'a> {
    Number(QueryNumber),
    Text(Cow<'a, str>),
}

impl<'a> SortKey<'a> {
    /// The key of a value, if the value can be ordered.
    pub(super) fn from_item(item: &QueryValue<'a>) -> Option<SortKey<'a>> {
        match item {
            QueryValue::Number(number) => Some(SortKey::Number(QueryNumber::from_json(number))),
            QueryValue::Text(text) => Some(SortKey::Text(text.clone())),
            _ => None,
        }
    }

    /// The order of two keys; a number and a string have none.
    pub(super) fn compare(&self, other: &SortKey) -> Option<Ordering> {
        match (self, other) {
            (SortKey::Number(left), SortKey::Number(right)) => left.compare(right),
            (SortKey::Text(left), SortKey::Text(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }

    /// Whether `self comparator other` is true. Comparing a string with a number is Python's
    /// `TypeError`.
    pub(super) fn satisfies(
        &self,
        comparator: Comparator,
        other: &SortKey,
    ) -> Result<bool, QueryError> {
        let order = self.compare(other);
        let (symbol, ranks) = match comparator {
            Comparator::Eq => ("==", order == Some(Ordering::Equal)),
            Comparator::Ne => ("!=", order != Some(Ordering::Equal)),
            Comparator::Lt => ("<", order.is_some_and(Ordering::is_lt)),
            Comparator::Lte => ("<=", order.is_some_and(Ordering::is_le)),
            Comparator::Gt => (">", order.is_some_and(Ordering::is_gt)),
            Comparator::Gte => (">=", order.is_some_and(Ordering::is_ge)),
        };
        if matches!(self, SortKey::Text(_)) != matches!(other, SortKey::Text(_)) {
            return Err(QueryError::new(format!(
                "'{symbol}' not supported between instances of '{}' and '{}'",
                self.python_type(),
                other.python_type(),
            )));
        }
        Ok(ranks)
    }

    fn python_type(&self) -> &'static str {
        match self {
            SortKey::Number(QueryNumber::Float(_)) => "float",
            SortKey::Number(_) => "int",
            SortKey::Text(_) => "str",
        }
    }
}
