//! Splits a text into the tokens of `dateutil` (2.9): runs of digits, runs of letters, and single
//! characters. A dot or comma may be part of a number or separate two tokens.

use crate::python;

/// The kind of the current token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Word,
    Number,
    DottedWord,
    DottedNumber,
}

/// Splits a text into tokens. Converts digits of every script to ASCII and white space to blanks,
/// and skips NUL.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut characters = text.chars().filter(|c| *c != '\0').map(to_ascii_digit);
    let mut tokens = Vec::new();
    let mut next = characters.next();
    while let Some(first) = next {
        next = characters.next();
        let mut state = match first {
            _ if first.is_alphabetic() => State::Word,
            _ if first.is_ascii_digit() => State::Number,
            _ => {
                let blank = python::is_space(first);
                tokens.push(if blank { ' ' } else { first }.to_string());
                continue;
            }
        };
        let mut token = first.to_string();
        let mut has_letters = false;
        while let Some(character) = next {
            has_letters |= matches!(state, State::Word | State::DottedWord);
            match next_state(state, &token, character) {
                Some(following) => state = following,
                None => break,
            }
            token.push(character);
            next = characters.next();
        }
        push_token(&mut tokens, token, state, has_letters);
    }
    tokens
}

/// The state after this character; `None` if the character starts a new token.
fn next_state(state: State, token: &str, character: char) -> Option<State> {
    let ends_in_dot = token.ends_with('.');
    match (state, character) {
        (State::Word, '.') => Some(State::DottedWord),
        (State::Word, c) if c.is_alphabetic() => Some(State::Word),
        (State::Number, '.') => Some(State::DottedNumber),
        (State::Number, ',') if token.len() > 1 => Some(State::DottedNumber),
        (State::Number, c) if c.is_ascii_digit() => Some(State::Number),
        (State::DottedWord, c) if c == '.' || c.is_alphabetic() => Some(State::DottedWord),
        (State::DottedWord, c) if c.is_ascii_digit() && ends_in_dot => Some(State::DottedNumber),
        (State::DottedNumber, c) if c == '.' || c.is_ascii_digit() => Some(State::DottedNumber),
        (State::DottedNumber, c) if c.is_alphabetic() && ends_in_dot => Some(State::DottedWord),
        _ => None,
    }
}

/// Appends a token, or its parts if its dots and commas are separators.
fn push_token(tokens: &mut Vec<String>, token: String, state: State, has_letters: bool) {
    let dots = token.matches('.').count();
    let dotted = matches!(state, State::DottedWord | State::DottedNumber);
    if dotted && (has_letters || dots > 1 || token.ends_with(['.', ','])) {
        let mut rest = token.as_str();
        while let Some(at) = rest.find(['.', ',']) {
            let (part, separated) = rest.split_at(at);
            let (separator, behind) = separated.split_at(1);
            tokens.extend((!part.is_empty()).then(|| part.to_string()));
            tokens.push(separator.to_string());
            rest = behind;
        }
        tokens.extend((!rest.is_empty()).then(|| rest.to_string()));
    } else if state == State::DottedNumber && dots == 0 {
        tokens.push(token.replace(',', "."));
    } else {
        tokens.push(token);
    }
}

/// Converts a digit of any script to ASCII.
fn to_ascii_digit(character: char) -> char {
    python::to_ascii_digit(character).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_into_words_numbers_and_signs() {
        let table: [(&str, &[&str]); 12] = [
            ("2024-01-02T03", &["2024", "-", "01", "-", "02", "T", "03"]),
            ("05.123Z", &["05.123", "Z"]),
            ("05,5", &["05.5"]),
            ("5,5", &["5", ",", "5"]),
            ("2024.01.02", &["2024", ".", "01", ".", "02"]),
            ("Sep.20.2009", &["Sep", ".", "20", ".", "2009"]),
            ("a.m.", &["a", ".", "m", "."]),
            ("10.Z", &["10.Z"]),
            ("10.", &["10", "."]),
            ("1\u{0}2\t", &["12", " "]),
            ("\u{663}\u{661}", &["31"]),
            ("", &[]),
        ];
        for (text, want) in table {
            assert_eq!(split(text), want, "{text}");
        }
    }
}
