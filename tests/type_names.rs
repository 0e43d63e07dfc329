//! No two types of the program have the same name, so that a name in one file means the same in
//! all.

use std::collections::BTreeMap;

use crate::support::source_files::read_sources;

/// Names that stand for the type of their module, as in the standard library.
const PER_MODULE: &[&str] = &["Error", "Result"];

#[test]
fn type_names_are_unique() {
    let mut declared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in read_sources() {
        for name in source.code.lines().filter_map(declared_type) {
            declared
                .entry(name.to_string())
                .or_default()
                .push(source.path.clone());
        }
    }
    assert!(declared.len() > 100, "types are found");
    declared.retain(|name, paths| paths.len() > 1 && !PER_MODULE.contains(&name.as_str()));
    assert!(
        declared.is_empty(),
        "give each a name that says which: {declared:#?}"
    );
}

/// The name of the type that a line declares outside of an implementation.
fn declared_type(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = match line.strip_prefix("pub(") {
        Some(rest) => rest.split_once(") ")?.1,
        None => line,
    };
    let keywords = ["struct ", "enum ", "trait ", "type "];
    let rest = keywords
        .iter()
        .find_map(|keyword| line.strip_prefix(keyword))?;
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    Some(&rest[..end])
}

#[test]
fn declarations_are_found() {
    let table = [
        ("pub struct A;", Some("A")),
        ("pub(in crate::cli) enum B<'a> {", Some("B")),
        ("trait C: Send {}", Some("C")),
        ("type D = u8;", Some("D")),
        ("    type Value = u8;", None),
        ("impl A {", None),
        ("// struct E", None),
    ];
    for (line, want) in table {
        assert_eq!(declared_type(line), want, "{line}");
    }
}
