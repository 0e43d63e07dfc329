//! Candidates: what a shell may offer for the word at the cursor.

/// A candidate.
#[derive(Debug, PartialEq)]
pub(super) struct Candidate {
    /// The text behind the stem.
    pub(super) text: String,
    /// A short description; may be empty.
    pub(super) description: String,
    /// Whether it completes the word, so that a space may follow.
    pub(super) ends_word: bool,
}

/// Every candidate for a word, whether or not it begins with what is typed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Candidates {
    /// The length of the stem in bytes: the part of the word that stays and that candidates follow.
    pub(super) stem: usize,
    /// The candidates, the most likely first.
    pub(super) list: Vec<Candidate>,
    /// The index of the argument at which another command begins, to whose arguments the word
    /// belongs. Then the list is empty: the shell knows that command's arguments.
    pub(super) command_at: Option<usize>,
}

impl Candidates {
    /// Candidates with their descriptions, each of which completes the word.
    pub(super) fn of<T: Into<String>, D: Into<String>>(
        pairs: impl IntoIterator<Item = (T, D)>,
    ) -> Self {
        let candidate = |(text, description): (T, D)| Candidate {
            text: text.into(),
            description: description.into(),
            ends_word: true,
        };
        Candidates {
            list: pairs.into_iter().map(candidate).collect(),
            ..Candidates::default()
        }
    }

    /// Candidates without descriptions.
    pub(super) fn of_texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::of(texts.into_iter().map(|text| (text, "")))
    }

    /// None, since the word belongs to the command that begins at this index.
    pub(super) fn of_command_at(index: usize) -> Self {
        Candidates {
            command_at: Some(index),
            ..Candidates::default()
        }
    }

    /// Lengthens the stem.
    pub(super) fn behind(mut self, length: usize) -> Self {
        self.stem += length;
        self
    }

    /// Has the candidates not complete the word.
    pub(super) fn open(mut self) -> Self {
        for candidate in &mut self.list {
            candidate.ends_word = false;
        }
        self
    }
}
