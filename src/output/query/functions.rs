//! The functions of JMESPath as jmespath.py 1.0.1 has them: their table, the checks of number and
//! type of arguments with Python's messages, and the functions themselves.
//!
//! Where the Python code lets an error of Python's own escape (a mixed comparison, an overflow, a
//! strange argument to `merge`), the text of that error is mirrored too.

use super::error::QueryError;
use super::evaluate::{Evaluator, Found, Key};
use super::number::{Num, TooLarge};
use super::parser::{Comparator, NodeId};
use super::render;
use super::values::{Dict, Item, List};
use crate::python::surrogates;
use std::borrow::Cow;
use std::cmp::Ordering;

type Run = for<'a> fn(&Evaluator<'a>, &[Item<'a>]) -> Found<'a>;

/// A function and what it takes: for each argument the types allowed, none meaning any.
struct Function {
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    /// Whether more arguments may follow. Only those named in `parameters` have their types checked.
    variadic: bool,
    run: Run,
}

const fn fixed(
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    run: Run,
) -> Function {
    Function {
        name,
        parameters,
        variadic: false,
        run,
    }
}

const fn variadic(
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    run: Run,
) -> Function {
    Function {
        variadic: true,
        ..fixed(name, parameters, run)
    }
}

const NUMBERS: &[&str] = &["array-number"];
const NUMBERS_OR_TEXTS: &[&str] = &["array-number", "array-string"];

/// Sorted by name.
static FUNCTIONS: [Function; 26] = [
    fixed("abs", &[&["number"]], |_, args| {
        with_number(args, |num| Ok(num.abs()))
    }),
    fixed("avg", &[NUMBERS], |_, args| avg(args)),
    fixed("ceil", &[&["number"]], |_, args| {
        with_number(args, |num| round(num, f64::ceil))
    }),
    fixed("contains", &[&["array", "string"], &[]], |_, args| {
        contains(args)
    }),
    fixed("ends_with", &[&["string"], &["string"]], |_, args| {
        with_texts(args, |text, end| text.ends_with(end))
    }),
    fixed("floor", &[&["number"]], |_, args| {
        with_number(args, |num| round(num, f64::floor))
    }),
    fixed("join", &[&["string"], &["array-string"]], |_, args| {
        join(args)
    }),
    fixed("keys", &[&["object"]], |_, args| keys(args)),
    fixed("length", &[&["string", "array", "object"]], |_, args| {
        length(args)
    }),
    fixed("map", &[&["expref"], &["array"]], map),
    fixed("max", &[NUMBERS_OR_TEXTS], |_, args| {
        extreme(args, Comparator::Gt)
    }),
    fixed("max_by", &[&["array"], &["expref"]], |evaluator, args| {
        extreme_by(evaluator, args, "max_by", Comparator::Gt)
    }),
    variadic("merge", &[&["object"]], |_, args| merge(args)),
    fixed("min", &[NUMBERS_OR_TEXTS], |_, args| {
        extreme(args, Comparator::Lt)
    }),
    fixed("min_by", &[&["array"], &["expref"]], |evaluator, args| {
        extreme_by(evaluator, args, "min_by", Comparator::Lt)
    }),
    variadic("not_null", &[&[]], |_, args| not_null(args)),
    fixed("reverse", &[&["array", "string"]], |_, args| reverse(args)),
    fixed("sort", &[&["array-string", "array-number"]], |_, args| {
        sort(args)
    }),
    fixed("sort_by", &[&["array"], &["expref"]], sort_by),
    fixed("starts_with", &[&["string"], &["string"]], |_, args| {
        with_texts(args, |text, start| text.starts_with(start))
    }),
    fixed("sum", &[NUMBERS], |_, args| {
        Ok(Item::number(sum(only_list(args)?)?))
    }),
    fixed("to_array", &[&[]], |_, args| to_array(args)),
    fixed("to_number", &[&[]], |_, args| to_number(args)),
    fixed("to_string", &[&[]], |_, args| to_string(args)),
    fixed("type", &[&[]], |_, args| type_of(args)),
    fixed("values", &[&["object"]], |_, args| values(args)),
];

/// Calls a function by name.
pub(super) fn call<'a>(evaluator: &Evaluator<'a>, name: &str, args: &[Item<'a>]) -> Found<'a> {
    let Ok(place) = FUNCTIONS.binary_search_by(|function| function.name.cmp(name)) else {
        return Err(QueryError::new(format!("Unknown function: {name}()")));
    };
    let function = &FUNCTIONS[place];
    check_arity(function, args.len())?;
    for (item, types) in args.iter().zip(function.parameters) {
        if !types.is_empty() {
            check_type(item, types, name)?;
        }
    }
    (function.run)(evaluator, args)
}

fn check_arity(function: &Function, received: usize) -> Result<(), QueryError> {
    let expected = function.parameters.len();
    let (fits, least) = if function.variadic {
        (received >= expected, "at least ")
    } else {
        (received == expected, "")
    };
    if fits {
        return Ok(());
    }
    let arguments = if expected == 1 {
        "argument"
    } else {
        "arguments"
    };
    let name = function.name;
    Err(QueryError::new(format!(
        "Expected {least}{expected} {arguments} for function {name}(), received {received}"
    )))
}

fn check_type(item: &Item, types: &[&str], name: &str) -> Result<(), QueryError> {
    let main_type = |wanted: &str| wanted.split('-').next() == Some(item.type_name());
    if !types.iter().any(|wanted| main_type(wanted)) {
        return Err(type_error(name, item, types, item.type_name()));
    }
    let inner: Vec<&str> = types
        .iter()
        .filter_map(|wanted| wanted.split_once('-'))
        .map(|(_, inner)| inner)
        .collect();
    let (Item::List(list), false) = (item, inner.is_empty()) else {
        return Ok(());
    };
    let Some(first) = list.get(0) else {
        return Ok(());
    };
    // The first item settles which of several types the others must have.
    let required = inner.iter().find(|&&wanted| wanted == first.type_name());
    for element in list.iter() {
        if Some(&element.type_name()) != required {
            return Err(type_error(name, &element, types, element.python_type()));
        }
    }
    Ok(())
}

/// Python's `JMESPathTypeError`. `actual` is now a type of JMESPath, now one of Python.
fn type_error(name: &str, item: &Item, types: &[&str], actual: &str) -> QueryError {
    QueryError::new(format!(
        "In function {name}(), invalid type for value: {}, expected one of: {}, received: \"{actual}\"",
        render::python_str(item),
        render::python_names(types),
    ))
}

/// An argument does not have the type that the table demands, which `call` rules out.
fn mismatch() -> QueryError {
    QueryError::new("an argument escaped its type check")
}

fn only_list<'i, 'a>(args: &'i [Item<'a>]) -> Result<&'i List<'a>, QueryError> {
    match args {
        [Item::List(list)] => Ok(list),
        _ => Err(mismatch()),
    }
}

fn only_dict<'i, 'a>(args: &'i [Item<'a>]) -> Result<&'i Dict<'a>, QueryError> {
    match args {
        [Item::Dict(dict)] => Ok(dict),
        _ => Err(mismatch()),
    }
}

