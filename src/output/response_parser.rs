//! Parses the body of a response to a document: members in the model's order, without unknown and
//! null ones, with values converted to the types of the model. Mirrors botocore's REST-JSON parser
//! (`botocore/parsers.py` of the AWS CLI 2.36.7).

use serde_json::{Map, Value as Json};

use super::TimestampFormat;
use crate::error::{Error, Result};
use crate::model::{Shape, ShapeKind, Structure};
use crate::python;
use crate::python::response::{self, ResponseError};
use crate::timestamp::{self, EpochSeconds, LocalZone};

/// What a parsed response contains.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParseOptions<'a> {
    /// The format of timestamps.
    pub(super) timestamps: TimestampFormat<'a>,
    /// Whether members that the AWS CLI lacks are included.
    pub(super) unmodeled: bool,
}

/// Parses the body of a response by the output shape of the operation.
///
/// A body that is not JSON has no members and so results in an empty document, as in the AWS CLI.
pub(super) fn parse_response(
    body: &[u8],
    structure: &'static Structure,
    options: ParseOptions<'_>,
) -> Result<Json> {
    let received = if body.is_empty() {
        Json::Object(Map::new())
    } else {
        parse_json(body)?
    };
    match received {
        Json::Object(mut members) => {
            parse_structure(&mut members, structure, options).map(Json::Object)
        }
        // Without members to look up, the AWS CLI does not check the type of the document.
        _ if structure.members.is_empty() => Ok(Json::Object(Map::new())),
        _ => Err(Error::general(
            "The response of the service is a JSON document, but not an object.",
        )),
    }
}

/// Parses the body of a response to the members of a structure. Returns an error if it is no JSON
/// object.
pub(super) fn parse_object(
    body: &[u8],
    structure: &'static Structure,
    timestamps: TimestampFormat<'_>,
) -> Result<Map<String, Json>> {
    let not_an_object = |why: &str| {
        Error::general(format!(
            "The response of the service is not the JSON document that was expected: {why}"
        ))
    };
    let options = ParseOptions {
        timestamps,
        unmodeled: false,
    };
    match response::parse(body).map_err(|why| not_an_object(&why.to_string()))? {
        Json::Object(mut members) => parse_structure(&mut members, structure, options),
        _ => Err(not_an_object("it is not an object")),
    }
}

/// Parses the JSON of a body.
fn parse_json(body: &[u8]) -> Result<Json> {
    response::parse(body).or_else(|why| match why {
        ResponseError::Utf8(_) => Err(Error::general(format!(
            "The response of the service is not valid UTF-8: {why}"
        ))),
        why if why.is_too_deep() => Err(Error::general(why.to_string())),
        ResponseError::Json(_) => Ok(Json::Object(Map::new())),
    })
}

fn parse_structure(
    members: &mut Map<String, Json>,
    structure: &'static Structure,
    options: ParseOptions<'_>,
) -> Result<Map<String, Json>> {
    let mut parsed = Map::new();
    for member in structure.members_to_print(options.unmodeled) {
        match members.remove(member.name) {
            None | Some(Json::Null) => {}
            Some(value) => {
                parsed.insert(
                    member.name.to_string(),
                    parse_value(value, member.shape, options)?,
                );
            }
        }
    }
    Ok(parsed)
}

