//! Tests of reading whole documents. All results were compared with `ruamel.yaml` 0.19.1.

use proptest::prelude::*;

use super::parser::MAX_TAG_NAME;
use super::resolver::Tag;
use super::{MAX_DEPTH, load, parser};
use crate::python::key::Key;
use crate::python::value::Value;

/// A value in short form: strings quoted, integers bare, bytes and timestamps marked.
fn short(value: &Value) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "null".to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.clone(),
        Value::Float(value) => format!("{value:?}"),
        Value::String(value) => format!("{value:?}"),
        Value::Bytes(value) => format!("b{value:?}"),
        Value::Timestamp(value) => format!("t{value}"),
        Value::List(items) => format!("[{}]", join(items.iter().map(short).collect())),
        Value::Tuple(items) => format!("({})", join(items.iter().map(short).collect())),
        Value::Set(items) => format!("{{{}}}", join(items.iter().map(short).collect())),
        Value::Map(map) => {
            let entry = |(key, value): (&Key, &Value)| match key {
                Key::Text(key) => format!("{key}: {}", short(value)),
                Key::Other(key) => format!("({}): {}", short(key), short(value)),
            };
            format!("{{{}}}", join(map.iter().map(entry).collect()))
        }
    }
}

/// Loads each text and compares. Errors are given by their whole text.
fn check(table: &[(&str, &str)]) {
    let results = table.iter().map(|(text, _)| match load(text) {
        Ok(value) => (*text, short(&value)),
        Err(error) => (*text, error.to_string()),
    });
    let results: Vec<_> = results.collect();
    let expected = table.iter().map(|(text, out)| (*text, out.to_string()));
    assert_eq!(results, expected.collect::<Vec<_>>());
}

