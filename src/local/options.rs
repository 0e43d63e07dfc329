//! What `serve` can be told, and how its values are written. What they lead to is known elsewhere.

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use super::origin::{Origin, parse_port};
use crate::output::ColorChoice;

/// Address that `serve` listens on by default.
pub const LISTEN: &str = "127.0.0.1:4585";

/// Default of `--latency`.
pub const LATENCY: &str = "0";

/// Default of `--token-lifetime`.
pub const TOKEN_LIFETIME: &str = "5m";

/// Default of `--bulk-publish-time`.
pub const BULK_PUBLISH_TIME: &str = "2s";

/// Default of `--clock`.
pub const CLOCK: &str = "+0s";

/// How the local service is to be.
#[derive(Debug, Clone)]
pub struct ServeArgs {
    /// Where to listen; `None` is the default, and beside a command any free port of this machine.
    pub listen: Option<ListenAddress>,
    /// Name of the store's file; `None` is that of `--local`, and beside a command memory.
    pub store: Option<String>,
    /// Region that the command is given; `None` is its own.
    pub region: Option<String>,
    /// Form of the log; `None` is that of a terminal, or else JSON.
    pub log_format: Option<LogFormat>,
    /// Whether the log is coloured.
    pub color: ColorChoice,
    /// File that gets the service's URL once it can be called.
    pub ready_file: Option<PathBuf>,
    /// Pages of other machines that may use the service.
    pub allowed_origins: Vec<Origin>,
    /// Command to run beside the service; empty for none.
    pub command: Vec<String>,
    /// File that gets what would be sent elsewhere.
    pub outbox: Option<PathBuf>,
    /// Program that takes the place of Lambda functions for SyncTrigger.
    pub sync_trigger: Option<String>,
    /// Keys that requests may be signed with; without any, signatures are not looked at.
    pub keys: Vec<Key>,
    /// Whether the kind of credentials counts.
    pub strict: bool,
    /// Identity pools that there are; without any, they come to exist when they are used.
    pub pools: Vec<String>,
    /// Failures that are to happen.
    pub faults: Vec<Fault>,
    /// How long every reply is held back.
    pub latency: Duration,
    /// How long a session token is good for.
    pub token_lifetime: Duration,
    /// How long a bulk publish goes on.
    pub bulk_publish_time: Duration,
    /// How far the service's clock is from the machine's.
    pub clock: Offset,
}

impl Default for ServeArgs {
    fn default() -> ServeArgs {
        ServeArgs {
            listen: None,
            store: None,
            region: None,
            log_format: None,
            color: ColorChoice::default(),
            ready_file: None,
            allowed_origins: Vec::new(),
            command: Vec::new(),
            outbox: None,
            sync_trigger: None,
            keys: Vec::new(),
            strict: false,
            pools: Vec::new(),
            faults: Vec::new(),
            latency: default_of(latency, LATENCY),
            token_lifetime: default_of(duration, TOKEN_LIFETIME),
            bulk_publish_time: default_of(duration, BULK_PUBLISH_TIME),
            clock: default_of(offset, CLOCK),
        }
    }
}

/// The value that a default stands for, of which a test says that it can be parsed.
fn default_of<T: Default>(parse: fn(&str) -> Result<T, String>, default: &str) -> T {
    parse(default).unwrap_or_default()
}

/// The forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Short lines for people.
    Text,
    /// Objects, a line each.
    Json,
}

/// An address with a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    /// Name or address, without brackets.
    pub host: String,
    /// Port; 0 is any that is free.
    pub port: u16,
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// A key that requests may be signed with. `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its identifier.
    pub id: String,
    /// What only its owner knows.
    pub secret: String,
    /// The identity that it was given to; a developer's has none.
    pub identity: Option<String>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Key {{ id: {:?}, identity: {:?} }}",
            self.id, self.identity
        )
    }
}

/// A failure that is to happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The operation that fails.
    pub operation: String,
    /// What it fails with.
    pub code: String,
    /// Which share of the calls fail, of 0 to 1.
    pub rate: f64,
}

/// Milliseconds ahead of the machine's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offset(pub i64);

/// `PORT`, `:PORT` or `ADDRESS:PORT`; without an address, that of this machine alone.
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
            "it is to be PORT, :PORT or ADDRESS:PORT, such as 4585, 0.0.0.0:4585 or \
                  [::1]:4585, with a PORT of 0 to 65535"
                .into(),
        ),
    }
}

