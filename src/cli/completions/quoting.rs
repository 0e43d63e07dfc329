//! Words as they stand in a shell's line, with quotes and backslashes by the rules of POSIX; those
//! of bash, and near enough those of fish. Nothing is expanded here, and nothing completed.

/// A word of a line.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Word {
    /// The word without its quotes.
    pub(super) text: String,
    /// The quote that is still open at the end of the line.
    pub(super) open: Option<char>,
    /// Where, in bytes of the line, the part begins that bash puts its completions in the place
    /// of: behind the open quote, or else behind the last unquoted character that breaks words.
    pub(super) replaced_from: usize,
    /// Whether it is `<` or `>`.
    pub(super) redirects: bool,
}

/// Splits a line; the last word is the one that the line ends in, and empty behind a space.
pub(super) fn split(line: &str, breaks: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        let behind = at + c.len_utf8();
        let open = quote.is_some();
        if !open && (c.is_ascii_whitespace() || matches!(c, '<' | '>')) {
            words.extend(word.take());
            if !c.is_ascii_whitespace() {
                words.push(Word {
                    redirects: true,
                    ..Word::default()
                });
            }
            continue;
        }
        let word = word.get_or_insert_with(|| Word {
            replaced_from: at,
            ..Word::default()
        });
        match c {
            '\\' if quote != Some('\'') => {
                let next = chars.next().map(|(_, next)| next);
                if quote == Some('"') && !matches!(next, Some('"' | '\\' | '$' | '`')) {
                    word.text.push(c);
                }
                word.text.extend(next);
            }
            _ if quote == Some(c) => quote = None,
            '\'' | '"' if !open => {
                quote = Some(c);
                word.replaced_from = behind;
            }
            _ => {
                word.text.push(c);
                if !open && breaks.contains(c) {
                    word.replaced_from = behind;
                }
            }
        }
    }
    let mut last = word.unwrap_or(Word {
        replaced_from: line.len(),
        ..Word::default()
    });
    last.open = quote;
    words.push(last);
    words
}

/// A text so that it stands for itself within the quote that is open, or without one.
pub(super) fn quoted(text: &str, open: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (open, c) {
            (Some('\''), '\'') => out.push_str("'\\''"),
            (Some('"'), '"' | '\\' | '$' | '`') => out.extend(['\\', c]),
            (None, c) if c.is_ascii_whitespace() || "'\"\\$`*?[]{}()<>|&;!#~".contains(c) => {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Words by `|`, the part that is replaced in brackets, and the open quote.
    fn shown(line: &str) -> String {
        let words = split(line, "=:");
        let texts: Vec<_> = words
            .iter()
            .map(|word| if word.redirects { "<>" } else { &*word.text })
            .collect();
        let last = words.last().expect("there always is a last word");
        let replaced = &line[last.replaced_from..];
        format!("{} [{replaced}] {:?}", texts.join("|"), last.open)
    }

    #[test]
    fn lines_are_split_as_a_shell_does() {
        let table = [
            ("", " [] None"),
            ("a", "a [a] None"),
            ("a  b ", "a|b| [] None"),
            ("a 'b c'd", "a|b cd [b c'd] None"),
            ("a 'b c", "a|b c [b c] Some('\\'')"),
            ("a \"b\\\"\\c", "a|b\"\\c [b\\\"\\c] Some('\"')"),
            ("a b\\ c", "a|b c [b\\ c] None"),
            ("a k=b:c", "a|k=b:c [c] None"),
            ("a k\\=b", "a|k=b [k\\=b] None"),
            ("a k='b:c", "a|k=b:c [b:c] Some('\\'')"),
            ("a k='b:c':", "a|k=b:c: [] None"),
            ("a >b", "a|<>|b [b] None"),
            ("a \\", "a| [\\] None"),
        ];
        for (line, want) in table {
            assert_eq!(shown(line), want, "{line}");
        }
    }

    proptest! {
        /// What was quoted for a place stands there for itself.
        #[test]
        fn quoted_text_stands_for_itself(
            text in "[a-c '\"\\\\$=:,é]{0,12}",
            open in proptest::option::of(proptest::sample::select(vec!['\'', '"'])),
        ) {
            let mut line = open.map_or_else(String::new, String::from);
            line += &quoted(&text, open);
            let words = split(&line, "");
            prop_assert_eq!(words.len(), 1);
            prop_assert_eq!(&words[0].text, &text);
            prop_assert_eq!(words[0].open, open);
        }
    }
}
