//! From a failed call to an error: the service's code and message as botocore finds them in
//! headers and body (`botocore/parsers.py` of the AWS CLI 2.36.7), or what stood in the way of a
//! reply.

use serde_json::{Map, Value as Json};

use super::reply::{Obstacle, Reply};
use crate::error::{Error, NoReply, is_retryable, reason_alone};
use crate::model::{ERRORS, Operation};
use crate::python;

/// The error that a refusal of the service means. `retries` is given where all attempts that are
/// allowed were made.
pub(super) fn of_reply(operation: &Operation, reply: &Reply, retries: Option<u32>) -> Error {
    let details = match details(reply) {
        Ok(details) => details,
        Err(error) => return error,
    };
    let code = details.get("Code").map(python::str_of).unwrap_or_default();
    let retryable = is_retryable(reply.status, &code);
    let mut error = Error::refusal(operation.name, retries, details);
    error.facts.request_id = reply.header("x-amzn-requestid").map(str::to_string);
    error.facts.http_status = Some(reply.status);
    error.facts.retryable = Some(retryable);
    error
}

/// The error code of a refusal, where it can be read.
pub(super) fn code_of(reply: &Reply) -> Option<String> {
    let details = details(reply).ok()?;
    details.get("Code").map(python::str_of)
}

/// The error's `Message` and `Code`; and `message` once more where the service model's error has
/// such a member, as the AWS CLI has it.
fn details(reply: &Reply) -> Result<Map<String, Json>, Error> {
    let status = reply.status.to_string();
    let body = reply.body.trim_ascii();
    if let Some(reason) = reason_alone(reply.status, body) {
        return Ok(Map::from_iter([
            ("Code".to_string(), status.into()),
            ("Message".to_string(), reason.into()),
        ]));
    }
    if reply.status == 300 {
        // botocore takes this for no error and for no success.
        return Ok(Map::from_iter([
            ("Code".to_string(), "Unknown".into()),
            ("Message".to_string(), "Unknown".into()),
        ]));
    }
    let members = body_members(reply)?;
    let message = members.get("message").or(members.get("Message"));
    let code = code(reply, &members).unwrap_or(status);
    let modeled = ERRORS.iter().any(|error| error.code == code);
    let mut details = Map::from_iter([
        (
            "Message".to_string(),
            message.cloned().unwrap_or_else(|| "".into()),
        ),
        ("Code".to_string(), code.into()),
    ]);
    if let Some(message) = members.get("message").filter(|m| modeled && !m.is_null()) {
        details.insert("message".to_string(), message.clone());
    }
    Ok(details)
}

/// The members of the body; a body that is no JSON is itself the message.
fn body_members(reply: &Reply) -> Result<Map<String, Json>, Error> {
    if reply.body.is_empty() {
        return Ok(Map::new());
    }
    match python::reply::read(&reply.body) {
        Ok(Json::Object(members)) => Ok(members),
        Err(why) if why.is_too_deep() => Err(Error::general(why.to_string()).caused_by(why)),
        Ok(_) => Err(Error::general(format!(
            "The service answered with status {} and a JSON document that is no object.",
            reply.status
        ))),
        Err(_) => {
            let text = String::from_utf8_lossy(&reply.body).into_owned();
            Ok(Map::from_iter([(
                "message".to_string(),
                Json::String(text),
            )]))
        }
    }
}

/// The error code: of its header, of the body's `code`, of an older query service's header, of
/// the body's `__type`.
fn code(reply: &Reply, members: &Map<String, Json>) -> Option<String> {
    if let Some(header) = reply.header("x-amzn-errortype") {
        return Some(bare(header));
    }
    if let Some(code) = members
        .get("code")
        .or(members.get("Code"))
        .filter(|c| !c.is_null())
    {
        return Some(code.as_str().map_or_else(|| python::str_of(code), bare));
    }
    let query_error = reply.header("x-amzn-query-error").and_then(|header| {
        let (code, kind) = header.split_once(';')?;
        (!code.is_empty() && !kind.contains(';')).then_some(code)
    });
    query_error
        .map(bare)
        .or_else(|| members.get("__type").and_then(Json::as_str).map(bare))
}

