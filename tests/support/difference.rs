//! Shows how two texts differ, line by line, for the report of a failed test.
//!
//! Not a minimal diff: equal lines at both ends are left out, and all between them is shown.

/// How many equal lines are shown before and after the lines that differ.
const CONTEXT: usize = 2;

/// `want` against `got`, as lines marked `-` and `+`; invisible characters are escaped.
pub(crate) fn of_texts(want: &str, got: &str) -> String {
    let (want, got) = (lines(want), lines(got));
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

/// A text in a report: each line indented, invisible characters escaped.
pub(crate) fn shown(text: &str) -> String {
    if text.is_empty() {
        return "    (empty)\n".to_owned();
    }
    let mark = |line: String| format!("    | {line}\n");
    lines(text).into_iter().map(mark).collect()
}

/// The lines with their invisible characters escaped; a missing last newline is marked, as
/// it is a difference too.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(visible).collect();
    match lines.last_mut() {
        Some(last) if last.is_empty() => drop(lines.pop()),
        Some(last) => last.push_str(" (no newline)"),
        None => {}
    }
    lines
}

fn visible(line: &str) -> String {
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
