//! A set of texts in little memory: 16 bytes each, however long they are.

use std::collections::HashSet;

use ring::digest::{SHA256, digest};

/// A set of texts, such as of a million identity ids. It keeps a part of their SHA-256, of which no
/// two are equal in practice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextSet(HashSet<TextDigest>);

/// What stands for a text.
pub type TextDigest = [u8; 16];

impl TextSet {
    /// Adds a text. Returns whether it is new.
    pub fn insert(&mut self, text: &str) -> bool {
        self.0.insert(digest_text(text))
    }

    /// Whether the set has a text.
    pub fn contains(&self, text: &str) -> bool {
        self.0.contains(&digest_text(text))
    }
}

/// Returns what stands for a text.
pub fn digest_text(text: &str) -> TextDigest {
    let mut part = TextDigest::default();
    for (part, byte) in part
        .iter_mut()
        .zip(digest(&SHA256, text.as_bytes()).as_ref())
    {
        *part = *byte;
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_each_text_once() {
        let mut set = TextSet::default();
        let added: Vec<_> = ["a", "b", "a", "", "b"].map(|text| set.insert(text)).into();
        assert_eq!(added, [true, true, false, true, false]);
        assert_eq!(["a", "c"].map(|text| set.contains(text)), [true, false]);
    }
}
