//! Construction of `!!int` scalars.

use crate::python;
use crate::python::value::Value;
use crate::yaml::resolver::YamlVersion;

use super::scalar::{INDEX_ERROR, ScalarError};

/// Python neither reads nor prints longer decimal integers.
const MAX_DIGITS: usize = 4300;

/// The value of a text tagged `!!int`: Python's `int()` in the base that the prefix names.
pub(super) fn integer(text: &str, version: YamlVersion) -> Result<Value, ScalarError> {
    let text = text.replace('_', "");
    if text.is_empty() {
        return Err(ScalarError::python(INDEX_ERROR));
    }
    let is_1_1 = version == YamlVersion::V1_1;
    let body = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let prefixed = [("0b", 2), ("0x", 16), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, base)| Some((body.strip_prefix(prefix)?, base)));
    let (is_negative, number) = match prefixed {
        Some((digits, base)) => parse(digits, base)?,
        None if is_1_1 && body.is_empty() => return Err(ScalarError::python(INDEX_ERROR)),
        None if is_1_1 && body.starts_with('0') => parse(body, 8)?,
        None if is_1_1 && body.contains(':') => (false, sexagesimal(body)?),
        None => parse(body, 10)?,
    };
    let digits = number.to_decimal();
    if digits.len() > MAX_DIGITS {
        let message = format!("an integer has more than {MAX_DIGITS} digits");
        return Err(ScalarError::Yaml(message));
    }
    let sign = match text.starts_with('-') != is_negative && digits != "0" {
        true => "-",
        false => "",
    };
    Ok(Value::Integer(format!("{sign}{digits}")))
}

/// Sign and magnitude of Python's `int(text, base)`: white space around the number, a sign, the
/// prefix of the base and the digits of any script are allowed.
fn parse(text: &str, base: u32) -> Result<(bool, Natural), ScalarError> {
    let invalid = || {
        let shown = python::repr_str(text);
        ScalarError::Python(format!(
            "invalid literal for int() with base {base}: {shown}"
        ))
    };
    let trimmed = python::strip(text);
    let mut body = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let prefixes: &[&str] = match base {
        2 => &["0b", "0B"],
        8 => &["0o", "0O"],
        16 => &["0x", "0X"],
        _ => &[],
    };
    if let Some(rest) = prefixes.iter().find_map(|prefix| body.strip_prefix(prefix)) {
        body = rest;
    }
    let digit = |c| python::to_ascii_digit(c).unwrap_or(c).to_digit(base);
    if body.is_empty() || !body.chars().all(|c| digit(c).is_some()) {
        return Err(invalid());
    }
    let count = body.chars().count();
    if base == 10 && count > MAX_DIGITS {
        return Err(ScalarError::Python(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has \
             {count} digits; use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    let mut number = Natural::default();
    for digit in body.chars().filter_map(digit) {
        number.push(base, digit)?;
    }
    Ok((trimmed.starts_with('-'), number))
}

/// The base 60 number that YAML 1.1 writes `190:20:30`.
fn sexagesimal(text: &str) -> Result<Natural, ScalarError> {
    let mut number = Natural::default();
    for part in text.split(':') {
        let (is_negative, value) = parse(part, 10)?;
        if is_negative {
            return Err(ScalarError::Yaml(
                "a part of a base 60 number is negative".into(),
            ));
        }
        // Only the first part of a plain number may exceed 59, but a tagged one is not checked.
        number.push(60, 0)?;
        number.add(&value);
    }
    Ok(number)
}

/// A natural number of up to about [`MAX_DIGITS`] digits in base 10⁹, least significant limb first.
#[derive(Default)]
struct Natural(Vec<u32>);

impl Natural {
    const BASE: u64 = 1_000_000_000;

    /// Multiplies by `base` and adds `digit`.
    fn push(&mut self, base: u32, digit: u32) -> Result<(), ScalarError> {
        let mut carry = u64::from(digit);
        for limb in &mut self.0 {
            let sum = u64::from(*limb) * u64::from(base) + carry;
            *limb = (sum % Self::BASE) as u32;
            carry = sum / Self::BASE;
        }
        self.carry(carry);
        match self.0.len() > MAX_DIGITS / 9 + 1 {
            true => Err(ScalarError::Yaml(format!(
                "an integer has more than {MAX_DIGITS} digits"
            ))),
            false => Ok(()),
        }
    }

    fn add(&mut self, other: &Natural) {
        let mut carry = 0;
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (at, limb) in self.0.iter_mut().enumerate() {
            let sum = u64::from(*limb) + u64::from(other.0.get(at).copied().unwrap_or(0)) + carry;
            *limb = (sum % Self::BASE) as u32;
            carry = sum / Self::BASE;
        }
        self.carry(carry);
    }

    fn carry(&mut self, carry: u64) {
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn to_decimal(&self) -> String {
        let limbs = self.0.iter().rev();
        let text: String = limbs.map(|limb| format!("{limb:09}")).collect();
        match text.trim_start_matches('0') {
            "" => "0".to_string(),
            digits => digits.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, version: YamlVersion) -> String {
        match integer(text, version) {
            Ok(Value::Integer(digits)) => digits,
            Ok(other) => format!("{other:?}"),
            Err(ScalarError::Python(message) | ScalarError::Yaml(message)) => message,
        }
    }

    #[test]
    fn reads_integers_as_python_does() {
        let invalid = |base, text| format!("invalid literal for int() with base {base}: '{text}'");
        let table = [
            ("0", "0"),
            ("-00", "0"),
            ("+1_000", "1000"),
            ("017", "17"),
            ("0o17", "15"),
            ("-0xff", "-255"),
            ("0b_101", "5"),
            ("0xffffffffffffffffffff", "1208925819614629174706175"),
            ("--5", "5"),
            (" 12 ", "12"),
            ("\u{663}\u{660}", "30"),
            ("0x 0x1", "1"),
            ("_", "string index out of range"),
            ("0x", &invalid(16, "")),
            ("0b2", &invalid(2, "2")),
            (" 0x1", &invalid(10, " 0x1")),
            ("1:30", &invalid(10, "1:30")),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, YamlVersion::V1_2), expected, "{text:?}");
        }
        let table = [
            ("017", "15"),
            ("-1:30:00", "-5400"),
            ("08", &invalid(8, "08")),
            ("-", "string index out of range"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, YamlVersion::V1_1), expected, "{text:?}");
        }
    }

    #[test]
    fn limits_the_digits_of_integers() {
        assert_eq!(read(&"9".repeat(4300), YamlVersion::V1_2).len(), 4300);
        let decimal = read(&"9".repeat(4301), YamlVersion::V1_2);
        assert!(
            decimal.starts_with("Exceeds the limit (4300 digits)"),
            "{decimal}"
        );
        let hexadecimal = read(&format!("0x{}", "f".repeat(100_000)), YamlVersion::V1_2);
        assert_eq!(hexadecimal, "an integer has more than 4300 digits");
    }
}
