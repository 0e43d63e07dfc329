//! From the bytes of a reply straight to JSON, without a document in between: for replies of any
//! size in little more memory than their own.
//!
//! It takes only replies that are exactly what the model says; of anything else (other types,
//! nulls in lists, repeated members, no JSON at all) it says so, and `document` with `json` does
//! it the long way. Both give the same bytes for what both take; a test holds them together.

use std::fmt;
use std::io::{self, Write};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::json;
use crate::model::{Kind, Shape, Structure};
use crate::timestamp::{self, LocalZone, Seconds};

/// Bytes that are gathered before they are handed on.
const CHUNK: usize = 64 << 10;

/// A reply that can be written straight away.
#[derive(Debug)]
pub struct Straight {
    body: Vec<u8>,
    structure: &'static Structure,
    zone: LocalZone,
}

impl Straight {
    /// Looks through the whole reply, so that writing it cannot fail half-way; gives the bytes
    /// back if it is not exactly what the model says.
    pub fn new(
        body: Vec<u8>,
        structure: &'static Structure,
        zone: &LocalZone,
    ) -> Result<Straight, Vec<u8>> {
        match write(&body, structure, zone, None) {
            Some(Ok(())) => Ok(Straight {
                body,
                structure,
                zone: zone.clone(),
            }),
            _ => Err(body),
        }
    }

    /// Writes the JSON with a final newline; nothing for a reply without members.
    pub fn write_to(&self, sink: &mut dyn Write) -> io::Result<()> {
        write(&self.body, self.structure, &self.zone, Some(sink)).unwrap_or(Ok(()))
    }
}

/// Writes the reply, unless it is not what the model says; without a sink it only finds that out.
fn write<'w>(
    body: &[u8],
    structure: &'static Structure,
    zone: &'w LocalZone,
    sink: Option<&'w mut dyn Write>,
) -> Option<io::Result<()>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut writer = Writer {
        gathered: Vec::new(),
        spare: Vec::new(),
        sink,
        failed: None,
        zone,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let seed = Top {
        structure,
        writer: &mut writer,
    };
    let outcome = seed.deserialize(&mut json).and_then(|()| json.end());
    match (writer.failed.take(), outcome) {
        (Some(error), _) => Some(Err(error)),
        (None, Ok(())) => Some(writer.flush()),
        (None, Err(_)) => None,
    }
}

struct Writer<'w> {
    gathered: Vec<u8>,
    /// Where members are brought into order; kept, so that not every record allocates.
    spare: Vec<u8>,
    /// Where it goes; without one, texts are not even copied.
    sink: Option<&'w mut dyn Write>,
    /// Why the sink takes no more.
    failed: Option<io::Error>,
    zone: &'w LocalZone,
}

impl Writer<'_> {
    fn flush(&mut self) -> io::Result<()> {
        if let Some(sink) = &mut self.sink {
            sink.write_all(&self.gathered)?;
        }
        self.gathered.clear();
        Ok(())
    }

    /// Hands on what is gathered, if it is enough.
    fn pass_on<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.gathered.len() < CHUNK {
            return Ok(());
        }
        self.flush().map_err(|error| {
            self.failed = Some(error);
            E::custom("the sink takes no more")
        })
    }

    fn key(&mut self, name: &str, depth: usize) {
        json::new_line(depth, &mut self.gathered);
        json::write_string(name, &mut self.gathered);
        self.gathered.extend_from_slice(b": ");
    }
}

/// What became of a value.
enum Written {
    Something,
    /// It was null and stands for nothing.
    Null,
}

