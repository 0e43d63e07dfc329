//! Leap seconds of a TZif file (RFC 8536). Only the `right/…` zones have any. jiff ignores them,
//! but glibc and thus the AWS CLI applies them.

/// From `starts_at` on, a clock that counts leap seconds is `correction` seconds ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeapSecond {
    starts_at: i64,
    correction: i64,
}

const HEADER_LENGTH: usize = 44;

/// The counts of a TZif header, in the order of the file.
struct HeaderCounts {
    utc_indicators: usize,
    standard_indicators: usize,
    leap_seconds: usize,
    transitions: usize,
    types: usize,
    characters: usize,
}

/// Parses the leap seconds of a file; empty if the file is malformed.
pub(super) fn parse(data: &[u8]) -> Vec<LeapSecond> {
    try_parse(data).unwrap_or_default()
}

fn try_parse(data: &[u8]) -> Option<Vec<LeapSecond>> {
    let counts = HeaderCounts::parse(data)?;
    match data.get(4)? {
        0 => counts.parse_leap_seconds(data.get(HEADER_LENGTH..)?, 4),
        // A second header and data block follow, with 8-byte times.
        _ => {
            let data = data.get(HEADER_LENGTH + counts.data_length(4)?..)?;
            HeaderCounts::parse(data)?.parse_leap_seconds(data.get(HEADER_LENGTH..)?, 8)
        }
    }
}

impl HeaderCounts {
    fn parse(data: &[u8]) -> Option<HeaderCounts> {
        let count = |index: usize| {
            let from = 20 + 4 * index;
            let bytes = data.get(from..from + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(bytes)).ok()
        };
        Some(HeaderCounts {
            utc_indicators: count(0)?,
            standard_indicators: count(1)?,
            leap_seconds: count(2)?,
            transitions: count(3)?,
            types: count(4)?,
            characters: count(5)?,
        })
    }

    /// Bytes before the leap seconds, with times of `time` bytes; `None` on overflow.
    fn leap_seconds_start(&self, time: usize) -> Option<usize> {
        let transitions = self.transitions.checked_mul(time + 1)?;
        let types = self.types.checked_mul(6)?;
        transitions.checked_add(types)?.checked_add(self.characters)
    }

    /// Bytes of the whole data block, with times of `time` bytes; `None` on overflow.
    fn data_length(&self, time: usize) -> Option<usize> {
        let leap_seconds = self.leap_seconds.checked_mul(time + 4)?;
        let indicators = self.standard_indicators.checked_add(self.utc_indicators)?;
        self.leap_seconds_start(time)?
            .checked_add(leap_seconds)?
            .checked_add(indicators)
    }

    fn parse_leap_seconds(&self, data: &[u8], time: usize) -> Option<Vec<LeapSecond>> {
        let from = self.leap_seconds_start(time)?;
        let to = from.checked_add(self.leap_seconds.checked_mul(time + 4)?)?;
        let entries = data.get(from..to)?.chunks_exact(time + 4);
        Some(
            entries
                .map(|entry| parse_leap_second(entry, time))
                .collect(),
        )
    }
}

fn parse_leap_second(entry: &[u8], time: usize) -> LeapSecond {
    let (starts_at, correction) = entry.split_at(time);
    LeapSecond {
        starts_at: parse_signed(starts_at),
        correction: parse_signed(correction),
    }
}

/// Parses a big-endian signed integer.
fn parse_signed(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| i64::from(*byte as i8));
    let rest = bytes.iter().skip(1);
    rest.fold(first, |number, byte| (number << 8) | i64::from(*byte))
}

/// Seconds that a clock which counts these leap seconds is ahead.
pub(super) fn correction_at(leap_seconds: &[LeapSecond], seconds: i64) -> i64 {
    let so_far = leap_seconds.partition_point(|leap| leap.starts_at <= seconds);
    leap_seconds[..so_far]
        .last()
        .map_or(0, |leap| leap.correction)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A TZif file of version 2. A transition is its time and the index of its type; a type is its
    /// offset and whether it is daylight saving time; a leap second is its time and the correction.
    /// All types have the abbreviation TST.
    pub(in crate::timestamp) fn tzif(
        transitions: &[(i64, u8)],
        types: &[(i32, u8)],
        leap_seconds: &[(i64, i32)],
        rule: &str,
    ) -> Vec<u8> {
        let header = |counts: [usize; 6]| {
            let mut header = b"TZif2".to_vec();
            header.extend([0; 15]);
            header.extend(
                counts
                    .iter()
                    .flat_map(|count| (*count as u32).to_be_bytes()),
            );
            header
        };
        // The version 1 data block has one type and nothing else.
        let mut file = header([0, 0, 0, 0, 1, 4]);
        file.extend([0; 6]);
        file.extend(b"TST\0");
        let counts = [0, 0, leap_seconds.len(), transitions.len(), types.len(), 4];
        file.extend(header(counts));
        file.extend(transitions.iter().flat_map(|(time, _)| time.to_be_bytes()));
        file.extend(transitions.iter().map(|(_, index)| index));
        for (offset, is_dst) in types {
            file.extend(offset.to_be_bytes());
            file.extend([*is_dst, 0]);
        }
        file.extend(b"TST\0");
        for (starts_at, correction) in leap_seconds {
            file.extend(starts_at.to_be_bytes());
            file.extend(correction.to_be_bytes());
        }
        file.extend(format!("\n{rule}\n").bytes());
        file
    }

    #[test]
    fn applies_corrections_from_each_leap_second() {
        let leaps = parse(&tzif(&[], &[(0, 0)], &[(100, 1), (200, 2), (300, 1)], ""));
        let table = [
            (-1, 0),
            (99, 0),
            (100, 1),
            (199, 1),
            (200, 2),
            (300, 1),
            (i64::MAX, 1),
        ];
        for (seconds, want) in table {
            assert_eq!(correction_at(&leaps, seconds), want, "{seconds}");
        }
    }

    #[test]
    fn parses_version_1_file() {
        let mut file = b"TZif".to_vec();
        file.extend([0; 16]);
        file.extend(
            [0, 0, 1, 0, 1, 4]
                .iter()
                .flat_map(|n: &u32| n.to_be_bytes()),
        );
        file.extend([0; 6]);
        file.extend(b"TST\0");
        file.extend([0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1]);
        let want = LeapSecond {
            starts_at: -2,
            correction: 1,
        };
        assert_eq!(parse(&file), [want]);
        for length in 0..file.len() {
            assert!(parse(&file[..length]).is_empty(), "cut at {length}");
        }
    }
}
