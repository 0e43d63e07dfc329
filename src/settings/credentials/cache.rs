//! The credentials cache that is shared with the AWS CLI (`~/.aws/cli/cache`). A file that is
//! malformed, or whose credentials expire soon, counts as absent; write errors are ignored, since
//! they only cost the next command a request.

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

/// The minimum remaining lifetime of cached credentials, in seconds.
const MIN_SECONDS_LEFT: i64 = 15 * 60;

/// The cache folder; `None` without HOME, where nothing is cached.
#[derive(Debug, Clone)]
pub(in crate::settings) struct CredentialsCache {
    folder: Option<PathBuf>,
    /// The time zone that expirations are parsed in.
    time_zone: LocalZone,
}

impl CredentialsCache {
    /// The AWS CLI's cache of this environment.
    pub(in crate::settings) fn new(environment: &Environment) -> CredentialsCache {
        let home = environment.non_empty("HOME").map(Path::new);
        CredentialsCache {
            folder: home.map(|home| home.join(".aws/cli/cache")),
            time_zone: LocalZone::new(environment),
        }
    }

    /// Returns the cached credentials of the key, or else those of the fetched entry, which is then
    /// cached.
    pub(super) async fn get_or_fetch(
        &self,
        key: &str,
        fetch: impl Future<Output = Result<Json>>,
    ) -> Result<Credentials> {
        if let Some(cached) = self.read(key) {
            return Ok(cached);
        }
        let entry = fetch.await?;
        self.write(key, &entry);
        if self
            .expiration(&entry)
            .is_some_and(|end| expiry::seconds_left(end) <= 0)
        {
            return Err(expiry::still_expired_error().hint(
                "check the clock of this machine: the service returned expired credentials",
            ));
        }
        self.parse_entry(&entry).ok_or_else(|| {
            Error::general("The service returned credentials that are invalid in a header.")
        })
    }

    /// Returns the cached credentials of the key, if they are valid for long enough.
    pub(super) fn read(&self, key: &str) -> Option<Credentials> {
        let path = self.folder.as_ref()?.join(format!("{key}.json"));
        let entry: Json = serde_json::from_slice(&regular_file::read(path).ok()?).ok()?;
        if expiry::seconds_left(self.expiration(&entry)?) < MIN_SECONDS_LEFT {
            return None;
        }
        self.parse_entry(&entry)
    }

    /// The credentials of an entry.
    fn parse_entry(&self, entry: &Json) -> Option<Credentials> {
        let of = |key: &str| entry["Credentials"][key].as_str();
        let (key, secret) = (of("AccessKeyId")?, of("SecretAccessKey")?);
        let found = super::new_credentials("the cache", key, secret, of("SessionToken"));
        let mut credentials = found.ok()?;
        *credentials.expiry_mut() = self.expiration(entry);
        Some(credentials)
    }

    /// When the credentials of an entry expire.
    fn expiration(&self, entry: &Json) -> Option<SystemTime> {
        let end = entry["Credentials"]["Expiration"].as_str()?;
        expiry::parse_leniently(end, &self.time_zone)
    }

    /// Writes an entry, ignoring errors.
    fn write(&self, key: &str, entry: &Json) {
        if let Some(folder) = &self.folder {
            drop(write_atomically(
                folder,
                &format!("{key}.json"),
                &json_dumps::dumps(entry),
            ));
        }
    }
}

/// The file name of these arguments: the SHA-1 hash of their JSON text, as in botocore.
pub(super) fn cache_key(text: &str) -> String {
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Writes a file with mode 0600 atomically, by renaming a temporary file.
pub(super) fn write_atomically(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
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
    fn derives_cache_keys_like_aws_cli() {
        let text = json_dumps::dumps(&json!({"RoleArn": "arn:aws:iam::123456789012:role/r"}));
        assert_eq!(cache_key(&text), "6dc9e6e1e186b9f293814df3266de783142c48a2");
    }

    #[test]
    fn ignores_malformed_and_expiring_entries() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = folder.path().to_string_lossy().into_owned();
        let cache = CredentialsCache::new(&Environment::from([("HOME", &*home)]));
        let ending = |seconds| {
            let end = std::time::SystemTime::now() + std::time::Duration::from_secs(seconds);
            let end = aws_smithy_types::DateTime::from(end);
            let end = end
                .fmt(aws_smithy_types::date_time::Format::DateTime)
                .expect("a timestamp");
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