fn with_number<'a>(
    args: &[Item<'a>],
    calculate: impl Fn(Num) -> Result<Num, QueryError>,
) -> Found<'a> {
    match args {
        [Item::Number(number)] => calculate(Num::read(number)).map(Item::number),
        _ => Err(mismatch()),
    }
}

fn with_texts<'a>(args: &[Item<'a>], test: impl Fn(&str, &str) -> bool) -> Found<'a> {
    match args {
        [Item::Text(left), Item::Text(right)] => Ok(Item::Bool(test(left, right))),
        _ => Err(mismatch()),
    }
}

fn round(num: Num, round: fn(f64) -> f64) -> Result<Num, QueryError> {
    let is_nan = matches!(num, Num::Float(float) if float.is_nan());
    let kind = if is_nan { "NaN" } else { "infinity" };
    let message = format!("cannot convert float {kind} to integer");
    num.rounded(round).ok_or_else(|| QueryError::new(message))
}

fn overflow(_: TooLarge) -> QueryError {
    QueryError::new("int too large to convert to float")
}

fn sum(list: &List) -> Result<Num, QueryError> {
    let mut total = Num::Small(0);
    for item in list.iter() {
        let Item::Number(number) = item else {
            return Err(mismatch());
        };
        total = total.add(&Num::read(&number)).map_err(overflow)?;
    }
    Ok(total)
}

