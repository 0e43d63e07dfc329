//! The functions of numbers: `abs`, `avg`, `ceil`, `floor` and `sum`.

use super::super::error::QueryError;
use super::super::interpreter::EvalResult;
use super::super::number::{Num, TooLarge};
use super::super::values::{Item, List};
use super::{mismatch, only_list};

pub(super) fn with_number<'a>(
    args: &[Item<'a>],
    calculate: impl Fn(Num) -> Result<Num, QueryError>,
) -> EvalResult<'a> {
    match args {
        [Item::Number(number)] => calculate(Num::read(number)).map(Item::number),
        _ => Err(mismatch()),
    }
}

pub(super) fn round(num: Num, round: fn(f64) -> f64) -> Result<Num, QueryError> {
    let is_nan = matches!(num, Num::Float(float) if float.is_nan());
    let kind = if is_nan { "NaN" } else { "infinity" };
    let message = format!("cannot convert float {kind} to integer");
    num.rounded(round).ok_or_else(|| QueryError::new(message))
}

fn overflow(_: TooLarge) -> QueryError {
    QueryError::new("int too large to convert to float")
}

pub(super) fn sum(list: &List) -> Result<Num, QueryError> {
    let mut total = Num::Small(0);
    for item in list.iter() {
        let Item::Number(number) = item else {
            return Err(mismatch());
        };
        total = total.add(&Num::read(&number)).map_err(overflow)?;
    }
    Ok(total)
}

pub(super) fn avg<'a>(args: &[Item<'a>]) -> EvalResult<'a> {
    let list = only_list(args)?;
    if list.len() == 0 {
        return Ok(Item::Null);
    }
    let total = sum(list)?.to_float().map_err(overflow)?;
    Ok(Item::number(Num::Float(total / list.len() as f64)))
}
