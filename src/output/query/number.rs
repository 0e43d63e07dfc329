//! Numbers as Python has them: ints of any size next to doubles, with exact comparison between the
//! two, Python's text for a double and the arithmetic that the functions need.
//!
//! JSON has no text for an infinity or a not-a-number: `python::float_number` says which numbers
//! stand for them.

use crate::python;
use serde_json::Number;
use std::cmp::Ordering;

/// A parsed number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Num {
    /// A whole number within 128 bits.
    Small(i128),
    /// Any other whole number, as decimal text without leading zeros.
    Big(String),
    /// A Python float.
    Float(f64),
}

/// The error of an int too large for a float (Python's `OverflowError`).
#[derive(Debug, PartialEq)]
pub(super) struct TooLarge;

impl Num {
    /// Reads the text of a JSON number: a whole number if it has none of `.eE`.
    pub(super) fn read(number: &Number) -> Num {
        let text = number.as_str();
        match Num::from_int_text(text) {
            Some(int) => int,
            None => Num::Float(python::as_float(number)),
        }
    }

    /// Reads `-?[0-9]+`; leading zeros are allowed.
    pub(super) fn from_int_text(text: &str) -> Option<Num> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(match text.parse() {
            Ok(small) => Num::Small(small),
            Err(_) => {
                let sign = if digits.len() == text.len() { "" } else { "-" };
                Num::Big(format!("{sign}{}", digits.trim_start_matches('0')))
            }
        })
    }

    /// The JSON number with Python's text.
    pub(super) fn into_number(self) -> Option<Number> {
        match self {
            Num::Float(float) => python::float_number(float),
            Num::Small(int) => int.to_string().parse().ok(),
            Num::Big(text) => text.parse().ok(),
        }
    }

    /// What `repr()` shows.
    pub(super) fn text(&self) -> String {
        match self {
            Num::Small(int) => int.to_string(),
            Num::Big(text) => text.clone(),
            Num::Float(float) => python::float_text(*float),
        }
    }

    /// `float(self)`.
    pub(super) fn to_float(&self) -> Result<f64, TooLarge> {
        let text = match self {
            Num::Float(float) => return Ok(*float),
            Num::Small(int) => return Ok(*int as f64),
            Num::Big(text) => text,
        };
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(float),
            _ => Err(TooLarge),
        }
    }

    /// `self + other`.
    pub(super) fn add(&self, other: &Num) -> Result<Num, TooLarge> {
        if let (Num::Small(left), Num::Small(right)) = (self, other)
            && let Some(sum) = left.checked_add(*right)
        {
            return Ok(Num::Small(sum));
        }
        if matches!(self, Num::Float(_)) || matches!(other, Num::Float(_)) {
            return Ok(Num::Float(self.to_float()? + other.to_float()?));
        }
        let sum = add_decimals(&self.text(), &other.text());
        Ok(Num::from_int_text(&sum).unwrap_or(Num::Small(0)))
    }

    /// `abs(self)`.
    pub(super) fn abs(self) -> Num {
        match self {
            Num::Float(float) => Num::Float(float.abs()),
            Num::Big(text) => Num::Big(text.trim_start_matches('-').to_owned()),
            Num::Small(int) => match int.checked_abs() {
                Some(positive) => Num::Small(positive),
                None => Num::Big(int.unsigned_abs().to_string()),
            },
        }
    }

    /// Python's `math.ceil` and `math.floor`: applies `round` to a float and converts it to an int.
    /// Returns `None` for an infinity or a not-a-number.
    pub(super) fn rounded(self, round: fn(f64) -> f64) -> Option<Num> {
        match self {
            Num::Float(float) if float.is_finite() => whole(round(float)),
            Num::Float(_) => None,
            int => Some(int),
        }
    }

    /// Exact comparison, also between a float and an int that no float can hold. Only a
    /// not-a-number compares with nothing.
    pub(super) fn compare(&self, other: &Num) -> Option<Ordering> {
        match (self, other) {
            (Num::Small(left), Num::Small(right)) => Some(left.cmp(right)),
            (Num::Float(left), Num::Float(right)) => left.partial_cmp(right),
            (int, Num::Float(float)) => compare_with_float(int, *float),
            (Num::Float(float), int) => compare_with_float(int, *float).map(Ordering::reverse),
            (left, right) => Some(compare_decimals(&left.text(), &right.text())),
        }
    }

    /// `int(text)`, or `float(text)` if that fails.
    pub(super) fn parse_python(text: &str) -> Option<Num> {
        match python::integer(text) {
            Some(digits) => Num::from_int_text(&digits),
            None => python::float(text).map(Num::Float),
        }
    }
}

/// The number as Python prints it after reading it: floats by `repr`, `-0` as `0`. A float too
/// large for a double keeps its text, since JSON has no infinity.
pub(super) fn canonical(number: &Number) -> Number {
    match Num::read(number) {
        Num::Float(float) if float.is_finite() => Num::Float(float).into_number(),
        Num::Float(_) | Num::Big(_) => None,
        Num::Small(int) => (int == 0).then(|| Number::from(0)),
    }
    .unwrap_or_else(|| number.clone())
}

/// Converts a float without a fraction to an int.
fn whole(float: f64) -> Option<Num> {
    // A precision of zero prints every digit of the double exactly.
    Num::from_int_text(&format!("{float:.0}"))
}

fn compare_with_float(int: &Num, float: f64) -> Option<Ordering> {
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
    let below = whole(float.floor())?;
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
    let digits = combine(large, small, left_negative != right_negative);
    let sign = if negative { "-" } else { "" };
    format!("{sign}{digits}")
}

/// `large + small`, or `large - small`; `large` must not be the smaller one.
fn combine(large: &str, small: &str, subtract: bool) -> String {
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

    fn num(text: &str) -> Num {
        Num::read(&text.parse().expect("a JSON number"))
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
            assert_eq!(canonical(&number).as_str(), canonical_text);
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
        assert_eq!(num(&"9".repeat(400)).add(&num("0.5")), Err(TooLarge));
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
                Num::parse_python(text).map(|num| num.text()).as_deref(),
                result,
                "{text:?}"
            );
        }
    }

    #[test]
    fn rounds_to_ints_and_abs_keeps_type() {
        assert_eq!(num("1.5").rounded(f64::ceil), Some(Num::Small(2)));
        assert_eq!(num("-0.5").rounded(f64::ceil), Some(Num::Small(0)));
        assert_eq!(
            num("1e23").rounded(f64::floor),
            Some(Num::Small(99999999999999991611392))
        );
        assert_eq!(num("1e999").rounded(f64::floor), None);
        assert_eq!(
            Num::Small(i128::MIN).abs().text(),
            "170141183460469231731687303715884105728"
        );
        assert_eq!(num("-0.0").abs().text(), "0.0");
    }
}