/// Rejects a key that is given twice and not as the same.
pub fn check_keys(keys: &[Key]) -> Result<(), String> {
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

/// `KEY:SECRET`, or `KEY:SECRET:IDENTITY` for an identity's.
pub fn key(text: &str) -> Result<Key, String> {
    let mut parts = text.splitn(3, ':');
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let (Some(id), Some(secret)) = (next(), next()) else {
        return Err("it is to be KEY:SECRET or KEY:SECRET:IDENTITY".into());
    };
    Ok(Key {
        id: id.to_string(),
        secret: secret.to_string(),
        identity: next().map(str::to_string),
    })
}

/// `OPERATION=CODE:RATE`; the rate is 1 if it is left out.
pub fn fault(text: &str) -> Result<Fault, String> {
    let form = || "it is to be OPERATION=CODE:RATE with a RATE of 0 to 1".to_string();
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

/// Units of lengths of time with their milliseconds; the first that a text ends with counts.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
];

/// Ten years are enough for anybody, and keep moments far from any limit.
const LONGEST: u64 = 10 * 366 * 24 * 60 * 60 * 1000;

/// A length of time such as `500ms`, `90s`, `15m`, `24h` or `2d`; seconds where no unit is given.
pub fn duration(text: &str) -> Result<Duration, String> {
    length(text, "s")
}

/// The same; milliseconds where no unit is given.
pub fn latency(text: &str) -> Result<Duration, String> {
    length(text, "ms")
}

fn length(text: &str, default_unit: &str) -> Result<Duration, String> {
    let form = || "it is to be a length of time such as 500ms, 90s, 15m, 24h or 2d".to_string();
    let of_unit = |(unit, millis): (&str, u64)| Some((text.strip_suffix(unit)?, millis));
    let default = UNITS.into_iter().find(|(unit, _)| *unit == default_unit);
    let default = (text, default.map_or(1, |(_, millis)| millis));
    let (digits, millis) = UNITS.into_iter().find_map(of_unit).unwrap_or(default);
    let count: u32 = digits.parse().map_err(|_| form())?;
    let length = u64::from(count) * millis;
    if digits.starts_with('+') || length > LONGEST {
        return Err(form());
    }
    Ok(Duration::from_millis(length))
}

/// `+` or `-` and a length of time.
pub fn offset(text: &str) -> Result<Offset, String> {
    let (sign, length) = match text.strip_prefix('-') {
        Some(length) => (-1, length),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = duration(length).map_err(|why| format!("{why}, with + or - before it"))?;
    Ok(Offset(
        i64::try_from(length.as_millis()).unwrap_or_default() * sign,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_form() {
        let of = |id: &str, secret: &str, identity: Option<&str>| Key {
            id: id.into(),
            secret: secret.into(),
            identity: identity.map(str::to_string),
        };
        assert_eq!(key("A:s/+="), Ok(of("A", "s/+=", None)));
        assert_eq!(key("A:s:r:1-2"), Ok(of("A", "s", Some("r:1-2"))));
        assert!(key("A").is_err() && key(":s").is_err() && key("A:").is_err());
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
    fn listen_takes_a_port_alone() {
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
        assert_eq!(listen(LISTEN).map(|a| a.to_string()).as_deref(), Ok(LISTEN));
    }

    #[test]
    fn a_key_has_one_secret_and_one_identity() {
        let check = |texts: &[&str]| {
            let keys: Result<Vec<_>, _> = texts.iter().map(|text| key(text)).collect();
            check_keys(&keys.expect("keys"))
        };
        assert_eq!(check(&["A:s", "B:s", "A:s", "C:s:r:1"]), Ok(()));
        let why = check(&["A:hush", "A:other"]).expect_err("refused");
        assert_eq!(why, "the key 'A' is given with two secrets");
        let why = check(&["A:s", "A:s:r:1"]).expect_err("refused");
        assert_eq!(why, "the key 'A' is given with two identities");
    }

    #[test]
    fn defaults_can_be_parsed() {
        assert_eq!(latency(LATENCY), Ok(Duration::ZERO));
        assert_eq!(duration(TOKEN_LIFETIME), Ok(Duration::from_secs(300)));
        assert_eq!(duration(BULK_PUBLISH_TIME), Ok(Duration::from_secs(2)));
        assert_eq!(offset(CLOCK), Ok(Offset(0)));
    }

    #[test]
    fn lengths_of_time_have_units() {
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
        assert_eq!(offset("-10m"), Ok(Offset(-600_000)));
        assert_eq!(offset("+1s"), Ok(Offset(1000)));
        assert_eq!(offset("1s"), Ok(Offset(1000)));
        assert!(offset("--1s").is_err() && offset("+-1s").is_err());
    }

    #[test]
    fn secrets_do_not_show() {
        assert!(!format!("{:?}", key("A:hush")).contains("hush"));
    }
}
