//! Turns tokens into a tree by operator precedence, accepting and refusing exactly what jmespath.py
//! 1.0.1 accepts and refuses, with its messages. Some of that is odd (`{a: b c: d}` and `f(a b)` are
//! fine, and a slice after an index is no projection); it is kept, as scripts may rely on it.
//!
//! It evaluates nothing. The tree lives in one vector and refers to its parts by number, so that
//! neither building nor dropping a long chain such as `a||a||…` recurses.

use super::error::QueryError;
use super::lexer::{self, Kind, Payload, Token};
use super::number::Num;
use super::values::TOO_DEEP;
use serde_json::Value;

/// How many of Python's 1000 frames an expression may use; the program itself takes the others.
pub(super) const MAX_FRAMES: usize = 970;

/// The place of a node in its `Ast`.
pub(super) type NodeId = usize;

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) struct Ast {
    nodes: Vec<Node>,
    /// Where evaluation begins.
    pub(super) root: NodeId,
}

/// Something applied to a value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// The value itself: `@`, or a part left out.
    Current,
    /// A member of an object.
    Field(String),
    /// A JSON literal.
    Literal(Value),
    /// An item of an array.
    Index(i64),
    /// Start, stop and step.
    Slice([Option<i64>; 3]),
    /// Each part applied to the result of the one before: `a.b`, `a[0]`, `a | b`.
    Chain(ChainKind, Vec<NodeId>),
    /// Applied to every item of the first part, an array.
    Projection([NodeId; 2]),
    /// Applied to every value of the first part, an object.
    ValueProjection([NodeId; 2]),
    /// The same, for the items that meet the condition at the end.
    FilterProjection([NodeId; 3]),
    /// Merges arrays one level deep.
    Flatten(NodeId),
    /// `==` and its kin.
    Comparison(Comparator, [NodeId; 2]),
    /// `||`.
    Or([NodeId; 2]),
    /// `&&`.
    And([NodeId; 2]),
    /// `!`.
    Not(NodeId),
    /// `[a, b]`.
    MultiList(Vec<NodeId>),
    /// `{a: b}`.
    MultiDict(Vec<(String, NodeId)>),
    /// `name(arguments)`.
    Call(String, Vec<NodeId>),
    /// `&expression`.
    Expref(NodeId),
}

/// What kind of chain a node is; later parts join a chain of their own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChainKind {
    /// `a.b`
    Dotted,
    /// `a[0]`
    Indexed,
    /// `a | b`
    Piped,
}

/// The comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparator {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl Ast {
    /// The node at a place.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }
}

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
    if parser.kind() != Kind::Eof {
        let token = parser.token();
        return Err(parser.error(token, &format!("Unexpected token: {}", token.text())));
    }
    Ok(Ast {
        nodes: parser.nodes,
        root,
    })
}

