//! The interpreter of syntax trees, after the `TreeInterpreter` of jmespath.py 1.0.1. The functions
//! are in `functions`.
//!
//! In JMESPath an operation on a value of the wrong type mostly returns null; only functions fail,
//! and comparisons that Python itself rejects.

use super::ast::{Ast, AstNode, AstNodeId, Comparator};
use super::error::QueryError;
use super::functions;
use super::recursion::{self, MAX_FRAMES};
use super::sort_key::SortKey;
use super::value::QueryValue;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// The outcome of an evaluation.
pub(super) type EvalResult<'a> = Result<QueryValue<'a>, QueryError>;

/// Applies an expression to a document.
pub(super) fn search(ast: &Ast, document: &Value) -> Result<Value, QueryError> {
    let interpreter = Interpreter {
        ast,
        frames: Cell::new(0),
    };
    interpreter
        .visit(ast.root, &QueryValue::from(document))?
        .into_value()
}

/// Evaluates one expression over one document.
pub(super) struct Interpreter<'a> {
    ast: &'a Ast,
    /// How many stack frames Python would use at this point.
    frames: Cell<usize>,
}

impl<'a> Interpreter<'a> {
    /// Applies a node to a value.
    pub(super) fn visit(&self, id: AstNodeId, value: &QueryValue<'a>) -> EvalResult<'a> {
        self.visit_with_frames(2, id, value)
    }

    /// Applies a node, on which Python would spend so many more stack frames.
    pub(super) fn visit_with_frames(
        &self,
        frames: usize,
        id: AstNodeId,
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        let before = self.frames.get();
        if before + frames > MAX_FRAMES {
            return Err(recursion::too_deep());
        }
        self.frames.set(before + frames);
        let found = self.apply(self.ast.node(id), value);
        self.frames.set(before);
        found
    }

    fn apply(&self, node: &'a AstNode, value: &QueryValue<'a>) -> EvalResult<'a> {
        match node {
            AstNode::Chain(_, parts) => self.chain(parts, value),
            AstNode::Projection(parts) => self.projection(*parts, value),
            AstNode::ValueProjection(parts) => self.value_projection(*parts, value),
            AstNode::FilterProjection(parts) => self.filter(*parts, value),
            AstNode::Flatten(inner) => flatten(self.visit(*inner, value)?),
            AstNode::Comparison(comparator, parts) => self.comparison(*comparator, *parts, value),
            AstNode::Or(parts) => self.choice(true, *parts, value),
            AstNode::And(parts) => self.choice(false, *parts, value),
            AstNode::Not(inner) => self.negation(*inner, value),
            AstNode::MultiList(parts) => self.multi_list(parts, value),
            AstNode::MultiDict(parts) => self.multi_dict(parts, value),
            AstNode::Call(name, arguments) => self.call(name, arguments, value),
            leaf => apply_leaf(leaf, value),
        }
    }

