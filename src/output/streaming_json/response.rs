//! The top level of a response.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::value::{MemberIndexSeed, ValueSeed, WriteOutcome};
use super::writer::StreamWriter;
use crate::model::Structure;

/// Writes the whole response. Its first member, which is the long one of every list operation,
/// is streamed to the sink; the other members are buffered until their turn.
pub(super) struct ResponseSeed<'a, 'w> {
    /// The output shape of the operation.
    pub(super) structure: &'static Structure,
    /// Where the JSON goes.
    pub(super) writer: &'a mut StreamWriter<'w>,
}

impl<'de> DeserializeSeed<'de> for ResponseSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ResponseSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a response")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members: Vec<_> = self.structure.aws_cli_members().collect();
        let mut buffered: Vec<Option<Vec<u8>>> = members.iter().map(|_| None).collect();
        let mut first_written = false;
        let writer = self.writer;
        while let Some(known) = map.next_key_seed(MemberIndexSeed(self.structure))? {
            let Some(at) = known else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let name = members[at].name;
            if buffered[at].is_some() || (at == 0 && first_written) {
                return Err(A::Error::custom("a repeated member"));
            }
            let shape = members[at].shape;
            if at == 0 {
                writer.buffer.push(b'{');
                writer.key(name, 1);
                let seed = ValueSeed {
                    shape,
                    depth: 1,
                    streams: true,
                    writer,
                };
                first_written = matches!(map.next_value_seed(seed)?, WriteOutcome::Value);
                if !first_written {
                    writer.buffer.clear();
                }
                continue;
            }
            let before = std::mem::take(&mut writer.buffer);
            writer.key(name, 1);
            let seed = ValueSeed {
                shape,
                depth: 1,
                streams: false,
                writer,
            };
            let written = map.next_value_seed(seed)?;
            let member = std::mem::replace(&mut writer.buffer, before);
            buffered[at] = matches!(written, WriteOutcome::Value).then_some(member);
        }
        finish(writer, buffered, first_written);
        Ok(())
    }
}

/// Writes the members behind the first one, and the closing brace.
fn finish(writer: &mut StreamWriter<'_>, buffered: Vec<Option<Vec<u8>>>, first_written: bool) {
    let mut open = first_written;
    for member in buffered.into_iter().flatten() {
        writer.buffer.push(if open { b',' } else { b'{' });
        writer.buffer.extend_from_slice(&member);
        open = true;
    }
    if open {
        writer.buffer.extend_from_slice(b"\n}\n");
    }
}
