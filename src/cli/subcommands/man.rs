//! `man`: writes the man pages.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};

pub(super) const MAN: Subcommand = Subcommand {
    id: SubcommandId::Man,
    name: "man",
    doc: "Write the man pages of the program, its commands and its topics.",
    details: &[Detail::Text(
        "The pages of commands go to the folder `man1` in DIR and those of topics to `man7`, as `man` \
         expects it of a folder in MANPATH. The name of each file written is printed. Existing files of \
         the same names are overwritten.",
    )],
    globals: &[],
    args: || {
        vec![
            Arg::new(OUT)
                .long(OUT)
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("Folder to write to. It is created if it does not exist."),
        ]
    },
};

const OUT: &str = "out";

/// The folder to write to.
pub(in crate::cli) fn out_folder(matches: &ArgMatches) -> PathBuf {
    matches.get_one::<PathBuf>(OUT).cloned().unwrap_or_default()
}
