//! The values of `--output`, `--cli-error-format` and `--color`, and of the settings of the same
//! meaning.

/// The values of `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// JSON, indented by four spaces.
    Json,
    /// Tab-separated lines.
    Text,
    /// A table drawn with ASCII characters.
    Table,
    /// YAML.
    Yaml,
    /// A YAML list of one item.
    YamlStream,
    /// No output.
    Off,
}

/// The values of `--cli-error-format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorFormat {
    /// The message alone.
    Legacy,
    /// A JSON document.
    Json,
    /// A YAML document.
    Yaml,
    /// A document as tab-separated lines.
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
    /// If the stream is a terminal and NO_COLOR is not set.
    #[default]
    Auto,
}

impl ColorChoice {
    /// Whether a stream is colored. `no_color` is whether NO_COLOR is set.
    pub fn is_on(self, is_terminal: bool, no_color: bool) -> bool {
        match self {
            ColorChoice::On => true,
            ColorChoice::Off => false,
            ColorChoice::Auto => is_terminal && !no_color,
        }
    }
}

/// Defines the names of an enum's variants, in the order in which help and errors list them.
macro_rules! names {
    ($enum:ident: $($name:literal => $variant:ident,)*) => {
        impl $enum {
            /// The names of all variants.
            pub const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            /// Returns the variant with this name.
            pub fn from_name(name: &str) -> Option<$enum> {
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
