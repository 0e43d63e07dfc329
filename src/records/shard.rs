//! A part of the identities, for a worker of several that export a pool together.

use crate::error::Result;

/// `--shard I/N`: part I of N, from 1. An identity belongs to the part that its id's 64-bit FNV-1a
/// hash has modulo N, so that all workers agree, in this and later versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    count: u32,
}

impl Shard {
    /// Parses `I/N`. The error describes the expected form.
    pub fn parse(text: &str) -> Result<Shard, &'static str> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(number, count)| {
            let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            (is_digits(number) && is_digits(count))
                .then(|| Some((number.parse().ok()?, count.parse().ok()?)))
                .flatten()
        });
        match numbers {
            Some((number, count)) if (1..=count).contains(&number) => Ok(Shard { number, count }),
            _ => Err("expected I/N with I from 1 to N, such as 1/3 for the first of three workers"),
        }
    }

    /// The number of parts.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether the identity belongs to this part.
    pub fn contains(self, identity_id: &str) -> bool {
        let part = fnv1a_64(identity_id.as_bytes()) % u64::from(self.count);
        part == u64::from(self.number - 1)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// The FNV-1a hash, with the parameters of its authors for 64 bits.
fn fnv1a_64(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hashes_as_published() {
        // Test vectors of the authors.
        let table = [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ];
        for (text, want) in table {
            assert_eq!(fnv1a_64(text.as_bytes()), want, "{text}");
        }
    }

    /// Workers of different versions must agree.
    #[test]
    fn assigns_identities_as_ever() {
        let table = [
            ("us-east-1:00000000-0000-4000-8000-000000000001", [1, 3, 13]),
            ("us-east-1:00000000-0000-4000-8000-000000000002", [2, 3, 6]),
            ("eu-west-1:2f1c6e5e-0d3b-4a6f-9c52-9e3f0c1d2b3a", [1, 2, 7]),
        ];
        for (id, want) in table {
            let number = |count| {
                (1..=count).find(|number| {
                    Shard {
                        number: *number,
                        count,
                    }
                    .contains(id)
                })
            };
            assert_eq!([2, 3, 16].map(number), want.map(Some), "{id}");
        }
    }

    #[test]
    fn parses_parts() {
        for (text, number, count) in [
            ("1/1", 1, 1),
            ("2/3", 2, 3),
            ("4294967295/4294967295", u32::MAX, u32::MAX),
        ] {
            let shard = Shard::parse(text).expect(text);
            assert_eq!((shard.number, shard.count), (number, count));
            assert_eq!(shard.to_string(), text);
        }
        for text in [
            "",
            "1",
            "0/3",
            "4/3",
            "1/0",
            "-1/3",
            "+1/3",
            "1/3/5",
            "1/ 3",
            "a/b",
            "1/4294967296",
        ] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn divides_identities_among_parts(id in ".{0,40}", count in 1..40_u32) {
            let parts = (1..=count).filter(|number| Shard { number: *number, count }.contains(&id));
            prop_assert_eq!(parts.count(), 1);
        }
    }
}
