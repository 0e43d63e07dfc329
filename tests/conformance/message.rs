//! The message of an error: standard error without the program's name, the `[ERROR]:` prefix and
//! the usage. Implements the regular expressions of `kit.py` without an engine: each function names
//! the expression that it mirrors.

/// Returns the message, without trailing white space.
pub(super) fn from_stderr(stderr: &str) -> String {
    let text = without_prefixes(&without_usage(stderr));
    let lines = text
        .trim_matches(is_python_space)
        .split_inclusive(is_line_end);
    // "\r\n" is one line end; split_inclusive gives "…\r" and "\n".
    let mut out: Vec<&str> = Vec::new();
    let mut after_return = false;
    for line in lines {
        if !(after_return && line == "\n") {
            out.push(line.trim_end_matches(is_python_space));
        }
        after_return = line.ends_with('\r');
    }
    out.join("\n")
}

/// Returns the first line of a message.
pub(super) fn first_line(message: &str) -> String {
    message.split('\n').next().unwrap_or_default().to_owned()
}

/// Removes the names of Python's types, which follow `Invalid type for parameter X,` on a line:
/// `(Invalid type for parameter \S+,).*`
pub(super) fn without_types(message: &str) -> String {
    let lines: Vec<&str> = message.split('\n').map(without_type).collect();
    lines.join("\n")
}

fn without_type(line: &str) -> &str {
    const START: &str = "Invalid type for parameter ";
    for (at, _) in line.match_indices(START) {
        let name = &line[at + START.len()..];
        let word = name.split(is_python_space).next().unwrap_or_default();
        if let Some(comma) = word.rfind(',').filter(|comma| *comma > 0) {
            return &line[..=at + START.len() + comma];
        }
    }
    line
}

/// Removes the usage, which ends where a prefixed line starts:
/// `(?ms)^usage: .*?(?=^\S+: \[ERROR\]|\Z)`
fn without_usage(text: &str) -> String {
    let mut in_usage = false;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let starts_usage = line.starts_with("usage: ");
        in_usage = starts_usage || (in_usage && after_prefix(line, "").is_none());
        if !in_usage {
            out += line;
        }
    }
    out
}

/// Removes the prefixes, and the space after them: `(?m)^\S+: \[ERROR\]:\s*`
fn without_prefixes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(message) = after_prefix(rest, ":") {
            let unspaced = message.trim_start_matches(is_python_space);
            let at_line_start = rest[..rest.len() - unspaced.len()].ends_with('\n');
            rest = unspaced;
            if at_line_start {
                continue;
            }
        }
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        out += &rest[..end];
        rest = &rest[end..];
    }
    out
}

/// Returns the text after `WORD: [ERROR]` and `more`, if it starts with that.
fn after_prefix<'a>(text: &'a str, more: &str) -> Option<&'a str> {
    let space = text.find(is_python_space)?;
    let name = text[..space].strip_suffix(':')?;
    let rest = text[space..].strip_prefix(" [ERROR]")?.strip_prefix(more)?;
    (!name.is_empty()).then_some(rest)
}

/// Whether Python's `\s` matches: Unicode's white space and the separators U+001C to U+001F.
fn is_python_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// Whether Python's `splitlines` splits at the character.
fn is_line_end(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[test]
fn removes_prefix_and_usage() {
    let cases = [
        ("", ""),
        ("\naws: [ERROR]: Bad thing \nmore\n", "Bad thing\nmore"),
        ("usage: a b\n  c\n\naws: [ERROR]: x", "x"),
        ("cognito-sync: [ERROR]: usage: x", "usage: x"),
        ("usage: only\nusage", ""),
        ("a\nusage: b\nc", "a"),
        ("aws: [ERROR]:\naws: [ERROR]: x\n", "x"),
        ("x aws: [ERROR]: y", "x aws: [ERROR]: y"),
        ("a\r\nb \u{b} c", "a\nb\n c"),
        (": [ERROR]: no name", ": [ERROR]: no name"),
    ];
    for (stderr, message) in cases {
        assert_eq!(from_stderr(stderr), message, "{stderr:?}");
    }
}

#[test]
fn removes_python_types() {
    let text = "Invalid type for parameter A.b, value: 1, type: int\nok, that";
    assert_eq!(
        without_types(text),
        "Invalid type for parameter A.b,\nok, that"
    );
    let other = "Invalid type for parameter A, Invalid type for parameter";
    assert_eq!(without_types(other), "Invalid type for parameter A,");
    assert_eq!(
        without_types("Invalid type for parameter , x"),
        "Invalid type for parameter , x"
    );
    assert_eq!(first_line("a\nb"), "a");
}
