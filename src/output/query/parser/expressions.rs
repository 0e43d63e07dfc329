//! Expressions: operands, operators and function calls.

use super::super::ast::{ChainKind, Comparator, Node, NodeId};
use super::super::token::{TokenKind, TokenValue};
use super::{Parsed, Parser, binding_power};

impl Parser<'_> {
    /// Parses until a token that binds no more than `power`.
    pub(super) fn expression(&mut self, power: u8) -> Parsed {
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

    pub(super) fn after_dot(&mut self, power: u8) -> Parsed {
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

    pub(super) fn multi_list(&mut self) -> Parsed {
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
