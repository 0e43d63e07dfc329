//! Brackets and wildcards: indexes, slices, and the projections that `*`, slices, `[]` and filters
//! begin.

use super::super::ast::{AstNode, AstNodeId, ChainKind};
use super::super::number::QueryNumber;
use super::super::token::{QueryTokenKind, TokenValue};
use super::{ParseResult, QueryParser, binding_power};

/// Tokens that bind less than this end a projection.
const PROJECTION_STOP: u8 = 10;

impl QueryParser<'_> {
    pub(super) fn leading_star(&mut self) -> ParseResult {
        let left = self.add(AstNode::Current);
        let right = match self.kind() {
            QueryTokenKind::Rbracket => self.add(AstNode::Current),
            _ => self.projected(binding_power(QueryTokenKind::Star))?,
        };
        Ok(self.add(AstNode::ValueProjection([left, right])))
    }

    pub(super) fn leading_bracket(&mut self) -> ParseResult {
        match self.kind() {
            QueryTokenKind::Number | QueryTokenKind::Colon => {
                let left = self.add(AstNode::Current);
                let right = self.index_or_slice()?;
                self.project_slice(left, right)
            }
            QueryTokenKind::Star if self.lookahead(1).kind == QueryTokenKind::Rbracket => {
                let left = self.add(AstNode::Current);
                self.project_star(left)
            }
            _ => self.multi_list(),
        }
    }

    pub(super) fn bracket(&mut self, left: AstNodeId) -> ParseResult {
        if !matches!(self.kind(), QueryTokenKind::Number | QueryTokenKind::Colon) {
            return self.project_star(left);
        }
        let right = self.index_or_slice()?;
        match &mut self.nodes[left] {
            // Joining the chain matters for the result: a slice that joins does not project.
            AstNode::Chain(ChainKind::Indexed, parts) => {
                parts.push(right);
                Ok(left)
            }
            _ => self.project_slice(left, right),
        }
    }

    /// The rest of `[*]` and its projection.
    fn project_star(&mut self, left: AstNodeId) -> ParseResult {
        self.require(QueryTokenKind::Star)?;
        self.require(QueryTokenKind::Rbracket)?;
        let right = self.projected(binding_power(QueryTokenKind::Star))?;
        Ok(self.add(AstNode::Projection([left, right])))
    }

    fn project_slice(&mut self, left: AstNodeId, right: AstNodeId) -> ParseResult {
        let is_slice = matches!(self.nodes[right], AstNode::Slice(_));
        let indexed = self.add(AstNode::Chain(ChainKind::Indexed, vec![left, right]));
        if !is_slice {
            return Ok(indexed);
        }
        let projected = self.with_frames(1, |parser| {
            parser.projected(binding_power(QueryTokenKind::Star))
        })?;
        Ok(self.add(AstNode::Projection([indexed, projected])))
    }

    fn index_or_slice(&mut self) -> ParseResult {
        if self.kind() == QueryTokenKind::Colon || self.lookahead(1).kind == QueryTokenKind::Colon {
            return self.slice();
        }
        let index = self.int();
        self.advance();
        self.require(QueryTokenKind::Rbracket)?;
        Ok(self.add(AstNode::Index(index)))
    }

    /// The number of the current token, clamped; no array is long enough for that to matter.
    fn int(&self) -> i64 {
        match &self.token().value {
            TokenValue::Int(QueryNumber::Small(int)) => {
                i64::try_from(*int).unwrap_or(if *int < 0 { i64::MIN } else { i64::MAX })
            }
            TokenValue::Int(num) if num.text().starts_with('-') => i64::MIN,
            _ => i64::MAX,
        }
    }

    fn slice(&mut self) -> ParseResult {
        let mut parts = [None; 3];
        let mut part = 0;
        while self.kind() != QueryTokenKind::Rbracket {
            match self.kind() {
                QueryTokenKind::Colon if part < 2 => part += 1,
                QueryTokenKind::Number => parts[part] = Some(self.int()),
                _ => return Err(self.error(self.token(), "syntax error")),
            }
            self.advance();
        }
        self.require(QueryTokenKind::Rbracket)?;
        Ok(self.add(AstNode::Slice(parts)))
    }

    pub(super) fn flatten(&mut self, left: AstNodeId) -> ParseResult {
        let flat = self.add(AstNode::Flatten(left));
        let right = self.projected(binding_power(QueryTokenKind::Flatten))?;
        Ok(self.add(AstNode::Projection([flat, right])))
    }

    pub(super) fn filter(&mut self, left: AstNodeId) -> ParseResult {
        let condition = self.expression(0)?;
        self.require(QueryTokenKind::Rbracket)?;
        let right = match self.kind() {
            QueryTokenKind::Flatten => self.add(AstNode::Current),
            _ => self.projected(binding_power(QueryTokenKind::Filter))?,
        };
        Ok(self.add(AstNode::FilterProjection([left, right, condition])))
    }

    /// Parses the expression that a projection applies to each of its items.
    pub(super) fn projected(&mut self, power: u8) -> ParseResult {
        self.with_frames(1, |parser| match parser.kind() {
            kind if binding_power(kind) < PROJECTION_STOP => Ok(parser.add(AstNode::Current)),
            QueryTokenKind::Lbracket | QueryTokenKind::Filter => parser.expression(power),
            QueryTokenKind::Dot => {
                parser.advance();
                parser.after_dot(power)
            }
            _ => Err(parser.error(parser.token(), "syntax error")),
        })
    }
}