    fn chain(&self, parts: &[AstNodeId], value: &QueryValue<'a>) -> EvalResult<'a> {
        let mut found = value.clone();
        for &part in parts {
            found = self.visit(part, &found)?;
        }
        Ok(found)
    }

    fn projection(&self, [base, each]: [AstNodeId; 2], value: &QueryValue<'a>) -> EvalResult<'a> {
        match self.visit(base, value)? {
            QueryValue::List(list) => self.project(each, list.iter()),
            _ => Ok(QueryValue::Null),
        }
    }

    fn value_projection(
        &self,
        [base, each]: [AstNodeId; 2],
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        match self.visit(base, value)? {
            QueryValue::Dict(dict) => self.project(each, dict.entries().map(|(_, item)| item)),
            _ => Ok(QueryValue::Null),
        }
    }

    /// The results that are not null.
    fn project(
        &self,
        each: AstNodeId,
        items: impl Iterator<Item = QueryValue<'a>>,
    ) -> EvalResult<'a> {
        let mut kept = Vec::new();
        for item in items {
            match self.visit(each, &item)? {
                QueryValue::Null => {}
                found => kept.push(found),
            }
        }
        QueryValue::list(kept)
    }

    fn filter(
        &self,
        [base, each, condition]: [AstNodeId; 3],
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        let QueryValue::List(list) = self.visit(base, value)? else {
            return Ok(QueryValue::Null);
        };
        let mut kept = Vec::new();
        for item in list.iter() {
            if self.visit(condition, &item)?.is_true() {
                match self.visit(each, &item)? {
                    QueryValue::Null => {}
                    found => kept.push(found),
                }
            }
        }
        QueryValue::list(kept)
    }

    fn comparison(
        &self,
        comparator: Comparator,
        [left, right]: [AstNodeId; 2],
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        let left = self.visit(left, value)?;
        let right = self.visit(right, value)?;
        compare(comparator, &left, &right)
    }

    /// `||` returns the left side if it is true, `&&` if it is false.
    fn choice(
        &self,
        keeps: bool,
        [left, right]: [AstNodeId; 2],
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        let found = self.visit(left, value)?;
        if found.is_true() == keeps {
            Ok(found)
        } else {
            self.visit(right, value)
        }
    }

    fn negation(&self, inner: AstNodeId, value: &QueryValue<'a>) -> EvalResult<'a> {
        let truth = self.visit(inner, value)?.is_true();
        Ok(QueryValue::Bool(!truth))
    }

    fn multi_list(&self, parts: &[AstNodeId], value: &QueryValue<'a>) -> EvalResult<'a> {
        if matches!(value, QueryValue::Null) {
            return Ok(QueryValue::Null);
        }
        self.all(parts, value).and_then(QueryValue::list)
    }

    fn all(
        &self,
        parts: &[AstNodeId],
        value: &QueryValue<'a>,
    ) -> Result<Vec<QueryValue<'a>>, QueryError> {
        let mut items = Vec::with_capacity(parts.len());
        for &part in parts {
            items.push(self.visit(part, value)?);
        }
        Ok(items)
    }

    fn multi_dict(
        &self,
        parts: &'a [(String, AstNodeId)],
        value: &QueryValue<'a>,
    ) -> EvalResult<'a> {
        if matches!(value, QueryValue::Null) {
            return Ok(QueryValue::Null);
        }
        let mut entries = Vec::with_capacity(parts.len());
        for (name, part) in parts {
            // Python visits the pair, then its value.
            entries.push((Cow::from(name), self.visit_with_frames(4, *part, value)?));
        }
        QueryValue::dict(entries)
    }

    fn call(&self, name: &str, arguments: &[AstNodeId], value: &QueryValue<'a>) -> EvalResult<'a> {
        let arguments = self.all(arguments, value)?;
        functions::call(self, name, &arguments)
    }
}

/// Applies a node without parts. It is apart from `apply` so that recursion needs less stack.
fn apply_leaf<'a>(node: &'a AstNode, value: &QueryValue<'a>) -> EvalResult<'a> {
    match node {
        AstNode::Field(name) => Ok(field(value, name)),
        AstNode::Literal(literal) => Ok(QueryValue::from(literal)),
        AstNode::Index(index) => Ok(item_at(value, *index)),
        AstNode::Slice(parts) => slice(value, *parts),
        AstNode::Expref(inner) => Ok(QueryValue::Expression(Rc::new(*inner))),
        _ => Ok(value.clone()),
    }
}

fn field<'a>(value: &QueryValue<'a>, name: &str) -> QueryValue<'a> {
    match value {
        QueryValue::Dict(dict) => dict.get(name).unwrap_or(QueryValue::Null),
        _ => QueryValue::Null,
    }
}

fn item_at<'a>(value: &QueryValue<'a>, index: i64) -> QueryValue<'a> {
    let QueryValue::List(list) = value else {
        return QueryValue::Null;
    };
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let place = if index < 0 {
        index.saturating_add(length)
    } else {
        index
    };
    usize::try_from(place)
        .ok()
        .and_then(|place| list.get(place))
        .unwrap_or(QueryValue::Null)
}

fn flatten(base: QueryValue) -> EvalResult {
    let QueryValue::List(list) = base else {
        return Ok(QueryValue::Null);
    };
    let mut merged = Vec::new();
    for item in list.iter() {
        match item {
            QueryValue::List(inner) => merged.extend(inner.iter()),
            other => merged.push(other),
        }
    }
    QueryValue::list(merged)
}

