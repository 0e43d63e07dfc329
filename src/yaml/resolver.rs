//! Implicit tag resolution: which tag an untagged plain scalar has by its text.
//!
//! Mirrors the patterns of `ruamel/yaml/resolver.py` (0.19.1), including where they are looser than
//! the specification: underscores count as digits, and `017` is a decimal integer in YAML 1.2. The
//! emitter quotes every string that would resolve to another tag.

use super::timestamp::YamlTimestamp;

/// The YAML version by which a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YamlVersion {
    V1_1,
    V1_2,
}

/// A node's tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tag {
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
    /// `<<`, the merge key.
    Merge,
    /// `=`, the default value of a mapping.
    Value,
    /// A tag without a constructor, by its full name.
    Unknown(Box<str>),
}

impl Tag {
    /// The tag of a full name, after its handle has been resolved.
    pub(super) fn from_name(name: &str) -> Tag {
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
            _ => Tag::Unknown(name.into()),
        }
    }
}

/// Resolves the tag of a plain scalar.
pub(super) fn resolve(text: &str, version: YamlVersion) -> Tag {
    // The patterns end in `$`, which also matches before a final line feed. Only a block scalar
    // tagged `!` can end in one.
    let text = match text.strip_suffix('\n') {
        Some("") | None => text,
        Some(body) => body,
    };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Tag::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Tag::Bool,
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON"
        | "off" | "Off" | "OFF"
            if version == YamlVersion::V1_1 =>
        {
            Tag::Bool
        }
        "<<" => Tag::Merge,
        "=" => Tag::Value,
        "!" | "&" | "*" => Tag::Unknown("tag:yaml.org,2002:yaml".into()),
        _ if !text.starts_with([
            '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        ]) =>
        {
            Tag::Str
        }
        _ if is_float(text.as_bytes(), version) => Tag::Float,
        _ if is_int(text.as_bytes(), version) => Tag::Int,
        _ if is_timestamp(text) => Tag::Timestamp,
        _ => Tag::Str,
    }
}

/// A date alone must have two digits for month and day; with a time of day, one is enough.
fn is_timestamp(text: &str) -> bool {
    YamlTimestamp::parse(text).is_some_and(|timestamp| timestamp.has_time() || text.len() == 10)
}

fn is_int(text: &[u8], version: YamlVersion) -> bool {
    match strip_sign(text) {
        [b'0', b'b', digits @ ..] if is_all(digits, |b| matches!(b, b'0' | b'1')) => true,
        [b'0', b'x', digits @ ..] if is_all(digits, u8::is_ascii_hexdigit) => true,
        [b'0', b'o', digits @ ..] if version == YamlVersion::V1_2 => is_all(digits, is_octal),
        // A leading zero means octal in 1.1, where `08` is therefore a string.
        digits if version == YamlVersion::V1_2 => is_all(digits, u8::is_ascii_digit),
        digits => {
            is_all(digits, is_octal)
                || (!digits.starts_with(b"0") && is_decimal(digits))
                || is_sexagesimal_int(digits)
        }
    }
}

/// Base 60, such as `190:20:30`.
fn is_sexagesimal_int(text: &[u8]) -> bool {
    let mut parts = text.split(|b| *b == b':');
    let first = parts.next().unwrap_or_default();
    !first.starts_with(b"0") && is_decimal(first) && parts.all(is_sixtieth)
}

fn is_float(text: &[u8], version: YamlVersion) -> bool {
    // `.nan` takes no sign.
    if matches!(text, b".nan" | b".NaN" | b".NAN") {
        return true;
    }
    let unsigned = strip_sign(text);
    if matches!(unsigned, b".inf" | b".Inf" | b".INF") {
        return true;
    }
    if let [b'.', fraction @ ..] = unsigned {
        let (digits, rest) = split_digits(fraction);
        // Without digits before the point, the exponent must have a sign; and in 1.1 the number
        // must have none.
        let is_exponent_signed = matches!(rest, [_, b'-' | b'+', ..]);
        return !digits.is_empty()
            && (rest.is_empty() || (is_exponent_signed && is_exponent(rest)))
            && (version == YamlVersion::V1_2 || unsigned.len() == text.len());
    }
    if !unsigned.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    match split_digits(unsigned).1 {
        [b'.', fraction @ ..] => {
            let rest = split_digits(fraction).1;
            rest.is_empty() || is_exponent(rest)
        }
        [b':', ..] => version == YamlVersion::V1_1 && is_sexagesimal_float(unsigned),
        rest => is_exponent(rest),
    }
}

/// Base 60 with a fraction, such as `190:20:30.15`.
fn is_sexagesimal_float(text: &[u8]) -> bool {
    let Some(point) = text.iter().position(|b| *b == b'.') else {
        return false;
    };
    let (whole, fraction) = (&text[..point], &text[point + 1..]);
    let mut parts = whole.split(|b| *b == b':');
    parts.next().is_some_and(is_decimal)
        && parts.all(is_sixtieth)
        && split_digits(fraction).1.is_empty()
}

/// An exponent: `e` or `E`, an optional sign, and digits without underscores.
fn is_exponent(text: &[u8]) -> bool {
    match text {
        [b'e' | b'E', exponent @ ..] => {
            let digits = strip_sign(exponent);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// `0` to `59`, in one or two digits.
fn is_sixtieth(text: &[u8]) -> bool {
    match text {
        [unit] => unit.is_ascii_digit(),
        [b'0'..=b'5', unit] => unit.is_ascii_digit(),
        _ => false,
    }
}

/// A digit, then digits and underscores.
fn is_decimal(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit) && is_all(text, u8::is_ascii_digit)
}

fn is_octal(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'7')
}

/// Whether the text is not empty and holds only underscores and bytes that `is_allowed` accepts.
fn is_all(text: &[u8], is_allowed: fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.iter().all(|b| *b == b'_' || is_allowed(b))
}

fn strip_sign(text: &[u8]) -> &[u8] {
    match text {
        [b'-' | b'+', unsigned @ ..] => unsigned,
        unsigned => unsigned,
    }
}

/// Splits after the leading digits and underscores.
fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let is_digit = |b: &&u8| b.is_ascii_digit() || **b == b'_';
    text.split_at(text.iter().take_while(is_digit).count())
}

#[cfg(test)]
mod tests {
    use super::{Tag, YamlVersion, resolve};

    /// Checked against `ruamel.yaml` 0.19.1.
    #[test]
    fn resolves_plain_scalars_by_version() {
        let table = [
            // Tag in 1.2, tag in 1.1, texts
            (Tag::Null, Tag::Null, " ~ null Null NULL"),
            (Tag::Bool, Tag::Bool, "true True TRUE false False FALSE"),
            (Tag::Str, Tag::Bool, "y Y yes Yes YES n no NO on On off OFF"),
            (
                Tag::Int,
                Tag::Int,
                "0 -0 +12 1_000 0x1F -0xf_f -0x_ 0b101 0b1_0 017 0_ -_",
            ),
            (Tag::Int, Tag::Str, "08 0o17 -0o7_"),
            (Tag::Str, Tag::Int, "1:30 190:20:30"),
            (Tag::Str, Tag::Float, "1:30.5 190:20:30. 0_:5._"),
            (
                Tag::Float,
                Tag::Float,
                "1. 1.5 -1.5e3 -1_0.5e-3 1_0.0_1e+5 1e5 1e3 1E-3 1E+5 .5 ._ .5e+3 .inf -.INF +.Inf \
                 .nan .NaN",
            ),
            (Tag::Float, Tag::Str, "-.5 +.5e-3"),
            (
                Tag::Timestamp,
                Tag::Timestamp,
                "2014-08-08 2024-99-99 2014-8-8T1:02:03 2014-08-08t01:02:03.5Z \
                 2024-01-01t00:00:00.Z 2024-01-01T00:00:00-5",
            ),
            (
                Tag::Str,
                Tag::Str,
                "nULL tRUE yeS tru 0x 0xG 0b 0b2 0o 0o8 0O17 0X1F 1e 1e+ 1e5.5 1e1_0 .5e3 .e+3 . \
                 -.nan .iNF .Inf. 2014-8-8 2024-01-01T00:00 2024-01-01T00:00:00z \
                 2024-01-01T00:00:00+ 2024-01-01T00:00:00+5:3 20240-01-01 _1 __ 1.2.3 1,000 - + \
                 e1 < <<< == \u{661}",
            ),
            (Tag::Merge, Tag::Merge, "<<"),
            (Tag::Value, Tag::Value, "="),
        ];
        for (in_1_2, in_1_1, texts) in table {
            for text in texts.split(' ') {
                assert_eq!(resolve(text, YamlVersion::V1_2), in_1_2, "{text:?} in 1.2");
                assert_eq!(resolve(text, YamlVersion::V1_1), in_1_1, "{text:?} in 1.1");
            }
        }
    }

    #[test]
    fn resolves_timestamps_with_blanks() {
        let timestamps = ["2024-01-01 00:00:00", "2024-01-01 \t 00:00:00.123  +05:30"];
        for text in timestamps {
            assert_eq!(resolve(text, YamlVersion::V1_2), Tag::Timestamp, "{text:?}");
        }
        for text in ["2024-01-01 00:00:00 ", "2024-01-01T 00:00:00"] {
            assert_eq!(resolve(text, YamlVersion::V1_2), Tag::Str, "{text:?}");
        }
    }
}
