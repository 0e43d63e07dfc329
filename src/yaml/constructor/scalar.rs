//! What a YAML scalar means: the tag a plain scalar resolves to, and the value its text has under
//! a tag. Mirrors `ruamel.yaml`'s resolver and safe constructor (YAML 1.2 by default, 1.1 where
//! the document says so), down to its looser forms: `0o17` and `017` are integers, the second a
//! decimal one.
//!
//! It does not read documents (see the module above), and it takes ASCII digits only in text
//! explicitly tagged `!!int` or `!!float`, where Python would take any script's.

use crate::python::value::Value;

/// The rules a document is resolved by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1_1,
    V1_2,
}

/// A node's tag, as far as it decides how the node is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Binary,
    Timestamp,
    Str,
    Seq,
    Map,
    Set,
    Omap,
    Pairs,
    /// `<<`: only a mapping's key may be one.
    Merge,
    /// `=`: only a mapping's key may be one.
    Value,
    /// Nothing can be built of it; the name is for the error.
    Unknown(String),
}

/// Python refuses to read or print longer decimal integers.
const MAX_DIGITS: usize = 4300;

impl Tag {
    /// The tag a full name (handle resolved) stands for.
    pub(crate) fn named(name: &str) -> Tag {
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Tag::Null,
            Some("bool") => Tag::Bool,
            Some("int") => Tag::Int,
            Some("float") => Tag::Float,
            Some("binary") => Tag::Binary,
            Some("timestamp") => Tag::Timestamp,
            Some("str") => Tag::Str,
            Some("seq") => Tag::Seq,
            Some("map") => Tag::Map,
            Some("set") => Tag::Set,
            Some("omap") => Tag::Omap,
            Some("pairs") => Tag::Pairs,
            Some("merge") => Tag::Merge,
            Some("value") => Tag::Value,
            _ => Tag::Unknown(name.to_string()),
        }
    }
}

/// The tag of a scalar that has none: what its text looks like, else a string.
pub(crate) fn resolve(text: &str, version: Version) -> Tag {
    // The patterns end in `$`, which lets one line break follow; only a block scalar tagged `!`
    // can end in one.
    let text = match text.strip_suffix('\n') {
        Some("") | None => text,
        Some(body) => body,
    };
    let bytes = text.as_bytes();
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Tag::Null,
        "<<" => Tag::Merge,
        "=" => Tag::Value,
        "!" | "&" | "*" => Tag::Unknown("tag:yaml.org,2002:yaml".to_string()),
        _ if is_bool(text, version) => Tag::Bool,
        _ if !matches!(bytes[0], b'-' | b'+' | b'.' | b'0'..=b'9') => Tag::Str,
        _ if is_float(text, version) => Tag::Float,
        // Integers have no leading dot in either version.
        _ if is_int(text, version) => Tag::Int,
        _ if is_timestamp(text) => Tag::Timestamp,
        _ => Tag::Str,
    }
}

fn is_bool(text: &str, version: Version) -> bool {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => true,
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON"
        | "off" | "Off" | "OFF" => version == Version::V1_1,
        _ => false,
    }
}

/// The text without its sign.
fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Whether there is text, all of it made of `allowed` characters or underscores.
fn all(text: &str, allowed: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b'_' || allowed(b))
}

/// Whether there is text, all of it digits without underscores.
fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn octal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'7')
}

