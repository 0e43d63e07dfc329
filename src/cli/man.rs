//! The subcommand `man`: writes the man pages.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use super::subcommand::{Detail, Subcommand};
use super::{Command, help};

pub(super) const MAN: Subcommand = Subcommand {
    name: "man",
    doc: "Writes the man pages of the program and of its operations.",
    details: &[Detail::Text(
        "It prints the name of each file that it has written. Files of the same names are \
         overwritten.",
    )],
    globals: &[],
    args: || {
        vec![
            Arg::new(OUT)
                .long(OUT)
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("Folder to write to; it is made if it is not there."),
        ]
    },
    read: |matches, _| Ok(command(matches)),
};

/// Folder to write to.
const OUT: &str = "out";

fn command(matches: &ArgMatches) -> Command {
    let folder = matches.get_one::<PathBuf>(OUT).cloned().unwrap_or_default();
    let pages = help::man_pages().into_iter();
    Command::Files(
        pages
            .map(|(name, page)| (folder.join(name), page))
            .collect(),
    )
}
