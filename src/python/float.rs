//! Python's `float()` of text.

use super::{ascii_digit, trim};

/// The number that Python's `float` reads from a text: white space around it and single underscores
/// between digits are allowed, `inf`, `infinity` and `nan` are numbers.
pub fn float(text: &str) -> Option<f64> {
    let ascii = |c: char| ascii_digit(c).unwrap_or(c);
    let text: String = trim(text).chars().map(ascii).collect();
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut underscores = text.match_indices('_');
    if !underscores.all(|(at, _)| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) {
        return None;
    }
    // What is left, Rust reads just as Python does.
    text.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_floats_as_python_does() {
        let table = [
            ("1", Some(1.0)),
            (" -1.5e3\n", Some(-1500.0)),
            ("+.5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1_000.0_1", Some(1000.01)),
            ("\u{663}\u{966}", Some(30.0)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e400", Some(f64::INFINITY)),
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
            assert_eq!(float(text), want, "{text}");
        }
        assert!(float("nAn").is_some_and(f64::is_nan));
    }
}