fn parse_value(value: Json, shape: &'static Shape, options: ParseOptions<'_>) -> Result<Json> {
    let unexpected = |value: &Json| {
        let mut shown = match value {
            Json::Number(number) => python::number_to_str(number).into_owned(),
            other => other.to_string(),
        };
        if let Some((cut, _)) = shown.char_indices().nth(60) {
            shown.truncate(cut);
            shown.push('…');
        }
        Error::general(format!(
            "The response of the service has {shown} where a {} was expected.",
            shape.name
        ))
    };
    match (&shape.kind, value) {
        (ShapeKind::String { .. }, value) => Ok(value),
        (ShapeKind::Structure(structure), Json::Object(mut members)) => {
            parse_structure(&mut members, structure, options).map(Json::Object)
        }
        (ShapeKind::List(item), Json::Array(items)) => items
            .into_iter()
            .map(|value| parse_value(value, item, options))
            .collect(),
        (ShapeKind::Map { value: shape, .. }, Json::Object(members)) => {
            let parsed = members.into_iter().map(|(key, value)| {
                let value = if value.is_null() {
                    value
                } else {
                    parse_value(value, shape, options)?
                };
                Ok((key, value))
            });
            parsed.collect::<Result<Map<_, _>>>().map(Json::Object)
        }
        (ShapeKind::Structure(_), Json::Null) => Ok(Json::Null),
        (ShapeKind::Boolean, Json::Bool(flag)) => Ok(Json::Bool(flag)),
        (ShapeKind::Boolean, Json::String(text)) => {
            Ok(Json::Bool(text.eq_ignore_ascii_case("true")))
        }
        (ShapeKind::Boolean, _) => Ok(Json::Bool(false)),
        (ShapeKind::Integer | ShapeKind::Long, value) => {
            parse_integer(&value).map_err(Error::general)
        }
        (ShapeKind::Timestamp, value) => match options.timestamps {
            TimestampFormat::Wire => Ok(value),
            TimestampFormat::Iso8601(zone) => format_timestamp(&value, zone)
                .map(Json::String)
                .map_err(|why| Error::general(why.message)),
        },
        (_, value) => Err(unexpected(&value)),
    }
}

/// Formats a timestamp as the AWS CLI does (`iso_format` in `customizations/timestampformat.py`).
pub(super) fn format_timestamp(
    value: &Json,
    zone: &LocalZone,
) -> std::result::Result<String, timestamp::TimestampError> {
    let shown = python::to_str_cow(value);
    let seconds = |seconds| timestamp::from_seconds(seconds, &shown, zone);
    let read = match value {
        Json::Bool(flag) => seconds(EpochSeconds::Integer(if *flag { "1" } else { "0" })),
        Json::Number(number) => match number.as_str().contains(['.', 'e', 'E']) {
            false => seconds(EpochSeconds::Integer(number.as_str())),
            true => seconds(EpochSeconds::Float(python::number_to_f64(number))),
        },
        Json::String(text) => timestamp::from_text(text, zone),
        other => Err(timestamp::not_text_error(&shown, python::type_name(other))),
    };
    read?.iso_8601()
}

