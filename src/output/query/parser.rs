//! A parser of JMESPath expressions by operator precedence.
//!
//! It accepts and rejects exactly what jmespath.py 1.0.1 does, with the same messages. Some of that
//! is odd (`{a: b c: d}` and `f(a b)` are accepted, and a slice after an index does not project);
//! it is kept, as scripts may rely on it.

use super::ast::{Ast, ChainKind, Comparator, Node, NodeId};
use super::error::QueryError;
use super::lexer;
use super::number::Num;
use super::recursion::{self, MAX_FRAMES};
use super::token::{Token, TokenKind, TokenValue};

/// Parses an expression.
pub(super) fn parse(expression: &str) -> Result<Ast, QueryError> {
    if expression.is_empty() {
        return Err(QueryError::new(
            "Invalid JMESPath expression: cannot be empty.",
        ));
    }
    let tokens = lexer::tokenize(expression)?;
    let mut parser = Parser {
        expression,
        tokens,
        index: 0,
        frames: 0,
        nodes: Vec::new(),
    };
    let root = parser.expression(0)?;
    if parser.kind() != TokenKind::Eof {
        let token = parser.token();
        return Err(parser.error(token, &format!("Unexpected token: {}", token.text())));
    }
    Ok(Ast {
        nodes: parser.nodes,
        root,
    })
}

/// How strongly a token binds to the expression on its left.
fn binding_power(kind: TokenKind) -> u8 {
    match kind {
        TokenKind::Pipe => 1,
        TokenKind::Or => 2,
        TokenKind::And => 3,
        TokenKind::Eq
        | TokenKind::Gt
        | TokenKind::Lt
        | TokenKind::Gte
        | TokenKind::Lte
        | TokenKind::Ne => 5,
        TokenKind::Flatten => 9,
        TokenKind::Star => 20,
        TokenKind::Filter => 21,
        TokenKind::Dot => 40,
        TokenKind::Not => 45,
        TokenKind::Lbrace => 50,
        TokenKind::Lbracket => 55,
        TokenKind::Lparen => 60,
        _ => 0,
    }
}

/// Tokens that bind less than this end a projection.
const PROJECTION_STOP: u8 = 10;

type Parsed = Result<NodeId, QueryError>;

struct Parser<'e> {
    expression: &'e str,
    tokens: Vec<Token>,
    index: usize,
    frames: usize,
    nodes: Vec<Node>,
}

