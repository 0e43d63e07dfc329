//! Pages of lists: how long they are, and where the next one begins. A token is the last entry's name,
//! in base64, as the real service has it for identity pools.

use aws_smithy_types::base64;

use super::refusal::{Refusal, Ruled};

/// The length of a page: what was asked for, up to `most`, or all that `by_default` says.
pub(super) fn length(asked: Option<i64>, by_default: usize, most: usize) -> Ruled<usize> {
    match asked.map(usize::try_from) {
        None => Ok(by_default),
        Some(Ok(length)) if length > 0 => Ok(length.min(most)),
        Some(_) => Err(Refusal::invalid(
            "MaxResults is to be a whole number of 1 or more.",
        )),
    }
}

/// The token of the page behind this entry.
pub(super) fn token(last: &str) -> String {
    base64::encode(last)
}

/// The entry that a token names; the beginning where there is no token.
pub(super) fn start(token: Option<&str>) -> Ruled<String> {
    let Some(token) = token else {
        return Ok(String::new());
    };
    base64::decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(unusable)
}

pub(super) fn unusable() -> Refusal {
    Refusal::invalid("Invalid NextToken")
}

/// Takes what is beyond the page off a list that was asked for one entry more; whether there was
/// anything.
pub(super) fn cut<T>(entries: &mut Vec<T>, length: usize) -> bool {
    let more = entries.len() > length;
    entries.truncate(length);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_held_within_bounds() {
        let table = [
            (None, Some(64)),
            (Some(1), Some(1)),
            (Some(9999), Some(64)),
            (Some(0), None),
            (Some(-1), None),
        ];
        for (asked, want) in table {
            assert_eq!(length(asked, 64, 64).ok(), want, "{asked:?}");
        }
    }

    #[test]
    fn tokens_name_the_last_entry() {
        assert_eq!(start(Some(&token("a/é"))), Ok("a/é".into()));
        assert_eq!(start(None), Ok(String::new()));
        for bad in ["?", "//79", "abc"] {
            assert_eq!(start(Some(bad)), Err(unusable()), "{bad}");
        }
    }
}
