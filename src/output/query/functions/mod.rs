//! The functions of jmespath.py 1.0.1: their table, and the checks of the number and types of
//! arguments. Each group of functions has a file.
//!
//! Where jmespath.py lets an exception of Python escape (a mixed comparison, an overflow, a strange
//! argument to `merge`), the text of that exception is mirrored too.

mod conversions;
mod numbers;
mod objects;
mod ordering;
mod sequences;
#[cfg(test)]
mod tests;

use super::ast::Comparator;
use super::error::QueryError;
use super::interpreter::{EvalResult, Interpreter};
use super::render;
use super::value::{Dict, List, QueryValue};
use crate::python;
use conversions::{not_null, to_array, to_number, to_string, type_of};
use numbers::{apply_to_number, avg, round, sum};
use objects::{keys, merge, values};
use ordering::{find_extremum, find_extremum_by, sort, sort_by};
use sequences::{contains, join, length, map, reverse, test_texts};

type Implementation = for<'a> fn(&Interpreter<'a>, &[QueryValue<'a>]) -> EvalResult<'a>;

/// A function with the types allowed for each parameter; an empty list allows every type.
struct Function {
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    /// Whether more arguments may follow; their types are not checked.
    variadic: bool,
    implementation: Implementation,
}

const fn fixed(
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    implementation: Implementation,
) -> Function {
    Function {
        name,
        parameters,
        variadic: false,
        implementation,
    }
}

const fn variadic(
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    implementation: Implementation,
) -> Function {
    Function {
        variadic: true,
        ..fixed(name, parameters, implementation)
    }
}

const NUMBERS: &[&str] = &["array-number"];

const NUMBERS_OR_TEXTS: &[&str] = &["array-number", "array-string"];

/// Sorted by name.
static FUNCTIONS: [Function; 26] = [
    fixed("abs", &[&["number"]], |_, args| {
        apply_to_number(args, |num| Ok(num.abs()))
    }),
    fixed("avg", &[NUMBERS], |_, args| avg(args)),
    fixed("ceil", &[&["number"]], |_, args| {
        apply_to_number(args, |num| round(num, f64::ceil))
    }),
    fixed("contains", &[&["array", "string"], &[]], |_, args| {
        contains(args)
    }),
    fixed("ends_with", &[&["string"], &["string"]], |_, args| {
        test_texts(args, |text, end| text.ends_with(end))
    }),
    fixed("floor", &[&["number"]], |_, args| {
        apply_to_number(args, |num| round(num, f64::floor))
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
        find_extremum(args, Comparator::Gt)
    }),
    fixed("max_by", &[&["array"], &["expref"]], |interpreter, args| {
        find_extremum_by(interpreter, args, "max_by", Comparator::Gt)
    }),
    variadic("merge", &[&["object"]], |_, args| merge(args)),
    fixed("min", &[NUMBERS_OR_TEXTS], |_, args| {
        find_extremum(args, Comparator::Lt)
    }),
    fixed("min_by", &[&["array"], &["expref"]], |interpreter, args| {
        find_extremum_by(interpreter, args, "min_by", Comparator::Lt)
    }),
    variadic("not_null", &[&[]], |_, args| not_null(args)),
    fixed("reverse", &[&["array", "string"]], |_, args| reverse(args)),
    fixed("sort", &[&["array-string", "array-number"]], |_, args| {
        sort(args)
    }),
    fixed("sort_by", &[&["array"], &["expref"]], sort_by),
    fixed("starts_with", &[&["string"], &["string"]], |_, args| {
        test_texts(args, |text, start| text.starts_with(start))
    }),
    fixed("sum", &[NUMBERS], |_, args| {
        Ok(QueryValue::number(sum(list_argument(args)?)?))
    }),
    fixed("to_array", &[&[]], |_, args| to_array(args)),
    fixed("to_number", &[&[]], |_, args| to_number(args)),
    fixed("to_string", &[&[]], |_, args| to_string(args)),
    fixed("type", &[&[]], |_, args| type_of(args)),
    fixed("values", &[&["object"]], |_, args| values(args)),
];

/// Calls a function by name.
pub(super) fn call<'a>(
    interpreter: &Interpreter<'a>,
    name: &str,
    args: &[QueryValue<'a>],
) -> EvalResult<'a> {
    let Ok(index) = FUNCTIONS.binary_search_by(|function| function.name.cmp(name)) else {
        return Err(QueryError::new(format!("Unknown function: {name}()")));
    };
    let function = &FUNCTIONS[index];
    check_arity(function, args.len())?;
    for (item, types) in args.iter().zip(function.parameters) {
        if !types.is_empty() {
            check_type(item, types, name)?;
        }
    }
    (function.implementation)(interpreter, args)
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

fn check_type(item: &QueryValue, types: &[&str], name: &str) -> Result<(), QueryError> {
    let main_type = |wanted: &str| wanted.split('-').next() == Some(item.type_name());
    if !types.iter().any(|wanted| main_type(wanted)) {
        return Err(type_error(name, item, types, item.type_name()));
    }
    let inner: Vec<&str> = types
        .iter()
        .filter_map(|wanted| wanted.split_once('-'))
        .map(|(_, inner)| inner)
        .collect();
    let (QueryValue::List(list), false) = (item, inner.is_empty()) else {
        return Ok(());
    };
    let Some(first) = list.get(0) else {
        return Ok(());
    };
    // The type of the first item decides which of several types all items must have.
    let required = inner.iter().find(|&&wanted| wanted == first.type_name());
    for element in list.iter() {
        if Some(&element.type_name()) != required {
            return Err(type_error(name, &element, types, element.python_type()));
        }
    }
    Ok(())
}

/// Python's `JMESPathTypeError`. `actual` names a type of JMESPath or of Python.
fn type_error(name: &str, item: &QueryValue, types: &[&str], actual: &str) -> QueryError {
    QueryError::new(format!(
        "In function {name}(), invalid type for value: {}, expected one of: {}, received: \"{actual}\"",
        render::python_str(item),
        python_names(types),
    ))
}

/// `str()` of a list of strings.
fn python_names(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| python::repr_str(name)).collect();
    format!("[{}]", names.join(", "))
}

/// The error for an argument whose type `call` should have rejected.
fn unchecked_argument() -> QueryError {
    QueryError::new("an argument escaped its type check")
}

fn list_argument<'i, 'a>(args: &'i [QueryValue<'a>]) -> Result<&'i List<'a>, QueryError> {
    match args {
        [QueryValue::List(list)] => Ok(list),
        _ => Err(unchecked_argument()),
    }
}

fn dict_argument<'i, 'a>(args: &'i [QueryValue<'a>]) -> Result<&'i Dict<'a>, QueryError> {
    match args {
        [QueryValue::Dict(dict)] => Ok(dict),
        _ => Err(unchecked_argument()),
    }
}
