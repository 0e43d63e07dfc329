//! The formats of output and of error messages, and when colours are used: the enums behind
//! `--output`, `--cli-error-format` and `--color`, and behind the settings of the same meaning.

/// The values of `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// JSON with an indent of four.
    Json,
    /// Lines with tabs.
    Text,
    /// Boxes.
    Table,
    /// YAML.
    Yaml,
    /// A YAML list of one entry.
    YamlStream,
    /// Nothing.
    Off,
}

/// The values of `--cli-error-format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorFormat {
    /// The message alone.
    Legacy,
    /// A document in JSON.
    Json,
    /// A document in YAML.
    Yaml,
    /// A document as lines with tabs.
    Text,
    /// A document as a table.
    Table,
    /// The message with its code.
    #[default]
    Enhanced,
}

/// The values of `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// Always.
    On,
    /// Never.
    Off,
    /// Where standard output is a terminal.
    #[default]
    Auto,
}

/// Names the variants of an enum, in the order in which they are listed to users.
macro_rules! names {
    ($enum:ident: $($name:literal => $variant:ident,)*) => {
        impl $enum {
            /// The names of all variants.
            pub const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            /// The variant of this name.
            pub fn named(name: &str) -> Option<$enum> {
                match name {
                    $($name => Some($enum::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

names! { OutputFormat:
    "json" => Json,
    "text" => Text,
    "table" => Table,
    "yaml" => Yaml,
    "yaml-stream" => YamlStream,
    "off" => Off,
}

names! { ErrorFormat:
    "legacy" => Legacy,
    "json" => Json,
    "yaml" => Yaml,
    "text" => Text,
    "table" => Table,
    "enhanced" => Enhanced,
}

names! { ColorChoice:
    "on" => On,
    "off" => Off,
    "auto" => Auto,
}
