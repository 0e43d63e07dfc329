//! Random identifiers.

use ring::rand::{SecureRandom, SystemRandom};

/// Returns a random UUID (version 4).
pub(super) fn uuid() -> String {
    let mut bytes = [0; 16];
    // Without a random source the UUID is all zeros, which is still well-formed; no secret depends
    // on it.
    let _ = SystemRandom::new().fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
