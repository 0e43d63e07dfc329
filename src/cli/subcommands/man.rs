//! `man`: writes the man pages.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};

pub(super) const MAN: Subcommand = Subcommand {
    id: SubcommandId::Man,
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
};

const OUT: &str = "out";

/// The folder to write to.
pub(in crate::cli) fn out_folder(matches: &ArgMatches) -> PathBuf {
    matches.get_one::<PathBuf>(OUT).cloned().unwrap_or_default()
}
