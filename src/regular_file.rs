//! Reading files that the settings name. A FIFO or a device in such a place is refused: it would make the
//! program wait, or read without end.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// Reads a regular file.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    check(&path)?;
    fs::read(path)
}

/// Reads a regular file that holds text.
pub fn read_to_string(path: impl AsRef<Path>) -> Result<String> {
    check(&path)?;
    fs::read_to_string(path)
}

/// Refuses what is neither a regular file nor a folder, which nothing can be read from.
pub fn check(path: impl AsRef<Path>) -> Result<()> {
    let kind = fs::metadata(path)?.file_type();
    match kind.is_file() || kind.is_dir() {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::InvalidInput, "Not a regular file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_regular_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "text").expect("written");
        assert_eq!(read(&file).ok(), Some(b"text".to_vec()));
        assert_eq!(read_to_string(&file).ok().as_deref(), Some("text"));
        let kind = |path: &Path| read(path).map_err(|error| error.kind());
        assert_eq!(kind(Path::new("/dev/zero")), Err(ErrorKind::InvalidInput));
        assert_eq!(
            kind(&folder.path().join("absent")),
            Err(ErrorKind::NotFound)
        );
        assert_eq!(kind(folder.path()), Err(ErrorKind::IsADirectory));
    }
}
