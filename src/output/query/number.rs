//! Python's numbers: ints of any size and floats, with exact comparison between the two, `repr` and
//! the arithmetic of the functions.
//!
//! JSON cannot represent infinity and NaN: `python::float_to_number` defines the numbers that
//! represent them.

use crate::python;
use serde_json::Number;
use std::cmp::Ordering;

/// A parsed number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum QueryNumber {
    /// An int of at most 128 bits.
    Small(i128),
    /// Any other int, as decimal digits without leading zeros.
    Big(String),
    /// A Python float.
    Float(f64),
}

/// The error of an int too large for a float (Python's `OverflowError`).
#[derive(Debug, PartialEq)]
pub(super) struct IntTooLarge;

impl QueryNumber {
    /// Converts a JSON number: an int unless it has one of `.eE`.
    pub(super) fn from_json(number: &Number) -> QueryNumber {
        let text = number.as_str();
        match QueryNumber::from_int_text(text) {
            Some(int) => int,
            None => QueryNumber::Float(python::number_to_f64(number)),
        }
    }

    /// Parses `-?[0-9]+`; leading zeros are allowed.
    pub(super) fn from_int_text(text: &str) -> Option<QueryNumber> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(match text.parse() {
            Ok(small) => QueryNumber::Small(small),
            Err(_) => {
                let sign = if digits.len() == text.len() { "" } else { "-" };
                QueryNumber::Big(format!("{sign}{}", digits.trim_start_matches('0')))
            }
        })
    }

    /// Returns the JSON number with Python's `repr`, or `None` for NaN.
    pub(super) fn into_number(self) -> Option<Number> {
        match self {
            QueryNumber::Float(float) => python::float_to_number(float),
            QueryNumber::Small(int) => int.to_string().parse().ok(),
            QueryNumber::Big(text) => text.parse().ok(),
        }
    }

    /// `repr(self)`.
    pub(super) fn text(&self) -> String {
        match self {
            QueryNumber::Small(int) => int.to_string(),
            QueryNumber::Big(text) => text.clone(),
            QueryNumber::Float(float) => python::repr_float(*float),
        }
    }

    /// `float(self)`.
    pub(super) fn to_float(&self) -> Result<f64, IntTooLarge> {
        let text = match self {
            QueryNumber::Float(float) => return Ok(*float),
            QueryNumber::Small(int) => return Ok(*int as f64),
            QueryNumber::Big(text) => text,
        };
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(float),
            _ => Err(IntTooLarge),
        }
    }

    /// `self + other`.
    pub(super) fn add(&self, other: &QueryNumber) -> Result<QueryNumber, IntTooLarge> {
        if let (QueryNumber::Small(left), QueryNumber::Small(right)) = (self, other)
            && let Some(sum) = left.checked_add(*right)
        {
            return Ok(QueryNumber::Small(sum));
        }
        if matches!(self, QueryNumber::Float(_)) || matches!(other, QueryNumber::Float(_)) {
            return Ok(QueryNumber::Float(self.to_float()? + other.to_float()?));
        }
        let sum = add_decimals(&self.text(), &other.text());
        Ok(QueryNumber::from_int_text(&sum).unwrap_or(QueryNumber::Small(0)))
    }

    /// `abs(self)`.
    pub(super) fn abs(self) -> QueryNumber {
        match self {
            QueryNumber::Float(float) => QueryNumber::Float(float.abs()),
            QueryNumber::Big(text) => QueryNumber::Big(text.trim_start_matches('-').to_owned()),
            QueryNumber::Small(int) => match int.checked_abs() {
                Some(positive) => QueryNumber::Small(positive),
                None => QueryNumber::Big(int.unsigned_abs().to_string()),
            },
        }
    }

    /// Python's `math.ceil` and `math.floor`: applies `round` to a float and converts it to an int.
    /// Returns `None` for infinity and NaN.
    pub(super) fn rounded(self, round: fn(f64) -> f64) -> Option<QueryNumber> {
        match self {
            QueryNumber::Float(float) if float.is_finite() => int_from_float(round(float)),
            QueryNumber::Float(_) => None,
            int => Some(int),
        }
    }

    /// Compares exactly, also a float with an int beyond the precision of floats. Returns `None`
    /// for NaN.
    pub(super) fn compare(&self, other: &QueryNumber) -> Option<Ordering> {
        match (self, other) {
            (QueryNumber::Small(left), QueryNumber::Small(right)) => Some(left.cmp(right)),
            (QueryNumber::Float(left), QueryNumber::Float(right)) => left.partial_cmp(right),
            (int, QueryNumber::Float(float)) => compare_with_float(int, *float),
            (QueryNumber::Float(float), int) => {
                compare_with_float(int, *float).map(Ordering::reverse)
            }
            (left, right) => Some(compare_decimals(&left.text(), &right.text())),
        }
    }

    /// `int(text)`, or `float(text)` if that fails.
    pub(super) fn parse(text: &str) -> Option<QueryNumber> {
        match python::parse_int(text) {
            Some(digits) => QueryNumber::from_int_text(&digits),
            None => python::parse_float(text).map(QueryNumber::Float),
        }
    }
}

