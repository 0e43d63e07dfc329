//! Help topics: pages about what several commands share, shown by `help TOPIC` and written as man
//! pages of section 7. A new one is a file with its definition and an entry in [`TOPICS`].

mod ci;
mod credentials;
mod differences;
mod environment;
mod examples;
mod exit_status;
mod migration;
mod serve;
mod settings;
mod state_files;

use super::page::{Block, Entry, Manual, Page, PageReference, PageSection, Style, Text};

pub(super) use exit_status::exit_statuses;

/// A page that is about no single command.
pub struct Topic {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is about, in a few words without a final dot.
    pub summary: &'static str,
    /// The commands whose man pages refer to it.
    pub commands: &'static [&'static str],
    /// Returns its sections, for a program that is called by this prefix.
    sections: fn(&str) -> Vec<PageSection>,
}

/// All topics, in alphabetical order.
pub static TOPICS: [Topic; 10] = [
    ci::CI,
    credentials::CREDENTIALS,
    differences::DIFFERENCES,
    environment::ENVIRONMENT,
    examples::EXAMPLES,
    exit_status::EXIT_STATUS,
    migration::MIGRATION,
    serve::SERVE,
    settings::SETTINGS,
    state_files::STATE_FILES,
];

impl Topic {
    /// The topic of this name.
    pub fn named(name: &str) -> Option<&'static Topic> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// The topics that the man page of a command refers to.
    pub fn of_command(command: &str) -> impl Iterator<Item = &'static Topic> {
        TOPICS
            .iter()
            .filter(move |topic| topic.commands.contains(&command))
    }

    /// The topic's page, for a program that is called by `prefix`.
    pub(super) fn page(&self, prefix: &str) -> Page {
        let others = TOPICS.iter().filter(|topic| topic.name != self.name);
        let others = others.map(|topic| topic.reference(prefix));
        Page {
            name: super::content::name(prefix, self.name),
            manual: Manual::Miscellanea,
            summary: self.summary.to_string(),
            sections: (self.sections)(prefix),
            see_also: [PageReference::command(prefix)]
                .into_iter()
                .chain(others)
                .collect(),
        }
    }

    /// Where other man pages refer to.
    pub(super) fn reference(&self, prefix: &str) -> PageReference {
        PageReference {
            name: format!("{prefix} {}", self.name).replace(' ', "-"),
            manual: Manual::Miscellanea,
        }
    }
}

/// A section of paragraphs.
fn paragraphs(title: &'static str, paragraphs: &[&'static str]) -> PageSection {
    let blocks = paragraphs.iter().map(|text| Block::paragraph(*text));
    super::content::section(title, blocks.collect())
}

/// A section with one list.
fn list(title: &'static str, entries: &[(&'static str, &'static str)]) -> PageSection {
    super::content::section(title, vec![entries_of(entries)])
}

/// A list of terms, each with a paragraph.
fn entries_of(entries: &[(&'static str, &'static str)]) -> Block {
    let entries = entries.iter().map(|(term, text)| Entry {
        term: match term.contains('`') {
            true => Text::marked(*term),
            false => Text::of(Style::Plain, *term),
        },
        body: vec![Block::paragraph(*text)],
    });
    Block::List {
        entries: entries.collect(),
        spaced: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OPERATIONS;

    #[test]
    fn topics_have_unique_sorted_names_that_are_no_operation() {
        let names: Vec<_> = TOPICS.iter().map(|topic| topic.name).collect();
        assert!(names.is_sorted());
        for name in names {
            assert!(
                OPERATIONS
                    .iter()
                    .all(|operation| operation.command() != name)
            );
        }
    }
}
