//! Calls of every function, with the results and errors of jmespath.py 1.0.1.

use super::super::answer;

const DOCUMENT: &str = r#"{"o": {"b": 1, "a": [true, null]}, "big": 123456789012345678901234567890123456789012, "l": [{"x": 2, "y": "b"}, {"x": 1, "y": "a"}, {"x": 2, "y": "c"}], "s": "it's"}"#;

/// Expressions with the result or the error of jmespath.py for the document.
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
fn returns_results_and_errors_of_jmespath_py() {
    for (expression, result) in TABLE {
        assert_eq!(answer(expression, DOCUMENT), result, "{expression}");
    }
}

#[test]
fn rejects_ints_too_large_for_floats() {
    let document = format!("[{}, 0.5]", "9".repeat(400));
    for expression in ["sum(@)", "avg(@)", "avg([:1])"] {
        assert_eq!(
            answer(expression, &document),
            "int too large to convert to float"
        );
    }
    assert_eq!(answer("max(@) > `1e300`", &document), "true");
}
