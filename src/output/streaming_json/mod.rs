//! Streams a response to JSON without building a document, so that a response of any size needs
//! little more memory than its body.
//!
//! It takes only responses that match the model exactly. Any other response (other types, nulls in
//! lists, repeated members, invalid JSON) is left to `response_parser` and `json`. A test compares
//! the output of both.

mod response;
mod value;
mod writer;

use std::io::{self, Write};

use serde::de::DeserializeSeed;

use crate::model::Structure;
use crate::timestamp::LocalZone;
use response::ResponseSeed;
use writer::StreamWriter;

/// A response that can be streamed.
#[derive(Debug)]
pub struct StreamingJson {
    body: Vec<u8>,
    structure: &'static Structure,
    zone: LocalZone,
}

impl StreamingJson {
    /// Validates the whole response, so that writing it cannot fail half-way. Returns the body as
    /// the error if the response does not match the model.
    pub fn new(
        body: Vec<u8>,
        structure: &'static Structure,
        zone: &LocalZone,
    ) -> Result<StreamingJson, Vec<u8>> {
        match write(&body, structure, zone, None) {
            Some(Ok(())) => Ok(StreamingJson {
                body,
                structure,
                zone: zone.clone(),
            }),
            _ => Err(body),
        }
    }

    /// Writes the JSON with a final newline; writes nothing for a response without members.
    pub fn write_to(&self, sink: &mut dyn Write) -> io::Result<()> {
        write(&self.body, self.structure, &self.zone, Some(sink)).unwrap_or(Ok(()))
    }
}

