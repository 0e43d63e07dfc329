//! Parsers of the values of `serve`'s options. Their errors describe the expected form.

use std::net::Ipv6Addr;
use std::time::Duration;

use super::origin::parse_port;
use super::{AccessKey, ClockOffset, Fault, ListenAddress};

/// Parses `PORT`, `:PORT` or `ADDRESS:PORT`; the default address is 127.0.0.1.
pub fn listen(text: &str) -> Result<ListenAddress, String> {
    let (host, port) = match text.rsplit_once(':') {
        None | Some(("", _)) => ("127.0.0.1", text.trim_start_matches(':')),
        Some((host, port)) => (host, port),
    };
    let in_brackets = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let host = match in_brackets {
        Some(address) => address.parse::<Ipv6Addr>().ok().map(|_| address),
        None => Some(host).filter(|host| host.bytes().all(is_name)),
    };
    let is_one_colon = !text.starts_with("::");
    match (host, parse_port(port)) {
        (Some(host), Some(port)) if is_one_colon => Ok(ListenAddress {
            host: host.to_string(),
            port,
        }),
        _ => Err(
            "expected PORT, :PORT or ADDRESS:PORT, such as 4585, 0.0.0.0:4585 or \
                  [::1]:4585, with a PORT of 0 to 65535"
                .into(),
        ),
    }
}

/// Rejects two keys of the same id that differ.
pub fn check_keys(keys: &[AccessKey]) -> Result<(), String> {
    for (number, key) in keys.iter().enumerate() {
        let mut earlier = keys[..number].iter();
        if let Some(other) = earlier.find(|other| other.id == key.id && *other != key) {
            let what = match other.secret == key.secret {
                true => "identities",
                false => "secrets",
            };
            return Err(format!("the key '{}' is given with two {what}", key.id));
        }
    }
    Ok(())
}

/// Parses `KEY:SECRET`, or `KEY:SECRET:IDENTITY` for an identity's key.
pub fn access_key(text: &str) -> Result<AccessKey, String> {
    let mut parts = text.splitn(3, ':');
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let (Some(id), Some(secret)) = (next(), next()) else {
        return Err("expected KEY:SECRET or KEY:SECRET:IDENTITY".into());
    };
    Ok(AccessKey {
        id: id.to_string(),
        secret: secret.to_string(),
        identity: next().map(str::to_string),
    })
}

/// Parses `OPERATION=CODE:RATE`; the default rate is 1.
pub fn fault(text: &str) -> Result<Fault, String> {
    let form = || "expected OPERATION=CODE:RATE with a RATE of 0 to 1".to_string();
    let (operation, rest) = text.split_once('=').ok_or_else(form)?;
    let (code, rate) = rest.split_once(':').unwrap_or((rest, "1"));
    let rate: f64 = rate.parse().map_err(|_| form())?;
    if operation.is_empty() || code.is_empty() || !(0.0..=1.0).contains(&rate) {
        return Err(form());
    }
    Ok(Fault {
        operation: operation.to_string(),
        code: code.to_string(),
        rate,
    })
}

/// The units of durations in milliseconds. The first one that a text ends with counts.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
];

/// The longest duration, ten years, which keeps timestamps far from any limit.
const MAX_MILLIS: u64 = 10 * 366 * 24 * 60 * 60 * 1000;

/// Parses a duration such as `500ms`, `90s`, `15m`, `24h` or `2d`; the default unit is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    parse_with_default_unit(text, "s")
}

/// Parses a duration; the default unit is milliseconds.
pub fn latency(text: &str) -> Result<Duration, String> {
    parse_with_default_unit(text, "ms")
}

fn parse_with_default_unit(text: &str, default_unit: &str) -> Result<Duration, String> {
    let form = || "expected a duration such as 500ms, 90s, 15m, 24h or 2d".to_string();
    let of_unit = |(unit, millis): (&str, u64)| Some((text.strip_suffix(unit)?, millis));
    let default = UNITS.into_iter().find(|(unit, _)| *unit == default_unit);
    let default = (text, default.map_or(1, |(_, millis)| millis));
    let (digits, millis) = UNITS.into_iter().find_map(of_unit).unwrap_or(default);
    let count: u32 = digits.parse().map_err(|_| form())?;
    let length = u64::from(count) * millis;
    if digits.starts_with('+') || length > MAX_MILLIS {
        return Err(form());
    }
    Ok(Duration::from_millis(length))
}

