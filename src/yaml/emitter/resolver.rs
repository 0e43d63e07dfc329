//! Which plain texts a YAML 1.2 reader would take for something other than a
//! string.
//!
//! This mirrors the implicit resolvers of ruamel.yaml's safe dumper (version
//! 1.2 rules: `yes`, `on` and sexagesimals are strings; octal is `0o17`, and
//! `017` an int all the same). It only says whether *some* resolver matches;
//! which one makes no difference to the quoting. Texts that hold a line break
//! never come out plain, so how the resolvers treat them does not matter.

/// True if `text`, written plain, would not be read back as a string.
pub(super) fn is_implicit(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => true,
        Some(b'~' | b'n' | b'N') => matches!(text, "~" | "null" | "Null" | "NULL"),
        Some(b't' | b'T' | b'f' | b'F') => {
            matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        }
        Some(b'<') => text == "<<",
        Some(b'=') => text == "=",
        Some(b'0'..=b'9') => is_number(bytes) || is_timestamp(bytes),
        Some(b'+' | b'-' | b'.') => is_number(bytes),
        Some(_) => false,
    }
}

fn is_number(bytes: &[u8]) -> bool {
    // `.nan` is the one special value that takes no sign.
    if matches!(bytes, b".nan" | b".NaN" | b".NAN") {
        return true;
    }
    match bytes {
        [b'+' | b'-', unsigned @ ..] => is_int(unsigned) || is_float(unsigned),
        [b'.', ..] => is_float(bytes),
        _ => is_int(bytes) || is_float(bytes),
    }
}

/// An int without its sign. Underscores count as digits everywhere, even if
/// there is nothing else.
fn is_int(bytes: &[u8]) -> bool {
    let all = |digits: &[u8], accepted: fn(&u8) -> bool| {
        !digits.is_empty() && digits.iter().all(|b| *b == b'_' || accepted(b))
    };
    match bytes {
        [b'0', b'b', digits @ ..] => all(digits, |b| matches!(b, b'0' | b'1')),
        [b'0', b'o', digits @ ..] => all(digits, |b| matches!(b, b'0'..=b'7')),
        [b'0', b'x', digits @ ..] => all(digits, u8::is_ascii_hexdigit),
        _ => all(bytes, u8::is_ascii_digit),
    }
}

/// A float without its sign: it has a point, an exponent, or both.
fn is_float(bytes: &[u8]) -> bool {
    if let [b'.', fraction @ ..] = bytes {
        if matches!(fraction, b"inf" | b"Inf" | b"INF") {
            return true;
        }
        let (digits, rest) = split_digits(fraction);
        // Without digits before the point, an exponent must carry a sign.
        let signed = matches!(rest, [_, b'+' | b'-', ..]);
        return digits > 0 && (rest.is_empty() || (signed && is_exponent(rest)));
    }
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    match split_digits(bytes).1 {
        [b'.', fraction @ ..] => {
            let rest = split_digits(fraction).1;
            rest.is_empty() || is_exponent(rest)
        }
        rest => is_exponent(rest),
    }
}