/// Writes the response to the sink, or only validates it without a sink. Returns `None` if the
/// response does not match the model.
fn write<'w>(
    body: &[u8],
    structure: &'static Structure,
    zone: &'w LocalZone,
    sink: Option<&'w mut dyn Write>,
) -> Option<io::Result<()>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut writer = StreamWriter {
        buffer: Vec::new(),
        scratch: Vec::new(),
        sink,
        sink_error: None,
        zone,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let seed = ResponseSeed {
        structure,
        writer: &mut writer,
    };
    let outcome = seed.deserialize(&mut json).and_then(|()| json.end());
    match (writer.sink_error.take(), outcome) {
        (Some(error), _) => Some(Err(error)),
        (None, Ok(())) => Some(writer.flush()),
        (None, Err(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TimestampFormat, json, response_parser};
    use super::*;
    use crate::model::{OPERATIONS, Operation, SKELETON_TIMESTAMP};
    use crate::params::skeleton;

    /// The streamed JSON, if the response can be streamed.
    fn streamed(command: &str, body: &str) -> Option<String> {
        let operation = Operation::find_by_command(command).expect("an operation");
        let response = StreamingJson::new(
            body.as_bytes().to_vec(),
            operation.output,
            &LocalZone::fixed("UTC", 0),
        )
        .ok()?;
        let mut text = Vec::new();
        response
            .write_to(&mut text)
            .expect("writes to memory succeed");
        String::from_utf8(text).ok()
    }

    /// The JSON rendered from a parsed document.
    fn rendered(command: &str, body: &str) -> String {
        let operation = Operation::find_by_command(command).expect("an operation");
        let document = response_parser::parse_response(
            body.as_bytes(),
            operation.output,
            response_parser::ParseOptions {
                timestamps: TimestampFormat::Iso8601(&LocalZone::fixed("UTC", 0)),
                unmodeled: false,
            },
        )
        .expect("a response");
        let empty = document.as_object().is_some_and(serde_json::Map::is_empty);
        if empty {
            String::new()
        } else {
            json::render(&document).into_text() + "\n"
        }
    }

    #[test]
    fn streams_same_json_as_rendered_document() {
        let bodies = [
            (
                "list-records",
                r#"{"Count":1,"X":[{}],"Records":[{"SyncCount":2,"Key":"k\"é\u0007"},{}],"NextToken":null}"#,
            ),
            (
                "list-records",
                r#"{"Records":[{"Key":null,"Value":"v","SyncCount":null,"LastModifiedBy":"x"},{"LastModifiedBy":"x","Key":"k","Value":null}]}"#,
            ),
            (
                "list-records",
                r#"{"Records":[],"DatasetExists":true,"MergedDatasetNames":["a","b"]}"#,
            ),
            (
                "list-records",
                r#"{"Records":null,"Count":12345678901234567890123}"#,
            ),
            (
                "list-records",
                r#" {"Records":[{"Key":null,"DeviceLastModifiedDate":1407456000.123}]} "#,
            ),
            ("get-cognito-events", r#"{"Events":{"b":"x","a":"y"}}"#),
            ("get-cognito-events", r#"{"Events":{}}"#),
            (
                "get-identity-pool-configuration",
                r#"{"CognitoStreams":{"DisabledReason":"r","StreamName":"s"},"PushSync":{}}"#,
            ),
            (
                "describe-dataset",
                r#"{"Dataset":{"NumRecords":1,"DatasetName":"d"}}"#,
            ),
            ("bulk-publish", "{}"),
            ("bulk-publish", r#"{"Unknown":1}"#),
        ];
        for (command, body) in bodies {
            assert_eq!(
                streamed(command, body),
                Some(rendered(command, body)),
                "{body}"
            );
        }
        for operation in &OPERATIONS {
            let skeleton = skeleton::output(operation.output).to_string();
            let skeleton = skeleton.replace(&format!("\"{}\"", SKELETON_TIMESTAMP), "1407456000.5");
            let command = operation.command();
            assert_eq!(
                streamed(&command, &skeleton),
                Some(rendered(&command, &skeleton))
            );
        }
    }

    #[test]
    fn streams_long_list_in_chunks() {
        let records: Vec<_> = (0..9000).map(|i| format!(r#"{{"Key":"k{i}"}}"#)).collect();
        let body = format!(r#"{{"Count":1,"Records":[{}]}}"#, records.join(","));
        assert_eq!(
            streamed("list-records", &body),
            Some(rendered("list-records", &body))
        );
    }

    #[test]
    fn rejects_responses_that_differ_from_the_model() {
        let mismatches = [
            "",
            "[]",
            "{",
            "nonsense",
            "{} x",
            r#"{"Count":1.5}"#,
            r#"{"Count":"1"}"#,
            r#"{"Count":-0}"#,
            r#"{"Count":1,"Count":2}"#,
            r#"{"Records":[null]}"#,
            r#"{"Records":[{"Key":1}]}"#,
            r#"{"Records":{}}"#,
            r#"{"Records":[],"Records":[]}"#,
            r#"{"Records":[{"Key":"a","Key":"b"}]}"#,
            r#"{"DatasetExists":"true"}"#,
            r#"{"LastModifiedBy":{}}"#,
            r#"{"LastModifiedBy":7}"#,
            r#"{"Records":[{"LastModifiedDate":"1"}]}"#,
            r#"{"Records":[{"LastModifiedDate":1e30}]}"#,
            r#"{"Count":NaN}"#,
            r#"{"LastModifiedBy":"\ud800"}"#,
        ];
        for body in mismatches {
            assert_eq!(streamed("list-records", body), None, "{body}");
        }
        assert_eq!(
            streamed("get-cognito-events", r#"{"Events":{"a":null}}"#),
            None
        );
    }

    #[test]
    fn reports_failing_sink() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let operation = Operation::find_by_command("list-records").expect("an operation");
        let records = vec![r#"{"Key":"k"}"#; 9000].join(",");
        for body in [
            format!(r#"{{"Records":[{records}]}}"#),
            r#"{"Count":1}"#.to_string(),
        ] {
            let response =
                StreamingJson::new(body.into_bytes(), operation.output, &LocalZone::default())
                    .expect("a response");
            let error = response.write_to(&mut Full).expect_err("the sink is full");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
