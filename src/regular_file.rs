//! Reads files that settings name. Rejects FIFOs and devices, from which the program could wait or
//! read forever.

use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// Reads a regular file.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    ensure_regular(&path)?;
    fs::read(path)
}

/// Reads a regular file of UTF-8 text.
pub fn read_to_string(path: impl AsRef<Path>) -> Result<String> {
    ensure_regular(&path)?;
    fs::read_to_string(path)
}

/// Returns an error of kind `InvalidInput` unless the path is a regular file or a directory, for
/// which reading returns an error by itself.
pub fn ensure_regular(path: impl AsRef<Path>) -> Result<()> {
    let file_type = fs::metadata(path)?.file_type();
    match file_type.is_file() || file_type.is_dir() {
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
