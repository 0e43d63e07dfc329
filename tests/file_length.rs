//! No source file grows beyond what can be read in one go.

use crate::support::source_files::read_sources;

/// The most lines that a source file may have, without its tests.
const MAX_LINES: usize = 400;

/// The files that may be longer, since each is one table.
const TABLES: &[&str] = &["encoding/charmap_tables.rs"];

#[test]
fn keeps_source_files_within_400_lines() {
    let long: Vec<_> = read_sources()
        .into_iter()
        .map(|source| (source.code.lines().count(), source.path))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .collect();
    let unexpected: Vec<_> = long
        .iter()
        .filter(|(_, path)| !TABLES.contains(&path.as_str()))
        .collect();
    assert!(
        unexpected.is_empty(),
        "split these files by topic (lines without tests, path): {unexpected:?}"
    );
    let is_long = |table: &&&str| long.iter().any(|(_, path)| path == **table);
    let short: Vec<_> = TABLES.iter().filter(|table| !is_long(table)).collect();
    assert!(short.is_empty(), "these need no exception: {short:?}");
}
