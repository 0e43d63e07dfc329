//! Errors from error responses, with code and message taken from headers and body as botocore does
//! (`botocore/parsers.py` of AWS CLI 2.36.7).

use serde_json::{Map, Value as Json};

use crate::error::Error;
use crate::model::{ErrorShape, Operation};
use crate::python;
use crate::transport::error_response::{self, is_retryable, reason_without_document};
use crate::transport::{MADE_BY_CHANGE, Response};

/// The header with the request id that the service assigns.
pub(super) const REQUEST_ID: &str = "x-amzn-requestid";

/// Returns the error for an error response. `retries` is the number of retries, if all allowed
/// attempts were made.
pub(super) fn error_from_response(
    operation: &Operation,
    response: &Response,
    retries: Option<u32>,
) -> Error {
    let details = match details(response, operation.service.errors) {
        Ok(details) => details,
        Err(error) => return error,
    };
    let code = details.get("Code").map(python::to_str).unwrap_or_default();
    let retryable = is_retryable(response.status, &code);
    let mut error = Error::service_error(operation.name, retries, details);
    error.context.request_id = response.header(REQUEST_ID).map(str::to_string);
    error.context.http_status = Some(response.status);
    error.context.retryable = Some(retryable);
    error.context.is_made_by_change = response.header(MADE_BY_CHANGE).is_some();
    error
}

/// Returns the error's `Message` and `Code`. An error in the service model also has `message`, as
/// in the AWS CLI.
fn details(response: &Response, modeled: &[ErrorShape]) -> Result<Map<String, Json>, Error> {
    let status = response.status.to_string();
    let body = response.body.trim_ascii();
    if let Some(reason) = reason_without_document(response.status, body) {
        return Ok(Map::from_iter([
            ("Code".to_string(), status.into()),
            ("Message".to_string(), reason.into()),
        ]));
    }
    if response.status == 300 {
        // botocore treats this as neither an error nor a success.
        return Ok(Map::from_iter([
            ("Code".to_string(), "Unknown".into()),
            ("Message".to_string(), "Unknown".into()),
        ]));
    }
    let members = error_response::parse_members(response)?;
    let message = members.get("message").or(members.get("Message"));
    let code = error_response::find_code(response, &members).unwrap_or(status);
    let is_modeled = modeled.iter().any(|error| error.code == code);
    let mut details = Map::from_iter([
        (
            "Message".to_string(),
            message.cloned().unwrap_or_else(|| "".into()),
        ),
        ("Code".to_string(), code.into()),
    ]);
    if let Some(message) = members
        .get("message")
        .filter(|m| is_modeled && !m.is_null())
    {
        details.insert("message".to_string(), message.clone());
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(status: u16, headers: &[(&str, &str)], body: &str) -> String {
        let operation = Operation::find_by_command("list-records").expect("an operation");
        let headers = headers
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        let response = Response {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        };
        error_from_response(operation, &response, None)
            .message
            .replace("An error occurred ", "")
            .replace(" when calling the ListRecords operation", "")
    }

    #[test]
    fn finds_code_and_message_like_botocore() {
        let typed = ("x-amzn-errortype", "a#B:http://c/");
        let table = [
            (
                400,
                vec![typed],
                r#"{"message":"m","code":"C","__type":"T"}"#,
                "(B): m",
            ),
            (
                400,
                vec![],
                r#"{"Message":"m","code":"x#C:y","__type":"T"}"#,
                "(C): m",
            ),
            (
                400,
                vec![],
                r#"{"message":"a","Message":"b","Code":"C"}"#,
                "(C): a",
            ),
            (
                403,
                vec![],
                r#"{"__type":"com.amazonaws#Denied"}"#,
                "(Denied): ",
            ),
            (
                400,
                vec![("x-amzn-query-error", "Q;Sender")],
                r#"{"__type":"T"}"#,
                "(Q): ",
            ),
            (
                400,
                vec![("x-amzn-query-error", "Q;Sender;x")],
                r#"{"__type":"T"}"#,
                "(T): ",
            ),
            (404, vec![], "", "(404): "),
            (404, vec![], "plain text", "(404): plain text"),
            (
                400,
                vec![],
                r#"{"message":null,"code":null}"#,
                "(400): None",
            ),
            (
                400,
                vec![],
                r#"{"message":["a",1.0],"code":7}"#,
                "(7): ['a', 1.0]",
            ),
            (500, vec![typed], "", "(500): Internal Server Error"),
            (
                503,
                vec![],
                " <html>busy</html>",
                "(503): Service Unavailable",
            ),
            (502, vec![], "bad gateway", "(502): bad gateway"),
        ];
        for (status, headers, body, want) in table {
            assert_eq!(message(status, &headers, body), want, "{body}");
        }
        assert!(message(400, &[], "[]").contains("not an object"));
    }
}
