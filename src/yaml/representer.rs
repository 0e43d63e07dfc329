//! Representation of numbers as Python prints them.
//!
//! `serde_json` keeps the text of a number, Python an `int` or a `float`. A text without point and
//! exponent is an `int` of any size and stays as it is. Any other becomes a double, which is
//! printed with the fewest digits that read back to it, in the layout of `repr`.

use serde_json::Number;

use crate::python;

/// A number as a YAML scalar.
pub(super) fn yaml_number(number: &Number) -> String {
    python_text(number, ".inf", ".nan")
}

/// A number as `json.dumps` writes it.
pub(super) fn json_number(number: &Number) -> String {
    python_text(number, "Infinity", "NaN")
}

/// What Python prints of a number, with `infinity` for a float beyond the range of a double.
fn python_text(number: &Number, infinity: &str, nan: &str) -> String {
    match &*python::number_to_str(number) {
        "inf" => infinity.to_owned(),
        "-inf" => format!("-{infinity}"),
        "nan" => nan.to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{json_number, yaml_number};
    use serde_json::{Number, from_str};

    /// JSON text, its YAML form; recorded from json.loads and ruamel.yaml.
    #[test]
    fn represents_numbers_as_python_does() {
        let table = [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "-0.0"),
            ("1.0", "1.0"),
            ("1.50", "1.5"),
            ("1e3", "1000.0"),
            ("1E+15", "1000000000000000.0"),
            ("9999999999999998.0", "9999999999999998.0"),
            ("-927997117210452.25", "-927997117210452.2"),
            ("927997117210452.75", "927997117210452.8"),
            ("9007199254740993.0", "9007199254740992.0"),
            ("5.6843418860808015e-14", "5.684341886080802e-14"),
            ("1e16", "1e+16"),
            ("123456789012345678.0", "1.2345678901234568e+17"),
            ("1e22", "1e+22"),
            ("1e100", "1e+100"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("-1.5e-7", "-1.5e-07"),
            ("5e-324", "5e-324"),
            ("1e-999", "0.0"),
            ("1e400", ".inf"),
            ("-1e400", "-.inf"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
        ];
        for (json, yaml) in table {
            let number: Number = from_str(json).expect("the table holds numbers");
            assert_eq!(yaml_number(&number), yaml, "{json}");
            let dumped = yaml.replace(".inf", "Infinity");
            assert_eq!(json_number(&number), dumped, "{json}");
        }
    }
}
