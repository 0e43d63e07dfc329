//! Colors of reports on a terminal.

/// A color, by what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportColor {
    /// Removed or failed.
    Red,
    /// Added or done.
    Green,
    /// Different.
    Yellow,
}

const RESET: &str = "\x1b[0m";

impl ReportColor {
    /// Returns the text in this color.
    pub fn paint(self, text: &str, use_color: bool) -> String {
        let code = match self {
            _ if !use_color => return text.to_string(),
            ReportColor::Red => "\x1b[31m",
            ReportColor::Green => "\x1b[32m",
            ReportColor::Yellow => "\x1b[33m",
        };
        format!("{code}{text}{RESET}")
    }
}
