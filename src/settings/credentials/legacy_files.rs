//! Credentials in files of tools older than the AWS CLI: AWS_CREDENTIAL_FILE of the EC2 tools, and
//! boto's configuration. Neither has session tokens.

use super::{ResolvedCredentials, new_credentials, partial_credentials_error};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::regular_file;
use crate::settings::config_file::read_config_file;

/// Returns the credentials of AWS_CREDENTIAL_FILE, or else of boto's configuration.
pub(super) fn find(environment: &Environment) -> Result<Option<ResolvedCredentials>> {
    match from_aws_credential_file(environment)? {
        Some(found) => Ok(Some(found)),
        None => from_boto_config(environment),
    }
}

/// Returns the credentials of AWS_CREDENTIAL_FILE. Lines other than `NAME=VALUE` are ignored.
fn from_aws_credential_file(environment: &Environment) -> Result<Option<ResolvedCredentials>> {
    let Some(path) = environment.get("AWS_CREDENTIAL_FILE") else {
        return Ok(None);
    };
    let path = environment.expand_home(path);
    let bytes = regular_file::read(&path).map_err(|why| {
        let message = format!("The specified config file ({path}) could not be found.");
        Error::general(message).hint(format!("AWS_CREDENTIAL_FILE names it: {why}"))
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let get = |wanted: &str| {
        let mut named = pairs.clone().filter(|(name, _)| name.trim() == wanted);
        named.next_back().map(|(_, value)| value.trim())
    };
    let Some(key) = get("AWSAccessKeyId") else {
        return Ok(None);
    };
    let missing = || partial_credentials_error("ec2-credentials-file", "AWSSecretKey");
    let secret = get("AWSSecretKey").ok_or_else(missing)?;
    resolved_credentials("AWS_CREDENTIAL_FILE", key, secret).map(Some)
}

/// Returns the credentials of boto's `[Credentials]` section, in the file that BOTO_CONFIG names,
/// or else in `/etc/boto.cfg` and then `~/.boto`.
fn from_boto_config(environment: &Environment) -> Result<Option<ResolvedCredentials>> {
    let named = environment.get("BOTO_CONFIG").map(|path| vec![path]);
    for path in named.unwrap_or_else(|| vec!["/etc/boto.cfg", "~/.boto"]) {
        let sections = read_config_file(&environment.expand_path(path))?.unwrap_or_default();
        let Some(values) = sections.get("Credentials") else {
            continue;
        };
        let get = |name: &str| values.get(name).map(String::as_str);
        if let Some(key) = get("aws_access_key_id") {
            let missing = || partial_credentials_error("boto-config", "aws_secret_access_key");
            let secret = get("aws_secret_access_key").ok_or_else(missing)?;
            return resolved_credentials("boto's configuration", key, secret).map(Some);
        }
    }
    Ok(None)
}

fn resolved_credentials(
    from: &'static str,
    key: &str,
    secret: &str,
) -> Result<ResolvedCredentials> {
    let credentials = new_credentials(from, key, secret, None)?;
    Ok(ResolvedCredentials::new(credentials, from))
}
