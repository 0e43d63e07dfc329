//! The terminal behind standard output.

/// Facts about the terminal behind standard output.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Whether standard output is a terminal.
    pub is_one: bool,
    /// Its columns, if they are known.
    pub width: Option<usize>,
    /// Whether its user wants no colours (NO_COLOR).
    pub no_colour: bool,
}