fn avg<'a>(args: &[Item<'a>]) -> Found<'a> {
    let list = only_list(args)?;
    if list.len() == 0 {
        return Ok(Item::Null);
    }
    let total = sum(list)?.to_float().map_err(overflow)?;
    Ok(Item::number(Num::Float(total / list.len() as f64)))
}

fn contains<'a>(args: &[Item<'a>]) -> Found<'a> {
    match args {
        [Item::List(list), wanted] => Ok(Item::Bool(
            list.iter().any(|item| item.python_equals(wanted)),
        )),
        [Item::Text(text), Item::Text(wanted)] => Ok(Item::Bool(text.contains(&**wanted))),
        [Item::Text(_), wanted] => Err(QueryError::new(format!(
            "'in <string>' requires string as left operand, not {}",
            wanted.python_type()
        ))),
        _ => Err(mismatch()),
    }
}

fn join<'a>(args: &[Item<'a>]) -> Found<'a> {
    let [Item::Text(separator), Item::List(list)] = args else {
        return Err(mismatch());
    };
    let mut joined = String::new();
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        let Item::Text(text) = item else {
            return Err(mismatch());
        };
        joined.push_str(&text);
    }
    Ok(Item::text(joined))
}

fn keys<'a>(args: &[Item<'a>]) -> Found<'a> {
    Item::list(
        only_dict(args)?
            .entries()
            .map(|(key, _)| Item::Text(key))
            .collect(),
    )
}

fn values<'a>(args: &[Item<'a>]) -> Found<'a> {
    Item::list(only_dict(args)?.entries().map(|(_, item)| item).collect())
}

fn length<'a>(args: &[Item<'a>]) -> Found<'a> {
    Ok(Item::length(match args {
        [Item::Text(text)] => surrogates::code_points(text).count(),
        [Item::List(list)] => list.len(),
        [Item::Dict(dict)] => dict.len(),
        _ => return Err(mismatch()),
    }))
}

fn reverse<'a>(args: &[Item<'a>]) -> Found<'a> {
    match args {
        [Item::Text(text)] => {
            let mut codes: Vec<u32> = surrogates::code_points(text).collect();
            codes.reverse();
            Ok(Item::text(surrogates::of_code_points(codes)))
        }
        _ => Item::list(only_list(args)?.iter().rev().collect()),
    }
}

fn not_null<'a>(args: &[Item<'a>]) -> Found<'a> {
    let found = args.iter().find(|item| !matches!(item, Item::Null));
    Ok(found.cloned().unwrap_or(Item::Null))
}

fn to_array<'a>(args: &[Item<'a>]) -> Found<'a> {
    match args {
        [list @ Item::List(_)] => Ok(list.clone()),
        _ => Item::list(args.to_vec()),
    }
}

fn to_string<'a>(args: &[Item<'a>]) -> Found<'a> {
    match args {
        [text @ Item::Text(_)] => Ok(text.clone()),
        [item] => Ok(Item::text(render::json_dumps(item))),
        _ => Err(mismatch()),
    }
}

fn to_number<'a>(args: &[Item<'a>]) -> Found<'a> {
    Ok(match args {
        [number @ Item::Number(_)] => number.clone(),
        [Item::Text(text)] => Num::parse_python(text).map_or(Item::Null, Item::number),
        [Item::Expression(_)] => {
            return Err(QueryError::new(
                "int() argument must be a string, a bytes-like object or a real number, \
                 not '_Expression'",
            ));
        }
        _ => Item::Null,
    })
}

