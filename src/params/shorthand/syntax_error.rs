//! The syntax errors of shorthand, with the messages of the AWS CLI.

/// A syntax error, with the index of the character it is at.
#[derive(Debug)]
pub(super) enum SyntaxError {
    /// Something else was expected.
    Unexpected {
        expected: &'static str,
        received: ReceivedInput,
        at: usize,
    },
    /// A key occurs twice.
    DuplicateKey { key: String, at: usize },
    /// Lists and hashes nest too deeply.
    TooDeep { at: usize },
}

/// The input found in place of what was expected.
#[derive(Debug)]
pub(super) enum ReceivedInput {
    /// Another character.
    Character(char),
    /// The end of the text.
    End,
    /// No match at all; the AWS CLI shows `<none>`.
    Nothing,
}

impl SyntaxError {
    /// The message of the AWS CLI, without the option.
    pub(super) fn message(&self, text: &[char]) -> String {
        match self {
            SyntaxError::Unexpected {
                expected,
                received,
                at,
            } => {
                let received = match received {
                    ReceivedInput::Character(c) => c.to_string(),
                    ReceivedInput::End => "EOF".to_string(),
                    ReceivedInput::Nothing => "<none>".to_string(),
                };
                let input = with_caret(text, *at);
                format!("Expected: '{expected}', received: '{received}' for input:\n {input}")
            }
            SyntaxError::DuplicateKey { key, at } => format!(
                "Second instance of key \"{key}\" encountered for input:\n{}\nThis is often \
                 because there is a preceding \",\" instead of a space.",
                with_caret(text, *at)
            ),
            SyntaxError::TooDeep { at } => {
                format!("Nested too deeply for input:\n {}", with_caret(text, *at))
            }
        }
    }
}

/// The whole text, with a caret below the character at `at`.
fn with_caret(text: &[char], at: usize) -> String {
    let at = at.min(text.len());
    let line_start = text[..at]
        .iter()
        .rposition(|c| *c == '\n')
        .map_or(0, |newline| newline + 1);
    let line_end = text[at..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(text.len(), |newline| at + newline);
    let until: String = text[..line_end].iter().collect();
    let after: String = text[line_end..].iter().collect();
    format!("{until}\n{}^{after}", " ".repeat(at - line_start))
}
