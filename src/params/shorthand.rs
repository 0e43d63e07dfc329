//! Shorthand syntax: `Key=value,List=a,b,Map={k=v}` to a document.
//!
//! First comes syntax alone ([`parse`]), then the model turns what it finds into what the
//! operation takes ([`coerce`]). Grammar, messages and quirks are the AWS CLI's
//! (`awscli/shorthand.py` of 2.36.7):
//!
//! ```text
//! parameter = keyval *("," keyval)
//! keyval    = key ["@"] "=" values          "@": a value may name a file
//! values    = csv / list / hash
//! csv       = first *("," second)           ends before what turns out to be the next key
//! list      = "[" [item *("," item)] "]"
//! hash      = "{" [key ["@"] "=" item *("," …)] "}"
//! item      = list / hash / first
//! first, second = 'quoted' / "quoted" / plain text, in which "\," is a comma
//! ```
//!
//! Nothing here decides whether a member may be there or a value is right: `validate` does.

use super::paramfile::{self, LoadError};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::{self, Shape};
use crate::python::key::Members;
use crate::python::{self, value::Value};

/// How deep lists and hashes may nest; Python gives up somewhat later.
const DEEPEST: usize = 200;

/// Reads a text that stands for the value of `option`.
pub fn parse(option: &str, text: &str, environment: &Environment) -> Result<Value> {
    let text: Vec<char> = text.chars().collect();
    let mut parser = Parser {
        text: &text,
        at: 0,
        depth: 0,
        loads_files: false,
        environment,
    };
    parser.parameter().map_err(|failure| match failure {
        Failure::Syntax(misfit) => Error::parsing(option, misfit.described(&text)),
        // The AWS CLI lets these through without naming the option.
        Failure::File(LoadError::Unreadable(message)) => Error::general(message),
        Failure::File(LoadError::Other(error)) => error,
    })
}

