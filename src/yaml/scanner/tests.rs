//! Tests of the scanner's tokens.

use super::Scanner;
use super::token::{Directive, Scalar, YamlToken, YamlTokenKind};

/// A token in short form, as the specification draws it.
fn short(token: &YamlToken<'_>) -> String {
    match &token.kind {
        YamlTokenKind::StreamEnd => "end".into(),
        YamlTokenKind::Directive(Directive::Yaml(major, minor)) => format!("%{major}.{minor}"),
        YamlTokenKind::Directive(Directive::Tag(handle, prefix)) => format!("%{handle}={prefix}"),
        YamlTokenKind::Directive(Directive::Reserved) => "%".into(),
        YamlTokenKind::DocumentStart => "---".into(),
        YamlTokenKind::DocumentEnd => "...".into(),
        YamlTokenKind::BlockSequenceStart => "seq".into(),
        YamlTokenKind::BlockMappingStart => "map".into(),
        YamlTokenKind::BlockEnd => "/".into(),
        YamlTokenKind::FlowSequenceStart => "[".into(),
        YamlTokenKind::FlowSequenceEnd => "]".into(),
        YamlTokenKind::FlowMappingStart => "{".into(),
        YamlTokenKind::FlowMappingEnd => "}".into(),
        YamlTokenKind::BlockEntry => "-".into(),
        YamlTokenKind::FlowEntry => ",".into(),
        YamlTokenKind::Key => "?".into(),
        YamlTokenKind::Value => ":".into(),
        YamlTokenKind::Alias(name) => format!("*{name}"),
        YamlTokenKind::Anchor(name) => format!("&{name}"),
        YamlTokenKind::Tag(tag) => format!("!({})({})", tag.handle.unwrap_or_default(), tag.suffix),
        YamlTokenKind::Scalar(Scalar { text, is_plain }) => match is_plain {
            true => text.to_string(),
            false => format!("{text:?}"),
        },
    }
}

fn tokens(text: &str) -> Vec<(String, usize, usize)> {
    let mut scanner = Scanner::new(text).expect("all characters are allowed");
    let mut tokens = Vec::new();
    loop {
        let token = scanner.next().expect(text);
        if token.kind == YamlTokenKind::StreamEnd {
            return tokens;
        }
        let position = token.position;
        tokens.push((short(&token), position.line, position.column));
    }
}

fn kinds(text: &str) -> String {
    let tokens: Vec<_> = tokens(text).into_iter().map(|(token, ..)| token).collect();
    tokens.join(" ")
}

#[test]
fn splits_texts_into_tokens() {
    let table = [
        ("", ""),
        ("a: 1", "map ? a : 1 /"),
        ("- a\n- - b\n", "seq - a - seq - b / /"),
        ("a:\n- b\nc: d", "map ? a : - b ? c : d /"),
        ("? a\n: b", "map ? a : b /"),
        ("[a, {b: c}]", "[ a , { ? b : c } ]"),
        ("{a b, : c}", "{ a b , : c }"),
        ("[a: b]", "[ ? a : b ]"),
        ("{\"a\":1, b:1}", "{ ? \"a\" : 1 , b:1 }"),
        ("a\n  b # c\n", "a b"),
        ("&x !!str *y", "&x !(!!)(str) *y"),
        ("!e!b !<c> ! d", "!(!e!)(b) !()(c) !()(!) d"),
        (
            "%YAML 1.1 # c\n%TAG !e! x:\n%FOO bar\n--- a\n...\n",
            "%1.1 %!e!=x: % --- a ...",
        ),
        ("|+\n a\n\n", "\"a\\n\\n\""),
        (">2-\n  a\n  b\n   c\n", "\"a b\\n c\""),
        ("'it''s\n  me'", "\"it's me\""),
    ];
    for (text, expected) in table {
        assert_eq!(kinds(text), expected, "{text:?}");
    }
}

#[test]
fn finds_positions() {
    let expected = [
        ("map", 1, 1),
        ("?", 1, 1),
        ("é", 1, 1),
        (":", 1, 2),
        ("[", 1, 4),
        ("b", 2, 1),
        ("]", 2, 3),
        ("/", 3, 1),
    ];
    let found = tokens("\u{feff}é: [\nb ]\r\n");
    let found: Vec<_> = found.iter().map(|(t, l, c)| (t.as_str(), *l, *c)).collect();
    assert_eq!(found, expected);
}

#[test]
fn reads_colons_in_flow_mappings_by_version() {
    // A value may begin with a colon only while the mapping itself may be a key: tokens are then
    // held back. After `---` nothing may be a key.
    assert_eq!(kinds("{a: :b}"), "{ ? a : :b }");
    assert_eq!(kinds("--- {a: :b}"), "--- { ? a : : b }");
    assert_eq!(
        kinds("%YAML 1.1\n--- {\"a\":b}"),
        "%1.1 --- { ? \"a\" : b }"
    );
}

#[test]
fn returns_the_end_of_the_stream_again() {
    let mut scanner = Scanner::new("").expect("all characters are allowed");
    for _ in 0..3 {
        let token = scanner.next().expect("there is nothing to reject");
        assert_eq!(token.kind, YamlTokenKind::StreamEnd);
    }
}
