//! Splits a JMESPath expression into tokens exactly as jmespath.py 1.0.1 does, errors included.
//!
//! It does not judge the order of the tokens. Positions count characters, as in Python.

use super::error::QueryError;
use super::literal::{self, LoadError};
use super::number::{MAX_INT_DIGITS, Num};
use super::render;
use super::values::Item;
use serde_json::Value;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    And,
    Colon,
    Comma,
    Current,
    Dot,
    Eof,
    Eq,
    Expref,
    Filter,
    Flatten,
    Gt,
    Gte,
    Lbrace,
    Lbracket,
    Literal,
    Lparen,
    Lt,
    Lte,
    Ne,
    Not,
    Number,
    Or,
    Pipe,
    QuotedIdentifier,
    Rbrace,
    Rbracket,
    Rparen,
    Star,
    UnquotedIdentifier,
}

impl Kind {
    /// The name that error messages use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::And => "and",
            Kind::Colon => "colon",
            Kind::Comma => "comma",
            Kind::Current => "current",
            Kind::Dot => "dot",
            Kind::Eof => "eof",
            Kind::Eq => "eq",
            Kind::Expref => "expref",
            Kind::Filter => "filter",
            Kind::Flatten => "flatten",
            Kind::Gt => "gt",
            Kind::Gte => "gte",
            Kind::Lbrace => "lbrace",
            Kind::Lbracket => "lbracket",
            Kind::Literal => "literal",
            Kind::Lparen => "lparen",
            Kind::Lt => "lt",
            Kind::Lte => "lte",
            Kind::Ne => "ne",
            Kind::Not => "not",
            Kind::Number => "number",
            Kind::Or => "or",
            Kind::Pipe => "pipe",
            Kind::QuotedIdentifier => "quoted_identifier",
            Kind::Rbrace => "rbrace",
            Kind::Rbracket => "rbracket",
            Kind::Rparen => "rparen",
            Kind::Star => "star",
            Kind::UnquotedIdentifier => "unquoted_identifier",
        }
    }
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    /// Punctuation, as written.
    Symbol(&'static str),
    /// An identifier.
    Name(String),
    /// A literal.
    Json(Value),
    /// A number between brackets.
    Int(Num),
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Its kind.
    pub(super) kind: Kind,
    /// Its value.
    pub(super) payload: Payload,
    /// Where it starts, in characters.
    pub(super) start: usize,
}

impl Token {
    /// The value as `%s` shows it in Python.
    pub(super) fn text(&self) -> String {
        match &self.payload {
            Payload::Symbol(symbol) => (*symbol).to_owned(),
            Payload::Name(name) => name.clone(),
            Payload::Json(value) => render::python_str(&Item::from(value)),
            Payload::Int(num) => num.text(),
        }
    }
}

/// Splits an expression; the last token is always `Eof`.
pub(super) fn tokenize(expression: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = expression.chars().collect();
    let mut lexer = Lexer {
        expression,
        chars: &chars,
        position: 0,
    };
    let mut tokens = Vec::new();
    while let Some(char) = lexer.peek() {
        let start = lexer.position;
        if matches!(char, ' ' | '\t' | '\n' | '\r') {
            lexer.position += 1;
            continue;
        }
        let (kind, payload) = lexer.token(char)?;
        tokens.push(Token {
            kind,
            payload,
            start,
        });
    }
    tokens.push(Token {
        kind: Kind::Eof,
        payload: Payload::Symbol(""),
        start: chars.len(),
    });
    Ok(tokens)
}

type Lexed = Result<(Kind, Payload), QueryError>;

struct Lexer<'e> {
    expression: &'e str,
    chars: &'e [char],
    position: usize,
}