/// Converts a value with Python's `int`. Returns the text of Python's exception as the error.
fn parse_integer(value: &Json) -> std::result::Result<Json, String> {
    let digits = match value {
        Json::Number(number) if !number.as_str().contains(['.', 'e', 'E']) => {
            return Ok(value.clone());
        }
        Json::Number(number) => match python::number_to_f64(number) {
            float if float.is_nan() => return Err("cannot convert float NaN to integer".into()),
            float if float.is_infinite() => {
                return Err("cannot convert float infinity to integer".into());
            }
            float => format!("{:.0}", float.trunc()),
        },
        Json::String(text) => {
            let invalid = || python::invalid_int_message(&python::repr_str(text));
            python::parse_int(text).ok_or_else(invalid)?
        }
        Json::Bool(flag) => u8::from(*flag).to_string(),
        other => {
            return Err(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                python::type_name(other)
            ));
        }
    };
    Ok(digits.parse().map_or(Json::Null, Json::Number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operation;

    fn parsed(command: &str, body: &str) -> String {
        let operation = Operation::find_by_command(command).expect("an operation");
        match parse_response(
            body.as_bytes(),
            operation.output,
            ParseOptions {
                timestamps: TimestampFormat::Iso8601(&LocalZone::fixed("UTC", 0)),
                unmodeled: false,
            },
        ) {
            Ok(document) => document.to_string(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn orders_and_converts_members_by_model() {
        let table = [
            (
                r#"{"Count":1,"Zed":2,"Records":[]}"#,
                r#"{"Records":[],"Count":1}"#,
            ),
            (
                r#"{"NextToken":null,"Records":[{"Value":"v","Key":"k"}]}"#,
                r#"{"Records":[{"Key":"k","Value":"v"}]}"#,
            ),
            (
                r#"{"Count":3.9,"DatasetSyncCount":"07"}"#,
                r#"{"Count":3,"DatasetSyncCount":7}"#,
            ),
            (
                r#"{"Count":123456789012345678901234567890}"#,
                r#"{"Count":123456789012345678901234567890}"#,
            ),
            (
                r#"{"DatasetExists":"TRUE","DatasetDeletedAfterRequestedSyncCount":0}"#,
                r#"{"DatasetExists":true,"DatasetDeletedAfterRequestedSyncCount":false}"#,
            ),
            (
                r#"{"Records":[null],"LastModifiedBy":{"a":1.50}}"#,
                r#"{"Records":[null],"LastModifiedBy":{"a":1.50}}"#,
            ),
            ("", "{}"),
            ("<html>", "{}"),
            (
                "[]",
                "The response of the service is a JSON document, but not an object.",
            ),
            (
                r#"{"Records":{}}"#,
                "The response of the service has {} where a RecordList was expected.",
            ),
        ];
        for (body, want) in table {
            assert_eq!(parsed("list-records", body), want, "{body}");
        }
        let events = r#"{"Events":{"b":null,"a":"x"}}"#;
        assert_eq!(parsed("get-cognito-events", events), events);
        for document in ["[]", "1", "\"x\"", "{\"Count\":1}"] {
            assert_eq!(parsed("subscribe-to-dataset", document), "{}", "{document}");
        }
    }

    #[test]
    fn prints_or_rejects_nan_and_infinity_as_python_does() {
        let table = [
            (r#"{"Count":NaN}"#, "cannot convert float NaN to integer"),
            (
                r#"{"Count":-Infinity}"#,
                "cannot convert float infinity to integer",
            ),
            (
                r#"{"Count":1e400}"#,
                "cannot convert float infinity to integer",
            ),
            (
                r#"{"Count":"NaN"}"#,
                "invalid literal for int() with base 10: 'NaN'",
            ),
            (
                r#"{"Count":[]}"#,
                "int() argument must be a string, a bytes-like object or a real number, not 'list'",
            ),
            (
                r#"{"Records":[{"LastModifiedDate":NaN}]}"#,
                "Invalid value NaN (not a number)",
            ),
            (
                r#"{"Records":[{"LastModifiedDate":-Infinity}]}"#,
                "Unable to calculate correct timezone offset for \"-inf\"",
            ),
            (r#"{"LastModifiedBy":NaN}"#, r#"{"LastModifiedBy":0e+999}"#),
        ];
        for (body, want) in table {
            assert_eq!(parsed("list-records", body), want, "{body}");
        }
    }

    #[test]
    fn keeps_timestamps_in_wire_format() {
        let operation =
            Operation::find_by_command("get-bulk-publish-details").expect("an operation");
        let body = br#"{"BulkPublishStartTime":1407456000.50,"BulkPublishCompleteTime":"x"}"#;
        let options = ParseOptions {
            timestamps: TimestampFormat::Wire,
            unmodeled: false,
        };
        let document = parse_response(body, operation.output, options).map(|d| d.to_string());
        let want = r#"{"BulkPublishStartTime":1407456000.50,"BulkPublishCompleteTime":"x"}"#;
        assert_eq!(document.ok().as_deref(), Some(want));
    }

    #[test]
    fn includes_unmodeled_members_on_request() {
        let operation =
            Operation::find_by_command("get-identity-pool-configuration").expect("an operation");
        let body = br#"{"CognitoStreams":{"DisabledReason":"r","StreamName":"s","Other":1}}"#;
        let options = ParseOptions {
            timestamps: TimestampFormat::Wire,
            unmodeled: true,
        };
        let document = parse_response(body, operation.output, options).map(|d| d.to_string());
        let want = r#"{"CognitoStreams":{"StreamName":"s","DisabledReason":"r"}}"#;
        assert_eq!(document.ok().as_deref(), Some(want));
    }

    #[test]
    fn drops_reason_of_disabled_stream() {
        let body = r#"{"CognitoStreams":{"DisabledReason":"r","StreamingStatus":"DISABLED"}}"#;
        let want = r#"{"CognitoStreams":{"StreamingStatus":"DISABLED"}}"#;
        assert_eq!(parsed("get-identity-pool-configuration", body), want);
    }
}
