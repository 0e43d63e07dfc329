//! UTF-16 and UTF-32.

use super::DecodeError;

/// Bytes per code unit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeUnitWidth {
    Two = 2,
    Four = 4,
}

/// The order of the bytes in a code unit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
    /// As the byte order mark says. Little-endian is written.
    Marked,
}

pub(super) fn byte_order_mark(width: CodeUnitWidth, order: ByteOrder) -> &'static [u8] {
    match (order, width) {
        (ByteOrder::Marked, CodeUnitWidth::Two) => b"\xff\xfe",
        (ByteOrder::Marked, CodeUnitWidth::Four) => b"\xff\xfe\0\0",
        _ => b"",
    }
}

pub(super) fn decode(
    width: CodeUnitWidth,
    order: ByteOrder,
    bytes: &[u8],
) -> Result<String, DecodeError> {
    if order != ByteOrder::Marked {
        return decode_ordered(width, order, bytes);
    }
    let size = width as usize;
    let mark = |order| {
        let mut mark = Vec::new();
        encode(width, order, "\u{feff}", &mut mark);
        mark
    };
    for order in [ByteOrder::Little, ByteOrder::Big] {
        if bytes.starts_with(&mark(order)) {
            return decode_ordered(width, order, &bytes[size..]);
        }
    }
    // Python first decodes in native byte order and then finds that the mark is missing.
    match decode_ordered(width, ByteOrder::Little, bytes) {
        Ok(text) if text.is_empty() => Ok(text),
        Ok(_) => Err(DecodeError::NoByteOrderMark(match width {
            CodeUnitWidth::Two => "UTF-16 stream does not start with BOM",
            CodeUnitWidth::Four => "UTF-32 stream does not start with BOM",
        })),
        Err(error) => Err(error),
    }
}

fn decode_ordered(
    width: CodeUnitWidth,
    order: ByteOrder,
    bytes: &[u8],
) -> Result<String, DecodeError> {
    let units = bytes.chunks_exact(width as usize);
    if !units.remainder().is_empty() {
        return Err(DecodeError::Invalid);
    }
    let units = units.map(|unit| {
        let add = |number, byte: &u8| number << 8 | u32::from(*byte);
        match order {
            ByteOrder::Big => unit.iter().fold(0, add),
            _ => unit.iter().rev().fold(0, add),
        }
    });
    let text: Option<String> = match width {
        CodeUnitWidth::Four => units.map(char::from_u32).collect(),
        CodeUnitWidth::Two => char::decode_utf16(units.map(|unit| unit as u16))
            .map(Result::ok)
            .collect(),
    };
    text.ok_or(DecodeError::Invalid)
}

pub(super) fn encode(width: CodeUnitWidth, order: ByteOrder, text: &str, bytes: &mut Vec<u8>) {
    match width {
        CodeUnitWidth::Two => {
            for unit in text.encode_utf16() {
                bytes.extend(match order {
                    ByteOrder::Big => unit.to_be_bytes(),
                    _ => unit.to_le_bytes(),
                });
            }
        }
        CodeUnitWidth::Four => {
            for unit in text.chars().map(u32::from) {
                bytes.extend(match order {
                    ByteOrder::Big => unit.to_be_bytes(),
                    _ => unit.to_le_bytes(),
                });
            }
        }
    }
}
