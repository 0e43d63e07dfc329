//! Python's `shlex.split`: splits a line as a POSIX shell does, with quotes and backslashes but
//! without comments. Variables, wildcards and pipes have no meaning, since no shell runs.

/// Returns the tokens of the line, or the message of Python's `ValueError`.
pub fn split(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => {
                let escaped = rest.next().ok_or("No escaped character")?;
                word.get_or_insert_default().push(escaped);
            }
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or("No closing quotation")? {
                        '\'' => break,
                        inner => word.push(inner),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or("No closing quotation")? {
                        '"' => break,
                        '\\' => match rest.next().ok_or("No escaped character")? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        inner => word.push(inner),
                    }
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    /// The expected tokens are results of Python's `shlex.split`.
    #[test]
    fn splits_lines_as_python() {
        let table: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("  a\t b\n", &["a", "b"]),
            ("a 'b c' d", &["a", "b c", "d"]),
            ("a\"b c\"d", &["ab cd"]),
            ("'' \"\"", &["", ""]),
            (r#""a\"b\\c\d""#, &[r#"a"b\c\d"#]),
            (r"a\ b \'c", &["a b", "'c"]),
            (r"'a\' b", &[r"a\", "b"]),
            ("a # b; $X *|", &["a", "#", "b;", "$X", "*|"]),
        ];
        for (line, want) in table {
            let want: Vec<String> = want.iter().map(|word| word.to_string()).collect();
            assert_eq!(split(line), Ok(want), "{line}");
        }
        for line in ["'a", "\"a", "a \"b'"] {
            assert_eq!(split(line), Err("No closing quotation"));
        }
        for line in ["a\\", "\"a\\"] {
            assert_eq!(split(line), Err("No escaped character"));
        }
    }
}