/// `namespace#Code:http://…` to `Code`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).to_string()
}

/// The error that a missing reply means.
pub(super) fn of_obstacle(obstacle: &Obstacle, url: &str) -> Error {
    let mut error = worded(obstacle, url);
    error.facts.retryable = Some(!matches!(obstacle, Obstacle::Bundle(_)));
    error.facts.no_reply = Some(match obstacle {
        Obstacle::Unreachable { .. } | Obstacle::ConnectTimeout => NoReply::Unreachable,
        Obstacle::ReadTimeout => NoReply::Late,
        Obstacle::Closed(_)
        | Obstacle::Unhandled(_)
        | Obstacle::Proxy { .. }
        | Obstacle::Tls(_)
        | Obstacle::Bundle(_) => NoReply::Broken,
    });
    error
}

fn worded(obstacle: &Obstacle, url: &str) -> Error {
    match obstacle {
        Obstacle::Unreachable { why, .. } => {
            Error::general(format!("Could not connect to the endpoint URL: \"{url}\""))
                .hint(why)
                .hint(ANOTHER_WAY)
        }
        Obstacle::ConnectTimeout => {
            Error::general(format!("Connect timeout on endpoint URL: \"{url}\""))
                .hint("--cli-connect-timeout SECONDS waits longer")
                .hint(ANOTHER_WAY)
        }
        Obstacle::ReadTimeout => Error::general(format!("Read timeout on endpoint URL: \"{url}\""))
            .hint("--cli-read-timeout SECONDS waits longer"),
        Obstacle::Closed(why) => Error::general(format!(
            "Connection was closed before we received a valid response from endpoint URL: \
             \"{url}\"."
        ))
        .hint(why),
        Obstacle::Unhandled(why) => Error::general(format!(
            "An HTTP Client raised an unhandled exception: {why}"
        )),
        Obstacle::Proxy { url, why, .. } => {
            Error::general(format!("Failed to connect to proxy URL: \"{url}\""))
                .hint(why)
                .hint("HTTP_PROXY and HTTPS_PROXY name proxies, NO_PROXY hosts that need none")
        }
        Obstacle::Tls(why) => Error::general(format!("SSL validation failed for {url} {why}"))
            .hint(about_certificate(why)),
        Obstacle::Bundle(why) => Error::general(format!("SSL validation failed for {url} {why}"))
            .hint("--ca-bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or ca_bundle names this file"),
    }
}

/// What helps where an address leads nowhere.
const ANOTHER_WAY: &str = "--endpoint-url and AWS_ENDPOINT_URL set another address, HTTPS_PROXY and \
                           HTTP_PROXY a proxy on the way";

/// What helps where no secure connection came about.
fn about_certificate(why: &str) -> &'static str {
    let is_about = |part| why.contains(part);
    if is_about("doesn't match") {
        "the server shows the certificate of another host; is the address, or a proxy, the right one?"
    } else if is_about("subjectAltName") {
        "the certificate names no host, or only as its common name, which does not count: the server \
         needs one with a subjectAltName"
    } else if is_about("expired") || is_about("not yet valid") {
        "the server needs another certificate, unless the clock of this machine is wrong"
    } else if is_about("issuer certificate") || is_about("self-signed") {
        "--ca-bundle FILE or AWS_CA_BUNDLE trusts the authorities of a file"
    } else if is_about("VERIFY_FAILED") {
        "the server needs another certificate"
    } else if is_about("client certificate") {
        "there is no setting for client certificates, as in the AWS CLI; the server, or a proxy before it, \
         must do without"
    } else if is_about("ALERT") {
        "the server ended the connection; its own log may say more"
    } else {
        "there may be something else than TLS behind this address; http:// speaks without"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(status: u16, headers: &[(&str, &str)], body: &str) -> String {
        let operation = Operation::by_command("list-records").expect("an operation");
        let headers = headers
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .collect();
        let reply = Reply {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        };
        of_reply(operation, &reply, None)
            .message
            .replace("An error occurred ", "")
            .replace(" when calling the ListRecords operation", "")
    }

    #[test]
    fn codes_and_messages_are_found_where_botocore_finds_them() {
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
        assert!(message(400, &[], "[]").contains("no object"));
    }
}
