//! A parser of JMESPath expressions by operator precedence.
//!
//! It accepts and rejects exactly what jmespath.py 1.0.1 does, with the same messages. Some of that
//! is odd (`{a: b c: d}` and `f(a b)` are accepted, and a slice after an index does not project);
//! it is kept, as scripts may rely on it.

mod expressions;
mod projections;

use super::ast::{Ast, AstNode, AstNodeId};
use super::error::QueryError;
use super::lexer;
use super::recursion::{self, MAX_FRAMES};
use super::token::{QueryToken, QueryTokenKind};

/// Parses an expression.
pub(super) fn parse(expression: &str) -> Result<Ast, QueryError> {
    if expression.is_empty() {
        return Err(QueryError::new(
            "Invalid JMESPath expression: cannot be empty.",
        ));
    }
    let tokens = lexer::tokenize(expression)?;
    let mut parser = QueryParser {
        expression,
        tokens,
        index: 0,
        frames: 0,
        nodes: Vec::new(),
    };
    let root = parser.expression(0)?;
    if parser.kind() != QueryTokenKind::Eof {
        let token = parser.token();
        return Err(parser.error(token, &format!("Unexpected token: {}", token.text())));
    }
    Ok(Ast {
        nodes: parser.nodes,
        root,
    })
}

type ParseResult = Result<AstNodeId, QueryError>;

/// The tokens with a cursor, and the nodes parsed so far.
struct QueryParser<'e> {
    expression: &'e str,
    tokens: Vec<QueryToken>,
    /// The index of the current token.
    index: usize,
    /// How many stack frames Python would use at this point.
    frames: usize,
    nodes: Vec<AstNode>,
}

impl QueryParser<'_> {
    /// The token `ahead` positions on; past the end, `Eof`.
    fn lookahead(&self, ahead: usize) -> &QueryToken {
        &self.tokens[(self.index + ahead).min(self.tokens.len() - 1)]
    }

    /// The token `back` positions before the current one.
    fn lookback(&self, back: usize) -> &QueryToken {
        &self.tokens[self.index.saturating_sub(back).min(self.tokens.len() - 1)]
    }

    fn token(&self) -> &QueryToken {
        self.lookahead(0)
    }

    fn kind(&self) -> QueryTokenKind {
        self.token().kind
    }

    fn advance(&mut self) {
        self.index += 1;
    }

    fn add(&mut self, node: AstNode) -> AstNodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn error(&self, token: &QueryToken, message: &str) -> QueryError {
        self.error_at(token.start, token, message)
    }

    fn error_at(&self, start: usize, token: &QueryToken, message: &str) -> QueryError {
        QueryError::new(format!(
            "{message}: Parse error at column {start}, token \"{}\" ({}), for expression:\n\"{}\"\n{}^",
            token.text(),
            token.kind.name().to_uppercase(),
            self.expression,
            " ".repeat(start + 1),
        ))
    }

    fn incomplete(&self) -> QueryError {
        let expression = self.expression;
        let indent = " ".repeat(expression.chars().count() + 1);
        QueryError::new(format!(
            "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{indent}^"
        ))
    }

    fn unexpected(&self, wanted: &str) -> QueryError {
        match self.kind() {
            QueryTokenKind::Eof => self.incomplete(),
            kind => self.error(
                self.token(),
                &format!("Expecting: {wanted}, got: {}", kind.name()),
            ),
        }
    }

    fn require(&mut self, kind: QueryTokenKind) -> Result<(), QueryError> {
        if self.kind() != kind {
            return Err(self.unexpected(kind.name()));
        }
        self.advance();
        Ok(())
    }

    /// Runs a parse on which Python would spend so many stack frames.
    fn with_frames(
        &mut self,
        frames: usize,
        parse: impl FnOnce(&mut Self) -> ParseResult,
    ) -> ParseResult {
        self.frames += frames;
        if self.frames > MAX_FRAMES {
            return Err(recursion::too_deep());
        }
        let parsed = parse(self)?;
        self.frames -= frames;
        Ok(parsed)
    }
}