fn type_of<'a>(args: &[Item<'a>]) -> Found<'a> {
    Ok(match args {
        // Python's function has no answer for these.
        [Item::Expression(_)] | [] => Item::Null,
        [item, ..] => Item::text(item.type_name()),
    })
}

fn map<'a>(evaluator: &Evaluator<'a>, args: &[Item<'a>]) -> Found<'a> {
    let [Item::Expression(each), Item::List(list)] = args else {
        return Err(mismatch());
    };
    let results = list
        .iter()
        .map(|item| evaluator.visit_deeper(5, **each, &item));
    Item::list(results.collect::<Result<_, _>>()?)
}

/// Keeps the first of the greatest or least, as Python's `max` and `min` do.
#[derive(Default)]
struct Best<'a>(Option<(Key<'a>, Item<'a>)>);

impl<'a> Best<'a> {
    fn offer(&mut self, key: Key<'a>, item: Item<'a>, wins: Comparator) -> Result<(), QueryError> {
        let better = match &self.0 {
            Some((best, _)) => key.ranks(wins, best)?,
            None => true,
        };
        if better {
            self.0 = Some((key, item));
        }
        Ok(())
    }

    fn item(self) -> Item<'a> {
        self.0.map_or(Item::Null, |(_, item)| item)
    }
}

fn extreme<'a>(args: &[Item<'a>], wins: Comparator) -> Found<'a> {
    let mut best = Best::default();
    for item in only_list(args)?.iter() {
        best.offer(Key::of(&item).ok_or_else(mismatch)?, item, wins)?;
    }
    Ok(best.item())
}

fn extreme_by<'a>(
    evaluator: &Evaluator<'a>,
    args: &[Item<'a>],
    name: &str,
    wins: Comparator,
) -> Found<'a> {
    let [Item::List(list), Item::Expression(by)] = args else {
        return Err(mismatch());
    };
    let mut best = Best::default();
    for item in list.iter() {
        let key = key_by(evaluator, **by, &item, &["number", "string"], name)?;
        best.offer(key, item, wins)?;
    }
    Ok(best.item())
}

/// What an expression makes of an item, if its type is among those allowed.
fn key_by<'a>(
    evaluator: &Evaluator<'a>,
    by: NodeId,
    item: &Item<'a>,
    types: &[&str],
    name: &str,
) -> Result<Key<'a>, QueryError> {
    let found = evaluator.visit_deeper(6, by, item)?;
    match Key::of(&found) {
        Some(key) if types.contains(&found.type_name()) => Ok(key),
        _ => Err(type_error(name, &found, types, found.type_name())),
    }
}

fn sort<'a>(args: &[Item<'a>]) -> Found<'a> {
    let keyed = only_list(args)?
        .iter()
        .map(|item| Some((Key::of(&item)?, item)));
    sorted(keyed.collect::<Option<_>>().ok_or_else(mismatch)?)
}

fn sort_by<'a>(evaluator: &Evaluator<'a>, args: &[Item<'a>]) -> Found<'a> {
    let [array @ Item::List(list), Item::Expression(by)] = args else {
        return Err(mismatch());
    };
    let Some(first) = list.get(0) else {
        return Ok(array.clone());
    };
    let required = evaluator.visit_deeper(5, **by, &first)?.type_name();
    if !["number", "string"].contains(&required) {
        return Err(type_error(
            "sort_by",
            &first,
            &["string", "number"],
            required,
        ));
    }
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.iter() {
        keyed.push((
            key_by(evaluator, **by, &item, &[required], "sort_by")?,
            item,
        ));
    }
    sorted(keyed)
}

fn sorted<'a>(mut keyed: Vec<(Key<'a>, Item<'a>)>) -> Found<'a> {
    keyed.sort_by(|(left, _), (right, _)| left.order(right).unwrap_or(Ordering::Equal));
    Item::list(keyed.into_iter().map(|(_, item)| item).collect())
}

type Entries<'a> = Vec<(Cow<'a, str>, Item<'a>)>;

fn merge<'a>(args: &[Item<'a>]) -> Found<'a> {
    let mut entries: Entries<'a> = Vec::new();
    for arg in args {
        update(&mut entries, arg)?;
    }
    Item::dict(entries)
}

