//! Sync session tokens, which `ListRecords` issues and `UpdateRecords` requires. They have the real
//! service's form (JSON with an authentication tag, compressed) and lifetime. The store knows which
//! sessions are used.

use aws_smithy_types::base64;
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::clock::{CallTime, UnixMillis};
use super::random;
use super::service_error::ServiceError;
use super::store::DatasetId;

/// Issues and verifies tokens.
#[derive(Debug)]
pub(super) struct SessionTokens {
    key: hmac::Key,
    lifetime: UnixMillis,
}

/// A sync session of an identity with a dataset.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    #[serde(rename = "sessionId")]
    pub id: String,
    /// When it expires by the service's clock, used or not.
    expiration: UnixMillis,
    /// When it expires by the machine's clock, however `--clock` moves the service's. Until then
    /// the store remembers that the session was used. Tokens of older versions lack it, and count
    /// as expired.
    #[serde(default)]
    pub machine_expiration: UnixMillis,
    identity_id: String,
    dataset_name: String,
}

impl SessionTokens {
    pub fn new(key: &[u8], lifetime: UnixMillis) -> SessionTokens {
        SessionTokens {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            lifetime,
        }
    }

    /// Issues a token for a new session.
    pub fn issue(&self, dataset: &DatasetId, now: CallTime) -> String {
        let session = Session {
            id: random::uuid(),
            expiration: now.service.saturating_add(self.lifetime),
            machine_expiration: now.machine.saturating_add(self.lifetime),
            identity_id: dataset.identity.clone(),
            dataset_name: dataset.name.clone(),
        };
        let content = base64::encode(serde_json::to_string(&session).unwrap_or_default());
        let tag = hmac::sign(&self.key, &signed_content(&content, dataset));
        let text = format!("{content}:1:{}", base64::encode(tag));
        base64::encode(gzip::encode_stored(text.as_bytes()))
    }

    /// Returns the session of a token. Rejects a token for another dataset, and one that has
    /// expired by either clock.
    pub fn verify(
        &self,
        token: &str,
        dataset: &DatasetId,
        now: CallTime,
    ) -> Result<Session, ServiceError> {
        self.decode(token, dataset)
            .filter(|session| session.expiration > now.service)
            .filter(|session| session.machine_expiration > now.machine)
            .filter(|s| s.identity_id == dataset.identity && s.dataset_name == dataset.name)
            .ok_or_else(invalid_token)
    }

    fn decode(&self, token: &str, dataset: &DatasetId) -> Option<Session> {
        let text = gzip::decode_stored(&base64::decode(token).ok()?)?;
        let text = String::from_utf8(text).ok()?;
        let (content, tag) = text.split_once(":1:")?;
        let tag = base64::decode(tag).ok()?;
        hmac::verify(&self.key, &signed_content(content, dataset), &tag).ok()?;
        serde_json::from_slice(&base64::decode(content).ok()?).ok()
    }
}

/// Returns the bytes that the tag authenticates. They include the identity pool, which the token
/// itself does not name.
fn signed_content(content: &str, dataset: &DatasetId) -> Vec<u8> {
    format!("{}\n{content}", dataset.pool).into_bytes()
}

/// The real service's message; that it covers expired and used tokens too is a choice.
pub(super) fn invalid_token() -> ServiceError {
    ServiceError::invalid("SyncSessionToken not valid for these inputs")
}

/// Gzip with stored (uncompressed) blocks: the tokens need the format, not the smaller size.
mod gzip {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    pub fn encode_stored(content: &[u8]) -> Vec<u8> {
        // Tokens are far shorter than the 64 KiB of a stored block.
        let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
        let content = &content[..usize::from(length)];
        let mut bytes = HEADER.to_vec();
        bytes.push(1);
        bytes.extend(length.to_le_bytes());
        bytes.extend((!length).to_le_bytes());
        bytes.extend(content);
        bytes.extend(crc32fast::hash(content).to_le_bytes());
        bytes.extend(u32::from(length).to_le_bytes());
        bytes
    }

    /// Returns the content if `encode_stored` produced these bytes.
    pub fn decode_stored(bytes: &[u8]) -> Option<Vec<u8>> {
        let content = bytes.get(HEADER.len() + 5..bytes.len().checked_sub(8)?)?;
        (encode_stored(content) == bytes).then(|| content.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dataset_id(name: &str) -> DatasetId {
        DatasetId {
            pool: "r:p".into(),
            identity: "r:i".into(),
            name: name.into(),
        }
    }

    fn clocks(service: UnixMillis, machine: UnixMillis) -> CallTime {
        CallTime { service, machine }
    }

    #[test]
    fn accepts_token_for_its_dataset_until_it_expires() {
        let sessions = SessionTokens::new(&[7; 32], 300_000);
        let dataset = dataset_id("d");
        let token = sessions.issue(&dataset, clocks(1000, 9000));
        assert!(token.starts_with("H4sI"), "{token}");
        let early = clocks(2000, 9000);
        let session = sessions.verify(&token, &dataset, early).expect("it holds");
        assert_eq!(session.expiration, 301_000);
        assert_eq!(session.machine_expiration, 309_000);
        let message = "SyncSessionToken not valid for these inputs";
        let rejected = |token: &str, dataset: &DatasetId, now: CallTime| {
            let error = sessions.verify(token, dataset, now).expect_err("rejected");
            assert_eq!(error.message, message);
        };
        rejected(&token, &dataset, clocks(301_000, 9000));
        rejected(&token, &dataset, clocks(2000, 309_000));
        rejected(&token, &dataset_id("other"), early);
        let other_pool = DatasetId {
            pool: "r:q".into(),
            ..dataset.clone()
        };
        rejected(&token, &other_pool, early);
        rejected("", &dataset, early);
        rejected("H4sI", &dataset, early);
        let other_key = SessionTokens::new(&[8; 32], 300_000);
        assert!(other_key.verify(&token, &dataset, early).is_err());
    }

    proptest! {
        #[test]
        fn rejects_changed_and_foreign_tokens(at in 0usize..600, byte: u8, noise in ".{0,80}") {
            let sessions = SessionTokens::new(&[7; 32], 300_000);
            let dataset = dataset_id("d");
            prop_assert!(sessions.verify(&noise, &dataset, clocks(0, 0)).is_err());
            let token = sessions.issue(&dataset, clocks(1000, 1000));
            let mut bytes = token.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            let changed = String::from_utf8_lossy(&bytes).into_owned();
            // The spare bits of the last base64 character have no meaning.
            if changed != token && at + 4 < bytes.len() {
                prop_assert!(sessions.verify(&changed, &dataset, clocks(0, 0)).is_err());
            }
        }
    }
}
