//! AWS Signature Version 4 as a server verifies it, for the secret key of the base environment:
//! computed from the received request, without the program's code.

use ring::digest::{SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};

use super::http::Request;

const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The signature of a canonical request at `date`, for Cognito Sync in us-east-1.
pub(crate) fn signature(canonical: &str, date: &str) -> String {
    let day = &date[..8];
    let scope = format!("{day}/us-east-1/cognito-sync/aws4_request");
    let text = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        sha256(canonical.as_bytes())
    );
    let hmac = |key: &[u8], text: &str| sign(&Key::new(HMAC_SHA256, key), text.as_bytes());
    let mut key = hmac(format!("AWS4{SECRET_KEY}").as_bytes(), day);
    for part in ["us-east-1", "cognito-sync", "aws4_request"] {
        key = hmac(key.as_ref(), part);
    }
    hex(hmac(key.as_ref(), &text).as_ref())
}

/// Asserts that the request is signed with path, query, headers and body as they were received.
#[track_caller]
pub(crate) fn assert_signed_as_received(request: &Request) {
    let authorization = request.header("authorization").unwrap_or_default();
    let date = request
        .header("x-amz-date")
        .expect("a signed request has a date");
    let canonical = canonical_request(request);
    let want = format!("Signature={}", signature(&canonical, date));
    assert!(
        authorization.ends_with(&want),
        "{canonical}\n{authorization}"
    );
}

fn canonical_request(request: &Request) -> String {
    let authorization = request.header("authorization").unwrap_or_default();
    let (_, names) = authorization
        .split_once("SignedHeaders=")
        .expect("headers are signed");
    let names = names.split(',').next().unwrap_or_default();
    let headers: String = names
        .split(';')
        .map(|name| {
            format!(
                "{name}:{}\n",
                request.header(name).unwrap_or_default().trim()
            )
        })
        .collect();
    let path: Vec<_> = request.path.split('/').map(encode).collect();
    let pairs = request.query();
    let mut query: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    query.sort();
    [
        &*request.method,
        &path.join("/"),
        &query.join("&"),
        &headers,
        names,
        &sha256(&request.body),
    ]
    .join("\n")
}

fn encode(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
