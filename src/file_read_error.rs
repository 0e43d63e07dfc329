//! What messages say of files that users name and that cannot be read.

use std::io::{Error, ErrorKind};

/// Returns what is wrong and the remedy, to stand behind the name of the file.
pub fn describe(error: &Error) -> String {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    let remedy = match error.kind() {
        ErrorKind::IsADirectory => return "is a directory; name a file".to_string(),
        ErrorKind::NotFound => "check the name, which is relative to the current directory",
        ErrorKind::PermissionDenied => "make it readable",
        _ => "name a file that can be read",
    };
    format!("cannot be read: {reason}; {remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reason_and_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = |path| std::fs::read(path).map_err(|error| describe(&error));
        let absent = "cannot be read: No such file or directory; check the name, which is relative \
                      to the current directory";
        assert_eq!(error(folder.path().join("absent")), Err(absent.to_string()));
        let directory = "is a directory; name a file";
        assert_eq!(error(folder.path().into()), Err(directory.to_string()));
        let table = [
            (
                Error::from_raw_os_error(13),
                "cannot be read: Permission denied; make it readable",
            ),
            (
                Error::new(ErrorKind::InvalidInput, "Not a regular file"),
                "cannot be read: Not a regular file; name a file that can be read",
            ),
        ];
        for (error, want) in table {
            assert_eq!(describe(&error), want);
        }
    }
}
