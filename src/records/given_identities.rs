//! The identities that a user names, as options or in a file.

use std::sync::Arc;

use crate::error::{Error, Result};

/// The longest identity id.
const MAX_ID_LENGTH: usize = 55;

/// Identity ids, one a line. A million of them take no more memory than their file; clones share
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenIdentities {
    text: Arc<str>,
    /// Where the next line begins.
    position: usize,
}

impl GivenIdentities {
    /// Takes the ids of `--identity-id`.
    pub fn from_ids(ids: &[String]) -> Result<GivenIdentities> {
        for id in ids {
            check_id(id).map_err(|why| Error::parameter(format!("--identity-id {why}")))?;
        }
        Ok(GivenIdentities {
            text: ids.join("\n").into(),
            position: 0,
        })
    }

    /// Parses the content of the file of `--identities`. Empty lines and lines that begin with `#`
    /// are skipped.
    pub fn parse(name: &str, content: Vec<u8>) -> Result<GivenIdentities> {
        let invalid = |line: usize, why: &str| {
            Error::parameter(format!(
                "--identities {name}, line {line}: {why}. The file has one identity id a line."
            ))
        };
        let text = String::from_utf8(content).map_err(|why| {
            let before = &why.as_bytes()[..why.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            invalid(line, "not UTF-8")
        })?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_string(),
            None => text,
        };
        for (index, line) in text.lines().enumerate() {
            if let Some(id) = id_of_line(line) {
                check_id(id).map_err(|why| invalid(index + 1, &why))?;
            }
        }
        Ok(GivenIdentities {
            text: text.into(),
            position: 0,
        })
    }
}

impl Iterator for GivenIdentities {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        while let Some(rest) = self
            .text
            .get(self.position..)
            .filter(|rest| !rest.is_empty())
        {
            let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
            self.position += length;
            if let Some(id) = id_of_line(&rest[..length]) {
                return Some(id.to_string());
            }
        }
        None
    }
}

/// Returns the id of a line, if it has one.
fn id_of_line(line: &str) -> Option<&str> {
    let line = line.trim();
    (!line.is_empty() && !line.starts_with('#')).then_some(line)
}

/// Checks an id against the pattern of the service, `[\w-]+:[0-9a-f-]+`.
fn check_id(id: &str) -> Result<(), String> {
    let is_part = |part: &str, is: fn(char) -> bool| !part.is_empty() && part.chars().all(is);
    let is_id = id.split_once(':').is_some_and(|(region, rest)| {
        is_part(region, |c| c.is_ascii_alphanumeric() || "_-".contains(c))
            && is_part(rest, |c| "0123456789abcdef-".contains(c))
    });
    match is_id && id.len() <= MAX_ID_LENGTH {
        true => Ok(()),
        false => {
            let shown: String = id.chars().take(MAX_ID_LENGTH + 1).collect();
            Err(format!(
                "'{}' is not an identity id such as us-east-1:UUID",
                shown.escape_debug()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(content: &[u8]) -> Result<Vec<String>, String> {
        let parsed = GivenIdentities::parse("ids.txt", content.to_vec());
        parsed.map(Iterator::collect).map_err(|error| error.message)
    }

    #[test]
    fn reads_one_id_a_line() {
        let table: [(&[u8], &[&str]); 4] = [
            (b"", &[]),
            (b"a:1\nb:2\n", &["a:1", "b:2"]),
            (
                b"# failed\r\n\r\n  a:1 \r\n#b:2\n\nc_-X:0-f",
                &["a:1", "c_-X:0-f"],
            ),
            (b"\xef\xbb\xbfa:1\na:1", &["a:1", "a:1"]),
        ];
        for (content, want) in table {
            let want = want.iter().map(ToString::to_string).collect();
            assert_eq!(parse(content), Ok(want));
        }
    }

    #[test]
    fn names_line_that_is_no_id() {
        let long = format!("a:1\na:{}", "1".repeat(54));
        let table: [(&[u8], &str); 6] = [
            (b"a:1\nx\n", "line 2: 'x' is not"),
            (b"\n\na:1,b:2", "line 3: 'a:1,b:2' is not"),
            (b":1", "line 1: ':1' is not"),
            (b"a:G", "line 1: 'a:G' is not"),
            (long.as_bytes(), "line 2: 'a:111"),
            (b"a:1\n\xff", "line 2: not UTF-8"),
        ];
        for (content, want) in table {
            let message = parse(content).expect_err(want);
            assert!(
                message.starts_with(&format!("--identities ids.txt, {want}")),
                "{message}"
            );
        }
        let error = GivenIdentities::from_ids(&["a:1".into(), "x\n".into()]).expect_err("invalid");
        assert!(
            error.message.starts_with("--identity-id 'x\\n' is not"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn reads_any_file_without_panic(content in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse(&content);
        }

        #[test]
        fn reads_back_ids(ids in prop::collection::vec("[a-z]{2}-1:[0-9a-f-]{1,36}", 0..9)) {
            let given = GivenIdentities::from_ids(&ids);
            prop_assert_eq!(given.map(Iterator::collect::<Vec<_>>).ok(), Some(ids));
        }
    }
}
