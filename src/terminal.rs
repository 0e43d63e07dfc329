//! Properties of standard output as a terminal.

/// Properties of standard output as a terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Whether standard output is a terminal.
    pub is_terminal: bool,
    /// Its width in columns, if known.
    pub width: Option<usize>,
    /// Whether NO_COLOR turns colours off.
    pub no_color: bool,
}