impl<'e> Lexer<'e> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.position).copied()
    }

    fn error(&self, position: usize, message: &str) -> QueryError {
        let indent = " ".repeat(position);
        let expression = self.expression;
        QueryError::new(format!(
            "Bad jmespath expression: {message}:\n{expression}\n{indent}^"
        ))
    }

    /// Reads the token that begins with `first`.
    fn token(&mut self, first: char) -> Lexed {
        match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let name = self.take_while(|char| char.is_ascii_alphanumeric() || char == '_');
                return Ok((Kind::UnquotedIdentifier, Payload::Name(name)));
            }
            '0'..='9' | '-' => return self.number(),
            '\'' => return self.raw_string(),
            '`' => return self.literal(),
            '"' => return self.quoted_identifier(),
            _ => {}
        }
        let start = self.position;
        self.position += 1;
        let (kind, symbol) = match (first, self.peek()) {
            ('[', Some(']')) => (Kind::Flatten, "[]"),
            ('[', Some('?')) => (Kind::Filter, "[?"),
            ('|', Some('|')) => (Kind::Or, "||"),
            ('&', Some('&')) => (Kind::And, "&&"),
            ('<', Some('=')) => (Kind::Lte, "<="),
            ('>', Some('=')) => (Kind::Gte, ">="),
            ('!', Some('=')) => (Kind::Ne, "!="),
            ('=', Some('=')) => (Kind::Eq, "=="),
            ('=', _) => return Err(self.error(start, "Unknown token '='")),
            _ => match symbol(first) {
                Some(found) => found,
                None => return Err(self.error(start, &format!("Unknown token {first}"))),
            },
        };
        self.position = start + symbol.len();
        Ok((kind, Payload::Symbol(symbol)))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.chars.get(self.position..).unwrap_or_default();
        let taken: String = rest.iter().take_while(|&&char| wanted(char)).collect();
        // Only ASCII is ever wanted here, so bytes count characters.
        self.position += taken.len();
        taken
    }

    fn number(&mut self) -> Lexed {
        let start = self.position;
        let sign = if self.peek() == Some('-') { "-" } else { "" };
        self.position += sign.len();
        let digits = self.take_while(|char| char.is_ascii_digit());
        let count = digits.len();
        if count > MAX_INT_DIGITS {
            return Err(QueryError::new(format!(
                "Exceeds the limit ({MAX_INT_DIGITS} digits) for integer string conversion: value \
                 has {count} digits; use sys.set_int_max_str_digits() to increase the limit"
            )));
        }
        match Num::from_int_text(&format!("{sign}{digits}")) {
            Some(num) => Ok((Kind::Number, Payload::Int(num))),
            None => Err(self.error(start, "Unknown token '-'")),
        }
    }

    /// The text up to an unescaped delimiter, escapes kept.
    fn delimited(&mut self, delimiter: char) -> Result<&'e [char], QueryError> {
        let start = self.position;
        let mut end = start + 1;
        loop {
            match self.chars.get(end) {
                None => return Err(self.error(start, &format!("Unclosed {delimiter} delimiter"))),
                Some(&char) if char == delimiter => break,
                Some('\\') => end += 2,
                Some(_) => end += 1,
            }
        }
        self.position = end + 1;
        Ok(&self.chars[start + 1..end])
    }

    fn raw_string(&mut self) -> Lexed {
        let text = unescape(self.delimited('\'')?, '\'').into_iter().collect();
        Ok((Kind::Literal, Payload::Json(Value::String(text))))
    }

    fn quoted_identifier(&mut self) -> Lexed {
        let start = self.position;
        let lexeme = self.delimited('"')?;
        match literal::loads_quoted(lexeme) {
            Ok(name) => Ok((Kind::QuotedIdentifier, Payload::Name(name))),
            Err(LoadError::Invalid(message) | LoadError::TooDeep(message)) => {
                Err(self.error(start, message))
            }
        }
    }

    fn literal(&mut self) -> Lexed {
        let start = self.position;
        let lexeme = unescape(self.delimited('`')?, '`');
        let loaded = match literal::loads(&lexeme) {
            // What is no JSON counts as the inside of a JSON string, an old form still accepted.
            Err(LoadError::Invalid(_)) => {
                let space = lexeme
                    .iter()
                    .take_while(|&&char| is_python_space(char))
                    .count();
                literal::loads_quoted(&lexeme[space..]).map(Value::String)
            }
            loaded => loaded,
        };
        match loaded {
            Ok(value) => Ok((Kind::Literal, Payload::Json(value))),
            Err(LoadError::TooDeep(message)) => Err(QueryError::new(message)),
            Err(LoadError::Invalid(_)) => {
                let lexeme: String = lexeme.iter().collect();
                Err(self.error(start, &format!("Bad token {lexeme}")))
            }
        }
    }
}

