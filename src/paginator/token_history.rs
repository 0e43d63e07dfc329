//! Detection of tokens that repeat, in memory that does not grow with the number of pages.

/// The tokens of a list so far: the last one, and an earlier one that is replaced at every power of
/// two (Brent's algorithm). If the tokens repeat in a cycle of any length, one of them equals the
/// earlier one before the cycle has passed three times.
#[derive(Debug, Default)]
pub(super) struct TokenHistory {
    count: u64,
    last: String,
    earlier: String,
}

impl TokenHistory {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds the next token. Returns `false` if it is known to have been there before.
    pub fn add(&mut self, token: &str) -> bool {
        if self.count > 0 && (token == self.last || token == self.earlier) {
            return false;
        }
        self.count += 1;
        if self.count.is_power_of_two() {
            self.earlier = token.to_string();
        }
        self.last = token.to_string();
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn detects_every_cycle_and_nothing_else(lead in 0..40usize, cycle in 1..40usize) {
            let mut history = TokenHistory::default();
            let token = |number: usize| match number < lead {
                true => format!("lead-{number}"),
                false => format!("cycle-{}", (number - lead) % cycle),
            };
            let repeats_at = (0..).find(|number| !history.add(&token(*number)));
            let at = repeats_at.expect("an endless range");
            prop_assert!(at >= lead + cycle, "{at}");
            prop_assert!(at <= 2 * (lead + cycle) + cycle, "{at}");
        }
    }
}
