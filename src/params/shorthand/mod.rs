//! Shorthand syntax: parses `Key=value,List=a,b,Map={k=v}` to a document.
//!
//! [`parse`] knows the syntax alone; [`coerce()`] then converts its result by the model. Grammar,
//! messages and quirks are the AWS CLI's (`awscli/shorthand.py` of 2.36.7):
//!
//! ```text
//! parameter = keyval *("," keyval)
//! keyval    = key ["@"] "=" values          "@": a value may name a file
//! values    = csv / list / hash
//! csv       = first *("," second)           ends before the next key
//! list      = "[" [item *("," item)] "]"
//! hash      = "{" [key ["@"] "=" item *("," …)] "}"
//! item      = list / hash / first
//! first, second = 'quoted' / "quoted" / plain text, in which "\," is a comma
//! ```
//!
//! `validate` checks whether members and values are allowed.

mod coerce;
mod parser;
mod syntax_error;

use super::paramfile::ParamFileError;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::value::Value;
pub use coerce::coerce;
use parser::ShorthandError;

/// Parses a text given as the value of `option`.
pub fn parse(option: &str, text: &str, environment: &Environment) -> Result<Value> {
    let text: Vec<char> = text.chars().collect();
    parser::parse(&text, environment).map_err(|error| match error {
        ShorthandError::Syntax(error) => Error::parsing(option, error.message(&text)),
        // The AWS CLI does not name the option here.
        ShorthandError::File(ParamFileError::Unreadable { message, hint }) => {
            hint.into_iter().fold(Error::general(message), Error::hint)
        }
        ShorthandError::File(ParamFileError::Other(error)) => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::model::{self, Operation};
    use crate::python::key::Members;
    use proptest::prelude::*;

    fn outcome(text: &str) -> String {
        match parse("--x", text, &Environment::default()) {
            Ok(value) => value.python_str(),
            Err(error) => error.message.replace("Error parsing parameter '--x': ", ""),
        }
    }

    #[test]
    fn parses_shorthand() {
        let table = [
            ("a=b", "{'a': 'b'}"),
            ("a=", "{'a': ''}"),
            ("a=b,c", "{'a': ['b', 'c']}"),
            ("a=b,c=d", "{'a': 'b', 'c': 'd'}"),
            ("a=b,c,d=e,f=g", "{'a': ['b', 'c'], 'd': 'e', 'f': 'g'}"),
            ("a = b , c = d ", "{'a': 'b', 'c': 'd'}"),
            ("a=[b,c],d=e", "{'a': ['b', 'c'], 'd': 'e'}"),
            ("a=[],b={}", "{'a': [], 'b': {}}"),
            ("a=[,b]", "{'a': ['', 'b']}"),
            (
                "a=[[b],{c=d,e=[f]}]",
                "{'a': [['b'], {'c': 'd', 'e': ['f']}]}",
            ),
            ("a={b=c,b=d}", "{'a': {'b': 'd'}}"),
            ("a=b\\,c,d\\,e", "{'a': ['b,c', 'd,e']}"),
            ("a='x,y=z',b=\"it's\"", "{'a': 'x,y=z', 'b': \"it's\"}"),
            ("a='it\\'s',b=\"\\\"\"", "{'a': \"it's\", 'b': '\"'}"),
            ("a='x\\'", "{'a': 'x\\\\'}"),
            ("a=b=c", "{'a': 'b=c'}"),
            ("a.b/c:d#1=x", "{'a.b/c:d#1': 'x'}"),
            ("a=\n b,\n c", "{'a': ['b', 'c']}"),
            ("=x", "{'': 'x'}"),
        ];
        for (text, want) in table {
            assert_eq!(outcome(text), want, "{text}");
        }
    }

    #[test]
    fn marks_position_of_syntax_error() {
        let table = [
            ("", "Expected: '=', received: 'EOF' for input:\n \n^"),
            (
                "foo",
                "Expected: '=', received: 'EOF' for input:\n foo\n   ^",
            ),
            (
                "a=\"x\"y",
                "Expected: ',', received: 'y' for input:\n a=\"x\"y\n     ^",
            ),
            (
                "a=[b",
                "Expected: ',', received: 'EOF' for input:\n a=[b\n    ^",
            ),
            (
                "a=,",
                "Expected: '<second>', received: '<none>' for input:\n a=,\n   ^",
            ),
            (
                "a='x",
                "Expected: '<singled quoted>', received: '<none>' for input:\n a='x\n  ^",
            ),
            (
                "a=b,c==d",
                "Expected: ',', received: '=' for input:\n a=b,c==d\n      ^",
            ),
            (
                "a=b,\nc==d",
                "Expected: ',', received: '=' for input:\n a=b,\nc==d\n  ^",
            ),
            (
                "a=b,\n{,\nd",
                "Expected: '=', received: '{' for input:\n a=b,\n{,\n^\nd",
            ),
            (
                "a=b,a=c",
                "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\n\
                 This is often because there is a preceding \",\" instead of a space.",
            ),
            (
                "a=😀",
                "Expected: ',', received: '😀' for input:\n a=😀\n  ^",
            ),
        ];
        for (text, want) in table {
            assert_eq!(outcome(text), want, "{text}");
        }
        assert!(outcome(&format!("a={}", "[".repeat(100_000))).starts_with("Nested too deeply"));
    }

    #[test]
    fn coerces_values_by_the_model() {
        let operation = Operation::find_by_command("update-records").expect("an operation");
        let patches = operation
            .input
            .member("RecordPatches")
            .expect("a member")
            .shape;
        let model::ShapeKind::List(patch) = patches.kind else {
            panic!("a list")
        };
        let coerced = |text: &str| {
            let mut value = parse("--x", text, &Environment::default()).expect("valid");
            coerce(&mut value, patch)
                .map(|()| value.python_str())
                .map_err(|e| e.message)
        };
        assert_eq!(
            coerced("SyncCount=1_0,Key=5"),
            Ok("{'SyncCount': 10, 'Key': '5'}".into())
        );
        assert_eq!(
            coerced("SyncCount=one"),
            Err("invalid literal for int() with base 10: 'one'".into())
        );
        assert_eq!(
            coerced("SyncCount=1,2"),
            Err(
                "int() argument must be a string, a bytes-like object or a real number, \
                 not 'list'"
                    .into()
            )
        );
        let operation = Operation::find_by_command("set-identity-pool-configuration").expect("it");
        let push_sync = operation.input.member("PushSync").expect("a member").shape;
        let mut value = parse("--x", "ApplicationArns=a", &Environment::default()).expect("valid");
        coerce(&mut value, push_sync).expect("coerced");
        assert_eq!(value.python_str(), "{'ApplicationArns': ['a']}");
    }

    /// Texts in which the special characters of shorthand are frequent.
    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => proptest::sample::select(vec![
                "a", "=", ",", "[", "]", "{", "}", "'", "\"", "\\", "@", " ", "\n", "a=b", "\\,",
                "RoleArn=", "file://", "é",
            ])
            .prop_map(str::to_string),
            1 => any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn parses_any_text_or_marks_an_error(text in any_text()) {
            match parse("--x", &text, &Environment::default()) {
                Ok(value) => prop_assert!(matches!(value, Value::Map(_))),
                Err(error) if error.kind == ErrorKind::General => {
                    prop_assert!(error.message.starts_with("Unable to load paramfile"));
                }
                Err(error) => {
                    let caret_alone = |line: &str| line.trim_start() == "^";
                    prop_assert!(error.message.lines().any(caret_alone), "{}", error.message);
                }
            }
        }

        #[test]
        fn keeps_quoted_text(text in "[^'\\\\]{0,40}") {
            let value = parse("--x", &format!("k='{text}'"), &Environment::default());
            let want = Value::Map(Members::from([("k".into(), Value::String(text))]));
            prop_assert_eq!(value.ok(), Some(want));
        }
    }

    /// Texts that would take hours if the parser were quadratic.
    #[test]
    fn parses_a_megabyte_in_linear_time() {
        let mega = 1 << 20;
        let repeated = |piece: &str| piece.repeat(mega / piece.len());
        let texts = [
            format!("a={}", repeated("b,")),
            format!("a={}", repeated("b,c=")),
            (0..mega / 10).map(|i| format!("k{i}=v,")).collect(),
            (0..mega / 12).map(|i| format!("k{i}=v,\nw,")).collect(),
            (0..mega / 12).map(|i| format!("k{i}=\"v\",x,")).collect(),
            format!("a=[{}", repeated("[],")),
            format!("a={}", repeated("\"x,")),
            format!("a='{}", repeated("\\'")),
            format!("a=b,{}", repeated("\"x,y\"=")),
            format!("a=b,{}", repeated("'\\',")),
            repeated("a=b,"),
            repeated(" "),
            repeated("=,\n"),
        ];
        for text in texts {
            drop(parse("--x", &text, &Environment::default()));
        }
    }
}