/// The tokens of one character, those included that may also begin a longer token.
fn symbol(char: char) -> Option<(Kind, &'static str)> {
    Some(match char {
        '.' => (Kind::Dot, "."),
        '*' => (Kind::Star, "*"),
        '[' => (Kind::Lbracket, "["),
        ']' => (Kind::Rbracket, "]"),
        ',' => (Kind::Comma, ","),
        ':' => (Kind::Colon, ":"),
        '@' => (Kind::Current, "@"),
        '(' => (Kind::Lparen, "("),
        ')' => (Kind::Rparen, ")"),
        '{' => (Kind::Lbrace, "{"),
        '}' => (Kind::Rbrace, "}"),
        '|' => (Kind::Pipe, "|"),
        '&' => (Kind::Expref, "&"),
        '<' => (Kind::Lt, "<"),
        '>' => (Kind::Gt, ">"),
        '!' => (Kind::Not, "!"),
        _ => return None,
    })
}

/// Removes the backslash before each delimiter, paying no heed to other backslashes.
fn unescape(lexeme: &[char], delimiter: char) -> Vec<char> {
    let mut text: Vec<char> = Vec::with_capacity(lexeme.len());
    for &char in lexeme {
        if char == delimiter && text.last() == Some(&'\\') {
            text.pop();
        }
        text.push(char);
    }
    text
}

/// What Python's `str.lstrip()` takes away.
fn is_python_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\u{1c}'..='\u{1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(expression: &str) -> String {
        match tokenize(expression) {
            Err(error) => error.to_string(),
            Ok(tokens) => {
                let shown = tokens
                    .iter()
                    .map(|token| format!("{}:{}:{}", token.start, token.kind.name(), token.text()));
                shown.collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn tokens_carry_kind_value_and_position() {
        for (expression, tokens) in [
            (
                "a.b[0]",
                "0:unquoted_identifier:a 1:dot:. 2:unquoted_identifier:b 3:lbracket:[ 4:number:0 5:rbracket:] 6:eof:",
            ),
            (
                "[] [?<=<",
                "0:flatten:[] 3:filter:[? 5:lte:<= 7:lt:< 8:eof:",
            ),
            (
                "||| &&& !=!",
                "0:or:|| 2:pipe:| 4:and:&& 6:expref:& 8:ne:!= 10:not:! 11:eof:",
            ),
            ("é", "Bad jmespath expression: Unknown token é:\né\n^"),
            ("'é' -012", "0:literal:é 4:number:-12 8:eof:"),
            ("-0 *", "0:number:0 3:star:* 4:eof:"),
            ("`[true, 'x']`", "0:literal:[true, 'x'] 13:eof:"),
            (r"`[1.0, null, {}]`", "0:literal:[1.0, None, {}] 17:eof:"),
            (r"` foo\`bar`", "0:literal:foo`bar 11:eof:"),
            (r"'\'\\\n'", r"0:literal:'\\\n 8:eof:"),
            (r#""\u00e9\"" "#, "0:quoted_identifier:é\" 11:eof:"),
        ] {
            assert_eq!(lex(expression), tokens, "{expression}");
        }
    }

    #[test]
    fn errors_point_at_the_token() {
        for (expression, message) in [
            ("a = b", "Unknown token '=':\na = b\n  ^"),
            ("a =", "Unknown token '=':\na =\n  ^"),
            ("a -", "Unknown token '-':\na -\n  ^"),
            ("a.'b", "Unclosed ' delimiter:\na.'b\n  ^"),
            ("`", "Unclosed ` delimiter:\n`\n^"),
            (r"'a\'", "Unclosed ' delimiter:\n'a\\'\n^"),
            (r#" "\x""#, "Invalid \\escape:\n \"\\x\"\n ^"),
            (r#" `"a` "#, "Bad token \"a:\n `\"a` \n ^"),
            ("a #", "Unknown token #:\na #\n  ^"),
        ] {
            assert_eq!(
                lex(expression),
                format!("Bad jmespath expression: {message}")
            );
        }
        assert!(lex(&"1".repeat(4301)).starts_with("Exceeds the limit (4300 digits)"));
    }
}
