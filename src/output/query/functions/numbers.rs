//! The functions of numbers: `abs`, `avg`, `ceil`, `floor` and `sum`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::number::{IntTooLarge, QueryNumber};
use super::super::value::{List, QueryValue};
use super::{list_argument, unchecked_argument};

pub(super) fn apply_to_number<'a>(
    args: &[QueryValue<'a>],
    calculate: impl Fn(QueryNumber) -> Result<QueryNumber, QueryError>,
) -> EvalResult<'a> {
    match args {
        [QueryValue::Number(number)] => {
            calculate(QueryNumber::from_json(number)).map(QueryValue::number)
        }
        _ => Err(unchecked_argument()),
    }
}

pub(super) fn round(num: QueryNumber, round: fn(f64) -> f64) -> Result<QueryNumber, QueryError> {
    let is_nan = matches!(num, QueryNumber::Float(float) if float.is_nan());
    let kind = if is_nan { "NaN" } else { "infinity" };
    let message = format!("cannot convert float {kind} to integer");
    num.rounded(round).ok_or_else(|| QueryError::new(message))
}

fn overflow(_: IntTooLarge) -> QueryError {
    QueryError::new("int too large to convert to float")
}

pub(super) fn sum(list: &List) -> Result<QueryNumber, QueryError> {
    let mut total = QueryNumber::Small(0);
    for item in list.iter() {
        let QueryValue::Number(number) = item else {
            return Err(unchecked_argument());
        };
        total = total
            .add(&QueryNumber::from_json(&number))
            .map_err(overflow)?;
    }
    Ok(total)
}

pub(super) fn avg<'a>(args: &[QueryValue<'a>]) -> EvalResult<'a> {
    let list = list_argument(args)?;
    if list.len() == 0 {
        return Ok(QueryValue::Null);
    }
    let total = sum(list)?.to_float().map_err(overflow)?;
    Ok(QueryValue::number(QueryNumber::Float(
        total / list.len() as f64,
    )))
}