fn decimal(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn is_int(text: &str, version: Version) -> bool {
    let body = unsigned(text);
    let prefixed = |prefix: &str, allowed| {
        body.strip_prefix(prefix)
            .is_some_and(|rest| all(rest, allowed))
    };
    if prefixed("0b", |b| matches!(b, b'0' | b'1'))
        || prefixed("0x", |b| b.is_ascii_hexdigit())
        || all(body, octal)
    {
        return true;
    }
    match version {
        Version::V1_2 => prefixed("0o", octal) || all(body, decimal),
        Version::V1_1 => {
            let mut parts = body.split(':');
            let first = parts.next().unwrap_or_default();
            first.starts_with(|c: char| matches!(c, '1'..='9'))
                && all(first, decimal)
                && parts.all(is_sixtieth)
        }
    }
}

/// Whether the text is a part of a base 60 number after its first: `0` to `59`.
fn is_sixtieth(part: &str) -> bool {
    match part.as_bytes() {
        [unit] => unit.is_ascii_digit(),
        [ten, unit] => matches!(ten, b'0'..=b'5') && unit.is_ascii_digit(),
        _ => false,
    }
}

fn is_float(text: &str, version: Version) -> bool {
    let body = unsigned(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let Some(dot) = mantissa.find('.') else {
        return leads_with_digit(mantissa) && exponent.is_some_and(|e| digits(unsigned(e)));
    };
    let (whole, fraction) = (&mantissa[..dot], &mantissa[dot + 1..]);
    if whole.is_empty() {
        // Here the exponent must have a sign; and in 1.1 the number must not.
        return all(fraction, decimal)
            && exponent.is_none_or(|e| e.starts_with(['-', '+']) && digits(&e[1..]))
            && (version == Version::V1_2 || body.len() == text.len());
    }
    let tail = fraction.is_empty() || all(fraction, decimal);
    if version == Version::V1_1 && exponent.is_none() && tail {
        let mut parts = whole.split(':');
        let first = parts.next().unwrap_or_default();
        if leads_with_digit(first) && parts.all(is_sixtieth) {
            return true;
        }
    }
    leads_with_digit(whole) && tail && exponent.is_none_or(|e| digits(unsigned(e)))
}

fn leads_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && all(text, decimal)
}

/// Whether plain text is a timestamp: a date alone has two digits of each part.
fn is_timestamp(text: &str) -> bool {
    Fields::of(text).is_some_and(|fields| fields.time.is_some() || text.len() == 10)
}

/// Text for an error message, which need not repeat all of it.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}

/// The value of text tagged `!!bool`.
pub(crate) fn boolean(text: &str) -> Result<Value, String> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Ok(Value::Bool(true)),
        "false" | "no" | "n" | "off" => Ok(Value::Bool(false)),
        _ => Err(format!("{} is not a boolean", shown(text))),
    }
}

/// The value of text tagged `!!int`.
pub(crate) fn integer(text: &str, version: Version) -> Result<Value, String> {
    let wrong = || format!("{} is not an integer", shown(text));
    let plain = text.replace('_', "");
    let body = unsigned(&plain);
    let based = [("0b", 2), ("0x", 16), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, base)| body.strip_prefix(prefix).map(|rest| (rest, base)));
    let (negative, number) = if let Some((rest, base)) = based {
        python_int(rest, base)
    } else if body == "0" {
        Some((false, Natural::default()))
    } else if version == Version::V1_1 && body.starts_with('0') {
        python_int(body, 8)
    } else if version == Version::V1_1 && body.contains(':') {
        sexagesimal(body)
    } else {
        python_int(body, 10)
    }
    .ok_or_else(wrong)?;
    let digits = number.to_decimal();
    if digits.len() > MAX_DIGITS {
        return Err(format!("an integer has more than {MAX_DIGITS} digits"));
    }
    let sign = if (plain.starts_with('-') != negative) && digits != "0" {
        "-"
    } else {
        ""
    };
    Ok(Value::Integer(format!("{sign}{digits}")))
}

/// The sign and size `int(text, base)` has: spaces around it, a sign and the base's own prefix
/// are let through.
fn python_int(text: &str, base: u32) -> Option<(bool, Natural)> {
    let text = text.trim();
    let mut body = unsigned(text);
    let prefixes: &[&str] = match base {
        2 => &["0b", "0B"],
        8 => &["0o", "0O"],
        16 => &["0x", "0X"],
        _ => &[],
    };
    if let Some(rest) = prefixes.iter().find_map(|prefix| body.strip_prefix(prefix)) {
        body = rest;
    }
    if body.is_empty() || (base == 10 && body.len() > MAX_DIGITS) {
        return None;
    }
    let mut number = Natural::default();
    for c in body.chars() {
        number.push(base, c.to_digit(base)?)?;
    }
    Some((text.starts_with('-'), number))
}

/// The base 60 number YAML 1.1 writes `190:20:30`.
fn sexagesimal(text: &str) -> Option<(bool, Natural)> {
    let mut number = Natural::default();
    for part in text.split(':') {
        let part = part.trim();
        if !digits(part) {
            return None;
        }
        // Only the first part of a plain number may pass 59.
        let (_, value) = python_int(part, 10)?;
        number.push(60, 0)?;
        number.add(&value);
    }
    Some((false, number))
}

/// A whole number of any size up to [`MAX_DIGITS`], in base 10⁹, least part first.
#[derive(Default)]
struct Natural(Vec<u32>);

impl Natural {
    const BASE: u64 = 1_000_000_000;

