//! The identities that take the place of those in a file: pools give out ids of their own.

use std::collections::HashMap;
use std::io::BufRead as _;
use std::path::Path;

use super::input_file;
use super::text_set::{TextDigest, digest_text};
use crate::error::{Error, Result};

/// The longest line that is read.
const MAX_LINE: usize = 4096;

/// The map of `--identity-map`: the new id of each old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityMap {
    name: String,
    new_ids: HashMap<TextDigest, Box<str>>,
}

impl IdentityMap {
    /// Reads a file with an old and a new id a line. Empty lines and lines that begin with `#` are
    /// skipped.
    pub fn read(path: &Path) -> Result<IdentityMap> {
        let name = path.display().to_string();
        let invalid = |line: usize, why: &str| {
            Error::parameter(format!(
                "--identity-map {name}, line {line}: {why}. A line has an id of the file, a space and the \
                 id that takes its place."
            ))
        };
        let (mut new_ids, mut targets) = (HashMap::new(), super::text_set::TextSet::default());
        for (line, number) in input_file::open(path)?.lines().zip(1..) {
            let line = line.map_err(|why| invalid(number, &why.to_string()))?;
            let line = line.strip_prefix('\u{feff}').unwrap_or(&line).trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut ids = line.split_whitespace();
            let (Some(old), Some(new), None) = (ids.next(), ids.next(), ids.next()) else {
                return Err(invalid(number, "not two ids"));
            };
            if line.len() > MAX_LINE {
                return Err(invalid(number, "longer than two ids can be"));
            }
            if new_ids.insert(digest_text(old), new.into()).is_some() {
                return Err(invalid(
                    number,
                    "the first id stands on an earlier line, too",
                ));
            }
            if !targets.insert(new) {
                return Err(invalid(
                    number,
                    "the second id stands on an earlier line, too",
                ));
            }
        }
        Ok(IdentityMap { name, new_ids })
    }

    /// Returns the id that takes the place of another.
    pub fn new_id(&self, old: &str) -> Result<&str> {
        let new = self.new_ids.get(&digest_text(old));
        new.map(|id| &**id).ok_or_else(|| {
            Error::general(format!(
                "The identity is not in --identity-map {}.",
                self.name
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<IdentityMap> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("map");
        std::fs::write(&path, content).expect("written");
        IdentityMap::read(&path)
    }

    #[test]
    fn maps_identities() {
        let map = read("\u{feff}# old new\na b\r\n\n c\td\n").expect("a map");
        assert_eq!(map.new_id("a").ok(), Some("b"));
        assert_eq!(map.new_id("c").ok(), Some("d"));
        let error = map.new_id("b").expect_err("not in the map");
        assert!(
            error.message.contains("is not in --identity-map"),
            "{error}"
        );
    }

    #[test]
    fn rejects_lines_that_are_no_pairs() {
        let table = [
            ("a b\na\n", "line 2: not two ids"),
            ("a b c\n", "line 1: not two ids"),
            (
                "a b\n\na c\n",
                "line 3: the first id stands on an earlier line",
            ),
            (
                "a b\nc b\n",
                "line 2: the second id stands on an earlier line",
            ),
        ];
        for (content, want) in table {
            let error = read(content).expect_err("no map");
            assert!(error.message.contains(want), "{error}");
            assert_eq!(error.kind.exit_status(), 252);
        }
    }
}
