//! Brackets and wildcards: indexes, slices, and the projections that `*`, slices, `[]` and filters
//! begin.

use super::super::ast::{ChainKind, Node, NodeId};
use super::super::number::Num;
use super::super::token::{TokenKind, TokenValue};
use super::{Parsed, Parser, binding_power};

/// Tokens that bind less than this end a projection.
const PROJECTION_STOP: u8 = 10;

impl Parser<'_> {
    pub(super) fn leading_star(&mut self) -> Parsed {
        let left = self.add(Node::Current);
        let right = match self.kind() {
            TokenKind::Rbracket => self.add(Node::Current),
            _ => self.projected(binding_power(TokenKind::Star))?,
        };
        Ok(self.add(Node::ValueProjection([left, right])))
    }

    pub(super) fn leading_bracket(&mut self) -> Parsed {
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

    pub(super) fn bracket(&mut self, left: NodeId) -> Parsed {
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

    pub(super) fn flatten(&mut self, left: NodeId) -> Parsed {
        let flat = self.add(Node::Flatten(left));
        let right = self.projected(binding_power(TokenKind::Flatten))?;
        Ok(self.add(Node::Projection([flat, right])))
    }

    pub(super) fn filter(&mut self, left: NodeId) -> Parsed {
        let condition = self.expression(0)?;
        self.require(TokenKind::Rbracket)?;
        let right = match self.kind() {
            TokenKind::Flatten => self.add(Node::Current),
            _ => self.projected(binding_power(TokenKind::Filter))?,
        };
        Ok(self.add(Node::FilterProjection([left, right, condition])))
    }

    /// Parses the expression that a projection applies to each of its items.
    pub(super) fn projected(&mut self, power: u8) -> Parsed {
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
}