/// Parses a duration with a sign, `+` or `-`.
pub fn clock_offset(text: &str) -> Result<ClockOffset, String> {
    let (sign, length) = match text.strip_prefix('-') {
        Some(length) => (-1, length),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = duration(length).map_err(|why| format!("{why}, with + or - before it"))?;
    Ok(ClockOffset(
        i64::try_from(length.as_millis()).unwrap_or_default() * sign,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;

    #[test]
    fn parses_keys_and_faults() {
        let of = |id: &str, secret: &str, identity: Option<&str>| AccessKey {
            id: id.into(),
            secret: secret.into(),
            identity: identity.map(str::to_string),
        };
        assert_eq!(access_key("A:s/+="), Ok(of("A", "s/+=", None)));
        assert_eq!(access_key("A:s:r:1-2"), Ok(of("A", "s", Some("r:1-2"))));
        assert!(access_key("A").is_err() && access_key(":s").is_err() && access_key("A:").is_err());
        let half = fault("UpdateRecords=TooManyRequestsException:0.5").expect("good");
        assert_eq!(
            (half.code.as_str(), half.rate),
            ("TooManyRequestsException", 0.5)
        );
        assert_eq!(fault("X=Y").map(|f| f.rate), Ok(1.0));
        for bad in ["X", "=Y", "X=", "X=Y:2", "X=Y:-1", "X=Y:NaN", "X=Y:z"] {
            assert!(fault(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn parses_listen_addresses() {
        let table = [
            ("4585", Some("127.0.0.1:4585")),
            (":4585", Some("127.0.0.1:4585")),
            ("0", Some("127.0.0.1:0")),
            ("0.0.0.0:65535", Some("0.0.0.0:65535")),
            ("localhost:80", Some("localhost:80")),
            ("[::1]:4585", Some("[::1]:4585")),
            ("[::]:0", Some("[::]:0")),
            ("", None),
            (":", None),
            ("::", None),
            ("::4585", None),
            ("::1", None),
            ("::1:4585", None),
            ("[::1]", None),
            ("[::1]4585", None),
            ("[::1]:", None),
            ("[localhost]:4585", None),
            ("localhost", None),
            ("127.0.0.1", None),
            ("127.0.0.1:", None),
            ("65536", None),
            ("-1", None),
            ("+80", None),
            ("4585 ", None),
            ("45.85", None),
            ("http://127.0.0.1:4585", None),
            ("127.0.0.1:4585/", None),
            ("a b:1", None),
            ("é:1", None),
        ];
        for (text, want) in table {
            let parsed = listen(text).map(|address| address.to_string());
            assert_eq!(parsed.as_deref().ok(), want, "{text}");
        }
        assert_eq!(
            listen(DEFAULT_LISTEN).map(|a| a.to_string()).as_deref(),
            Ok(DEFAULT_LISTEN)
        );
    }

    #[test]
    fn rejects_key_with_two_secrets_or_identities() {
        let check = |texts: &[&str]| {
            let keys: Result<Vec<_>, _> = texts.iter().map(|text| access_key(text)).collect();
            check_keys(&keys.expect("keys"))
        };
        assert_eq!(check(&["A:s", "B:s", "A:s", "C:s:r:1"]), Ok(()));
        let why = check(&["A:hush", "A:other"]).expect_err("refused");
        assert_eq!(why, "the key 'A' is given with two secrets");
        let why = check(&["A:s", "A:s:r:1"]).expect_err("refused");
        assert_eq!(why, "the key 'A' is given with two identities");
    }

    #[test]
    fn parses_defaults() {
        assert_eq!(latency(DEFAULT_LATENCY), Ok(Duration::ZERO));
        assert_eq!(
            duration(DEFAULT_TOKEN_LIFETIME),
            Ok(Duration::from_secs(300))
        );
        assert_eq!(
            duration(DEFAULT_BULK_PUBLISH_TIME),
            Ok(Duration::from_secs(2))
        );
        assert_eq!(clock_offset(DEFAULT_CLOCK), Ok(ClockOffset(0)));
    }

    #[test]
    fn parses_durations_with_units() {
        let table = [
            ("0", Some(0)),
            ("90", Some(90)),
            ("90s", Some(90)),
            ("15m", Some(900)),
            ("24h", Some(86_400)),
            ("2d", Some(172_800)),
            ("", None),
            ("m", None),
            ("-1", None),
            ("+1", None),
            ("1.5h", None),
            ("9999d", None),
            ("é", None),
        ];
        for (text, want) in table {
            assert_eq!(duration(text).ok(), want.map(Duration::from_secs), "{text}");
        }
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(latency("500"), Ok(Duration::from_millis(500)));
        assert_eq!(latency("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(clock_offset("-10m"), Ok(ClockOffset(-600_000)));
        assert_eq!(clock_offset("+1s"), Ok(ClockOffset(1000)));
        assert_eq!(clock_offset("1s"), Ok(ClockOffset(1000)));
        assert!(clock_offset("--1s").is_err() && clock_offset("+-1s").is_err());
    }

    #[test]
    fn hides_secret_in_debug() {
        assert!(!format!("{:?}", access_key("A:hush")).contains("hush"));
    }
}