    /// Multiplies by `base` and adds `digit`; `None` once there are too many digits.
    fn push(&mut self, base: u32, digit: u32) -> Option<()> {
        let mut carry = u64::from(digit);
        for part in &mut self.0 {
            let sum = u64::from(*part) * u64::from(base) + carry;
            *part = (sum % Self::BASE) as u32;
            carry = sum / Self::BASE;
        }
        self.carry(carry);
        (self.0.len() <= MAX_DIGITS / 9 + 1).then_some(())
    }

    fn add(&mut self, other: &Natural) {
        let mut carry = 0;
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (at, part) in self.0.iter_mut().enumerate() {
            let sum = u64::from(*part) + u64::from(other.0.get(at).copied().unwrap_or(0)) + carry;
            *part = (sum % Self::BASE) as u32;
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
        let mut text = String::new();
        for part in self.0.iter().rev() {
            text.push_str(&format!("{part:09}"));
        }
        match text.trim_start_matches('0') {
            "" => "0".to_string(),
            digits => digits.to_string(),
        }
    }
}

/// The value of text tagged `!!float`.
pub(crate) fn float(text: &str, version: Version) -> Result<Value, String> {
    let wrong = || format!("{} is not a number", shown(text));
    let plain = text.replace('_', "").to_lowercase();
    let body = unsigned(&plain);
    let size = match body {
        ".inf" => f64::INFINITY,
        ".nan" => return Ok(Value::Float(f64::NAN)),
        _ if version == Version::V1_1 && body.contains(':') => {
            let (mut sum, mut base) = (0.0, 1.0);
            for part in body.rsplit(':') {
                sum += part.trim().parse::<f64>().map_err(|_| wrong())? * base;
                base *= 60.0;
            }
            sum
        }
        _ => body.trim().parse().map_err(|_| wrong())?,
    };
    let negative = plain.starts_with('-');
    Ok(Value::Float(if negative { -size } else { size }))
}

/// The value of text tagged `!!binary`: base64, with anything else among it passed over.
pub(crate) fn binary(text: &str) -> Result<Value, String> {
    if !text.is_ascii() {
        return Err("base64 data holds a character that is not ASCII".to_string());
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut place, mut pads) = (0u8, 0, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            // A pad too early counts no more than any other stray character.
            b'=' if place >= 2 => {
                pads += 1;
                if place + pads >= 4 {
                    return Ok(Value::Bytes(bytes));
                }
                continue;
            }
            _ => continue,
        };
        pads = 0;
        match place {
            0 => {}
            1 => bytes.push((held << 2) | (six >> 4)),
            2 => bytes.push((held << 4) | (six >> 2)),
            _ => bytes.push((held << 6) | six),
        }
        held = six;
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(Value::Bytes(bytes)),
        _ => Err("base64 data ends too early".to_string()),
    }
}

/// The value of text tagged `!!timestamp`.
pub(crate) fn timestamp(text: &str) -> Result<Value, String> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    Fields::of(text)
        .ok_or_else(|| format!("{} is not a timestamp", shown(text)))?
        .iso()
        .map(Value::Timestamp)
        .ok_or_else(|| format!("{} is out of range for a timestamp", shown(text)))
}

/// The numbers a timestamp is written with, not yet checked against the calendar.
struct Fields<'t> {
    year: i64,
    month: i64,
    day: i64,
    time: Option<Time<'t>>,
}

struct Time<'t> {
    hour: i64,
    minute: i64,
    second: i64,
    fraction: &'t str,
    /// Minutes east of Greenwich, if a zone was given; `Z` is one of its own.
    offset: Option<i64>,
    is_zulu: bool,
}

