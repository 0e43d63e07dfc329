//! Credentials kept between commands, in the files of the AWS CLI (`~/.aws/cli/cache`), so that each
//! program finds what the other has fetched. A file that is broken, or whose credentials end soon,
//! counts as absent; a file that cannot be written costs the next command a call, and no more.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use serde_json::Value as Json;

use super::expiry;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::json_dumps;
use crate::regular_file;
use crate::timestamp::LocalZone;

/// Seconds that kept credentials must still be good for.
const NEEDED: i64 = 15 * 60;

/// The folder of the files; without one where there is no home.
#[derive(Debug, Clone)]
pub(in crate::settings) struct CredentialsCache {
    folder: Option<PathBuf>,
    /// In which the end of credentials is read.
    zone: LocalZone,
}

impl CredentialsCache {
    /// The AWS CLI's.
    pub(in crate::settings) fn new(environment: &Environment) -> CredentialsCache {
        let home = environment.non_empty("HOME").map(Path::new);
        CredentialsCache {
            folder: home.map(|home| home.join(".aws/cli/cache")),
            zone: LocalZone::new(environment),
        }
    }

    /// Credentials kept under the key, or else those of the entry that is asked for, which is then
    /// kept.
    pub(super) async fn get_or_fetch(
        &self,
        key: &str,
        ask: impl Future<Output = Result<Json>>,
    ) -> Result<Credentials> {
        if let Some(kept) = self.read(key) {
            return Ok(kept);
        }
        let entry = ask.await?;
        self.write(key, &entry);
        if self
            .end(&entry)
            .is_some_and(|end| expiry::seconds_left(end) <= 0)
        {
            return Err(expiry::still_expired_error().hint(
                "check the clock of this machine: the service gave credentials that have ended",
            ));
        }
        self.credentials_of(&entry)
            .ok_or_else(|| Error::general("The service gave credentials that no request can hold."))
    }

    /// Credentials kept under the key, if they are good for long enough.
    pub(super) fn read(&self, key: &str) -> Option<Credentials> {
        let path = self.folder.as_ref()?.join(format!("{key}.json"));
        let entry: Json = serde_json::from_slice(&regular_file::read(path).ok()?).ok()?;
        if expiry::seconds_left(self.end(&entry)?) < NEEDED {
            return None;
        }
        self.credentials_of(&entry)
    }

    /// The credentials of an entry.
    fn credentials_of(&self, entry: &Json) -> Option<Credentials> {
        let of = |key: &str| entry["Credentials"][key].as_str();
        let (key, secret) = (of("AccessKeyId")?, of("SecretAccessKey")?);
        let found = super::new_credentials("the cache", key, secret, of("SessionToken"));
        let mut credentials = found.ok()?;
        *credentials.expiry_mut() = self.end(entry);
        Some(credentials)
    }

    /// When the credentials of an entry end.
    fn end(&self, entry: &Json) -> Option<SystemTime> {
        let end = entry["Credentials"]["Expiration"].as_str()?;
        expiry::parse_leniently(end, &self.zone)
    }

    /// Keeps an entry under the key.
    fn write(&self, key: &str, entry: &Json) {
        if let Some(folder) = &self.folder {
            drop(replace(
                folder,
                &format!("{key}.json"),
                &json_dumps::dumps(entry),
            ));
        }
    }
}

/// The name of the file for these arguments: the hash of their JSON text.
pub(super) fn key(text: &str) -> String {
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Writes a file that its owner alone may read, in one step: nobody ever sees half of it.
pub(super) fn replace(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&unfinished)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&unfinished, folder.join(name)));
    if written.is_err() {
        drop(fs::remove_file(&unfinished));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_the_aws_clis() {
        let text = json_dumps::dumps(&json!({"RoleArn": "arn:aws:iam::123456789012:role/r"}));
        assert_eq!(key(&text), "6dc9e6e1e186b9f293814df3266de783142c48a2");
    }

    #[test]
    fn what_ends_soon_or_is_broken_is_absent() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().to_string_lossy().into_owned();
        let cache = CredentialsCache::new(&Environment::from([("HOME", &*home)]));
        let ending = |seconds| {
            let end = std::time::SystemTime::now() + std::time::Duration::from_secs(seconds);
            let end = aws_smithy_types::DateTime::from(end);
            let end = end
                .fmt(aws_smithy_types::date_time::Format::DateTime)
                .expect("a moment");
            json!({"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": end}})
        };
        for (entry, good) in [
            (ending(15 * 60 + 60), true),
            (ending(15 * 60 - 60), false),
            (
                json!({"Credentials": {"Expiration": "2099-01-01T00:00:00Z"}}),
                false,
            ),
            (json!([]), false),
        ] {
            cache.write("k", &entry);
            assert_eq!(cache.read("k").is_some(), good, "{entry}");
        }
        fs::write(folder.path().join(".aws/cli/cache/k.json"), "{\"Cred").expect("written");
        assert!(cache.read("k").is_none() && cache.read("other").is_none());
        assert!(
            CredentialsCache::new(&Environment::default())
                .read("k")
                .is_none()
        );
    }
}
