//! The lexer of JMESPath expressions: the tokens and errors of jmespath.py 1.0.1.
//!
//! The parser checks the order of the tokens. Positions count characters, as in Python.

use super::error::QueryError;
use super::literal::{self, LoadError};
use super::number::QueryNumber;
use super::token::{QueryToken, QueryTokenKind, TokenValue};
use crate::python::MAX_INT_DIGITS;
use serde_json::Value;

/// Splits an expression; the last token is always `Eof`.
pub(super) fn tokenize(expression: &str) -> Result<Vec<QueryToken>, QueryError> {
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
        let (kind, value) = lexer.token(char)?;
        tokens.push(QueryToken { kind, value, start });
    }
    tokens.push(QueryToken {
        kind: QueryTokenKind::Eof,
        value: TokenValue::Symbol(""),
        start: chars.len(),
    });
    Ok(tokens)
}

type LexResult = Result<(QueryTokenKind, TokenValue), QueryError>;

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
    fn token(&mut self, first: char) -> LexResult {
        match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let name = self.take_while(|char| char.is_ascii_alphanumeric() || char == '_');
                return Ok((QueryTokenKind::UnquotedIdentifier, TokenValue::Name(name)));
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
            ('[', Some(']')) => (QueryTokenKind::Flatten, "[]"),
            ('[', Some('?')) => (QueryTokenKind::Filter, "[?"),
            ('|', Some('|')) => (QueryTokenKind::Or, "||"),
            ('&', Some('&')) => (QueryTokenKind::And, "&&"),
            ('<', Some('=')) => (QueryTokenKind::Lte, "<="),
            ('>', Some('=')) => (QueryTokenKind::Gte, ">="),
            ('!', Some('=')) => (QueryTokenKind::Ne, "!="),
            ('=', Some('=')) => (QueryTokenKind::Eq, "=="),
            ('=', _) => return Err(self.error(start, "Unknown token '='")),
            _ => match symbol(first) {
                Some(found) => found,
                None => return Err(self.error(start, &format!("Unknown token {first}"))),
            },
        };
        self.position = start + symbol.len();
        Ok((kind, TokenValue::Symbol(symbol)))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.chars.get(self.position..).unwrap_or_default();
        let taken: String = rest.iter().take_while(|&&char| wanted(char)).collect();
        // Callers accept ASCII only, so that bytes count characters.
        self.position += taken.len();
        taken
    }

    fn number(&mut self) -> LexResult {
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
        match QueryNumber::from_int_text(&format!("{sign}{digits}")) {
            Some(num) => Ok((QueryTokenKind::Number, TokenValue::Int(num))),
            None => Err(self.error(start, "Unknown token '-'")),
        }
    }

    /// Takes the text up to an unescaped delimiter, with its escapes.
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

    fn raw_string(&mut self) -> LexResult {
        let text = unescape(self.delimited('\'')?, '\'').into_iter().collect();
        Ok((
            QueryTokenKind::Literal,
            TokenValue::Json(Value::String(text)),
        ))
    }

    fn quoted_identifier(&mut self) -> LexResult {
        let start = self.position;
        let lexeme = self.delimited('"')?;
        match literal::loads_quoted(lexeme) {
            Ok(name) => Ok((QueryTokenKind::QuotedIdentifier, TokenValue::Name(name))),
            Err(LoadError::Invalid(message) | LoadError::TooDeep(message)) => {
                Err(self.error(start, message))
            }
        }
    }

    fn literal(&mut self) -> LexResult {
        let start = self.position;
        let lexeme = unescape(self.delimited('`')?, '`');
        let loaded = match literal::loads(&lexeme) {
            // Invalid JSON is read as the inside of a JSON string, an old form still accepted.
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
            Ok(value) => Ok((QueryTokenKind::Literal, TokenValue::Json(value))),
            Err(LoadError::TooDeep(message)) => Err(QueryError::new(message)),
            Err(LoadError::Invalid(_)) => {
                let lexeme: String = lexeme.iter().collect();
                Err(self.error(start, &format!("Bad token {lexeme}")))
            }
        }
    }
}

/// The token of a single character, which may also begin a longer token.
fn symbol(char: char) -> Option<(QueryTokenKind, &'static str)> {
    Some(match char {
        '.' => (QueryTokenKind::Dot, "."),
        '*' => (QueryTokenKind::Star, "*"),
        '[' => (QueryTokenKind::Lbracket, "["),
        ']' => (QueryTokenKind::Rbracket, "]"),
        ',' => (QueryTokenKind::Comma, ","),
        ':' => (QueryTokenKind::Colon, ":"),
        '@' => (QueryTokenKind::Current, "@"),
        '(' => (QueryTokenKind::Lparen, "("),
        ')' => (QueryTokenKind::Rparen, ")"),
        '{' => (QueryTokenKind::Lbrace, "{"),
        '}' => (QueryTokenKind::Rbrace, "}"),
        '|' => (QueryTokenKind::Pipe, "|"),
        '&' => (QueryTokenKind::Expref, "&"),
        '<' => (QueryTokenKind::Lt, "<"),
        '>' => (QueryTokenKind::Gt, ">"),
        '!' => (QueryTokenKind::Not, "!"),
        _ => return None,
    })
}

/// Removes the backslash before each delimiter and leaves other backslashes.
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

/// Whether Python's `str.lstrip()` removes the character.
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
    fn returns_kind_value_and_position_of_tokens() {
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
    fn points_at_tokens_in_errors() {
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