impl<'t> Fields<'t> {
    fn of(text: &'t str) -> Option<Fields<'t>> {
        let (year, rest) = number(text, 4, 4)?;
        let (month, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
        let (day, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
        let time = match rest {
            "" => None,
            _ => Some(Time::of(rest)?),
        };
        Some(Fields {
            year,
            month,
            day,
            time,
        })
    }

    /// The text of the value, with its zone; `None` where no such time exists.
    fn iso(&self) -> Option<String> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let length = match self.month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if self.year < 1 || !(1..=length).contains(&self.day) {
            return None;
        }
        let Some(time) = &self.time else {
            return Some(date(self.year, self.month, self.day));
        };
        if time.hour > 23 || time.minute > 59 || time.second > 59 {
            return None;
        }
        let (micros, carry) = time.micros();
        let seconds = days(self.year, self.month, self.day) * 86400
            + (time.hour * 60 + time.minute) * 60
            + time.second
            + carry;
        let (year, month, day) = civil(seconds.div_euclid(86400));
        if !(1..=9999).contains(&year) {
            return None;
        }
        let (minutes, second) = (seconds.rem_euclid(86400) / 60, seconds.rem_euclid(60));
        let clock = format!("T{:02}:{:02}:{second:02}", minutes / 60, minutes % 60);
        let tail = match micros {
            0 => String::new(),
            _ => format!(".{micros:06}"),
        };
        Some(date(year, month, day) + &clock + &tail + &time.zone()?)
    }
}

impl<'t> Time<'t> {
    fn of(text: &'t str) -> Option<Time<'t>> {
        let rest = match text.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => {
                let rest = text.trim_start_matches([' ', '\t']);
                (rest.len() < text.len()).then_some(rest)?
            }
        };
        let (hour, rest) = number(rest, 1, 2)?;
        let (minute, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
        let (second, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", rest),
        };
        let zone = rest.trim_start_matches([' ', '\t']);
        let offset = match zone {
            // Spaces without a zone match nothing.
            "" => rest.is_empty().then_some(None)?,
            "Z" => Some(0),
            _ => Some(offset(zone)?),
        };
        Some(Time {
            hour,
            minute,
            second,
            fraction,
            offset,
            is_zulu: zone == "Z",
        })
    }

    /// `Z`, `+hh:mm` or nothing; `None` for a day or more.
    fn zone(&self) -> Option<String> {
        match self.offset {
            None => Some(String::new()),
            Some(_) if self.is_zulu => Some("Z".to_string()),
            Some(offset) if offset.abs() >= 1440 => None,
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.abs();
                Some(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
            }
        }
    }

    /// The microseconds, rounded by the seventh digit alone, and a second to carry.
    fn micros(&self) -> (i64, i64) {
        let digit = |at| self.fraction.as_bytes().get(at).map_or(0, |b| b - b'0');
        let micros = (0..6).fold(0, |sum, at| sum * 10 + i64::from(digit(at)));
        let micros = micros + i64::from(digit(6) > 4);
        (micros % 1_000_000, micros / 1_000_000)
    }
}

/// The minutes of `+5`, `-05:30`.
fn offset(zone: &str) -> Option<i64> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = number(zone.strip_prefix(['-', '+'])?, 1, 2)?;
    let minutes = match rest {
        "" => 0,
        _ => match number(rest.strip_prefix(':')?, 2, 2)? {
            (minutes, "") => minutes,
            _ => return None,
        },
    };
    Some(sign * (hours * 60 + minutes))
}

/// A number of `least` to `most` digits, and the text after it.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let length = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (head, tail) = text.split_at(length);
    (length >= least).then_some((head.parse().ok()?, tail))
}

fn date(year: i64, month: i64, day: i64) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// The days from 0000-03-01 to a date. Years start in March here, so that leap days end them.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 3 { year - 1 } else { year };
    let months = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (months * 153 + 2) / 5
        + day
        - 1
}

