//! Expressions: operands, operators and function calls.

use super::super::ast::{AstNode, AstNodeId, ChainKind, Comparator};
use super::super::token::{QueryTokenKind, TokenValue};
use super::{ParseResult, QueryParser, binding_power};

impl QueryParser<'_> {
    /// Parses until a token that binds no more than `power`.
    pub(super) fn expression(&mut self, power: u8) -> ParseResult {
        self.with_frames(2, |parser| {
            let mut left = parser.prefix()?;
            while power < binding_power(parser.kind()) {
                left = parser.suffix(left)?;
            }
            Ok(left)
        })
    }

    /// Parses the token that begins an expression, with its operands.
    fn prefix(&mut self) -> ParseResult {
        let kind = self.kind();
        self.advance();
        match kind {
            QueryTokenKind::Star => self.leading_star(),
            QueryTokenKind::Filter => {
                let left = self.add(AstNode::Current);
                self.with_frames(1, |parser| parser.filter(left))
            }
            QueryTokenKind::Flatten => {
                let left = self.add(AstNode::Current);
                self.flatten(left)
            }
            QueryTokenKind::Lbrace => self.multi_dict(),
            QueryTokenKind::Lbracket => self.leading_bracket(),
            QueryTokenKind::Lparen => {
                let inner = self.expression(0)?;
                self.require(QueryTokenKind::Rparen)?;
                Ok(inner)
            }
            QueryTokenKind::Not => {
                let inner = self.expression(binding_power(QueryTokenKind::Not))?;
                Ok(self.add(AstNode::Not(inner)))
            }
            QueryTokenKind::Expref => {
                let inner = self.expression(0)?;
                Ok(self.add(AstNode::Expref(inner)))
            }
            QueryTokenKind::Eof => Err(self.incomplete()),
            _ => self.leaf(),
        }
    }

    /// Parses the token just passed as a node without parts.
    fn leaf(&mut self) -> ParseResult {
        let token = self.lookback(1).clone();
        match (token.kind, token.value) {
            (QueryTokenKind::Literal, TokenValue::Json(value)) => {
                Ok(self.add(AstNode::Literal(value)))
            }
            (QueryTokenKind::UnquotedIdentifier, TokenValue::Name(name)) => {
                Ok(self.add(AstNode::Field(name)))
            }
            (QueryTokenKind::QuotedIdentifier, TokenValue::Name(name)) => self.quoted_field(name),
            (QueryTokenKind::Current, _) => Ok(self.add(AstNode::Current)),
            _ => Err(self.error(self.lookback(1), "invalid token")),
        }
    }

    /// Parses an operator behind an expression, with its right operand.
    fn suffix(&mut self, left: AstNodeId) -> ParseResult {
        let kind = self.kind();
        self.advance();
        let power = binding_power(kind);
        match kind {
            QueryTokenKind::Dot => self.dot(left),
            QueryTokenKind::Pipe => {
                let right = self.expression(power)?;
                Ok(self.add(AstNode::Chain(ChainKind::Piped, vec![left, right])))
            }
            QueryTokenKind::Or => {
                let right = self.expression(power)?;
                Ok(self.add(AstNode::Or([left, right])))
            }
            QueryTokenKind::And => {
                let right = self.expression(power)?;
                Ok(self.add(AstNode::And([left, right])))
            }
            QueryTokenKind::Lparen => self.call(left),
            QueryTokenKind::Filter => self.filter(left),
            QueryTokenKind::Flatten => self.flatten(left),
            QueryTokenKind::Lbracket => self.bracket(left),
            QueryTokenKind::Eq => self.comparison(Comparator::Eq, left),
            QueryTokenKind::Ne => self.comparison(Comparator::Ne, left),
            QueryTokenKind::Lt => self.comparison(Comparator::Lt, left),
            QueryTokenKind::Lte => self.comparison(Comparator::Lte, left),
            QueryTokenKind::Gt => self.comparison(Comparator::Gt, left),
            QueryTokenKind::Gte => self.comparison(Comparator::Gte, left),
            _ => Err(self.error(self.lookback(1), "invalid token")),
        }
    }

    fn quoted_field(&mut self, name: String) -> ParseResult {
        if self.kind() == QueryTokenKind::Lparen {
            let message = "Quoted identifier not allowed for function names.";
            return Err(self.error_at(0, self.token(), message));
        }
        Ok(self.add(AstNode::Field(name)))
    }

    fn dot(&mut self, left: AstNodeId) -> ParseResult {
        let power = binding_power(QueryTokenKind::Dot);
        if self.kind() == QueryTokenKind::Star {
            self.advance();
            let right = self.projected(power)?;
            return Ok(self.add(AstNode::ValueProjection([left, right])));
        }
        let right = self.after_dot(power)?;
        match &mut self.nodes[left] {
            AstNode::Chain(ChainKind::Dotted, parts) => {
                parts.push(right);
                Ok(left)
            }
            _ => Ok(self.add(AstNode::Chain(ChainKind::Dotted, vec![left, right]))),
        }
    }

    pub(super) fn after_dot(&mut self, power: u8) -> ParseResult {
        self.with_frames(1, |parser| match parser.kind() {
            QueryTokenKind::QuotedIdentifier
            | QueryTokenKind::UnquotedIdentifier
            | QueryTokenKind::Star => parser.expression(power),
            QueryTokenKind::Lbracket => {
                parser.advance();
                parser.multi_list()
            }
            QueryTokenKind::Lbrace => {
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

    fn comparison(&mut self, comparator: Comparator, left: AstNodeId) -> ParseResult {
        let right = self.with_frames(1, |parser| {
            parser.expression(binding_power(QueryTokenKind::Eq))
        })?;
        Ok(self.add(AstNode::Comparison(comparator, [left, right])))
    }

    fn call(&mut self, left: AstNodeId) -> ParseResult {
        let AstNode::Field(name) = &self.nodes[left] else {
            // At least one token stands before the parenthesis just passed.
            let token = self.lookback(2);
            return Err(self.error(token, &format!("Invalid function name '{}'", token.text())));
        };
        let name = name.clone();
        let mut arguments = Vec::new();
        while self.kind() != QueryTokenKind::Rparen {
            arguments.push(self.expression(0)?);
            if self.kind() == QueryTokenKind::Comma {
                self.advance();
            }
        }
        self.advance();
        Ok(self.add(AstNode::Call(name, arguments)))
    }

    pub(super) fn multi_list(&mut self) -> ParseResult {
        self.with_frames(1, |parser| {
            let mut parts = vec![parser.expression(0)?];
            while parser.kind() != QueryTokenKind::Rbracket {
                parser.require(QueryTokenKind::Comma)?;
                parts.push(parser.expression(0)?);
            }
            parser.advance();
            Ok(parser.add(AstNode::MultiList(parts)))
        })
    }

    fn multi_dict(&mut self) -> ParseResult {
        self.with_frames(1, |parser| {
            let mut parts = Vec::new();
            loop {
                let TokenValue::Name(name) = parser.token().value.clone() else {
                    return Err(parser.unexpected("['quoted_identifier', 'unquoted_identifier']"));
                };
                parser.advance();
                parser.require(QueryTokenKind::Colon)?;
                parts.push((name, parser.expression(0)?));
                match parser.kind() {
                    QueryTokenKind::Comma => parser.advance(),
                    QueryTokenKind::Rbrace => break,
                    _ => {}
                }
            }
            parser.advance();
            Ok(parser.add(AstNode::MultiDict(parts)))
        })
    }
}