#[test]
fn loads_documents() {
    check(&[
        ("", "null"),
        ("# only a comment", "null"),
        ("---\n...\n", "null"),
        ("\u{feff}a: 1", "{a: 1}"),
        ("--- # c\na: b # d\n", r#"{a: "b"}"#),
        (
            "a: 1\n---\nb: 2",
            "line 2, column 1: expected one document only",
        ),
        ("a: yes\nb: 012\nc: 0o17", r#"{a: "yes", b: 12, c: 15}"#),
        ("%YAML 1.1\n---\n[yes, 012, 1:30]", "[true, 10, 90]"),
        (
            "%YAML 1.3\n--- a",
            "line 2, column 1: version minor part can only be 2 or 1, got (1, 3)",
        ),
        (
            "a: [\n1,\n2\n]\nb: {\n\t\"c\":1\n}",
            "{a: [1, 2], b: {c: 1}}",
        ),
        ("a: \"b\nc\"", r#"{a: "b c"}"#),
        (
            "[a:, -, :b, http://x/y]",
            r#"["a:", "-", ":b", "http://x/y"]"#,
        ),
        ("a:\tb", "line 1, column 3: a tab stands between tokens"),
        (
            "a: b\u{1}",
            "line 1, column 5: character U+0001 is not allowed",
        ),
        (
            "[a",
            "line 1, column 3: while parsing a flow sequence, expected ',' or ']'",
        ),
    ]);
}

#[test]
fn loads_block_scalars() {
    check(&[
        ("a: |\n  x\n  y\n", r#"{a: "x\ny\n"}"#),
        ("a: |\n  x", r#"{a: "x"}"#),
        ("a: |-\n  x\n\n", r#"{a: "x"}"#),
        ("a: |+\n  x\n\nb: 1", r#"{a: "x\n\n", b: 1}"#),
        ("a: >2\n    x\n  y\n  z\n", r#"{a: "  x\ny z\n"}"#),
        ("a: |\n  x\n  ", r#"{a: "x\n"}"#),
        ("k:\n|1\n x\n", r#"{k: "x\n"}"#),
    ]);
}

#[test]
fn constructs_tagged_values() {
    check(&[
        (
            "[!!str 1, !!int \"0x1F\", !!float 1, !!bool yes, !!null x]",
            r#"["1", 31, 1.0, true, null]"#,
        ),
        ("!!binary aGk=", "b[104, 105]"),
        (
            "[2014-08-08, 2014-08-08 01:02:03.5 +02:00]",
            "[t2014-08-08, t2014-08-08T01:02:03.500000+02:00]",
        ),
        ("!!set {a, b}", r#"{"a", "b"}"#),
        ("!!omap [b: 1, a: 2]", "{b: 1, a: 2}"),
        ("!!pairs [b: 1, b: 2]", r#"[("b", 1), ("b", 2)]"#),
        ("! \"12\"", "12"),
        ("!!str {=: x}", r#""x""#),
        ("%TAG !e! tag:yaml.org,2002:\n--- !e!str 5", r#""5""#),
        ("!foo a", "line 1, column 1: the tag \"!foo\" is unknown"),
        (
            "!!int x",
            "line 1, column 1: invalid literal for int() with base 10: 'x'",
        ),
        ("!!map [a]", "line 1, column 1: expected a map"),
        ("a: <<", "line 1, column 4: '<<' may only be a key"),
    ]);
}

#[test]
fn keeps_keys_of_any_type() {
    check(&[
        ("a: 1\n\"a\": 2", "line 2, column 1: key \"a\" occurs twice"),
        ("1: a", r#"{(1): "a"}"#),
        (
            "a: {~: b, 2014-08-08: c}",
            r#"{a: {(null): "b", (t2014-08-08): "c"}}"#,
        ),
        ("{[a]: b}", r#"{(("a")): "b"}"#),
        ("{1: a, \"1\": b}", r#"{(1): "a", 1: "b"}"#),
        (
            "{1: a, 1.0: b}",
            "line 1, column 8: key \"1.0\" occurs twice",
        ),
        ("{{}: b}", "line 1, column 2: a dict is no key"),
        ("{[[a]]: b}", "line 1, column 2: unhashable type: 'list'"),
        ("\"1\": a", r#"{1: "a"}"#),
        ("? a\n? b\n: c", r#"{a: null, b: "c"}"#),
        ("=: a", r#"{=: "a"}"#),
    ]);
}

#[test]
fn merges_mappings() {
    check(&[
        (
            "x: &m {a: 1, b: 2}\ny: {b: 3, <<: *m}",
            "{x: {a: 1, b: 2}, y: {a: 1, b: 3}}",
        ),
        ("{<<: [{a: 1}, {a: 2, b: 2}], c: 3}", "{a: 1, b: 2, c: 3}"),
        ("{<<: {<<: {a: 1}, b: 2}}", "{a: 1, b: 2}"),
        ("{<<: {a: 1}, b: 1, b: 2}", "{a: 1, b: 2}"),
        (
            "{<<: {}, b: 1, b: 2}",
            "line 1, column 16: key \"b\" occurs twice",
        ),
        (
            "{<<: {a: 1}, <<: {b: 1}}",
            "line 1, column 14: key \"<<\" occurs twice",
        ),
        (
            "{<<: a}",
            "line 1, column 6: '<<' needs a map or a list of maps",
        ),
        ("\"<<\": a", r#"{<<: "a"}"#),
    ]);
}

#[test]
fn resolves_aliases() {
    check(&[
        (
            "a: &x [1]\nb: *x\nc: &x 2\nd: *x",
            "{a: [1], b: [1], c: 2, d: 2}",
        ),
        (
            "&x [*x]",
            "line 1, column 1: an anchored value holds itself",
        ),
        ("a: *x", "line 1, column 4: the alias names no anchor"),
    ]);
    let mut laughs = "a0: &a0 [x, x]\n".to_string();
    for at in 1..40 {
        let last = at - 1;
        laughs.push_str(&format!("a{at}: &a{at} [*a{last}, *a{last}]\n"));
    }
    let error = load(&laughs).expect_err("it would be a trillion values");
    assert_eq!(error.message, "aliases make the document too large");
}

#[test]
fn limits_repeated_work() {
    let repeated = |part: &str| part.repeat(2000);
    let empty_merges = format!("- &s [{}]\n{}", repeated("{}, "), repeated("- <<: *s\n"));
    let chain = (1..2000).map(|at| format!("- &a{at} !!str {{=: *a{}}}\n", at - 1));
    let chain = "- &a0 x\n".to_string() + &chain.collect::<String>();
    let wide = format!(
        "- &m !!str {{{}=: x}}\n{}",
        repeated("k: v, "),
        repeated("- !!str {=: *m }\n")
    );
    for text in [empty_merges, chain, wide] {
        let error = load(&text)
            .map(drop)
            .expect_err("it would be millions of steps");
        assert_eq!(error.message, "aliases make the document too large");
    }
    assert!(load("- &m !!str {k: v, =: x}\n- !!str {=: *m }\n- {<<: [{}, {}]}").is_ok());
}

#[test]
fn cuts_names_of_tags_short() {
    let text = format!("%TAG !p! {}\n--- [!p!x 1, !p!y []]", "p".repeat(1000));
    let (graph, _) = parser::parse(&text).expect("valid syntax");
    let nodes = graph.expect("a document").nodes;
    let names = nodes.iter().filter_map(|node| match &node.tag {
        Tag::Unknown(name) => Some(name.len()),
        _ => None,
    });
    let lengths: Vec<_> = names.collect();
    assert_eq!(lengths, [MAX_TAG_NAME; 2]);
    let error = load(&text).expect_err("an unknown tag");
    let shown = "p".repeat(60);
    assert_eq!(error.message, format!("the tag \"{shown}\"… is unknown"));
}

#[test]
fn limits_the_depth() {
    for part in ["[", "{a: ", "- ", "? ", ": ", "!!seq [", "[? "] {
        let error = load(&part.repeat(100_000)).expect_err("it is too deep");
        assert_eq!(error.message, "values are nested too deep", "{part:?}");
    }
    assert!(load(&("- ".repeat(MAX_DEPTH) + "x")).is_ok());
    assert!(load(&("[".repeat(250) + &"]".repeat(250))).is_ok());
    let chain = (1..1000).map(|at| format!("- &a{at} [*a{}]\n", at - 1));
    let chain = "- &a0 x\n".to_string() + &chain.collect::<String>();
    assert!(load(&chain).is_err());
}

#[test]
fn loads_what_only_ruamel_takes() {
    check(&[
        ("a: [\n1\n]", "{a: [1]}"),
        ("a: \"b\n c\n\n\n d\"", r#"{a: "b c\n\nd"}"#),
        ("{a:, b: -, c: :d}", r#"{a:: null, b: "-", c: ":d"}"#),
        ("{: b}", r#"{(null): "b"}"#),
        ("[a]#c", r#"["a"]"#),
        ("[?a]", r#"[{a: null}]"#),
        ("- &~ a\n- *~", r#"["a", "a"]"#),
        ("?", "{(null): null}"),
        ("|\n \tx\n", r#""\tx\n""#),
        ("|\n...\n|\n", r#""...\n|\n""#),
        ("a: b\u{feff}c", r#"{a: "b\u{feff}c"}"#),
        ("\u{85}a: b\u{85}c", r#"{a: "b c"}"#),
        ("a\u{2028}\u{2028} b", r#""a\u{2028}\u{2028}b""#),
        ("\"a\\\r\n  b\"", r#""ab""#),
        ("\"\\x41\\u00e9\\/\\_\"", r#""Aé/\u{a0}""#),
        ("%TAG !e! tag:yaml.org,2002:\n---\n!e!%69nt \"7\"", "7"),
        ("!<tag:yaml.org,2002:str> 7", "\"7\""),
    ]);
}

#[test]
fn rejects_what_only_ruamel_refuses() {
    check(&[
        ("a: 1\n\tb", "line 2, column 1: a tab stands between tokens"),
        ("a: b\t", "line 1, column 5: a tab stands between tokens"),
        ("é: \t", "line 1, column 4: a tab stands between tokens"),
        (
            "[a\tb]",
            "line 1, column 4: while parsing a flow sequence, expected ',' or ']'",
        ),
        (
            "{a\n: b}",
            "line 2, column 1: while parsing a flow mapping, expected ',' or '}'",
        ),
        (
            "[|]",
            "line 1, column 2: no value begins with this character",
        ),
        (
            "[!!str, a]",
            "line 1, column 2: the tag \"tag:yaml.org,2002:str,\" is unknown",
        ),
        ("...", "line 1, column 1: expected a value"),
        (
            "%YAML 2.0\n--- a",
            "line 1, column 1: only YAML 1.1 and 1.2 can be read",
        ),
        (
            "a\u{0}",
            "line 1, column 2: character U+0000 is not allowed",
        ),
        (
            "- x\n|\n",
            "line 2, column 1: this does not belong to the list or map that starts in line 1",
        ),
        (
            "!a!b c",
            "line 1, column 1: the tag handle !a! is not defined",
        ),
        ("a: 'b", "line 1, column 6: the text ends inside quotes"),
        (
            "'a\n--- b'",
            "line 2, column 1: a document marker stands inside quotes",
        ),
        ("\"\\z\"", "line 1, column 3: this escape is unknown"),
        (
            "b: c\nd\ne: f",
            "line 2, column 1: expected a ':' after this key",
        ),
        ("a: b: c", "line 1, column 5: no value may start here"),
        ("a: - b", "line 1, column 4: no list entry may start here"),
        (
            "- b: c\n  - d",
            "line 2, column 3: this does not belong to the list or map that starts in line 1",
        ),
        (
            "|\n  \n    a",
            "line 3, column 5: a block scalar's first line is indented less than the next",
        ),
    ]);
}

#[test]
fn reports_python_exceptions() {
    let table = [
        ("a: !!int x", "invalid literal for int() with base 10: 'x'"),
        ("!!int ''", "string index out of range"),
        ("!!bool x", "'x'"),
        ("!!float x", "could not convert string to float: 'x'"),
        ("2014-13-01", "month must be in 1..12"),
        ("\"\\U00110000\"", "chr() arg not in range(0x110000)"),
        (
            "\"\\UFFFFFFFF\"",
            "Python int too large to convert to C int",
        ),
        ("{[[a]]: b}", "unhashable type: 'list'"),
        ("{a: 1, a: !!int ''}", "string index out of range"),
    ];
    for (text, message) in table {
        let error = load(text).expect_err(text);
        assert!(error.is_python_exception, "{text:?}");
        assert_eq!(error.message, message, "{text:?}");
    }
}

#[test]
fn limits_simple_keys() {
    let short = format!("{}: 1", "k".repeat(1024));
    assert!(load(&short).is_ok());
    let error = load(&format!("k{short}")).expect_err("the key is too long");
    assert_eq!(error.message, "no value may start here");
    assert!(load(&format!("? k{short}")).is_err());
    assert!(load(&format!("? \"k{}\"\n: 1", "k".repeat(1024))).is_ok());
}

/// Text made of pieces that have a meaning somewhere in YAML.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "1",
        "~",
        "b: ",
        "- ",
        "? ",
        ": ",
        ":",
        "-",
        ",",
        "[",
        "]",
        "{",
        "}",
        "&x ",
        "*x",
        "!!str ",
        "! ",
        "!t",
        "|\n",
        ">-2\n",
        "# c\n",
        "\n",
        "\n  ",
        "\t",
        " ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "\r\n",
        "\r",
        "'",
        "\"",
        "\\",
        "\\u00e9",
        "<<: ",
        "=",
        "é",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "😀",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn never_panics(text in yaml_like()) {
        // Any position is inside of the text, or just behind it.
        if let Err(error) = load(&text) {
            let lines = text.split(['\n', '\r']).count();
            prop_assert!((1..=lines).contains(&error.position.line), "{error} in {text:?}");
            let length = text.chars().count();
            prop_assert!(error.position.column <= length + 1, "{error} in {text:?}");
        }
    }

    #[test]
    fn never_panics_on_any_text(text in any::<String>()) {
        drop(load(&text));
    }

    #[test]
    fn loads_double_quoted_json_strings(text in "[ -~\n\té☃\u{a0}]{0,40}") {
        let quoted = serde_json::to_string(&text).expect("a string is JSON");
        prop_assert_eq!(load(&quoted), Ok(Value::String(text)));
    }
}