/// The date a number of days after 0000-03-01.
fn civil(count: i64) -> (i64, i64, i64) {
    // An estimate that is never too early, then the years it is late by: at least as many as
    // would do if all were leap years.
    let mut year = count.div_euclid(365);
    while days(year, 3, 1) > count {
        year -= (days(year, 3, 1) - count + 365) / 366;
    }
    let rest = count - days(year, 3, 1);
    let months = (rest * 5 + 2) / 153;
    let day = rest - (months * 153 + 2) / 5 + 1;
    let month = (months + 2) % 12 + 1;
    (year + i64::from(month < 3), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_plain_scalars() {
        let table = [
            (Tag::Null, Tag::Null, " ~ null Null NULL"),
            (Tag::Bool, Tag::Bool, "true True TRUE false False FALSE"),
            (Tag::Str, Tag::Bool, "y Y yes Yes YES n no NO on On off OFF"),
            (
                Tag::Int,
                Tag::Int,
                "0 -0 +12 1_000 0x1F -0xf_f 0b101 017 0_ -_",
            ),
            (Tag::Int, Tag::Str, "08 0o17 -0o7_"),
            (Tag::Str, Tag::Int, "1:30 190:20:30"),
            (Tag::Str, Tag::Float, "1:30.5 190:20:30."),
            (
                Tag::Float,
                Tag::Float,
                "1. 1.5 -1_0.5e-3 1e5 1E+5 .5 .5e+3 .inf -.INF .nan",
            ),
            (Tag::Float, Tag::Str, "-.5 +.5e-3"),
            (
                Tag::Timestamp,
                Tag::Timestamp,
                "2014-08-08 2014-8-8T1:02:03 2014-08-08t01:02:03.5Z",
            ),
            (
                Tag::Str,
                Tag::Str,
                "nULL tRUE yeS 0x 0b2 0o8 1e 1e5.5 .5e3 . -.nan .Inf. 2014-8-8 _1 1.2.3 - + e1",
            ),
            (Tag::Merge, Tag::Merge, "<<"),
            (Tag::Value, Tag::Value, "="),
        ];
        for (new, old, texts) in table {
            for text in texts.split(' ') {
                assert_eq!(resolve(text, Version::V1_2), new, "for {text:?} in 1.2");
                assert_eq!(resolve(text, Version::V1_1), old, "for {text:?} in 1.1");
            }
        }
    }

    #[test]
    fn reads_integers() {
        let integer = |text: &str, version| match integer(text, version) {
            Ok(Value::Integer(digits)) => digits,
            other => format!("{}", other.is_ok()),
        };
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
            ("0x", "false"),
            ("1:30", "false"),
        ];
        for (text, expected) in table {
            assert_eq!(integer(text, Version::V1_2), expected, "for {text:?}");
        }
        for (text, expected) in [("017", "15"), ("-1:30:00", "-5400"), ("08", "false")] {
            assert_eq!(integer(text, Version::V1_1), expected, "for {text:?}");
        }
        assert_eq!(integer(&"9".repeat(4300), Version::V1_2).len(), 4300);
        for text in ["9".repeat(4301), "0x".to_string() + &"f".repeat(100_000)] {
            assert_eq!(integer(&text, Version::V1_2), "false");
        }
    }

    #[test]
    fn reads_floats() {
        let table = [
            ("1_0.5", 10.5),
            ("-.inf", f64::NEG_INFINITY),
            ("1e400", f64::INFINITY),
            ("-0.0", -0.0),
            ("1", 1.0),
        ];
        for (text, expected) in table {
            assert_eq!(float(text, Version::V1_2), Ok(Value::Float(expected)));
        }
        let sixties = float("1:30.5", Version::V1_1);
        assert_eq!(sixties, Ok(Value::Float(90.5)));
        for text in ["._", "", "0x10", "1:30.5"] {
            assert!(float(text, Version::V1_2).is_err(), "for {text:?}");
        }
    }

    #[test]
    fn reads_timestamps() {
        let table = [
            ("2014-8-8", "2014-08-08"),
            ("2014-08-08T10:11:12Z", "2014-08-08T10:11:12Z"),
            ("2014-08-08 \t1:11:12.", "2014-08-08T01:11:12"),
            ("2014-03-01 01:00:00 +5", "2014-03-01T01:00:00+05:00"),
            ("2015-12-31t23:00:00-01:30", "2015-12-31T23:00:00-01:30"),
            ("2000-02-29T00:00:00.1234567", "2000-02-29T00:00:00.123457"),
            ("1999-12-31T23:59:59.9999999", "2000-01-01T00:00:00"),
            ("2100-02-29", ""),
            ("2014-13-01", ""),
            ("0000-01-01", ""),
            ("2014-08-08T24:00:00", ""),
            ("2014-08-08T00:00:00+24:00", ""),
            ("9999-12-31T23:59:59.9999999", ""),
            ("2014-08-08T00:00:00 ", ""),
            ("2014", ""),
        ];
        for (text, expected) in table {
            let expected = Value::Timestamp(expected.to_string());
            let got = timestamp(text).unwrap_or(Value::Timestamp(String::new()));
            assert_eq!(got, expected, "for {text:?}");
        }
    }

    #[test]
    fn counts_days() {
        let mut last = civil(0);
        for count in 1..3_652_000 {
            let next = civil(count);
            assert_eq!(days(next.0, next.1, next.2), count);
            let same_month = (next.0, next.1) == (last.0, last.1) && next.2 == last.2 + 1;
            assert!(same_month || next.2 == 1, "{last:?} before {next:?}");
            last = next;
        }
        assert_eq!(civil(days(2319, 3, 1)), (2319, 3, 1));
        assert_eq!(civil(days(2016, 3, 1) - 1), (2016, 2, 29));
    }

    #[test]
    fn reads_base64() {
        let table: [(&str, Option<&[u8]>); 9] = [
            ("", Some(b"")),
            ("aGk=", Some(b"hi")),
            ("aG\n k=", Some(b"hi")),
            ("YQ==", Some(b"a")),
            ("Y=Q==", Some(b"a")),
            ("aGk=aGk=", Some(b"hi")),
            ("aGk", None),
            ("a", None),
            ("é", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|bytes| Value::Bytes(bytes.to_vec()));
            assert_eq!(binary(text).ok(), expected, "for {text:?}");
        }
    }
}
