//! Python's floats: `float()` of a text, `repr()`, and conversion from and to JSON numbers.

use serde_json::Number;

use super::integer::{to_ascii_digit, trim_numeral};

/// `float(text)`. Allows white space around the number and single underscores between digits;
/// parses `inf`, `infinity` and `nan`.
pub fn parse_float(text: &str) -> Option<f64> {
    let ascii = |c: char| to_ascii_digit(c).unwrap_or(c);
    let text: String = trim_numeral(text).chars().map(ascii).collect();
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut underscores = text.match_indices('_');
    if !underscores.all(|(at, _)| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) {
        return None;
    }
    // Rust parses the remaining text as Python does.
    text.replace('_', "").parse().ok()
}

/// `repr()` of a float: the shortest digits that parse to the same number, without an exponent from
/// 0.0001 to below 1e16, otherwise with an exponent of at least two digits.
pub fn repr_float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let (digits, power) = shortest_digits(number.abs());
    let (first, rest) = digits.split_at(1);
    match power {
        -4..0 => {
            let zeros = "0".repeat(power.unsigned_abs() as usize - 1);
            format!("{sign}0.{zeros}{digits}")
        }
        0..16 => {
            // The whole part may have trailing zeros that are not among the shortest digits.
            let whole = power as usize + 1;
            let padded = format!("{digits:0<width$}", width = whole + 1);
            let (whole, fraction) = padded.split_at(whole);
            format!("{sign}{whole}.{fraction}")
        }
        _ => {
            let point = if rest.is_empty() { "" } else { "." };
            let direction = if power < 0 { '-' } else { '+' };
            format!("{sign}{first}{point}{rest}e{direction}{:02}", power.abs())
        }
    }
}

/// The fewest digits that parse to the same number, and the power of ten of the first digit.
///
/// If two such texts are equally close, Python takes the even one and Rust's `{:e}` the greater
/// one; Rust's rounding to a number of digits is half to even, too.
fn shortest_digits(magnitude: f64) -> (String, i32) {
    let shortest = format!("{magnitude:e}");
    let places = shortest
        .split('e')
        .next()
        .map_or(0, |m| m.len().saturating_sub(2));
    let rounded = format!("{magnitude:.places$e}");
    // Next to a power of two, the closest text of that length may parse to another number.
    let chosen = if rounded.parse() == Ok(magnitude) {
        rounded
    } else {
        shortest
    };
    let (mantissa, power) = chosen.split_once('e').unwrap_or((&chosen, "0"));
    (mantissa.replace('.', ""), power.parse().unwrap_or(0))
}

/// Converts a number to a float; a number beyond the range of floats becomes infinite, as in
/// Python.
pub fn number_to_f64(number: &Number) -> f64 {
    match number.as_str() {
        NOT_A_NUMBER => f64::NAN,
        // The text of a `Number` is a JSON number, which Rust parses.
        text => text.parse().unwrap_or(f64::NAN),
    }
}

/// The JSON number that represents `NaN`, which JSON cannot express: an otherwise unused form of
/// zero. A number beyond the range of floats likewise represents infinity.
pub(super) const NOT_A_NUMBER: &str = "0e+999";

/// Converts a float to a JSON number.
pub fn float_to_number(float: f64) -> Option<Number> {
    let text = match float {
        f64::INFINITY => "1e+999",
        f64::NEG_INFINITY => "-1e+999",
        _ if float.is_nan() => NOT_A_NUMBER,
        _ => return repr_float(float).parse().ok(),
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_text_as_float() {
        let table = [
            ("1", Some(1.0)),
            (" -1.5e3\n", Some(-1500.0)),
            ("+.5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1_000.0_1", Some(1000.01)),
            ("\u{663}\u{966}", Some(30.0)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            ("\x1c1", None),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.5", None),
            ("0x10", None),
            (".", None),
            ("", None),
            ("1 2", None),
            ("\u{b2}", None),
            ("infinit", None),
        ];
        for (text, want) in table {
            assert_eq!(parse_float(text), want, "{text}");
        }
        assert!(parse_float("nAn").is_some_and(f64::is_nan));
    }

    #[test]
    fn writes_floats_as_repr() {
        for (number, want) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1407456000.123, "1407456000.123"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e16, "1e+16"),
            (-1.25e17, "-1.25e+17"),
            (1e22, "1e+22"),
            (5e-324, "5e-324"),
            (17113106775109266_u64 as f64 / 8.0, "2139138346888658.2"),
            (17113106775109270_u64 as f64 / 8.0, "2139138346888658.8"),
            (-0.00012345, "-0.00012345"),
            (120.0, "120.0"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(repr_float(number), want);
        }
    }
}
