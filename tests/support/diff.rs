//! Line diffs for the reports of failed tests.
//!
//! Not a minimal diff: it omits equal lines at both ends and shows everything between them.

/// Equal lines shown before and after the lines that differ.
const CONTEXT: usize = 2;

/// Compares `want` with `got` and returns lines marked `-` and `+`; control characters are escaped.
pub(crate) fn diff_lines(want: &str, got: &str) -> String {
    let (want, got) = (escaped_lines(want), escaped_lines(got));
    let equal = |(a, b): &(&String, &String)| a == b;
    let head = want.iter().zip(&got).take_while(equal).count();
    let (want_rest, got_rest) = (&want[head..], &got[head..]);
    let backwards = want_rest.iter().rev().zip(got_rest.iter().rev());
    let tail = backwards.take_while(equal).count();
    let want_middle = &want_rest[..want_rest.len() - tail];
    let got_middle = &got_rest[..got_rest.len() - tail];
    let before = &want[head.saturating_sub(CONTEXT)..head];
    let after = &want_rest[want_rest.len() - tail..];
    let after = &after[..tail.min(CONTEXT)];
    let mut out = String::new();
    for (mark, part) in [
        (' ', before),
        ('-', want_middle),
        ('+', got_middle),
        (' ', after),
    ] {
        for line in part {
            out += &format!("    {mark} {line}\n");
        }
    }
    out
}

/// Formats a text for a report: each line indented, control characters escaped.
pub(crate) fn indent_lines(text: &str) -> String {
    if text.is_empty() {
        return "    (empty)\n".to_owned();
    }
    let mark = |line: String| format!("    | {line}\n");
    escaped_lines(text).into_iter().map(mark).collect()
}

/// Splits a text into lines with control characters escaped; marks a missing final newline, since
/// it is a difference too.
fn escaped_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(escape_invisible).collect();
    match lines.last_mut() {
        Some(last) if last.is_empty() => drop(lines.pop()),
        Some(last) => last.push_str(" (no newline)"),
        None => {}
    }
    lines
}

fn escape_invisible(line: &str) -> String {
    let text = line.trim_end_matches(' ');
    let mut out = String::new();
    for character in text.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out + &"\\x20".repeat(line.len() - text.len())
}
