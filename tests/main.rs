//! The only test binary: the list of the test modules, and a check that no file is missing
//! from a list. The tests themselves are in the modules.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on is to panic; clippy's own exemption covers only #[test] functions, not what they call"
)]

mod aliases;
mod all_pages;
mod bulk_publish;
mod call_options;
mod clients;
mod command_line;
mod completions;
mod configuration;
mod conformance;
mod credentials;
mod data_round_trip;
mod debug_log;
mod encodings;
mod endpoints;
mod error_documents;
mod example_skeleton;
mod export;
mod file_length;
mod hardening;
mod harness;
mod help;
mod hints;
mod import;
mod input_documents;
mod input_values;
mod inventory;
mod library;
mod limits;
mod local;
mod lone_surrogates;
mod many_calls;
mod memory_limit;
mod module_dependencies;
mod nesting;
mod not_a_number;
mod open_resources;
mod operations;
mod output_skeleton;
mod readme;
mod region;
mod regular_files;
mod responses;
mod retries;
mod round_trip;
mod secrets;
mod shared_files;
mod subcommands;
mod support;
mod terminal;
mod timestamps;
mod tls;
mod transport;
mod type_names;
mod unused_settings;

use std::fs;
use std::path::Path;

/// A file that no `mod` names is not compiled, and its tests silently do not run.
#[test]
fn every_test_file_is_in_a_module_list() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    assert_eq!(unlisted(&tests, "main.rs"), Vec::<String>::new());
}

/// The Rust files of a folder and those below it that the list of modules leaves out.
fn unlisted(folder: &Path, list: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(list)).expect("each folder has a module list");
    let listed = |module: &str| {
        let wanted = format!("mod {module};");
        text.lines().any(|line| {
            let line = line.trim_start_matches("pub(crate) ");
            line == wanted
        })
    };
    let mut missing = Vec::new();
    for entry in fs::read_dir(folder).expect("the tests are there") {
        let path = entry.expect("a folder can be read").path();
        let module = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_list = path.file_name().is_some_and(|name| name == list);
        if !is_list && (is_rust(&path) || holds_rust(&path)) && !listed(&module) {
            missing.push(path.display().to_string());
        } else if holds_rust(&path) {
            missing.extend(unlisted(&path, "mod.rs"));
        }
    }
    missing
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn holds_rust(path: &Path) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| is_rust(&entry.path()))
}
