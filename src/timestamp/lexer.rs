//! Splits a text into the tokens that `dateutil` (2.9) reads a date from: runs of digits, runs of
//! letters, and single characters. A dot or comma may belong to a number or separate two tokens.

use crate::python;

/// What the characters of the token under way are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Word,
    Number,
    DottedWord,
    DottedNumber,
}

/// The tokens of a text. Digits of every script become ASCII's, all white space becomes a blank,
/// and NUL is skipped.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut characters = text.chars().filter(|c| *c != '\0').map(ascii_digit);
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
            match following(state, &token, character) {
                Some(following) => state = following,
                None => break,
            }
            token.push(character);
            next = characters.next();
        }
        push(&mut tokens, token, state, has_letters);
    }
    tokens
}

/// The state in which the token goes on with this character, if it does.
fn following(state: State, token: &str, character: char) -> Option<State> {
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

/// Adds a token, or its parts where its dots and commas separate.
fn push(tokens: &mut Vec<String>, token: String, state: State, has_letters: bool) {
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

/// The same digit in ASCII, whatever the script.
fn ascii_digit(character: char) -> char {
    python::ascii_digit(character).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_words_numbers_and_signs() {
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