/// How strongly a token binds what is on its left.
fn binding_power(kind: Kind) -> u8 {
    match kind {
        Kind::Pipe => 1,
        Kind::Or => 2,
        Kind::And => 3,
        Kind::Eq | Kind::Gt | Kind::Lt | Kind::Gte | Kind::Lte | Kind::Ne => 5,
        Kind::Flatten => 9,
        Kind::Star => 20,
        Kind::Filter => 21,
        Kind::Dot => 40,
        Kind::Not => 45,
        Kind::Lbrace => 50,
        Kind::Lbracket => 55,
        Kind::Lparen => 60,
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
    /// The token `ahead` places on. Past the end there is only the end.
    fn lookahead(&self, ahead: usize) -> &Token {
        &self.tokens[(self.index + ahead).min(self.tokens.len() - 1)]
    }

    /// The token so many places back.
    fn passed(&self, back: usize) -> &Token {
        &self.tokens[self.index.saturating_sub(back).min(self.tokens.len() - 1)]
    }

    fn token(&self) -> &Token {
        self.lookahead(0)
    }

    fn kind(&self) -> Kind {
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
            Kind::Eof => self.incomplete(),
            kind => self.error(
                self.token(),
                &format!("Expecting: {wanted}, got: {}", kind.name()),
            ),
        }
    }

    fn require(&mut self, kind: Kind) -> Result<(), QueryError> {
        if self.kind() != kind {
            return Err(self.unexpected(kind.name()));
        }
        self.advance();
        Ok(())
    }

    /// Runs a parse that takes so many of Python's frames.
    fn deeper(&mut self, frames: usize, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.frames += frames;
        if self.frames > MAX_FRAMES {
            return Err(QueryError::new(TOO_DEEP));
        }
        let parsed = parse(self)?;
        self.frames -= frames;
        Ok(parsed)
    }

    /// Parses until a token that binds no more than `power`.
    fn expression(&mut self, power: u8) -> Parsed {
        self.deeper(2, |parser| {
            let mut left = parser.prefix()?;
            while power < binding_power(parser.kind()) {
                left = parser.suffix(left)?;
            }
            Ok(left)
        })
    }

    /// Parses what an expression may begin with.
    fn prefix(&mut self) -> Parsed {
        let kind = self.kind();
        self.advance();
        match kind {
            Kind::Star => self.leading_star(),
            Kind::Filter => {
                let left = self.add(Node::Current);
                self.deeper(1, |parser| parser.filter(left))
            }
            Kind::Flatten => {
                let left = self.add(Node::Current);
                self.flatten(left)
            }
            Kind::Lbrace => self.multi_dict(),
            Kind::Lbracket => self.leading_bracket(),
            Kind::Lparen => {
                let inner = self.expression(0)?;
                self.require(Kind::Rparen)?;
                Ok(inner)
            }
            Kind::Not => {
                let inner = self.expression(binding_power(Kind::Not))?;
                Ok(self.add(Node::Not(inner)))
            }
            Kind::Expref => {
                let inner = self.expression(0)?;
                Ok(self.add(Node::Expref(inner)))
            }
            Kind::Eof => Err(self.incomplete()),
            _ => self.leaf(),
        }
    }

    /// Makes a node of the token just passed, which leads to no others.
    fn leaf(&mut self) -> Parsed {
        let token = self.passed(1).clone();
        match (token.kind, token.payload) {
            (Kind::Literal, Payload::Json(value)) => Ok(self.add(Node::Literal(value))),
            (Kind::UnquotedIdentifier, Payload::Name(name)) => Ok(self.add(Node::Field(name))),
            (Kind::QuotedIdentifier, Payload::Name(name)) => self.quoted_field(name),
            (Kind::Current, _) => Ok(self.add(Node::Current)),
            _ => Err(self.error(self.passed(1), "invalid token")),
        }
    }

    /// Parses what may follow a complete expression.
    fn suffix(&mut self, left: NodeId) -> Parsed {
        let kind = self.kind();
        self.advance();
        let power = binding_power(kind);
        match kind {
            Kind::Dot => self.dot(left),
            Kind::Pipe => {
                let right = self.expression(power)?;
                Ok(self.add(Node::Chain(ChainKind::Piped, vec![left, right])))
            }
            Kind::Or => {
                let right = self.expression(power)?;
                Ok(self.add(Node::Or([left, right])))
            }
            Kind::And => {
                let right = self.expression(power)?;
                Ok(self.add(Node::And([left, right])))
            }
            Kind::Lparen => self.call(left),
            Kind::Filter => self.filter(left),
            Kind::Flatten => self.flatten(left),
            Kind::Lbracket => self.bracket(left),
            Kind::Eq => self.comparison(Comparator::Eq, left),
            Kind::Ne => self.comparison(Comparator::Ne, left),
            Kind::Lt => self.comparison(Comparator::Lt, left),
            Kind::Lte => self.comparison(Comparator::Lte, left),
            Kind::Gt => self.comparison(Comparator::Gt, left),
            Kind::Gte => self.comparison(Comparator::Gte, left),
            _ => Err(self.error(self.passed(1), "invalid token")),
        }
    }

    fn quoted_field(&mut self, name: String) -> Parsed {
        if self.kind() == Kind::Lparen {
            let message = "Quoted identifier not allowed for function names.";
            return Err(self.error_at(0, self.token(), message));
        }
        Ok(self.add(Node::Field(name)))
    }

    fn leading_star(&mut self) -> Parsed {
        let left = self.add(Node::Current);
        let right = match self.kind() {
            Kind::Rbracket => self.add(Node::Current),
            _ => self.projected(binding_power(Kind::Star))?,
        };
        Ok(self.add(Node::ValueProjection([left, right])))
    }

    fn leading_bracket(&mut self) -> Parsed {
        match self.kind() {
            Kind::Number | Kind::Colon => {
                let left = self.add(Node::Current);
                let right = self.index_or_slice()?;
                self.project_slice(left, right)
            }
            Kind::Star if self.lookahead(1).kind == Kind::Rbracket => {
                let left = self.add(Node::Current);
                self.project_star(left)
            }
            _ => self.multi_list(),
        }
    }

    fn bracket(&mut self, left: NodeId) -> Parsed {
        if !matches!(self.kind(), Kind::Number | Kind::Colon) {
            return self.project_star(left);
        }
        let right = self.index_or_slice()?;
        match &mut self.nodes[left] {
            // Joining the chain is more than a saving here: a slice that joins does not project.
            Node::Chain(ChainKind::Indexed, parts) => {
                parts.push(right);
                Ok(left)
            }
            _ => self.project_slice(left, right),
        }
    }

    /// The rest of `[*]` and its projection.
    fn project_star(&mut self, left: NodeId) -> Parsed {
        self.require(Kind::Star)?;
        self.require(Kind::Rbracket)?;
        let right = self.projected(binding_power(Kind::Star))?;
        Ok(self.add(Node::Projection([left, right])))
    }

    fn project_slice(&mut self, left: NodeId, right: NodeId) -> Parsed {
        let is_slice = matches!(self.nodes[right], Node::Slice(_));
        let indexed = self.add(Node::Chain(ChainKind::Indexed, vec![left, right]));
        if !is_slice {
            return Ok(indexed);
        }
        let projected = self.deeper(1, |parser| parser.projected(binding_power(Kind::Star)))?;
        Ok(self.add(Node::Projection([indexed, projected])))
    }

    fn index_or_slice(&mut self) -> Parsed {
        if self.kind() == Kind::Colon || self.lookahead(1).kind == Kind::Colon {
            return self.slice();
        }
        let index = self.int();
        self.advance();
        self.require(Kind::Rbracket)?;
        Ok(self.add(Node::Index(index)))
    }

    /// The number of the current token. No array is so long that clamping could be noticed.
    fn int(&self) -> i64 {
        match &self.token().payload {
            Payload::Int(Num::Small(int)) => {
                i64::try_from(*int).unwrap_or(if *int < 0 { i64::MIN } else { i64::MAX })
            }
            Payload::Int(num) if num.text().starts_with('-') => i64::MIN,
            _ => i64::MAX,
        }
    }

    fn slice(&mut self) -> Parsed {
        let mut parts = [None; 3];
        let mut part = 0;
        while self.kind() != Kind::Rbracket {
            match self.kind() {
                Kind::Colon if part < 2 => part += 1,
                Kind::Number => parts[part] = Some(self.int()),
                _ => return Err(self.error(self.token(), "syntax error")),
            }
            self.advance();
        }
        self.require(Kind::Rbracket)?;
        Ok(self.add(Node::Slice(parts)))
    }

    fn flatten(&mut self, left: NodeId) -> Parsed {
        let flat = self.add(Node::Flatten(left));
        let right = self.projected(binding_power(Kind::Flatten))?;
        Ok(self.add(Node::Projection([flat, right])))
    }

    fn filter(&mut self, left: NodeId) -> Parsed {
        let condition = self.expression(0)?;
        self.require(Kind::Rbracket)?;
        let right = match self.kind() {
            Kind::Flatten => self.add(Node::Current),
            _ => self.projected(binding_power(Kind::Filter))?,
        };
        Ok(self.add(Node::FilterProjection([left, right, condition])))
    }

    /// What a projection applies to each of its items.
    fn projected(&mut self, power: u8) -> Parsed {
        self.deeper(1, |parser| match parser.kind() {
            kind if binding_power(kind) < PROJECTION_STOP => Ok(parser.add(Node::Current)),
            Kind::Lbracket | Kind::Filter => parser.expression(power),
            Kind::Dot => {
                parser.advance();
                parser.after_dot(power)
            }
            _ => Err(parser.error(parser.token(), "syntax error")),
        })
    }

    fn dot(&mut self, left: NodeId) -> Parsed {
        let power = binding_power(Kind::Dot);
        if self.kind() == Kind::Star {
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
        self.deeper(1, |parser| match parser.kind() {
            Kind::QuotedIdentifier | Kind::UnquotedIdentifier | Kind::Star => {
                parser.expression(power)
            }
            Kind::Lbracket => {
                parser.advance();
                parser.multi_list()
            }
            Kind::Lbrace => {
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
        let right = self.deeper(1, |parser| parser.expression(binding_power(Kind::Eq)))?;
        Ok(self.add(Node::Comparison(comparator, [left, right])))
    }

    fn call(&mut self, left: NodeId) -> Parsed {
        let Node::Field(name) = &self.nodes[left] else {
            // The parenthesis has been passed, and before it stands at least one token.
            let token = self.passed(2);
            return Err(self.error(token, &format!("Invalid function name '{}'", token.text())));
        };
        let name = name.clone();
        let mut arguments = Vec::new();
        while self.kind() != Kind::Rparen {
            arguments.push(self.expression(0)?);
            if self.kind() == Kind::Comma {
                self.advance();
            }
        }
        self.advance();
        Ok(self.add(Node::Call(name, arguments)))
    }

    fn multi_list(&mut self) -> Parsed {
        self.deeper(1, |parser| {
            let mut parts = vec![parser.expression(0)?];
            while parser.kind() != Kind::Rbracket {
                parser.require(Kind::Comma)?;
                parts.push(parser.expression(0)?);
            }
            parser.advance();
            Ok(parser.add(Node::MultiList(parts)))
        })
    }

    fn multi_dict(&mut self) -> Parsed {
        self.deeper(1, |parser| {
            let mut parts = Vec::new();
            loop {
                let Payload::Name(name) = parser.token().payload.clone() else {
                    return Err(parser.unexpected("['quoted_identifier', 'unquoted_identifier']"));
                };
                parser.advance();
                parser.require(Kind::Colon)?;
                parts.push((name, parser.expression(0)?));
                match parser.kind() {
                    Kind::Comma => parser.advance(),
                    Kind::Rbrace => break,
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
    fn an_unfinished_expression_is_incomplete() {
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
    fn a_misplaced_token_is_named_with_its_column() {
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
    fn what_python_lets_pass_passes() {
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
    fn deep_nesting_is_an_error_and_long_chains_are_not() {
        for part in ["[", "(", "!", "& ", "{a:", "f(", "[?", "a.[", "a[*]."] {
            assert_eq!(message(&part.repeat(100_000)), TOO_DEEP, "{part}");
        }
        assert_eq!(message(&format!("a{}", "[*].a".repeat(100_000))), TOO_DEEP);
        for part in ["||a", "|a", ".a", "[0]", "[0].a", "[]", "==a"] {
            assert_eq!(message(&format!("a{}", part.repeat(100_000))), "", "{part}");
        }
    }
}
