//! Loads YAML as PyYAML's `safe_load_all` does: YAML 1.1, in which `yes` is a boolean, `010` is
//! eight and `2024-01-01` a date. `saphyr_parser` parses the syntax; plain scalars are resolved
//! here.
//!
//! Rejects what the corpora do not use: merge keys (`<<`), tags other than `!!str`, and `=`.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::python_value::PythonValue;

/// Loads the documents of a stream.
pub(crate) fn documents(text: &str) -> Result<Vec<PythonValue>, String> {
    let mut loader = Loader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
    };
    let mut documents = Vec::new();
    loop {
        match loader.next()? {
            Event::StreamEnd => return Ok(documents),
            Event::DocumentStart(_) => {
                let first = loader.next()?;
                documents.push(loader.node(first)?);
            }
            _ => {}
        }
    }
}

struct Loader<'a, I: saphyr_parser::Input> {
    parser: Parser<'a, I>,
    anchors: HashMap<usize, PythonValue>,
}

impl<'a, I: saphyr_parser::Input> Loader<'a, I> {
    fn next(&mut self) -> Result<Event<'a>, String> {
        match self.parser.next() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(Event::StreamEnd),
        }
    }

    fn node(&mut self, event: Event<'a>) -> Result<PythonValue, String> {
        let (anchor, node) = match event {
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                return node.ok_or_else(|| "an alias within its own anchor".to_owned());
            }
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, scalar(&text, style, tag.as_deref())?)
            }
            Event::SequenceStart(anchor, None) => (anchor, self.sequence()?),
            Event::MappingStart(anchor, None) => (anchor, self.mapping()?),
            other => return Err(format!("unexpected {other:?}")),
        };
        self.anchors.insert(anchor, node.clone());
        Ok(node)
    }

    fn sequence(&mut self) -> Result<PythonValue, String> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(PythonValue::Sequence(items)),
                event => items.push(self.node(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<PythonValue, String> {
        let mut members = Vec::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(PythonValue::Mapping(members)),
                event => self.node(event)?,
            };
            let event = self.next()?;
            let value = self.node(event)?;
            PythonValue::insert(&mut members, key, value);
        }
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<PythonValue, String> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            Ok(PythonValue::Text(text.to_owned()))
        }
        Some(tag) => Err(format!("the tag {tag} is not supported")),
        None if style != ScalarStyle::Plain => Ok(PythonValue::Text(text.to_owned())),
        None => plain(text),
    }
}

/// Resolves an untagged plain scalar by YAML 1.1.
fn plain(text: &str) -> Result<PythonValue, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(PythonValue::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(PythonValue::Bool(true));
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(PythonValue::Bool(false));
        }
        "<<" | "=" => return Err(format!("{text} is not supported")),
        _ => {}
    }
    let known = int(text)
        .or_else(|| float(text))
        .or_else(|| timestamp(text));
    Ok(known.unwrap_or_else(|| PythonValue::Text(text.to_owned())))
}

/// Splits off the sign: returns -1 or 1, and the rest.
fn signed(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn all(text: &str, accepted: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(accepted)
}

fn int(text: &str) -> Option<PythonValue> {
    let (sign, digits) = signed(text);
    let based = |digits: &str, base| {
        let digits = digits.replace('_', "");
        let value = i128::from_str_radix(&digits, base).ok()?;
        Some(PythonValue::int(&(sign * value).to_string()))
    };
    let digit = |base| move |c: char| c.is_digit(base) || c == '_';
    if let Some(binary) = digits.strip_prefix("0b") {
        return based(binary, 2).filter(|_| all(binary, digit(2)));
    }
    if let Some(hex) = digits.strip_prefix("0x") {
        return based(hex, 16).filter(|_| all(hex, digit(16)));
    }
    if digits == "0" {
        return Some(PythonValue::int("0"));
    }
    if let Some(octal) = digits.strip_prefix('0') {
        // "0_" is zero.
        return based(&format!("0{octal}"), 8).filter(|_| all(octal, digit(8)));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((first, rest)) = digits.split_once(':') {
        let first = Some(first).filter(|first| all(first, digit(10)))?;
        let value: i128 = first.replace('_', "").parse().ok()?;
        let value = rest.split(':').try_fold(value, |value, part| {
            Some(value * 60 + i128::from(parse_base_60_digit(part)?))
        })?;
        return Some(PythonValue::int(&(sign * value).to_string()));
    }
    let sign = if sign < 0 { "-" } else { "" };
    all(digits, digit(10)).then(|| PythonValue::int(&format!("{sign}{}", digits.replace('_', ""))))
}

/// Parses a digit of a base 60 number: 0 to 59 in one or two decimal digits.
fn parse_base_60_digit(text: &str) -> Option<u8> {
    let short = matches!(text.len(), 1 | 2) && all(text, |c| c.is_ascii_digit());
    text.parse().ok().filter(|value| short && *value < 60)
}

fn float(text: &str) -> Option<PythonValue> {
    let negative = text.starts_with('-');
    let rest = signed(text).1;
    let value = match rest {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" if rest == text => f64::NAN,
        _ => decimal_float(rest, rest == text)?,
    };
    Some(PythonValue::Float(if negative { -value } else { value }))
}

/// Parses `1_0.5e+3`, `.5` (only without a sign) and `1:30.5`. Unlike in JSON, the point and the
/// sign of the exponent are required.
fn decimal_float(text: &str, unsigned: bool) -> Option<f64> {
    let (whole, rest) = text.split_once('.')?;
    let digit = |c: char| c.is_ascii_digit() || c == '_';
    if let Some((first, parts)) = whole.split_once(':') {
        let starts = first.starts_with(|c: char| c.is_ascii_digit());
        let first = Some(first).filter(|first| starts && all(first, digit))?;
        let value: f64 = first.replace('_', "").parse().ok()?;
        let value = parts.split(':').try_fold(value, |value, part| {
            Some(value * 60.0 + f64::from(parse_base_60_digit(part)?))
        })?;
        let fraction = Some(rest).filter(|rest| rest.chars().all(digit))?;
        let fraction: f64 = format!("0.{}", fraction.replace('_', "")).parse().ok()?;
        return Some(value + fraction);
    }
    let (fraction, exponent) = match rest.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, Some(exponent)),
        None => (rest, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or_default();
        all(digits, |c| c.is_ascii_digit())
    });
    let starts = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let whole_fits = if whole.is_empty() {
        unsigned && starts(fraction)
    } else {
        starts(whole) && whole.chars().all(digit)
    };
    if !(exponent_fits && whole_fits && fraction.chars().all(digit)) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// Parses `2024-01-02`, or with a time `2024-1-2T3:04:05.6 +01:00`.
fn timestamp(text: &str) -> Option<PythonValue> {
    let date_ends = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, time) = text.split_at(date_ends);
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && all(text, |c| c.is_ascii_digit())
    };
    let short = month.len() == 2 && day.len() == 2;
    let is_date = year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2);
    let fits = is_date
        && if time.is_empty() {
            short
        } else {
            is_time(time)
        };
    fits.then(|| PythonValue::Timestamp(text.to_owned()))
}

