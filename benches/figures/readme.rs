//! The table of figures in README, between two comments.

use std::fs;
use std::path::Path;

use super::comparison::{Comparison, ROUNDS};
use super::replace_file;

const BEGIN: &str = "<!-- figures: cargo bench --bench figures -- --write -->\n";
const END: &str = "<!-- end of figures -->\n";

/// Returns what is before and what is after the table and its comments.
pub fn around_figures(path: &Path) -> (String, String) {
    let text = fs::read_to_string(path).expect("README can be read");
    let (before, rest) = text.split_once(BEGIN).expect("README has the table");
    let (_, after) = rest.split_once(END).expect("README has the table's end");
    (before.to_string(), after.to_string())
}

/// Replaces what is between the comments.
pub fn replace_figures(path: &Path, machine: &str, comparison: &Comparison) {
    let (before, after) = around_figures(path);
    let table = comparison.markdown();
    let ours = comparison
        .programs
        .first()
        .map_or(0.0, |program| program.size());
    let note = format!(
        "Median wall time of {ROUNDS} runs (and the quartiles), and its ratio to this program's, which has \
         {ours:.1} MB.\n{machine}."
    );
    let text = format!("{before}{BEGIN}{table}\n\n{note}\n{END}{after}");
    replace_file(path, &text);
}
