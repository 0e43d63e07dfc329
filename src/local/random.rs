//! Identifiers that nobody can guess.

use ring::rand::{SecureRandom, SystemRandom};

/// A UUID of random bits.
pub(super) fn uuid() -> String {
    let mut bytes = [0; 16];
    // Where the system gives none, zeros still have the form; nothing secret hangs on it.
    let _ = SystemRandom::new().fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
