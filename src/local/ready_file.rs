//! The file of `--ready-file`: it contains the service's URL while the service accepts requests. It
//! is written atomically.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::random;
use crate::error::{Error, Result};

/// A ready file. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct ReadyFile {
    path: PathBuf,
    /// The temporary file in the same directory, which is renamed to `path`.
    temporary: PathBuf,
    /// What was published; `None` before.
    content: Option<String>,
}

impl ReadyFile {
    /// Checks that the file can be written, by creating the temporary file.
    pub fn prepare(path: &Path) -> Result<ReadyFile> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}", random::uuid()));
        let is_not_regular_file = fs::symlink_metadata(path).is_ok_and(|found| !found.is_file());
        let created = match is_not_regular_file || name.is_empty() {
            true => Err(io::Error::other("it is not a regular file")),
            false => OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&temporary)
                .map(drop),
        };
        created.map_err(|why| cannot_write(path, why))?;
        Ok(ReadyFile {
            path: path.to_path_buf(),
            temporary,
            content: None,
        })
    }

    /// Writes the URL and a newline.
    pub fn publish(&mut self, url: &str) -> Result<()> {
        let content = format!("{url}\n");
        let written = OpenOptions::new()
            .write(true)
            .open(&self.temporary)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .and_then(|()| fs::rename(&self.temporary, &self.path));
        written.map_err(|why| cannot_write(&self.path, why))?;
        self.content = Some(content);
        Ok(())
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let path = match &self.content {
            None => &self.temporary,
            // Another service may have overwritten the file.
            Some(content) => match fs::read_to_string(&self.path) {
                Ok(found) if found == *content => &self.path,
                _ => return,
            },
        };
        // The file may be gone already.
        drop(fs::remove_file(path));
    }
}

fn cannot_write(path: &Path, why: io::Error) -> Error {
    let shown = path.display();
    let error = Error::general(format!("--ready-file {shown}: it cannot be written: {why}"));
    match why.kind() {
        ErrorKind::NotFound => error.hint("the directory of a ready file must exist"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("a directory");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        entries
            .map(|e| name(e).to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn publishes_url_atomically_and_removes_file_on_drop() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ready");
        fs::write(&path, "old\n").expect("written");
        let mut file = ReadyFile::prepare(&path).expect("writable");
        assert_eq!(fs::read_to_string(&path).expect("there"), "old\n");
        file.publish("http://127.0.0.1:1").expect("written");
        assert_eq!(
            fs::read_to_string(&path).expect("there"),
            "http://127.0.0.1:1\n"
        );
        assert_eq!(names(directory.path()), ["ready"]);
        drop(file);
        assert!(names(directory.path()).is_empty());
    }

    #[test]
    fn keeps_file_of_another_service() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("ready");
        let mut first = ReadyFile::prepare(&path).expect("writable");
        let mut second = ReadyFile::prepare(&path).expect("writable");
        first.publish("http://127.0.0.1:1").expect("written");
        second.publish("http://127.0.0.1:2").expect("written");
        drop(first);
        assert_eq!(
            fs::read_to_string(&path).expect("there"),
            "http://127.0.0.1:2\n"
        );
        drop(ReadyFile::prepare(&path).expect("writable"));
        assert_eq!(names(directory.path()), ["ready"]);
    }

    #[test]
    fn rejects_unwritable_path() {
        let directory = tempfile::tempdir().expect("a directory");
        for path in [
            directory.path().to_path_buf(),
            directory.path().join("none/ready"),
            "".into(),
        ] {
            let error = ReadyFile::prepare(&path).expect_err("rejected");
            assert!(
                error.message.starts_with("--ready-file "),
                "{}",
                error.message
            );
        }
        assert!(names(directory.path()).is_empty());
    }
}