/// How strongly a token binds to the expression on its left.
fn binding_power(kind: QueryTokenKind) -> u8 {
    match kind {
        QueryTokenKind::Pipe => 1,
        QueryTokenKind::Or => 2,
        QueryTokenKind::And => 3,
        QueryTokenKind::Eq
        | QueryTokenKind::Gt
        | QueryTokenKind::Lt
        | QueryTokenKind::Gte
        | QueryTokenKind::Lte
        | QueryTokenKind::Ne => 5,
        QueryTokenKind::Flatten => 9,
        QueryTokenKind::Star => 20,
        QueryTokenKind::Filter => 21,
        QueryTokenKind::Dot => 40,
        QueryTokenKind::Not => 45,
        QueryTokenKind::Lbrace => 50,
        QueryTokenKind::Lbracket => 55,
        QueryTokenKind::Lparen => 60,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::recursion::TOO_DEEP;
    use super::*;

    fn message(expression: &str) -> String {
        parse(expression)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    const INCOMPLETE: [&str; 11] = [
        " ", "a[", "[0", "a[?b", "{a: b", "f(a", "a ==", "a.[", "a | ", "&", "[*",
    ];

    /// Expression, message, column, token and its kind.
    const WRONG: [(&str, &str, usize, &str, &str); 29] = [
        (
            "a.",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof",
            2,
            "",
            "EOF",
        ),
        ("a b", "Unexpected token: b", 2, "b", "UNQUOTED_IDENTIFIER"),
        (
            "a `[1.0, null]`",
            "Unexpected token: [1.0, None]",
            2,
            "[1.0, None]",
            "LITERAL",
        ),
        ("a 'x'", "Unexpected token: x", 2, "x", "LITERAL"),
        ("a[0:1:2:3]", "syntax error", 7, ":", "COLON"),
        (
            "a[1 2]",
            "Expecting: rbracket, got: number",
            4,
            "2",
            "NUMBER",
        ),
        (
            "a[b]",
            "Expecting: star, got: unquoted_identifier",
            2,
            "b",
            "UNQUOTED_IDENTIFIER",
        ),
        ("*a", "Unexpected token: a", 1, "a", "UNQUOTED_IDENTIFIER"),
        ("a!", "invalid token", 1, "!", "NOT"),
        ("a{b: c}", "invalid token", 1, "{", "LBRACE"),
        (
            "{`1`: a}",
            "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: literal",
            1,
            "1",
            "LITERAL",
        ),
        (
            "{a b}",
            "Expecting: colon, got: unquoted_identifier",
            3,
            "b",
            "UNQUOTED_IDENTIFIER",
        ),
        (
            "a.`1`",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: literal",
            2,
            "1",
            "LITERAL",
        ),
        (
            "a.(b)",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: lparen",
            2,
            "(",
            "LPAREN",
        ),
        ("[a,]", "invalid token", 3, "]", "RBRACKET"),
        (
            "[a b]",
            "Expecting: comma, got: unquoted_identifier",
            3,
            "b",
            "UNQUOTED_IDENTIFIER",
        ),
        ("@(a)", "Invalid function name '@'", 0, "@", "CURRENT"),
        ("f(a)(b)", "Invalid function name ')'", 3, ")", "RPAREN"),
        (
            r#""f"(a)"#,
            "Quoted identifier not allowed for function names.",
            0,
            "(",
            "LPAREN",
        ),
        ("f(,)", "invalid token", 2, ",", "COMMA"),
        ("-1", "invalid token", 0, "-1", "NUMBER"),
        (
            "a[*]b",
            "Unexpected token: b",
            4,
            "b",
            "UNQUOTED_IDENTIFIER",
        ),
        ("a[*]{b: c}", "syntax error", 4, "{", "LBRACE"),
        ("a[] ]", "Unexpected token: ]", 4, "]", "RBRACKET"),
        (")", "invalid token", 0, ")", "RPAREN"),
        (
            "a[99999999999999999999 x]",
            "Expecting: rbracket, got: unquoted_identifier",
            23,
            "x",
            "UNQUOTED_IDENTIFIER",
        ),
        ("007", "invalid token", 0, "7", "NUMBER"),
        ("[::", "syntax error", 3, "", "EOF"),
        (
            "'é' b",
            "Unexpected token: b",
            4,
            "b",
            "UNQUOTED_IDENTIFIER",
        ),
    ];

    #[test]
    fn reports_incomplete_expressions() {
        for expression in INCOMPLETE {
            let indent = " ".repeat(expression.chars().count() + 1);
            let wanted = format!(
                "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{indent}^"
            );
            assert_eq!(message(expression), wanted);
        }
        assert_eq!(message(""), "Invalid JMESPath expression: cannot be empty.");
    }

    #[test]
    fn names_misplaced_tokens_with_their_column() {
        for (expression, reason, column, token, kind) in WRONG {
            let indent = " ".repeat(column + 1);
            let wanted = format!(
                "{reason}: Parse error at column {column}, token \"{token}\" ({kind}), \
                 for expression:\n\"{expression}\"\n{indent}^"
            );
            assert_eq!(message(expression), wanted);
        }
    }

    #[test]
    fn accepts_what_jmespath_py_accepts() {
        for expression in [
            "{a: b c: d}",
            "f(a b)",
            "f(a,)",
            "(f)(a)",
            "(\"f\")(a)",
            "a[0:1 2]",
            "[::]",
            "*[?a]",
            "a.*.b",
        ] {
            assert_eq!(message(expression), "", "{expression}");
        }
    }

    #[test]
    fn limits_nesting_but_not_chains() {
        for part in ["[", "(", "!", "& ", "{a:", "f(", "[?", "a.[", "a[*]."] {
            assert_eq!(message(&part.repeat(100_000)), TOO_DEEP, "{part}");
        }
        assert_eq!(message(&format!("a{}", "[*].a".repeat(100_000))), TOO_DEEP);
        for part in ["||a", "|a", ".a", "[0]", "[0].a", "[]", "==a"] {
            assert_eq!(message(&format!("a{}", part.repeat(100_000))), "", "{part}");
        }
    }
}
