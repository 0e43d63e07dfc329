//! How Python (3.11) reads numbers and shows values, where the AWS CLI lets Python's own text
//! through. It knows nothing of what the values mean.

use serde_json::{Number, Value as Json};

/// A text as Python's `repr` shows it: in single quotes, unless only double quotes spare escapes.
pub fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\\' => shown.push_str("\\\\"),
            c if c == quote => shown.extend(['\\', c]),
            c if is_printable(c) => shown.push(c),
            c if (c as u32) < 0x100 => shown.push_str(&format!("\\x{:02x}", c as u32)),
            c if (c as u32) < 0x10000 => shown.push_str(&format!("\\u{:04x}", c as u32)),
            c => shown.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    shown.push(quote);
    shown
}

/// Bytes as Python's `repr` shows them.
pub fn quoted_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut shown = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\n' => shown.push_str("\\n"),
            b'\r' => shown.push_str("\\r"),
            b'\t' => shown.push_str("\\t"),
            b'\\' => shown.push_str("\\\\"),
            b if b == quote as u8 => shown.extend(['\\', quote]),
            b' '..=b'~' => shown.push(byte as char),
            b => shown.push_str(&format!("\\x{b:02x}")),
        }
    }
    shown.push(quote);
    shown
}

/// A number as Python's `repr` shows it: the shortest digits that read back the same, with an
/// exponent below 1e-4 and from 1e16 on.
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "inf".into()
        } else {
            "-inf".into()
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(power) if number != 0.0 && !(-4..16).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.unsigned_abs())
        }
        _ => {
            let plain = format!("{number}");
            if plain.contains('.') {
                plain
            } else {
                plain + ".0"
            }
        }
    }
}

/// A JSON value as Python's `str` shows it: text as it is, the rest as `repr` shows it.
pub fn str_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => repr_of(other),
    }
}

fn repr_of(value: &Json) -> String {
    match value {
        Json::Null => "None".into(),
        Json::Bool(true) => "True".into(),
        Json::Bool(false) => "False".into(),
        Json::Number(number) => number_text(number),
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(repr_of).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let shown =
                |(key, value): (&String, &Json)| format!("{}: {}", quoted(key), repr_of(value));
            let members: Vec<_> = members.iter().map(shown).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// A JSON number as Python shows it: whole numbers as written, others as `repr` shows floats.
pub fn number_text(number: &Number) -> String {
    let text = number.to_string();
    if text == "-0" {
        return "0".into();
    }
    if text.contains(['.', 'e', 'E']) {
        return text.parse().map_or(text, float_text);
    }
    text
}

/// The whole number that Python's `int` reads from a text, as decimal digits: white space around
/// it, a sign, and single underscores between digits are allowed. Python also reads other
/// scripts' digits, and refuses more than 4,300 of them; so do we the latter.
pub fn integer(text: &str) -> Option<String> {
    let text = trim(text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let groups_are_digits = digits
        .split('_')
        .all(|g| !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit()));
    if !groups_are_digits {
        return None;
    }
    let digits: String = digits.chars().filter(|c| *c != '_').collect();
    if digits.len() > 4300 {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some("0".into()),
        digits if negative => Some(format!("-{digits}")),
        digits => Some(digits.to_string()),
    }
}

/// The text without white space around it, as Python's `strip` sees white space.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether Python takes the character for white space: Unicode's, and four separators of ASCII.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Whether `repr` shows the character as it is. Python asks the Unicode tables; the ranges here
/// are those of controls, separators, surrogates, private use and the invisible format marks.
fn is_printable(c: char) -> bool {
    match c {
        ' ' => true,
        '\u{ad}'
        | '\u{600}'..='\u{605}'
        | '\u{61c}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{10ffff}' => false,
        c => !c.is_control() && !c.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_repr_does() {
        let table = [
            ("a", "'a'"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("a\n\t\\\x07é☃\u{200b}😀", "'a\\n\\t\\\\\\x07é☃\\u200b😀'"),
            ("\u{a0}\u{2028}", "'\\xa0\\u2028'"),
        ];
        for (text, want) in table {
            assert_eq!(quoted(text), want);
        }
        assert_eq!(quoted_bytes(b"it's\xff\n"), "b\"it's\\xff\\n\"");
    }

    #[test]
    fn floats_are_shown_as_repr_does() {
        let table = [
            (1.5, "1.5"),
            (3.0, "3.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (9999999999999998.0, "9999999999999998.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-300, "1.5e-300"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "nan"),
        ];
        for (number, want) in table {
            assert_eq!(float_text(number), want);
        }
    }

    #[test]
    fn integers_are_read_as_int_does() {
        let table = [
            ("7", Some("7")),
            (" +1_000\n", Some("1000")),
            ("-007", Some("-7")),
            ("-0", Some("0")),
            ("99999999999999999999", Some("99999999999999999999")),
            ("", None),
            ("1__0", None),
            ("_1", None),
            ("1.0", None),
            ("0x1", None),
            ("one", None),
        ];
        for (text, want) in table {
            assert_eq!(integer(text).as_deref(), want, "{text}");
        }
        assert_eq!(integer(&"9".repeat(4301)), None);
    }
}
