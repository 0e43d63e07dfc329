//! Files of records that are read: plain or compressed with gzip, whatever their names.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, Result};
use crate::file_read_error;
use crate::regular_file;

/// The first bytes of a gzip member.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

const BUFFER_SIZE: usize = 64 << 10;

/// Opens the file for reading of its decompressed content.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let opened = regular_file::ensure_regular(path).and_then(|()| open_any(path));
    opened.map_err(|why| unreadable(path, &why))
}

/// Opens likewise a file that is read once. It may be a pipe, as shells name in place of `<(…)`.
pub fn open_or_pipe(path: &Path) -> Result<Box<dyn BufRead>> {
    let is_pipe = path
        .metadata()
        .is_ok_and(|metadata| metadata.file_type().is_fifo());
    match is_pipe {
        true => open_any(path).map_err(|why| unreadable(path, &why)),
        false => open(path),
    }
}

fn open_any(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let file = File::open(path)?;
    decompress(BufReader::with_capacity(BUFFER_SIZE, file))
}

/// Reads what may be compressed with gzip, in one or more members.
pub fn decompress(mut bytes: impl BufRead + 'static) -> io::Result<Box<dyn BufRead>> {
    if bytes.fill_buf()?.starts_with(&GZIP_MAGIC) {
        let decoder = MultiGzDecoder::new(bytes);
        return Ok(Box::new(BufReader::with_capacity(BUFFER_SIZE, decoder)));
    }
    Ok(Box::new(bytes))
}

/// Returns the error of a file that the user names and that cannot be opened.
pub(super) fn unreadable(path: &Path, why: &io::Error) -> Error {
    let problem = file_read_error::describe(why);
    Error::parameter(format!("{}: {problem}", path.display()))
}

/// Returns the description of an error while reading a file.
pub(super) fn describe_read_error(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data ends too early".to_string(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            format!("the compressed data is damaged ({why})")
        }
        _ => why.to_string(),
    }
}

/// Reads a whole file.
#[cfg(test)]
pub(super) fn read_all(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    open(path)
        .map_err(io::Error::other)?
        .read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("written");
        encoder.finish().expect("finished")
    }

    #[test]
    fn reads_plain_and_compressed_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let table: [(Vec<u8>, &[u8]); 5] = [
            (b"".to_vec(), b""),
            (b"\x1f".to_vec(), b"\x1f"),
            (b"plain".to_vec(), b"plain"),
            (gzip(b"a"), b"a"),
            ([gzip(b"a"), gzip(b""), gzip(b"b")].concat(), b"ab"),
        ];
        for (bytes, want) in table {
            fs::write(&path, &bytes).expect("written");
            assert_eq!(read_all(&path).ok().as_deref(), Some(want));
        }
    }

    #[test]
    fn describes_damaged_gzip() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let whole = gzip(&b"text ".repeat(100));
        let error = |bytes: &[u8]| {
            fs::write(&path, bytes).expect("written");
            read_all(&path)
                .map(|_| ())
                .map_err(|why| describe_read_error(&why))
        };
        for length in 2..whole.len() {
            let want = Err("the compressed data ends too early".to_string());
            assert_eq!(error(&whole[..length]), want, "{length}");
        }
        let garbage = error(&[whole.as_slice(), b"no member of gzip"].concat());
        let damaged = "the compressed data is damaged";
        assert!(garbage.is_err_and(|why| why.starts_with(damaged)));
        let mut flipped = whole.clone();
        flipped[20] ^= 0xff;
        assert!(error(&flipped).is_err_and(|why| why.starts_with("the compressed data")));
    }

    #[test]
    fn names_file_that_cannot_be_read() {
        let error = |path: &str| open(Path::new(path)).err().map(|error| error.message);
        let absent = error("/absent/file").expect("an error");
        assert_eq!(
            absent,
            "/absent/file: cannot be read: No such file or directory; check the name, which is relative to the \
             current directory"
        );
        assert_eq!(
            error("/dev/zero").as_deref(),
            Some("/dev/zero: cannot be read: Not a regular file; name a file that can be read")
        );
        assert_eq!(
            error("/").as_deref(),
            Some("/: is a directory; name a file")
        );
    }
}
