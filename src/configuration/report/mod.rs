//! What is printed about configurations and their changes.

mod changes_text;

pub use changes_text::{ChangesTextOptions, render_changes};