/// Turns what syntax alone has found into what `shape` holds: a lone value into a list of one,
/// digits into numbers.
pub fn coerce(value: &mut Value, shape: &Shape) -> Result<()> {
    match (&shape.kind, value) {
        (model::Kind::Structure(structure), Value::Map(members)) => {
            for member in structure.members_of_aws_cli() {
                if let Some(value) = members.get_mut(member.name) {
                    coerce_member(value, member.shape)?;
                }
            }
        }
        (model::Kind::List(item), Value::List(items)) => {
            for value in items {
                coerce_member(value, item)?;
            }
        }
        (model::Kind::Map { value: shape, .. }, Value::Map(members)) => {
            for value in members.values_mut() {
                coerce_member(value, shape)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn coerce_member(value: &mut Value, shape: &Shape) -> Result<()> {
    match &shape.kind {
        model::Kind::List(_) if !matches!(value, Value::List(_)) => {
            *value = Value::List(vec![std::mem::replace(value, Value::Null)]);
            Ok(())
        }
        model::Kind::Integer | model::Kind::Long => {
            *value = integer(value)?;
            Ok(())
        }
        model::Kind::Boolean => {
            match value {
                Value::String(text) if text.eq_ignore_ascii_case("true") => {
                    *value = Value::Bool(true);
                }
                Value::String(text) if text.eq_ignore_ascii_case("false") => {
                    *value = Value::Bool(false);
                }
                _ => {}
            }
            Ok(())
        }
        _ => coerce(value, shape),
    }
}

fn integer(value: &Value) -> Result<Value> {
    match value {
        Value::String(text) => super::integer_of_text(text),
        Value::Bytes(bytes) => super::integer_of_bytes(bytes),
        other => Err(Error::general(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            other.python_type()
        ))),
    }
}

enum Failure {
    /// Not the syntax. Comma lists run into many of these on their way, so that it is put into
    /// words only in the end.
    Syntax(Misfit),
    /// A file that cannot be loaded.
    File(LoadError),
}

/// What does not fit the syntax, and where.
enum Misfit {
    Unexpected {
        expected: &'static str,
        received: Received,
        at: usize,
    },
    Repeated {
        key: String,
        at: usize,
    },
    TooDeep {
        at: usize,
    },
}

/// What stands where something else was expected.
enum Received {
    Character(char),
    End,
    Nothing,
}

impl Misfit {
    fn described(&self, text: &[char]) -> String {
        match self {
            Misfit::Unexpected {
                expected,
                received,
                at,
            } => {
                let received = match received {
                    Received::Character(c) => c.to_string(),
                    Received::End => "EOF".to_string(),
                    Received::Nothing => "<none>".to_string(),
                };
                let place = place(text, *at);
                format!("Expected: '{expected}', received: '{received}' for input:\n {place}")
            }
            Misfit::Repeated { key, at } => format!(
                "Second instance of key \"{key}\" encountered for input:\n{}\nThis is often \
                 because there is a preceding \",\" instead of a space.",
                place(text, *at)
            ),
            Misfit::TooDeep { at } => {
                format!("Nested too deeply for input:\n {}", place(text, *at))
            }
        }
    }
}

/// The line of the text that `at` is in, with everything around it, and a caret below.
fn place(text: &[char], at: usize) -> String {
    let at = at.min(text.len());
    let line_start = text[..at]
        .iter()
        .rposition(|c| *c == '\n')
        .map_or(0, |newline| newline + 1);
    let line_end = text[at..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(text.len(), |newline| at + newline);
    let until: String = text[..line_end].iter().collect();
    let after: String = text[line_end..].iter().collect();
    format!("{until}\n{}^{after}", " ".repeat(at - line_start))
}

type Parsed<T> = std::result::Result<T, Failure>;

struct Parser<'a> {
    text: &'a [char],
    /// Index of the character that comes next.
    at: usize,
    depth: usize,
    /// Whether the key had an `@`, so that values may name files.
    loads_files: bool,
    environment: &'a Environment,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(
            self.peek(),
            Some(' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
        ) {
            self.at += 1;
        }
    }

    fn unexpected(&self, expected: &'static str, received: Received) -> Failure {
        Failure::Syntax(Misfit::Unexpected {
            expected,
            received,
            at: self.at,
        })
    }

    fn expect(&mut self, expected: char) -> Parsed<()> {
        let received = match self.peek() {
            Some(c) if c == expected => {
                self.at += 1;
                return Ok(());
            }
            Some(c) => Received::Character(c),
            None => Received::End,
        };
        let expected = match expected {
            ',' => ",",
            '=' => "=",
            ']' => "]",
            _ => "}",
        };
        Err(self.unexpected(expected, received))
    }

    fn expect_spaced(&mut self, expected: char) -> Parsed<()> {
        self.skip_space();
        self.expect(expected)?;
        self.skip_space();
        Ok(())
    }

    /// `parameter = keyval *("," keyval)`
    fn parameter(&mut self) -> Parsed<Value> {
        let mut members = Members::new();
        let (key, value) = self.keyval()?;
        members.insert(key.into(), value);
        let mut last = self.at;
        while self.at < self.text.len() {
            self.expect_spaced(',')?;
            let (key, value) = self.keyval()?;
            if members.contains_key(key.as_str()) {
                return Err(Failure::Syntax(Misfit::Repeated { key, at: last + 1 }));
            }
            members.insert(key.into(), value);
            last = self.at;
        }
        Ok(Value::Map(members))
    }

    /// `keyval = key ["@"] "=" values`
    fn keyval(&mut self) -> Parsed<(String, Value)> {
        let key = self.key_and_sign()?;
        let value = match self.peek() {
            None => Value::String(String::new()),
            Some('[') => self.nested(Self::list)?,
            Some('{') => self.nested(Self::hash)?,
            Some(_) => self.csv()?,
        };
        Ok((key, value))
    }

    fn key_and_sign(&mut self) -> Parsed<String> {
        let start = self.at;
        let in_key = |c: char| c.is_ascii_alphanumeric() || "-_.#/:".contains(c);
        while self.peek().is_some_and(in_key) {
            self.at += 1;
        }
        let key = self.text[start..self.at].iter().collect();
        self.skip_space();
        self.loads_files = self.peek() == Some('@');
        if self.loads_files {
            self.at += 1;
        }
        self.expect_spaced('=')?;
        Ok(key)
    }

    /// `csv = first *("," second)`
    ///
    /// `a=1,b=2` looks like a list until the second `=` shows that `b` is a key; then the comma
    /// before it is where the list has ended.
    fn csv(&mut self) -> Parsed<Value> {
        let first = self.first()?;
        self.skip_space();
        if self.peek() != Some(',') {
            return Ok(first);
        }
        self.expect_spaced(',')?;
        let mut items = vec![first];
        loop {
            match self.second_and_comma() {
                Ok((item, more)) => {
                    items.push(item);
                    if !more {
                        break;
                    }
                }
                Err(failure @ Failure::Syntax(_)) if self.at >= self.text.len() => {
                    return Err(failure);
                }
                Err(Failure::Syntax(_)) => {
                    // A comma was passed on the way here, so there is one to go back to.
                    while self.at > 0 && self.text[self.at] != ',' {
                        self.at -= 1;
                    }
                    break;
                }
                Err(failure) => return Err(failure),
            }
        }
        if items.len() == 1 {
            return Ok(items.remove(0));
        }
        Ok(Value::List(items))
    }

    /// The next entry of a comma list, and whether a comma follows it.
    fn second_and_comma(&mut self) -> Parsed<(Value, bool)> {
        let item = self.second()?;
        self.skip_space();
        if self.at >= self.text.len() {
            return Ok((item, false));
        }
        self.expect_spaced(',')?;
        Ok((item, true))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Value>) -> Parsed<Value> {
        if self.depth == DEEPEST {
            return Err(Failure::Syntax(Misfit::TooDeep { at: self.at }));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// `list = "[" [item *("," item)] "]"`, behind its bracket
    fn list(&mut self) -> Parsed<Value> {
        let mut items = Vec::new();
        while self.peek() != Some(']') {
            items.push(self.item()?);
            self.skip_space();
            self.comma_unless(']')?;
        }
        self.expect(']')?;
        Ok(Value::List(items))
    }

    /// `hash = "{" [key ["@"] "=" item *("," …)] "}"`, behind its brace
    fn hash(&mut self) -> Parsed<Value> {
        let mut members = Members::new();
        while self.peek() != Some('}') {
            let key = self.key_and_sign()?;
            let value = self.item()?;
            self.skip_space();
            self.comma_unless('}')?;
            members.insert(key.into(), value);
        }
        self.expect('}')?;
        Ok(Value::Map(members))
    }

    fn comma_unless(&mut self, end: char) -> Parsed<()> {
        if self.peek() != Some(end) {
            self.expect(',')?;
            self.skip_space();
        }
        Ok(())
    }

    /// `item = list / hash / first`
    fn item(&mut self) -> Parsed<Value> {
        match self.peek() {
            Some('[') => self.nested(Self::list),
            Some('{') => self.nested(Self::hash),
            _ => self.first(),
        }
    }

    /// A value behind a key or in a list; nothing at all is an empty text.
    fn first(&mut self) -> Parsed<Value> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => {
                let text = self.plain(follows_in_first);
                self.resolve(text.unwrap_or_default())
            }
        }
    }

    /// A further value of a comma list, which must be something.
    fn second(&mut self) -> Parsed<Value> {
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            _ => match self.plain(follows_in_second) {
                Some(text) => self.resolve(text),
                None => Err(self.unexpected("<second>", Received::Nothing)),
            },
        }
    }

    /// Plain text without the white space behind it; `\,` is a comma.
    fn plain(&mut self, follows: fn(char) -> bool) -> Option<String> {
        let start = self.at;
        while let Some(c) = self.peek() {
            let allowed = if self.at == start {
                starts_plain(c)
            } else {
                follows(c)
            };
            if c == '\\' && self.text.get(self.at + 1) == Some(&',') {
                self.at += 2;
            } else if allowed {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == start {
            return None;
        }
        let text: String = self.text[start..self.at].iter().collect();
        Some(
            text.replace("\\,", ",")
                .trim_end_matches(python::is_space)
                .to_string(),
        )
    }

    /// Text in quotes. It ends at the first such quote without a backslash before it; if there is
    /// none, at the last one with a backslash, which then is no escape.
    fn quoted(&mut self, quote: char) -> Parsed<Value> {
        let start = self.at + 1;
        let mut end = None;
        for at in start..self.text.len() {
            if self.text[at] == quote {
                end = Some(at);
                if at == start || self.text[at - 1] != '\\' {
                    break;
                }
            }
        }
        let Some(end) = end else {
            let name = if quote == '"' {
                "<double quoted>"
            } else {
                "<singled quoted>"
            };
            return Err(self.unexpected(name, Received::Nothing));
        };
        self.at = end + 1;
        let text: String = self.text[start..end].iter().collect();
        let text = text
            .replace(&format!("\\{quote}"), &quote.to_string())
            .replace("\\\\", "\\");
        self.resolve(text)
    }

    fn resolve(&self, text: String) -> Parsed<Value> {
        if self.loads_files
            && let Some(value) = paramfile::load(&text, self.environment).map_err(Failure::File)?
        {
            return Ok(value);
        }
        Ok(Value::String(text))
    }
}

/// What plain text may begin with: no white space, no quote, no comma, none of `=[{`; and, as in
/// the AWS CLI, nothing beyond Unicode's first plane.
fn starts_plain(c: char) -> bool {
    matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='Z' | '\\'..='z' | '|'..='\u{ffff}')
}

/// What plain text directly behind a key or in a list may go on with.
fn follows_in_first(c: char) -> bool {
    python::is_space(c)
        || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='\\' | '^'..='|' | '~'..='\u{ffff}')
}

/// What plain text further on in a comma list may go on with: no `=`, so that a key is noticed.
fn follows_in_second(c: char) -> bool {
    python::is_space(c) || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::model::Operation;
    use proptest::prelude::*;

    fn outcome(text: &str) -> String {
        match parse("--x", text, &Environment::default()) {
            Ok(value) => value.python_str(),
            Err(error) => error.message.replace("Error parsing parameter '--x': ", ""),
        }
    }

    #[test]
    fn syntax_is_read() {
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
    fn refusals_mark_the_place() {
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
    fn the_model_coerces() {
        let operation = Operation::by_command("update-records").expect("an operation");
        let patches = operation
            .input
            .member("RecordPatches")
            .expect("a member")
            .shape;
        let model::Kind::List(patch) = patches.kind else {
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
        let operation = Operation::by_command("set-identity-pool-configuration").expect("it");
        let push_sync = operation.input.member("PushSync").expect("a member").shape;
        let mut value = parse("--x", "ApplicationArns=a", &Environment::default()).expect("valid");
        coerce(&mut value, push_sync).expect("coerced");
        assert_eq!(value.python_str(), "{'ApplicationArns': ['a']}");
    }

    /// Characters that mean something in shorthand, often enough to meet each other.
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
        fn any_text_is_read_or_refused_with_a_caret(text in any_text()) {
            match parse("--x", &text, &Environment::default()) {
                Ok(value) => prop_assert!(matches!(value, Value::Map(_))),
                Err(error) if error.kind == Kind::General => {
                    prop_assert!(error.message.starts_with("Unable to load paramfile"));
                }
                Err(error) => {
                    let caret_alone = |line: &str| line.trim_start() == "^";
                    prop_assert!(error.message.lines().any(caret_alone), "{}", error.message);
                }
            }
        }

        #[test]
        fn quoted_text_comes_back_as_it_was(text in "[^'\\\\]{0,40}") {
            let value = parse("--x", &format!("k='{text}'"), &Environment::default());
            let want = Value::Map(Members::from([("k".into(), Value::String(text))]));
            prop_assert_eq!(value.ok(), Some(want));
        }
    }

    /// Texts that would take hours if any step looked again at what it has passed.
    #[test]
    fn a_megabyte_is_read_in_one_go() {
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