/// Returns the number as Python prints it: floats by `repr`, `-0` as `0`. A float beyond the range
/// of a double keeps its text, since JSON has no infinity.
pub(super) fn to_python_number(number: &Number) -> Number {
    match QueryNumber::from_json(number) {
        QueryNumber::Float(float) if float.is_finite() => QueryNumber::Float(float).into_number(),
        QueryNumber::Float(_) | QueryNumber::Big(_) => None,
        QueryNumber::Small(int) => (int == 0).then(|| Number::from(0)),
    }
    .unwrap_or_else(|| number.clone())
}

/// Converts a float without a fraction to an int.
fn int_from_float(float: f64) -> Option<QueryNumber> {
    // A precision of zero prints every digit of the double exactly.
    QueryNumber::from_int_text(&format!("{float:.0}"))
}

fn compare_with_float(int: &QueryNumber, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    let below = int_from_float(float.floor())?;
    let order = compare_decimals(&int.text(), &below.text());
    if order == Ordering::Equal && float.fract() != 0.0 {
        return Some(Ordering::Less);
    }
    Some(order)
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    }
}

fn compare_magnitudes(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Compares decimal texts without leading zeros.
fn compare_decimals(left: &str, right: &str) -> Ordering {
    match (split_sign(left), split_sign(right)) {
        ((false, left), (false, right)) => compare_magnitudes(left, right),
        ((true, left), (true, right)) => compare_magnitudes(right, left),
        ((true, _), (false, _)) => Ordering::Less,
        ((false, _), (true, _)) => Ordering::Greater,
    }
}

/// Adds decimal texts without leading zeros; the sum may have some.
fn add_decimals(left: &str, right: &str) -> String {
    let (left_negative, left) = split_sign(left);
    let (right_negative, right) = split_sign(right);
    let (large, small, negative) = if compare_magnitudes(left, right) == Ordering::Less {
        (right, left, right_negative)
    } else {
        (left, right, left_negative)
    };
    let digits = add_magnitudes(large, small, left_negative != right_negative);
    let sign = if negative { "-" } else { "" };
    format!("{sign}{digits}")
}

/// `large + small`, or `large - small`; `large` must not be the smaller one.
fn add_magnitudes(large: &str, small: &str, subtract: bool) -> String {
    let mut small = small.bytes().rev().map(|byte| i16::from(byte - b'0'));
    let mut carry = 0;
    let mut digits: Vec<u8> = Vec::with_capacity(large.len() + 1);
    let mut push = |digit: i16| digits.push(b'0' + u8::try_from(digit).unwrap_or(0));
    for byte in large.bytes().rev() {
        let other = small.next().unwrap_or(0);
        let sum = i16::from(byte - b'0') + carry + if subtract { -other } else { other };
        carry = sum.div_euclid(10);
        push(sum.rem_euclid(10));
    }
    push(carry);
    digits.iter().rev().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn num(text: &str) -> QueryNumber {
        QueryNumber::from_json(&text.parse().expect("a JSON number"))
    }

    #[test]
    fn rewrites_numbers_as_python() {
        for (text, canonical_text) in [
            ("-0", "0"),
            ("1e2", "100.0"),
            ("1.50", "1.5"),
            ("1e400", "1e+400"),
            (
                "123456789012345678901234567890123456789012",
                "123456789012345678901234567890123456789012",
            ),
        ] {
            let number: Number = text.parse().expect("a JSON number");
            assert_eq!(to_python_number(&number).as_str(), canonical_text);
        }
    }

    #[test]
    fn adds_exactly_beyond_128_bits() {
        let big = "9".repeat(50);
        for (left, right, sum) in [
            (big.as_str(), "1", format!("1{}", "0".repeat(50))),
            (&format!("-{big}"), &big, "0".to_owned()),
            (&big, "-1", format!("{}8", "9".repeat(49))),
            ("1", &format!("-{big}"), format!("-{}8", "9".repeat(49))),
            ("1", "2.5", "3.5".to_owned()),
        ] {
            assert_eq!(num(left).add(&num(right)).expect("no overflow").text(), sum);
        }
        assert_eq!(num(&"9".repeat(400)).add(&num("0.5")), Err(IntTooLarge));
    }

    #[test]
    fn compares_ints_and_floats_exactly() {
        for (left, order, right) in [
            ("9007199254740993", Ordering::Greater, "9007199254740992.0"),
            ("1", Ordering::Equal, "1.0"),
            ("-2", Ordering::Less, "-1.5"),
            ("-1", Ordering::Greater, "-1.5"),
            (
                "10000000000000000000000000000000000000000000",
                Ordering::Less,
                "1e300",
            ),
            (
                "-10000000000000000000000000000000000000000000",
                Ordering::Less,
                "-3",
            ),
            ("5", Ordering::Less, "1e999"),
        ] {
            assert_eq!(
                num(left).compare(&num(right)),
                Some(order),
                "{left} {right}"
            );
            assert_eq!(num(right).compare(&num(left)), Some(order.reverse()));
        }
    }

    #[test]
    fn parses_strings_as_python() {
        for (text, result) in [
            (" 12 ", Some("12")),
            ("+5", Some("5")),
            ("-0", Some("0")),
            ("007", Some("7")),
            ("1_000", Some("1000")),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.5", None),
            ("+-5", None),
            ("1e3", Some("1000.0")),
            (".5", Some("0.5")),
            ("5.", Some("5.0")),
            ("0x10", None),
            ("", None),
            ("-", None),
            ("\u{661}\u{662}", Some("12")),
            ("Infinity", Some("inf")),
            ("\u{1c}5", None),
        ] {
            assert_eq!(
                QueryNumber::parse(text).map(|num| num.text()).as_deref(),
                result,
                "{text:?}"
            );
        }
    }

    #[test]
    fn rounds_to_ints_and_abs_keeps_type() {
        assert_eq!(num("1.5").rounded(f64::ceil), Some(QueryNumber::Small(2)));
        assert_eq!(num("-0.5").rounded(f64::ceil), Some(QueryNumber::Small(0)));
        assert_eq!(
            num("1e23").rounded(f64::floor),
            Some(QueryNumber::Small(99999999999999991611392))
        );
        assert_eq!(num("1e999").rounded(f64::floor), None);
        assert_eq!(
            QueryNumber::Small(i128::MIN).abs().text(),
            "170141183460469231731687303715884105728"
        );
        assert_eq!(num("-0.0").abs().text(), "0.0");
    }
}