/// `e` or `E`, perhaps a sign, then digits (here without underscores).
fn is_exponent(bytes: &[u8]) -> bool {
    let digits = match bytes {
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => digits,
        _ => return false,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The number of leading digits and underscores, and what follows them.
fn split_digits(bytes: &[u8]) -> (usize, &[u8]) {
    let count = bytes
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'_')
        .count();
    (count, &bytes[count..])
}

/// `2024-01-31`, or a date and a time of day with an optional fraction and
/// zone. Only the shape counts: month 99 is a timestamp too.
fn is_timestamp(bytes: &[u8]) -> bool {
    date(bytes).is_some_and(|(whole, rest)| {
        (whole && rest.is_empty()) || time_of_day(rest).is_some_and(is_zone)
    })
}

/// Takes a date off the front; tells if month and day have two digits each,
/// which a date standing alone must have.
fn date(bytes: &[u8]) -> Option<(bool, &[u8])> {
    let (_, rest) = digits(bytes, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix(b"-")?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix(b"-")?, 1, 2)?;
    Some((month == 2 && day == 2, rest))
}

/// Takes the separator, the time and its fraction off the front.
fn time_of_day(bytes: &[u8]) -> Option<&[u8]> {
    let rest = match bytes {
        [b'T' | b't', rest @ ..] => rest,
        [b' ' | b'\t', ..] => skip_blanks(bytes),
        _ => return None,
    };
    let (_, rest) = digits(rest, 1, 2)?;
    let (_, rest) = digits(rest.strip_prefix(b":")?, 2, 2)?;
    let (_, rest) = digits(rest.strip_prefix(b":")?, 2, 2)?;
    match rest.strip_prefix(b".") {
        Some(fraction) => Some(digits(fraction, 0, usize::MAX)?.1),
        None => Some(rest),
    }
}

/// The rest of a timestamp: nothing, `Z`, or an offset such as `+1` or
/// `-05:30`, the latter two perhaps after blanks.
fn is_zone(bytes: &[u8]) -> bool {
    let offset = match skip_blanks(bytes) {
        [] => return bytes.is_empty(),
        [b'Z'] => return true,
        [b'+' | b'-', offset @ ..] => offset,
        _ => return false,
    };
    match digits(offset, 1, 2) {
        Some((_, [])) => true,
        Some((_, [b':', minutes @ ..])) => matches!(digits(minutes, 2, 2), Some((_, []))),
        _ => false,
    }
}

fn skip_blanks(bytes: &[u8]) -> &[u8] {
    let count = bytes
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    &bytes[count..]
}

/// Takes as many digits as there are, at most `most`, off the front; `None`
/// if there are fewer than `least`.
fn digits(bytes: &[u8], least: usize, most: usize) -> Option<(usize, &[u8])> {
    let count = bytes
        .iter()
        .take(most)
        .take_while(|b| b.is_ascii_digit())
        .count();
    (count >= least).then(|| (count, &bytes[count..]))
}

#[cfg(test)]
mod tests {
    use super::is_implicit;

    /// Each list was checked against ruamel.yaml 0.19.1: the first comes out
    /// quoted, the second plain, except `-` and the one that ends in a space,
    /// which are quoted for reasons of syntax.
    #[test]
    fn matches_the_recorded_resolutions() {
        let implicit = [
            "",
            "~",
            "null",
            "Null",
            "NULL",
            "true",
            "True",
            "TRUE",
            "false",
            "<<",
            "=",
            "0",
            "-1",
            "+1",
            "017",
            "08",
            "0o17",
            "0b1_0",
            "0x1F",
            "-0x_",
            "1_000",
            "-_",
            "1.",
            "1.5",
            "-1.5e3",
            "1e3",
            "1E-3",
            "1_0.0_1e+5",
            ".5",
            "-.5",
            "._",
            ".5e+3",
            ".inf",
            "-.INF",
            "+.Inf",
            ".nan",
            ".NaN",
            "2024-01-31",
            "2024-99-99",
            "2024-1-1T1:00:00",
            "2024-01-01 00:00:00",
            "2024-01-01t00:00:00.Z",
            "2024-01-01   00:00:00.123  +05:30",
            "2024-01-01T00:00:00-5",
        ];
        for text in implicit {
            assert!(is_implicit(text), "{text:?} is a string");
        }
        let strings = [
            "nUll",
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
            "truE",
            "tru",
            "-",
            "+",
            ".",
            "_1",
            "__",
            "0o",
            "0o8",
            "0b",
            "0b2",
            "0x",
            "0xG",
            "1e",
            "1e+",
            "1e1_0",
            ".5e3",
            ".e+3",
            "-.nan",
            ".iNF",
            "1:30",
            "1:30.5",
            "1.2.3",
            "1,000",
            "2024-1-1",
            "2024-01-01T00:00",
            "2024-01-01 00:00:00 ",
            "2024-01-01T00:00:00z",
            "2024-01-01T00:00:00+5:3",
            "2024-01-01T 00:00:00",
            "20240-01-01",
            "2024-01-01T00:00:00+",
            "<",
            "<<<",
            "==",
            "0O17",
            "0X1F",
            "١",
        ];
        for text in strings {
            assert!(!is_implicit(text), "{text:?} is implicit");
        }
    }
}