fn slice<'a>(value: &QueryValue<'a>, [start, stop, step]: [Option<i64>; 3]) -> EvalResult<'a> {
    let QueryValue::List(list) = value else {
        return Ok(QueryValue::Null);
    };
    let step = i128::from(step.unwrap_or(1));
    if step == 0 {
        return Err(QueryError::new("slice step cannot be zero"));
    }
    let length = i128::try_from(list.len()).unwrap_or(i128::MAX);
    // Going backwards the bounds lie one lower: from the last item to before the first.
    let (lowest, highest) = if step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let bound = |part: Option<i64>, default: i128| {
        part.map_or(default, |part| {
            let part = i128::from(part);
            (if part < 0 { part + length } else { part }).clamp(lowest, highest)
        })
    };
    let (first, last) = if step < 0 {
        (highest, lowest)
    } else {
        (lowest, highest)
    };
    let (mut place, stop) = (bound(start, first), bound(stop, last));
    let mut items = Vec::new();
    while (step > 0 && place < stop) || (step < 0 && place > stop) {
        items.extend(
            usize::try_from(place)
                .ok()
                .and_then(|place| list.get(place)),
        );
        place += step;
    }
    QueryValue::list(items)
}

fn compare<'a>(
    comparator: Comparator,
    left: &QueryValue<'a>,
    right: &QueryValue<'a>,
) -> EvalResult<'a> {
    match comparator {
        Comparator::Eq => return Ok(QueryValue::Bool(left.equals(right))),
        Comparator::Ne => return Ok(QueryValue::Bool(!left.equals(right))),
        _ => {}
    }
    let (Some(left), Some(right)) = (SortKey::from_item(left), SortKey::from_item(right)) else {
        return Ok(QueryValue::Null);
    };
    left.satisfies(comparator, &right).map(QueryValue::Bool)
}

#[cfg(test)]
mod tests {
    use super::super::answer;

    const DOCUMENT: &str = r#"{"n": 3, "s": "str", "f": 1.50, "big": 123456789012345678901234567890, "o": {"p": {"q": {"r": 1}}, "b": {"q": null}}, "l": [{"x": 1, "y": "b"}, {"x": 2}, {"y": 0}], "m": [[1, 2, 3], [4, [5]], 6]}"#;

