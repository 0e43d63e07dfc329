//! Which words a mistyped one resembles, by the measure of Python's `difflib` (3.11), so that the
//! suggestions are the AWS CLI's. It knows nothing of options or operations.

/// How alike two words must be for the AWS CLI to name one for the other: 0 for nothing in common,
/// 1 for equal.
const CUTOFF: f64 = 0.8;

/// And how alike for a hint of ours.
const LIKELY: f64 = 0.7;

/// The up to three choices that resemble `word` most, the likest first.
pub fn close_matches<'a>(word: &str, choices: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    matches_from(CUTOFF, word, choices)
}

/// The one choice that was likely meant, if any was.
pub fn likeliest<'a>(word: &str, choices: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    matches_from(LIKELY, word, choices).into_iter().next()
}

fn matches_from<'a>(
    cutoff: f64,
    word: &str,
    choices: impl Iterator<Item = &'a str>,
) -> Vec<&'a str> {
    let word: Vec<char> = word.chars().collect();
    let mut scored: Vec<_> = choices
        .filter_map(|choice| {
            let chars: Vec<char> = choice.chars().collect();
            let score = likeness(&chars, &word, cutoff)?;
            Some((score, choice))
        })
        .collect();
    scored.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
    scored
        .into_iter()
        .take(3)
        .map(|(_, choice)| choice)
        .collect()
}

/// Twice the matching characters over all characters, where that reaches the cutoff.
fn likeness(a: &[char], b: &[char], cutoff: f64) -> Option<f64> {
    let total = a.len() + b.len();
    if total == 0 {
        return Some(1.0);
    }
    let share = |matching: usize| 2.0 * matching as f64 / total as f64;
    // The shorter word bounds the matches, which spares long garbage the quadratic part.
    if share(a.len().min(b.len())) < cutoff {
        return None;
    }
    Some(share(matching(a, b))).filter(|score| *score >= cutoff)
}

/// Characters in the longest common block, and likewise to its left and right.
fn matching(a: &[char], b: &[char]) -> usize {
    let (at_a, at_b, size) = longest_block(a, b);
    if size == 0 {
        return 0;
    }
    size + matching(&a[..at_a], &b[..at_b]) + matching(&a[at_a + size..], &b[at_b + size..])
}

/// The longest common block; of equals the first in `a`, then in `b`.
fn longest_block(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    let mut lengths = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![0; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            if x == y {
                let size = lengths[j] + 1;
                next[j + 1] = size;
                if size > best.2 {
                    best = (i + 1 - size, j + 1 - size, size);
                }
            }
        }
        lengths = next;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_pythons() {
        let operations: Vec<String> = crate::model::OPERATIONS
            .iter()
            .map(|o| o.command())
            .collect();
        let table: [(&str, &[&str]); 6] = [
            (
                "set-identity-pool-configuratio",
                &[
                    "set-identity-pool-configuration",
                    "get-identity-pool-configuration",
                ],
            ),
            ("list-record", &["list-records"]),
            (
                "describe-identity-use",
                &["describe-identity-usage", "describe-identity-pool-usage"],
            ),
            (
                "subscribe-to-datasets",
                &["subscribe-to-dataset", "unsubscribe-from-dataset"],
            ),
            ("x", &[]),
            ("", &[]),
        ];
        for (word, want) in table {
            let found = close_matches(word, operations.iter().map(String::as_str));
            assert_eq!(found, want, "{word}");
        }
    }
}
