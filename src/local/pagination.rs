//! Pagination of lists: page sizes and tokens. A token is the key of the last item in base64, as
//! the real service has it for identity pools.

use aws_smithy_types::base64;

use super::operations::OperationInput;
use super::service_error::ServiceError;

/// A page of a list.
pub(super) struct ListPage<T> {
    pub items: Vec<T>,
    /// The page size, which the items may fall short of.
    pub size: usize,
    /// The token of the next page; `None` on the last one.
    pub next_token: Option<String>,
}

/// Reads the page of at most `max_size` items that `MaxResults` and `NextToken` request. `read_after`
/// returns at most so many items after a key, in the order of their keys.
pub(super) fn read_page<T>(
    input: &OperationInput,
    max_size: usize,
    read_after: impl FnOnce(String, usize) -> Result<Vec<T>, ServiceError>,
    key: impl FnOnce(&T) -> &str,
) -> Result<ListPage<T>, ServiceError> {
    let size = page_size(input.number("MaxResults"), max_size, max_size)?;
    let start = decode_token(input.text("NextToken"))?;
    let mut items = read_after(start, size + 1)?;
    let has_more = truncate_page(&mut items, size);
    let last = items.last().filter(|_| has_more);
    let next_token = last.map(|last| encode_token(key(last)));
    Ok(ListPage {
        items,
        size,
        next_token,
    })
}

/// Returns the page size: the requested one up to `max`, or `default`.
pub(super) fn page_size(
    requested: Option<i64>,
    default: usize,
    max: usize,
) -> Result<usize, ServiceError> {
    match requested.map(usize::try_from) {
        None => Ok(default),
        Some(Ok(page_size)) if page_size > 0 => Ok(page_size.min(max)),
        Some(_) => Err(ServiceError::invalid(
            "MaxResults must be an integer of at least 1.",
        )),
    }
}

/// Returns the token of the page after this item.
pub(super) fn encode_token(last: &str) -> String {
    base64::encode(last)
}

/// Returns the item that a token names; empty, which is before the first item, without a token.
pub(super) fn decode_token(token: Option<&str>) -> Result<String, ServiceError> {
    let Some(token) = token else {
        return Ok(String::new());
    };
    base64::decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(invalid_token)
}

pub(super) fn invalid_token() -> ServiceError {
    ServiceError::invalid("Invalid NextToken")
}

/// Cuts a list, which was queried with one item more, to the page size. Returns whether there are
/// more items.
pub(super) fn truncate_page<T>(entries: &mut Vec<T>, page_size: usize) -> bool {
    let more = entries.len() > page_size;
    entries.truncate(page_size);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_page_size() {
        let table = [
            (None, Some(64)),
            (Some(1), Some(1)),
            (Some(9999), Some(64)),
            (Some(0), None),
            (Some(-1), None),
        ];
        for (requested, want) in table {
            assert_eq!(page_size(requested, 64, 64).ok(), want, "{requested:?}");
        }
    }

    #[test]
    fn round_trips_tokens_and_rejects_others() {
        assert_eq!(decode_token(Some(&encode_token("a/é"))), Ok("a/é".into()));
        assert_eq!(decode_token(None), Ok(String::new()));
        for bad in ["?", "//79", "abc"] {
            assert_eq!(decode_token(Some(bad)), Err(invalid_token()), "{bad}");
        }
    }
}
