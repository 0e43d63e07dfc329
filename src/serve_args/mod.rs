//! The arguments of `serve`: their types and defaults. `parse` parses their values; `cli` defines
//! the options, and `local` acts on them. They exist in a program without the local service, too.

pub mod origin;
pub mod parse;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::output::ColorChoice;
use origin::Origin;

/// Default of `--listen`.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:4585";

/// Default of `--latency`.
pub const DEFAULT_LATENCY: &str = "0";

/// Default of `--token-lifetime`.
pub const DEFAULT_TOKEN_LIFETIME: &str = "5m";

/// Default of `--bulk-publish-time`.
pub const DEFAULT_BULK_PUBLISH_TIME: &str = "2s";

/// Default of `--clock`.
pub const DEFAULT_CLOCK: &str = "+0s";

/// The form of a fault to inject.
pub const FAULT_FORM: &str = "OPERATION=CODE:RATE";

/// The operation by which the service writes to a Kinesis stream. It is not part of Cognito Sync,
/// but can fail, too.
pub const PUT_RECORD: &str = "PutRecord";

/// The arguments of `serve`.
#[derive(Debug, Clone)]
pub struct ServeArgs {
    /// Where to listen. `None` is the default, or with a command any free port on loopback.
    pub listen: Option<ListenAddress>,
    /// The file of the store. `None` is the one of `--local`, or with a command a store in memory.
    pub store: Option<String>,
    /// The region in the command's environment. `None` leaves the one that it has.
    pub region: Option<String>,
    /// The format of the log. `None` is text on a terminal, and JSON elsewhere.
    pub log_format: Option<LogFormat>,
    /// Whether the log is coloured.
    pub color: ColorChoice,
    /// The file to write the service's URL to, once it accepts connections.
    pub ready_file: Option<PathBuf>,
    /// The origins of other machines whose web pages may use the service.
    pub allowed_origins: Vec<Origin>,
    /// The command to run with the service; empty for none.
    pub command: Vec<String>,
    /// The file to write deliveries to.
    pub outbox: Option<PathBuf>,
    /// The program that replaces Lambda functions for SyncTrigger.
    pub sync_trigger: Option<String>,
    /// The keys that requests may be signed with. Without keys, signatures are not checked.
    pub keys: Vec<AccessKey>,
    /// Whether operations check the kind of credentials.
    pub strict: bool,
    /// The identity pools that exist. Without any, they are created when they are used.
    pub pools: Vec<String>,
    /// The faults to inject.
    pub faults: Vec<Fault>,
    /// The delay of every response.
    pub latency: Duration,
    /// How long a session token is valid.
    pub token_lifetime: Duration,
    /// How long a bulk publish takes.
    pub bulk_publish_time: Duration,
    /// The offset of the service's clock from the machine's.
    pub clock: ClockOffset,
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
            latency: parse_default(parse::latency, DEFAULT_LATENCY),
            token_lifetime: parse_default(parse::duration, DEFAULT_TOKEN_LIFETIME),
            bulk_publish_time: parse_default(parse::duration, DEFAULT_BULK_PUBLISH_TIME),
            clock: parse_default(parse::clock_offset, DEFAULT_CLOCK),
        }
    }
}

/// The value of a default. A test makes sure that it can be parsed.
fn parse_default<T: Default>(parse: fn(&str) -> Result<T, String>, default: &str) -> T {
    parse(default).unwrap_or_default()
}

/// The formats of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Short lines of text.
    Text,
    /// One JSON object per line.
    Json,
}

impl LogFormat {
    /// The names of all formats.
    pub const NAMES: [&str; 2] = ["json", "text"];

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<LogFormat> {
        match name {
            "json" => Some(LogFormat::Json),
            "text" => Some(LogFormat::Text),
            _ => None,
        }
    }
}

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The port; 0 is any free port.
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

/// A key that requests may be signed with. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
    /// The identity that it belongs to; `None` for a developer's key.
    pub identity: Option<String>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "AccessKey {{ id: {:?}, identity: {:?} }}",
            self.id, self.identity
        )
    }
}

/// A fault to inject.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The operation that fails.
    pub operation: String,
    /// The error code.
    pub code: String,
    /// The share of the calls that fail, from 0 to 1.
    pub rate: f64,
}

/// The offset of the service's clock in milliseconds; positive is ahead of the machine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockOffset(pub i64);