/// The reply itself. Its first member, which is the long one of every list operation, goes to the
/// sink as it comes; the others wait for their turn.
struct Top<'a, 'w> {
    structure: &'static Structure,
    writer: &'a mut Writer<'w>,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reply")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members: Vec<_> = self.structure.members_of_aws_cli().collect();
        let mut waiting: Vec<Option<Vec<u8>>> = members.iter().map(|_| None).collect();
        let mut first_is_out = false;
        let writer = self.writer;
        while let Some(known) = map.next_key_seed(MemberOf(self.structure))? {
            let Some(at) = known else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let name = members[at].name;
            if waiting[at].is_some() || (at == 0 && first_is_out) {
                return Err(A::Error::custom("a repeated member"));
            }
            let shape = members[at].shape;
            if at == 0 {
                writer.gathered.push(b'{');
                writer.key(name, 1);
                let seed = Value {
                    shape,
                    depth: 1,
                    passes_on: true,
                    writer,
                };
                first_is_out = matches!(map.next_value_seed(seed)?, Written::Something);
                if !first_is_out {
                    writer.gathered.clear();
                }
                continue;
            }
            let before = std::mem::take(&mut writer.gathered);
            writer.key(name, 1);
            let seed = Value {
                shape,
                depth: 1,
                passes_on: false,
                writer,
            };
            let written = map.next_value_seed(seed)?;
            let member = std::mem::replace(&mut writer.gathered, before);
            waiting[at] = matches!(written, Written::Something).then_some(member);
        }
        finish(writer, waiting, first_is_out);
        Ok(())
    }
}

/// Writes the members that have waited, and the end.
fn finish(writer: &mut Writer<'_>, waiting: Vec<Option<Vec<u8>>>, first_is_out: bool) {
    let mut open = first_is_out;
    for member in waiting.into_iter().flatten() {
        writer.gathered.push(if open { b',' } else { b'{' });
        writer.gathered.extend_from_slice(&member);
        open = true;
    }
    if open {
        writer.gathered.extend_from_slice(b"\n}\n");
    }
}

/// Which member of the structure a name means, if any; no name is copied for that.
struct MemberOf(&'static Structure);

impl<'de> DeserializeSeed<'de> for MemberOf {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberOf {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self
            .0
            .members_of_aws_cli()
            .position(|member| member.name == name))
    }
}

/// A value of the model.
struct Value<'a, 'w> {
    shape: &'static Shape,
    depth: usize,
    /// Whether what is gathered may be handed on between entries.
    passes_on: bool,
    writer: &'a mut Writer<'w>,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = Written;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Written, D::Error> {
        match self.shape.kind {
            Kind::String { .. } | Kind::Structure(_) | Kind::List(_) | Kind::Map { .. } => {
                deserializer.deserialize_any(self)
            }
            Kind::Integer | Kind::Long | Kind::Boolean | Kind::Timestamp => {
                let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
                self.scalar(raw.get())
            }
        }
    }
}

