//! Files that may be typed: paths, commands, and `file://` in the place of a value.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::candidate::{Candidate, Candidates};
use crate::environment::Environment;

/// What begins the name of a file in place of a value.
const FILE_SCHEMES: [&str; 2] = ["file://", "fileb://"];

/// The files for a value that names one, or `file://` where that was begun; nothing where the
/// value is something else.
pub(super) fn file(typed: &str, environment: &Environment) -> Option<Candidates> {
    for scheme in FILE_SCHEMES {
        if let Some(path) = typed.strip_prefix(scheme) {
            return Some(paths(path, environment).behind(scheme.len()));
        }
    }
    let mut begun = FILE_SCHEMES
        .into_iter()
        .filter(|scheme| !typed.is_empty() && scheme.starts_with(typed));
    begun
        .next()
        .map(|scheme| Candidates::of_texts([scheme]).open())
}

/// The commands in PATH that begin with what is typed, or the paths where a slash was typed.
pub(super) fn commands(typed: &str, environment: &Environment) -> Candidates {
    if typed.contains('/') {
        return paths(typed, environment);
    }
    let folders = environment.get("PATH").unwrap_or_default().split(':');
    let entries = folders
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        (name.starts_with(typed) && is_executable(&entry.path())).then_some(name)
    });
    Candidates::of_texts(names.collect::<BTreeSet<_>>())
}

fn is_executable(path: &Path) -> bool {
    let metadata = fs::metadata(path);
    metadata.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The entries of the folder that a path is in; hidden ones only where a dot was typed.
pub(super) fn paths(typed: &str, environment: &Environment) -> Candidates {
    let length = typed.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, leaf) = typed.split_at(length);
    let folder = match folder {
        "" => ".".to_string(),
        folder => environment.expand_path(folder),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut list: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_folder = entry.path().is_dir();
            (leaf.starts_with('.') || !name.starts_with('.')).then(|| Candidate {
                text: if is_folder { name + "/" } else { name },
                description: String::new(),
                ends_word: !is_folder,
            })
        })
        .collect();
    list.sort_by(|a, b| a.text.cmp(&b.text));
    Candidates {
        stem: length,
        list,
        command_at: None,
    }
}