/// Python's `dict.update`, which takes a sequence of pairs as well as a dict. Only the first
/// argument of `merge` is sure to be an object.
fn update<'a>(entries: &mut Entries<'a>, arg: &Item<'a>) -> Result<(), QueryError> {
    if let Item::Dict(dict) = arg {
        entries.extend(dict.entries());
        return Ok(());
    }
    let Some(pairs) = iterated(arg) else {
        let kind = arg.python_type();
        return Err(QueryError::new(format!("'{kind}' object is not iterable")));
    };
    for (index, pair) in pairs.iter().enumerate() {
        let Some(pair) = iterated(pair) else {
            return Err(QueryError::new(format!(
                "cannot convert dictionary update sequence element #{index} to a sequence"
            )));
        };
        let [key, item] = pair.as_slice() else {
            let length = pair.len();
            return Err(QueryError::new(format!(
                "dictionary update sequence element #{index} has length {length}; 2 is required"
            )));
        };
        entries.push((json_key(key)?, item.clone()));
    }
    Ok(())
}

/// What Python's iteration over a value gives, if it can be iterated.
fn iterated<'a>(item: &Item<'a>) -> Option<Vec<Item<'a>>> {
    match item {
        Item::Text(text) => {
            let codes = surrogates::code_points(text);
            Some(
                codes
                    .map(|code| Item::text(surrogates::of_code_points([code])))
                    .collect(),
            )
        }
        Item::List(list) => Some(list.iter().collect()),
        Item::Dict(dict) => Some(dict.entries().map(|(key, _)| Item::Text(key)).collect()),
        _ => None,
    }
}