impl Value<'_, '_> {
    fn scalar<E: serde::de::Error>(self, text: &str) -> Result<Written, E> {
        let odd = || E::custom("a value that the model does not expect");
        let whole = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            digits.bytes().all(|b| b.is_ascii_digit()) && text != "-0"
        };
        let gathered = &mut self.writer.gathered;
        match self.shape.kind {
            _ if text == "null" => return Ok(Written::Null),
            Kind::Integer | Kind::Long if whole(text) => {
                gathered.extend_from_slice(text.as_bytes())
            }
            Kind::Boolean if matches!(text, "true" | "false") => {
                gathered.extend_from_slice(text.as_bytes());
            }
            Kind::Timestamp => {
                let seconds = text.parse().map(Seconds::Float).map_err(|_| odd())?;
                let read = timestamp::from_seconds(seconds, text, self.writer.zone);
                let printed = read.and_then(|timestamp| timestamp.iso_8601());
                gathered.push(b'"');
                gathered.extend_from_slice(printed.map_err(|_| odd())?.as_bytes());
                gathered.push(b'"');
            }
            _ => return Err(odd()),
        }
        Ok(Written::Something)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.shape.name)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Written, E> {
        Ok(Written::Null)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Written, E> {
        if !matches!(self.shape.kind, Kind::String { .. }) {
            return Err(E::custom("text"));
        }
        if self.writer.sink.is_some() {
            json::write_string(text, &mut self.writer.gathered);
        }
        Ok(Written::Something)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Written, A::Error> {
        let Kind::List(shape) = self.shape.kind else {
            return Err(A::Error::custom("a list"));
        };
        let (writer, depth) = (self.writer, self.depth + 1);
        writer.gathered.push(b'[');
        let mut empty = true;
        loop {
            let before = writer.gathered.len();
            if !empty {
                writer.gathered.push(b',');
            }
            json::new_line(depth, &mut writer.gathered);
            let seed = Value {
                shape,
                depth,
                passes_on: false,
                writer,
            };
            match seq.next_element_seed(seed)? {
                Some(Written::Something) => empty = false,
                Some(Written::Null) => return Err(A::Error::custom("a null in a list")),
                None => {
                    writer.gathered.truncate(before);
                    break;
                }
            }
            if self.passes_on {
                writer.pass_on()?;
            }
        }
        if !empty {
            json::new_line(depth - 1, &mut writer.gathered);
        }
        writer.gathered.push(b']');
        Ok(Written::Something)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
        match &self.shape.kind {
            Kind::Structure(structure) => write_structure(structure, self.depth, self.writer, map),
            Kind::Map { value, .. } => write_entries(value, self.depth, self.writer, map),
            _ => Err(A::Error::custom("an object")),
        }
    }
}

/// No structure of the model has more members, as the samples in the tests make sure.
const MOST: usize = 9;

/// Where each member of a structure was written, in the model's order.
type Places = [Option<(usize, usize)>; MOST];

/// Writes the members as they come, then brings them into the model's order if they were not.
fn write_structure<'de, A: MapAccess<'de>>(
    structure: &'static Structure,
    depth: usize,
    writer: &mut Writer<'_>,
    mut map: A,
) -> Result<Written, A::Error> {
    let start = writer.gathered.len();
    let mut places: Places = [None; MOST];
    let (mut next, mut in_order) = (0, true);
    writer.gathered.push(b'{');
    while let Some(known) = map.next_key_seed(MemberOf(structure))? {
        let member = known.and_then(|at| Some((at, structure.members_of_aws_cli().nth(at)?)));
        let Some((at, member)) = member else {
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        let place = places
            .get_mut(at)
            .ok_or_else(|| A::Error::custom("too many members"))?;
        if place.is_some() {
            return Err(A::Error::custom("a repeated member"));
        }
        let before = writer.gathered.len();
        if before > start + 1 {
            writer.gathered.push(b',');
        }
        let from = writer.gathered.len();
        writer.key(member.name, depth + 1);
        let seed = Value {
            shape: member.shape,
            depth: depth + 1,
            passes_on: false,
            writer,
        };
        match map.next_value_seed(seed)? {
            Written::Something => {
                *place = Some((from, writer.gathered.len()));
                in_order &= at >= next;
                next = at;
            }
            Written::Null => writer.gathered.truncate(before),
        }
    }
    if !in_order {
        bring_into_order(writer, start, &places);
    }
    if writer.gathered.len() > start + 1 {
        json::new_line(depth, &mut writer.gathered);
    }
    writer.gathered.push(b'}');
    Ok(Written::Something)
}

/// Writes the members from `start` on again, in the model's order.
fn bring_into_order(writer: &mut Writer<'_>, start: usize, places: &Places) {
    let mut spare = std::mem::take(&mut writer.spare);
    spare.clear();
    spare.extend_from_slice(&writer.gathered[start..]);
    writer.gathered.truncate(start + 1);
    for (from, to) in places.iter().flatten() {
        if writer.gathered.len() > start + 1 {
            writer.gathered.push(b',');
        }
        writer
            .gathered
            .extend_from_slice(&spare[from - start..to - start]);
    }
    writer.spare = spare;
}

fn write_entries<'de, A: MapAccess<'de>>(
    shape: &'static Shape,
    depth: usize,
    writer: &mut Writer<'_>,
    mut map: A,
) -> Result<Written, A::Error> {
    let mut keys: Vec<String> = Vec::new();
    writer.gathered.push(b'{');
    while let Some(key) = map.next_key::<String>()? {
        // Maps of the service have few keys, if more than one at all.
        if keys.contains(&key) || keys.len() == 100 {
            return Err(A::Error::custom("a repeated key"));
        }
        if !keys.is_empty() {
            writer.gathered.push(b',');
        }
        writer.key(&key, depth + 1);
        let seed = Value {
            shape,
            depth: depth + 1,
            passes_on: false,
            writer,
        };
        if matches!(map.next_value_seed(seed)?, Written::Null) {
            return Err(A::Error::custom("a null in a map"));
        }
        keys.push(key);
    }
    if !keys.is_empty() {
        json::new_line(depth, &mut writer.gathered);
    }
    writer.gathered.push(b'}');
    Ok(Written::Something)
}

#[cfg(test)]
mod tests {
    use super::super::TimestampFormat;
    use super::super::{document, json};
    use super::*;
    use crate::model::{OPERATIONS, Operation, SAMPLE_MOMENT};
    use crate::params::skeleton;

    /// What is written straight, if anything is.
    fn straight(command: &str, body: &str) -> Option<String> {
        let operation = Operation::by_command(command).expect("an operation");
        let straight = Straight::new(
            body.as_bytes().to_vec(),
            operation.output,
            &LocalZone::fixed("UTC", 0),
        )
        .ok()?;
        let mut text = Vec::new();
        straight
            .write_to(&mut text)
            .expect("memory takes everything");
        String::from_utf8(text).ok()
    }

    /// What is written by way of a document.
    fn by_document(command: &str, body: &str) -> String {
        let operation = Operation::by_command(command).expect("an operation");
        let document = document::of_reply(
            body.as_bytes(),
            operation.output,
            TimestampFormat::Iso8601(&LocalZone::fixed("UTC", 0)),
        )
        .expect("a reply");
        let empty = document.as_object().is_some_and(serde_json::Map::is_empty);
        if empty {
            String::new()
        } else {
            json::render(&document).into_text() + "\n"
        }
    }

    #[test]
    fn both_ways_write_the_same() {
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
                straight(command, body),
                Some(by_document(command, body)),
                "{body}"
            );
        }
        for operation in &OPERATIONS {
            let sample = skeleton::output(operation.output).to_string();
            let sample = sample.replace(&format!("\"{}\"", SAMPLE_MOMENT), "1407456000.5");
            let command = operation.command();
            assert_eq!(
                straight(&command, &sample),
                Some(by_document(&command, &sample))
            );
        }
    }

    #[test]
    fn a_long_list_is_passed_on_in_parts_without_a_seam() {
        let records: Vec<_> = (0..9000).map(|i| format!(r#"{{"Key":"k{i}"}}"#)).collect();
        let body = format!(r#"{{"Count":1,"Records":[{}]}}"#, records.join(","));
        assert_eq!(
            straight("list-records", &body),
            Some(by_document("list-records", &body))
        );
    }

    #[test]
    fn whatever_is_odd_goes_the_long_way() {
        let odd = [
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
        for body in odd {
            assert_eq!(straight("list-records", body), None, "{body}");
        }
        assert_eq!(
            straight("get-cognito-events", r#"{"Events":{"a":null}}"#),
            None
        );
    }

    #[test]
    fn a_sink_that_fails_is_reported() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let operation = Operation::by_command("list-records").expect("an operation");
        let records = vec![r#"{"Key":"k"}"#; 9000].join(",");
        for body in [
            format!(r#"{{"Records":[{records}]}}"#),
            r#"{"Count":1}"#.to_string(),
        ] {
            let straight =
                Straight::new(body.into_bytes(), operation.output, &LocalZone::default())
                    .expect("a reply");
            let error = straight.write_to(&mut Full).expect_err("nothing fits");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