/// Whether the text after the date is `T` or blanks, then hours, minutes, seconds and an offset.
fn is_time(text: &str) -> bool {
    let text = match text.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => text.trim_start_matches(' '),
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (clock, zone) = text.split_at(end.unwrap_or(text.len()));
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let parts: Vec<usize> = clock.split(':').map(str::len).collect();
    let zone = zone.trim_start_matches(' ');
    let zone_fits = zone.is_empty() || zone == "Z" || is_offset(zone);
    matches!(parts[..], [1 | 2, 2, 2]) && !fraction.contains([':', '.']) && zone_fits
}

/// Whether the text is an offset such as `+1`, `-08` or `+05:30`.
fn is_offset(zone: &str) -> bool {
    let Some(digits) = zone.strip_prefix(['+', '-']) else {
        return false;
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let number = |text: &str| all(text, |c| c.is_ascii_digit());
    matches!(hours.len(), 1 | 2) && minutes.len() == 2 && number(hours) && number(minutes)
}

#[test]
fn resolves_plain_scalars_by_yaml_1_1() {
    let text = "- [~, yes, OFF, y, 010, 0o10, 0x1F, 0b11, 1_000, 1:30, 08, -5, +5]\n\
                - [1.5, 1e3, 1.0e+3, 1.5e3, .5, -.5, .inf, 1:30.5, 1., .]\n\
                - [2024-01-02, 2024-1-2, '2024-01-02', 2024-1-2 3:04:05.6 +1, 2024-01-02T03:04]\n\
                - {a: &x [1], b: *x, a: !!str 2, '~': \"no\"}\n";
    let int = |digits: &str| PythonValue::Int(digits.to_owned());
    let text_of = |text: &str| PythonValue::Text(text.to_owned());
    let ints = ["8", "31", "3", "1000", "90", "-5", "5"].map(int);
    let [octal, hex, binary, thousand, ninety, minus, plus] = ints;
    let time = |text: &str| PythonValue::Timestamp(text.to_owned());
    let float = PythonValue::Float;
    let row = PythonValue::Sequence;
    let expected = row(vec![
        row(vec![
            PythonValue::Null,
            PythonValue::Bool(true),
            PythonValue::Bool(false),
            text_of("y"),
            octal,
            text_of("0o10"),
            hex,
            binary,
            thousand,
            ninety,
            text_of("08"),
            minus,
            plus,
        ]),
        row(vec![
            float(1.5),
            text_of("1e3"),
            float(1000.0),
            text_of("1.5e3"),
            float(0.5),
            text_of("-.5"),
            float(f64::INFINITY),
            float(90.5),
            float(1.0),
            text_of("."),
        ]),
        row(vec![
            time("2024-01-02"),
            text_of("2024-1-2"),
            text_of("2024-01-02"),
            time("2024-1-2 3:04:05.6 +1"),
            text_of("2024-01-02T03:04"),
        ]),
        PythonValue::Mapping(vec![
            (text_of("b"), row(vec![int("1")])),
            (text_of("a"), text_of("2")),
            (text_of("~"), text_of("no")),
        ]),
    ]);
    assert_eq!(documents(text), Ok(vec![expected]));
    assert_eq!(documents("--- 1\n--- 2\n"), Ok(vec![int("1"), int("2")]));
    assert_eq!(documents(""), Ok(vec![]));
    for bad in ["<<: {a: 1}", "a: =", "!!set {a}", "[", "a: *b"] {
        assert!(documents(bad).is_err(), "{bad}");
    }
}
