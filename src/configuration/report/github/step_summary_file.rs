//! The file of the step summary, which other commands of the step append to as well.

use std::fs::OpenOptions;
use std::io::{Error, Result, Write};
use std::path::Path;

/// GitHub drops the whole summary of a step above 1 MiB.
const MAX_BYTES: u64 = 1_000_000;

/// Appends what `render` returns for the number of bytes that are left, in one write.
///
/// # Errors
///
/// Fails if the file cannot be written, or has no room for even a part of the summary.
pub fn append(path: &Path, render: impl FnOnce(usize) -> Option<String>) -> Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let size = file.metadata()?.len();
    // Starts a line if the last command did not end one.
    let separator = if size > 0 { "\n" } else { "" };
    let room = MAX_BYTES.saturating_sub(size + separator.len() as u64);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    let summary = render(room).ok_or_else(|| Error::other("the summary of the step is full"))?;
    file.write_all(format!("{separator}{summary}").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn appends_to_what_others_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("summary.md");
        let summary = |limit: usize| Some(format!("# {limit}\n"));
        append(&file, summary).expect("written");
        append(&file, summary).expect("written");
        let text = fs::read_to_string(&file).expect("written");
        assert_eq!(text, "# 1000000\n\n# 999989\n");
    }

    #[test]
    fn fails_without_room_or_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("summary.md");
        fs::write(&file, vec![b'x'; 999_999]).expect("written");
        let refuse = |limit: usize| {
            assert_eq!(limit, 0);
            None
        };
        assert!(append(&file, refuse).is_err());
        assert_eq!(fs::metadata(&file).expect("there").len(), 999_999);
        let absent = folder.path().join("absent/summary.md");
        assert!(append(&absent, |_| Some(String::new())).is_err());
        let full = append(Path::new("/dev/full"), |_| Some("x".to_string()));
        assert!(full.is_err());
    }
}