impl Parser<'_> {
    /// The token `ahead` positions on; past the end, `Eof`.
    fn lookahead(&self, ahead: usize) -> &Token {
        &self.tokens[(self.index + ahead).min(self.tokens.len() - 1)]
    }

    /// The token `back` positions before the current one.
    fn lookback(&self, back: usize) -> &Token {
        &self.tokens[self.index.saturating_sub(back).min(self.tokens.len() - 1)]
    }

    fn token(&self) -> &Token {
        self.lookahead(0)
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    fn advance(&mut self) {
        self.index += 1;
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn error(&self, token: &Token, message: &str) -> QueryError {
        self.error_at(token.start, token, message)
    }

    fn error_at(&self, start: usize, token: &Token, message: &str) -> QueryError {
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
            TokenKind::Eof => self.incomplete(),
            kind => self.error(
                self.token(),
                &format!("Expecting: {wanted}, got: {}", kind.name()),
            ),
        }
    }

    fn require(&mut self, kind: TokenKind) -> Result<(), QueryError> {
        if self.kind() != kind {
            return Err(self.unexpected(kind.name()));
        }
        self.advance();
        Ok(())
    }

    /// Runs a parse on which Python would spend so many stack frames.
    fn with_frames(&mut self, frames: usize, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.frames += frames;
        if self.frames > MAX_FRAMES {
            return Err(recursion::too_deep());
        }
        let parsed = parse(self)?;
        self.frames -= frames;
        Ok(parsed)
    }

    /// Parses until a token that binds no more than `power`.
    fn expression(&mut self, power: u8) -> Parsed {
        self.with_frames(2, |parser| {
            let mut left = parser.prefix()?;
            while power < binding_power(parser.kind()) {
                left = parser.suffix(left)?;
            }
            Ok(left)
        })
    }

    /// Parses the token that begins an expression, with its operands.
    fn prefix(&mut self) -> Parsed {
        let kind = self.kind();
        self.advance();
        match kind {
            TokenKind::Star => self.leading_star(),
            TokenKind::Filter => {
                let left = self.add(Node::Current);
                self.with_frames(1, |parser| parser.filter(left))
            }
            TokenKind::Flatten => {
                let left = self.add(Node::Current);
                self.flatten(left)
            }
            TokenKind::Lbrace => self.multi_dict(),
            TokenKind::Lbracket => self.leading_bracket(),
            TokenKind::Lparen => {
                let inner = self.expression(0)?;
                self.require(TokenKind::Rparen)?;
                Ok(inner)
            }
            TokenKind::Not => {
                let inner = self.expression(binding_power(TokenKind::Not))?;
                Ok(self.add(Node::Not(inner)))
            }
            TokenKind::Expref => {
                let inner = self.expression(0)?;
                Ok(self.add(Node::Expref(inner)))
            }
            TokenKind::Eof => Err(self.incomplete()),
            _ => self.leaf(),
        }
    }

    /// Parses the token just passed as a node without parts.
    fn leaf(&mut self) -> Parsed {
        let token = self.lookback(1).clone();
        match (token.kind, token.value) {
            (TokenKind::Literal, TokenValue::Json(value)) => Ok(self.add(Node::Literal(value))),
            (TokenKind::UnquotedIdentifier, TokenValue::Name(name)) => {
                Ok(self.add(Node::Field(name)))
            }
            (TokenKind::QuotedIdentifier, TokenValue::Name(name)) => self.quoted_field(name),
            (TokenKind::Current, _) => Ok(self.add(Node::Current)),
            _ => Err(self.error(self.lookback(1), "invalid token")),
        }
    }

    /// Parses an operator behind an expression, with its right operand.
    fn suffix(&mut self, left: NodeId) -> Parsed {
        let kind = self.kind();
        self.advance();
        let power = binding_power(kind);
        match kind {
            TokenKind::Dot => self.dot(left),
            TokenKind::Pipe => {
                let right = self.expression(power)?;
                Ok(self.add(Node::Chain(ChainKind::Piped, vec![left, right])))
            }
            TokenKind::Or => {
                let right = self.expression(power)?;
                Ok(self.add(Node::Or([left, right])))
            }
            TokenKind::And => {
                let right = self.expression(power)?;
                Ok(self.add(Node::And([left, right])))
            }
            TokenKind::Lparen => self.call(left),
            TokenKind::Filter => self.filter(left),
            TokenKind::Flatten => self.flatten(left),
            TokenKind::Lbracket => self.bracket(left),
            TokenKind::Eq => self.comparison(Comparator::Eq, left),
            TokenKind::Ne => self.comparison(Comparator::Ne, left),
            TokenKind::Lt => self.comparison(Comparator::Lt, left),
            TokenKind::Lte => self.comparison(Comparator::Lte, left),
            TokenKind::Gt => self.comparison(Comparator::Gt, left),
            TokenKind::Gte => self.comparison(Comparator::Gte, left),
            _ => Err(self.error(self.lookback(1), "invalid token")),
        }
    }

    fn quoted_field(&mut self, name: String) -> Parsed {
        if self.kind() == TokenKind::Lparen {
            let message = "Quoted identifier not allowed for function names.";
            return Err(self.error_at(0, self.token(), message));
        }
        Ok(self.add(Node::Field(name)))
    }

    fn leading_star(&mut self) -> Parsed {
        let left = self.add(Node::Current);
        let right = match self.kind() {
            TokenKind::Rbracket => self.add(Node::Current),
            _ => self.projected(binding_power(TokenKind::Star))?,
        };
        Ok(self.add(Node::ValueProjection([left, right])))
    }

    fn leading_bracket(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::Number | TokenKind::Colon => {
                let left = self.add(Node::Current);
                let right = self.index_or_slice()?;
                self.project_slice(left, right)
            }
            TokenKind::Star if self.lookahead(1).kind == TokenKind::Rbracket => {
                let left = self.add(Node::Current);
                self.project_star(left)
            }
            _ => self.multi_list(),
        }
    }

    fn bracket(&mut self, left: NodeId) -> Parsed {
        if !matches!(self.kind(), TokenKind::Number | TokenKind::Colon) {
            return self.project_star(left);
        }
        let right = self.index_or_slice()?;
        match &mut self.nodes[left] {
            // Joining the chain matters for the result: a slice that joins does not project.
            Node::Chain(ChainKind::Indexed, parts) => {
                parts.push(right);
                Ok(left)
            }
            _ => self.project_slice(left, right),
        }
    }

    /// The rest of `[*]` and its projection.
    fn project_star(&mut self, left: NodeId) -> Parsed {
        self.require(TokenKind::Star)?;
        self.require(TokenKind::Rbracket)?;
        let right = self.projected(binding_power(TokenKind::Star))?;
        Ok(self.add(Node::Projection([left, right])))
    }

    fn project_slice(&mut self, left: NodeId, right: NodeId) -> Parsed {
        let is_slice = matches!(self.nodes[right], Node::Slice(_));
        let indexed = self.add(Node::Chain(ChainKind::Indexed, vec![left, right]));
        if !is_slice {
            return Ok(indexed);
        }
        let projected =
            self.with_frames(1, |parser| parser.projected(binding_power(TokenKind::Star)))?;
        Ok(self.add(Node::Projection([indexed, projected])))
    }

    fn index_or_slice(&mut self) -> Parsed {
        if self.kind() == TokenKind::Colon || self.lookahead(1).kind == TokenKind::Colon {
            return self.slice();
        }
        let index = self.int();
        self.advance();
        self.require(TokenKind::Rbracket)?;
        Ok(self.add(Node::Index(index)))
    }

    /// The number of the current token, clamped; no array is long enough for that to matter.
    fn int(&self) -> i64 {
        match &self.token().value {
            TokenValue::Int(Num::Small(int)) => {
                i64::try_from(*int).unwrap_or(if *int < 0 { i64::MIN } else { i64::MAX })
            }
            TokenValue::Int(num) if num.text().starts_with('-') => i64::MIN,
            _ => i64::MAX,
        }
    }

    fn slice(&mut self) -> Parsed {
        let mut parts = [None; 3];
        let mut part = 0;
        while self.kind() != TokenKind::Rbracket {
            match self.kind() {
                TokenKind::Colon if part < 2 => part += 1,
                TokenKind::Number => parts[part] = Some(self.int()),
                _ => return Err(self.error(self.token(), "syntax error")),
            }
            self.advance();
        }
        self.require(TokenKind::Rbracket)?;
        Ok(self.add(Node::Slice(parts)))
    }

    fn flatten(&mut self, left: NodeId) -> Parsed {
        let flat = self.add(Node::Flatten(left));
        let right = self.projected(binding_power(TokenKind::Flatten))?;
        Ok(self.add(Node::Projection([flat, right])))
    }

    fn filter(&mut self, left: NodeId) -> Parsed {
        let condition = self.expression(0)?;
        self.require(TokenKind::Rbracket)?;
        let right = match self.kind() {
            TokenKind::Flatten => self.add(Node::Current),
            _ => self.projected(binding_power(TokenKind::Filter))?,
        };
        Ok(self.add(Node::FilterProjection([left, right, condition])))
    }

    /// Parses the expression that a projection applies to each of its items.
    fn projected(&mut self, power: u8) -> Parsed {
        self.with_frames(1, |parser| match parser.kind() {
            kind if binding_power(kind) < PROJECTION_STOP => Ok(parser.add(Node::Current)),
            TokenKind::Lbracket | TokenKind::Filter => parser.expression(power),
            TokenKind::Dot => {
                parser.advance();
                parser.after_dot(power)
            }
            _ => Err(parser.error(parser.token(), "syntax error")),
        })
    }

    fn dot(&mut self, left: NodeId) -> Parsed {
        let power = binding_power(TokenKind::Dot);
        if self.kind() == TokenKind::Star {
            self.advance();
            let right = self.projected(power)?;
            return Ok(self.add(Node::ValueProjection([left, right])));
        }
        let right = self.after_dot(power)?;
        match &mut self.nodes[left] {
            Node::Chain(ChainKind::Dotted, parts) => {
                parts.push(right);
                Ok(left)
            }
            _ => Ok(self.add(Node::Chain(ChainKind::Dotted, vec![left, right]))),
        }
    }

    fn after_dot(&mut self, power: u8) -> Parsed {
        self.with_frames(1, |parser| match parser.kind() {
            TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier | TokenKind::Star => {
                parser.expression(power)
            }
            TokenKind::Lbracket => {
                parser.advance();
                parser.multi_list()
            }
            TokenKind::Lbrace => {
                parser.advance();
                parser.multi_dict()
            }
            kind => {
                let wanted = "['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace']";
                let message = format!("Expecting: {wanted}, got: {}", kind.name());
                Err(parser.error(parser.token(), &message))
            }
        })
    }

    fn comparison(&mut self, comparator: Comparator, left: NodeId) -> Parsed {
        let right =
            self.with_frames(1, |parser| parser.expression(binding_power(TokenKind::Eq)))?;
        Ok(self.add(Node::Comparison(comparator, [left, right])))
    }

    fn call(&mut self, left: NodeId) -> Parsed {
        let Node::Field(name) = &self.nodes[left] else {
            // At least one token stands before the parenthesis just passed.
            let token = self.lookback(2);
            return Err(self.error(token, &format!("Invalid function name '{}'", token.text())));
        };
        let name = name.clone();
        let mut arguments = Vec::new();
        while self.kind() != TokenKind::Rparen {
            arguments.push(self.expression(0)?);
            if self.kind() == TokenKind::Comma {
                self.advance();
            }
        }
        self.advance();
        Ok(self.add(Node::Call(name, arguments)))
    }

    fn multi_list(&mut self) -> Parsed {
        self.with_frames(1, |parser| {
            let mut parts = vec![parser.expression(0)?];
            while parser.kind() != TokenKind::Rbracket {
                parser.require(TokenKind::Comma)?;
                parts.push(parser.expression(0)?);
            }
            parser.advance();
            Ok(parser.add(Node::MultiList(parts)))
        })
    }

    fn multi_dict(&mut self) -> Parsed {
        self.with_frames(1, |parser| {
            let mut parts = Vec::new();
            loop {
                let TokenValue::Name(name) = parser.token().value.clone() else {
                    return Err(parser.unexpected("['quoted_identifier', 'unquoted_identifier']"));
                };
                parser.advance();
                parser.require(TokenKind::Colon)?;
                parts.push((name, parser.expression(0)?));
                match parser.kind() {
                    TokenKind::Comma => parser.advance(),
                    TokenKind::Rbrace => break,
                    _ => {}
                }
            }
            parser.advance();
            Ok(parser.add(Node::MultiDict(parts)))
        })
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
