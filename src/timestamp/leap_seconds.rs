//! Leap seconds of a TZif file (RFC 8536). Only zones whose clocks count them have any (`right/…`);
//! jiff passes over them, but glibc and so the AWS CLI heeds them.

/// From `since` on, a clock that counts leap seconds is `correction` seconds ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeapSecond {
    since: i64,
    correction: i64,
}

const HEADER: usize = 44;

/// The counts of a header, in the file's order.
struct Counts {
    utc_indicators: usize,
    standard_indicators: usize,
    leap_seconds: usize,
    transitions: usize,
    types: usize,
    characters: usize,
}

/// The leap seconds of a file; none where it is not what it should be.
pub(super) fn read(data: &[u8]) -> Vec<LeapSecond> {
    find(data).unwrap_or_default()
}

fn find(data: &[u8]) -> Option<Vec<LeapSecond>> {
    let counts = Counts::read(data)?;
    match data.get(4)? {
        0 => counts.leap_seconds(data.get(HEADER..)?, 4),
        // The same again, with times of eight bytes.
        _ => {
            let data = data.get(HEADER + counts.length(4)?..)?;
            Counts::read(data)?.leap_seconds(data.get(HEADER..)?, 8)
        }
    }
}

impl Counts {
    fn read(data: &[u8]) -> Option<Counts> {
        let count = |index: usize| {
            let from = 20 + 4 * index;
            let bytes = data.get(from..from + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(bytes)).ok()
        };
        Some(Counts {
            utc_indicators: count(0)?,
            standard_indicators: count(1)?,
            leap_seconds: count(2)?,
            transitions: count(3)?,
            types: count(4)?,
            characters: count(5)?,
        })
    }

    /// Bytes before the leap seconds, if a time has so many.
    fn before(&self, time: usize) -> Option<usize> {
        let transitions = self.transitions.checked_mul(time + 1)?;
        let types = self.types.checked_mul(6)?;
        transitions.checked_add(types)?.checked_add(self.characters)
    }

    /// Bytes of all the data.
    fn length(&self, time: usize) -> Option<usize> {
        let leap_seconds = self.leap_seconds.checked_mul(time + 4)?;
        let indicators = self.standard_indicators.checked_add(self.utc_indicators)?;
        self.before(time)?
            .checked_add(leap_seconds)?
            .checked_add(indicators)
    }

    fn leap_seconds(&self, data: &[u8], time: usize) -> Option<Vec<LeapSecond>> {
        let from = self.before(time)?;
        let to = from.checked_add(self.leap_seconds.checked_mul(time + 4)?)?;
        let entries = data.get(from..to)?.chunks_exact(time + 4);
        Some(entries.map(|entry| leap_second(entry, time)).collect())
    }
}

fn leap_second(entry: &[u8], time: usize) -> LeapSecond {
    let (since, correction) = entry.split_at(time);
    LeapSecond {
        since: signed(since),
        correction: signed(correction),
    }
}

/// A signed number, most significant byte first.
fn signed(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| i64::from(*byte as i8));
    let rest = bytes.iter().skip(1);
    rest.fold(first, |number, byte| (number << 8) | i64::from(*byte))
}

/// Seconds that a clock which counts these is ahead.
pub(super) fn correction(leap_seconds: &[LeapSecond], seconds: i64) -> i64 {
    let so_far = leap_seconds.partition_point(|leap| leap.since <= seconds);
    leap_seconds[..so_far]
        .last()
        .map_or(0, |leap| leap.correction)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A TZif file of version 2. Of transitions, the time and the type's index; of types, the offset
    /// and whether it is daylight saving time; of leap seconds, since when and the correction. All
    /// types are called TST.
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
        // The first part holds one type and nothing else.
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
        for (since, correction) in leap_seconds {
            file.extend(since.to_be_bytes());
            file.extend(correction.to_be_bytes());
        }
        file.extend(format!("\n{rule}\n").bytes());
        file
    }

    #[test]
    fn corrects_from_each_leap_second_on() {
        let leaps = read(&tzif(&[], &[(0, 0)], &[(100, 1), (200, 2), (300, 1)], ""));
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
            assert_eq!(correction(&leaps, seconds), want, "{seconds}");
        }
    }

    #[test]
    fn reads_leap_seconds_of_version_1() {
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
            since: -2,
            correction: 1,
        };
        assert_eq!(read(&file), [want]);
        for length in 0..file.len() {
            assert!(read(&file[..length]).is_empty(), "cut at {length}");
        }
    }
}
