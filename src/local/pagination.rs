//! Pagination of lists: page sizes and tokens. A token is the key of the last item in base64, as
//! the real service has it for identity pools.

use aws_smithy_types::base64;

use super::service_error::ServiceError;

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
pub(super) fn decode_token(encode_token: Option<&str>) -> Result<String, ServiceError> {
    let Some(encode_token) = encode_token else {
        return Ok(String::new());
    };
    base64::decode(encode_token)
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