/// A key of a Python dict as its JSON encoder writes it.
fn json_key<'a>(key: &Item<'a>) -> Result<Cow<'a, str>, QueryError> {
    match key {
        Item::Text(text) => Ok(text.clone()),
        Item::List(_) | Item::Dict(_) => Err(QueryError::new(format!(
            "unhashable type: '{}'",
            key.python_type()
        ))),
        Item::Expression(_) => Err(QueryError::new(
            "keys must be str, int, float, bool or None, not _Expression",
        )),
        _ => Ok(Cow::Owned(render::json_dumps(key))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer;

    const DOCUMENT: &str = r#"{"o": {"b": 1, "a": [true, null]}, "big": 123456789012345678901234567890123456789012, "l": [{"x": 2, "y": "b"}, {"x": 1, "y": "a"}, {"x": 2, "y": "c"}], "s": "it's"}"#;

    /// Expressions with the result or the error that Python gives for the document.
    const TABLE: [(&str, &str); 94] = [
        ("abs(`-5`)", "5"),
        ("abs(`-2.5`)", "2.5"),
        (
            "abs('a')",
            r#"In function abs(), invalid type for value: a, expected one of: ['number'], received: "string""#,
        ),
        (
            "abs(`true`)",
            r#"In function abs(), invalid type for value: True, expected one of: ['number'], received: "boolean""#,
        ),
        (
            "abs(&a)",
            r#"In function abs(), invalid type for value: <jmespath.visitor._Expression object at 0x0>, expected one of: ['number'], received: "expref""#,
        ),
        ("avg(`[1, 2]`)", "1.5"),
        ("avg(`[]`)", "null"),
        (
            "avg(`[1, true]`)",
            r#"In function avg(), invalid type for value: True, expected one of: ['array-number'], received: "bool""#,
        ),
        (
            "avg(big)",
            r#"In function avg(), invalid type for value: 123456789012345678901234567890123456789012, expected one of: ['array-number'], received: "number""#,
        ),
        ("ceil(`1.2`)", "2"),
        ("ceil(`3`)", "3"),
        ("floor(`-1.2`)", "-2"),
        (
            "floor(`1e300`)",
            "1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160",
        ),
        ("ceil(`1e400`)", "cannot convert float infinity to integer"),
        ("contains('abc', 'b')", "true"),
        ("contains(`[1, 2]`, `true`)", "true"),
        (
            "contains('abc', `1`)",
            "'in <string>' requires string as left operand, not int",
        ),
        (
            "contains('abc', `null`)",
            "'in <string>' requires string as left operand, not NoneType",
        ),
        (
            "contains(`1`, `1`)",
            r#"In function contains(), invalid type for value: 1, expected one of: ['array', 'string'], received: "number""#,
        ),
        ("ends_with('abc', 'bc')", "true"),
        ("starts_with('abc', 'bc')", "false"),
        (r#"join(', ', `["a", "b"]`)"#, r#""a, b""#),
        ("join('', `[]`)", r#""""#),
        (
            r#"join('', `["a", 1]`)"#,
            r#"In function join(), invalid type for value: 1, expected one of: ['array-string'], received: "int""#,
        ),
        ("keys(o)", r#"["b","a"]"#),
        ("values(o)", "[1,[true,null]]"),
        (
            "keys(l)",
            r#"In function keys(), invalid type for value: [{'x': 2, 'y': 'b'}, {'x': 1, 'y': 'a'}, {'x': 2, 'y': 'c'}], expected one of: ['object'], received: "array""#,
        ),
        ("length('日本😀')", "3"),
        ("length(o)", "2"),
        ("length(l)", "3"),
        (
            "length(`1`)",
            r#"In function length(), invalid type for value: 1, expected one of: ['string', 'array', 'object'], received: "number""#,
        ),
        ("map(&x, l)", "[2,1,2]"),
        (
            "map(&x, o)",
            r#"In function map(), invalid type for value: {'b': 1, 'a': [True, None]}, expected one of: ['array'], received: "object""#,
        ),
        ("max(`[1, 3.0, 3]`)", "3.0"),
        (r#"max(`["a", "b"]`)"#, r#""b""#),
        ("max(`[]`)", "null"),
        (
            r#"max(`["a", 1]`)"#,
            r#"In function max(), invalid type for value: 1, expected one of: ['array-number', 'array-string'], received: "int""#,
        ),
        (
            "max(`[null]`)",
            r#"In function max(), invalid type for value: None, expected one of: ['array-number', 'array-string'], received: "NoneType""#,
        ),
        ("min(`[2, 1.0, 1]`)", "1.0"),
        ("max_by(l, &x).y", r#""b""#),
        ("min_by(l, &x).y", r#""a""#),
        ("max_by(l, &y)", r#"{"x":2,"y":"c"}"#),
        (
            "max_by(l, &z)",
            r#"In function max_by(), invalid type for value: None, expected one of: ['number', 'string'], received: "null""#,
        ),
        (
            r#"min_by(`[1, "a"]`, &@)"#,
            "'<' not supported between instances of 'str' and 'int'",
        ),
        ("max_by(`[]`, &@)", "null"),
        (r#"merge(o, `{"a": 9, "z": 1}`)"#, r#"{"b":1,"a":9,"z":1}"#),
        (
            r#"merge(o, `["ab", ["c", 1]]`)"#,
            r#"{"b":1,"a":"b","c":1}"#,
        ),
        (
            "merge(o, `[1]`)",
            "cannot convert dictionary update sequence element #0 to a sequence",
        ),
        (
            r#"merge(o, `["abc"]`)"#,
            "dictionary update sequence element #0 has length 3; 2 is required",
        ),
        ("merge(o, `1`)", "'int' object is not iterable"),
        ("merge(o, `[[[], 1]]`)", "unhashable type: 'list'"),
        (
            "merge(l)",
            r#"In function merge(), invalid type for value: [{'x': 2, 'y': 'b'}, {'x': 1, 'y': 'a'}, {'x': 2, 'y': 'c'}], expected one of: ['object'], received: "array""#,
        ),
        (
            "merge()",
            "Expected at least 1 argument for function merge(), received 0",
        ),
        ("not_null(`null`, `0`)", "0"),
        (
            "not_null()",
            "Expected at least 1 argument for function not_null(), received 0",
        ),
        ("not_null(`null`)", "null"),
        ("reverse('añ😀')", r#""😀ña""#),
        ("reverse(`[1, 2]`)", "[2,1]"),
        ("sort(`[3, 1.5, 2]`)", "[1.5,2,3]"),
        (r#"sort(`["b", "é", "a", "B"]`)"#, r#"["B","a","b","é"]"#),
        (
            "sort(`[[1]]`)",
            r#"In function sort(), invalid type for value: [1], expected one of: ['array-string', 'array-number'], received: "list""#,
        ),
        (
            r#"sort(`[1, "a"]`)"#,
            r#"In function sort(), invalid type for value: a, expected one of: ['array-string', 'array-number'], received: "str""#,
        ),
        ("sort_by(l, &x)[*].y", r#"["a","b","c"]"#),
        (
            "sort_by(l, &y)",
            r#"[{"x":1,"y":"a"},{"x":2,"y":"b"},{"x":2,"y":"c"}]"#,
        ),
        (
            "sort_by(l, &@)",
            r#"In function sort_by(), invalid type for value: {'x': 2, 'y': 'b'}, expected one of: ['string', 'number'], received: "object""#,
        ),
        ("sort_by(`[]`, &a)", "[]"),
        (
            "sort_by(l, `1`)",
            r#"In function sort_by(), invalid type for value: 1, expected one of: ['expref'], received: "number""#,
        ),
        ("sum(`[1, 2]`)", "3"),
        ("sum(`[1, 0.5]`)", "1.5"),
        ("sum(`[]`)", "0"),
        (
            "sum([big, big])",
            "246913578024691357802469135780246913578024",
        ),
        ("to_array(`1`)", "[1]"),
        (
            "to_array(l)",
            r#"[{"x":2,"y":"b"},{"x":1,"y":"a"},{"x":2,"y":"c"}]"#,
        ),
        ("to_number('12')", "12"),
        ("to_number(' 1_0 ')", "10"),
        ("to_number('1e2')", "100.0"),
        ("to_number('x')", "null"),
        ("to_number(`1.50`)", "1.5"),
        ("to_number(l)", "null"),
        (
            "to_number(&a)",
            "int() argument must be a string, a bytes-like object or a real number, not '_Expression'",
        ),
        ("to_string(o)", r#""{\"b\":1,\"a\":[true,null]}""#),
        ("to_string('a')", r#""a""#),
        ("to_string(`1e2`)", r#""100.0""#),
        (r#"to_string(`"é"`)"#, r#""é""#),
        (r#"to_string([`"é"`])"#, r#""[\"\\u00e9\"]""#),
        ("type(`1`)", r#""number""#),
        ("type(&a)", "null"),
        ("type(`null`)", r#""null""#),
        ("type(o)", r#""object""#),
        ("nope(l)", "Unknown function: nope()"),
        (
            "nope(abs(s))",
            r#"In function abs(), invalid type for value: it's, expected one of: ['number'], received: "string""#,
        ),
        (
            "abs()",
            "Expected 1 argument for function abs(), received 0",
        ),
        (
            "abs(`1`, `2`)",
            "Expected 1 argument for function abs(), received 2",
        ),
        (
            "contains(l)",
            "Expected 2 arguments for function contains(), received 1",
        ),
    ];

    #[test]
    fn functions_give_what_python_gives() {
        for (expression, result) in TABLE {
            assert_eq!(answer(expression, DOCUMENT), result, "{expression}");
        }
    }

    #[test]
    fn huge_ints_do_not_become_floats() {
        let document = format!("[{}, 0.5]", "9".repeat(400));
        for expression in ["sum(@)", "avg(@)", "avg([:1])"] {
            assert_eq!(
                answer(expression, &document),
                "int too large to convert to float"
            );
        }
        assert_eq!(answer("max(@) > `1e300`", &document), "true");
    }
}