    /// Expressions with the result or the error of jmespath.py for the document.
    const TABLE: [(&str, &str); 81] = [
        ("{a: n b: s}", r#"{"a":3,"b":"str"}"#),
        ("length(s)", "3"),
        ("l[1:][0]", "[]"),
        ("l[0][1:].x", "null"),
        ("l[:2].x", "[1,2]"),
        ("l[0][1:]", "null"),
        ("m[0][1:].x", "null"),
        ("m[*][1:].x", "[[],[]]"),
        ("(o).p.q", r#"{"r":1}"#),
        ("o.p.q", r#"{"r":1}"#),
        ("l[*].x", "[1,2]"),
        ("l[*].[x, y]", r#"[[1,"b"],[2,null],[null,0]]"#),
        ("l[].x", "[1,2]"),
        ("o.*", r#"[{"q":{"r":1}},{"q":null}]"#),
        ("o.*.q", r#"[{"r":1}]"#),
        ("*.q", "[]"),
        ("[*]", "null"),
        ("l[?x].x", "[1,2]"),
        ("l[?x > `1`].x", "[2]"),
        ("l[?x == `1`].{b: x, a: y}", r#"[{"b":1,"a":"b"}]"#),
        ("l[?x][].x", "[1,2]"),
        ("m[]", "[1,2,3,4,[5],6]"),
        ("m[][]", "[1,2,3,4,5,6]"),
        ("m[][0]", "[5]"),
        ("m[] | [0]", "1"),
        ("m[::-1]", "[6,[4,[5]],[1,2,3]]"),
        ("m[0][::-2]", "[3,1]"),
        ("m[0][-1]", "3"),
        ("m[0][-9]", "null"),
        ("m[0][9]", "null"),
        ("m[0][-2:]", "[2,3]"),
        ("m[0][9:0:-1]", "[3,2]"),
        ("m[0][99999999999999999999:]", "[]"),
        ("m[0][::0]", "slice step cannot be zero"),
        ("s[0]", "null"),
        ("o[0]", "null"),
        ("o[*]", "null"),
        ("l.*", "null"),
        ("missing.*", "null"),
        ("missing[*]", "null"),
        ("missing.[n]", "null"),
        ("missing.{a: n}", "null"),
        ("[missing]", "[null]"),
        ("n || s", "3"),
        ("'' || s", r#""str""#),
        ("`[]` || `{}`", "{}"),
        ("`0` && s", r#""str""#),
        ("missing && s", "null"),
        ("!n", "false"),
        ("!missing", "true"),
        ("!`0`", "false"),
        ("!''", "true"),
        ("n < `10`", "true"),
        (
            "n < 'a'",
            "'<' not supported between instances of 'int' and 'str'",
        ),
        ("s < 'z'", "true"),
        ("n < missing", "null"),
        ("`1` == `true`", "false"),
        ("`[1]` == `[true]`", "true"),
        ("`1` == `1.0`", "true"),
        (
            "'a' >= `1.5`",
            "'>=' not supported between instances of 'str' and 'float'",
        ),
        ("&n", "Encountered unrecognized type in JSON encoder."),
        ("[&n]", "Encountered unrecognized type in JSON encoder."),
        ("&n == &n", "Encountered unrecognized type in JSON encoder."),
        ("&n || s", "Encountered unrecognized type in JSON encoder."),
        ("o.p.q.[@.r][0]", "1"),
        (r#"o."p""#, r#"{"q":{"r":1}}"#),
        ("@.n", "3"),
        ("o.{b: p, a: p, b: `1`}", r#"{"b":1,"a":{"q":{"r":1}}}"#),
        ("n.a", "null"),
        ("big", "123456789012345678901234567890"),
        ("f", "1.5"),
        ("o.p | q", r#"{"r":1}"#),
        ("l[*].x | [0]", "1"),
        ("{a: missing}", r#"{"a":null}"#),
        ("[n, [s]]", r#"[3,["str"]]"#),
        ("l[*][x]", "[[1],[2],[null]]"),
        ("l[*].*", r#"[[1,"b"],[2],[0]]"#),
        ("*.{x: @}[0]", r#"{"x":3}"#),
        ("o.*.{x: q}.x", "null"),
        ("o.*.[q][0]", r#"[{"r":1}]"#),
        ("not_null(missing n)", "3"),
    ];

    #[test]
    fn returns_results_and_errors_of_jmespath_py() {
        for (expression, result) in TABLE {
            assert_eq!(answer(expression, DOCUMENT), result, "{expression}");
        }
    }

    #[test]
    fn limits_depth_and_size_of_results() {
        for (part, error) in [
            ("||a", "maximum recursion depth exceeded"),
            ("|a", "maximum recursion depth exceeded"),
            ("[]", "maximum recursion depth exceeded"),
            (".[@]", "maximum recursion depth exceeded"),
            (".[@, @]", "the result of the query is too large"),
        ] {
            assert_eq!(
                answer(&format!("a{}", part.repeat(100_000)), r#"{"a": 0}"#),
                error
            );
        }
        assert_eq!(answer(&format!("@{}", ".a".repeat(100_000)), "{}"), "null");
    }

    #[test]
    fn fits_on_the_stack_up_to_the_limits() {
        let nested = |open: &str, close: &str, count| {
            answer(
                &format!("{}@{}", open.repeat(count), close.repeat(count)),
                "1",
            )
            .len()
        };
        assert_eq!(nested("[", "]", 320), 641);
        assert_eq!(nested("(", ")", 480), 1);
        assert_eq!(nested("to_array(", ")[0]", 200), 1);
        assert_eq!(answer(&format!("{}@", "!".repeat(470)), "1"), "true");
        let deep = format!("`{}1{}`", "[".repeat(490), "]".repeat(490));
        assert_eq!(answer(&format!("{deep} == {deep}"), "1"), "true");
        assert_eq!(
            answer(
                &format!("{}{deep}{}", "[".repeat(320), "]".repeat(320)),
                "1"
            )
            .len(),
            1621
        );
        assert_eq!(
            answer(&format!("@{} | to_string(@)", ".[@]".repeat(490)), "1").len(),
            983
        );
    }
}
