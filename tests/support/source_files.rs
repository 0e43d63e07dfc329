//! The program's source files without their test code, for tests of the program's structure.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub(crate) struct Source {
    /// The path below `src`, such as `cli/mod.rs`.
    pub(crate) path: String,
    /// The text without test code.
    pub(crate) code: String,
}

/// Reads all source files except those that contain only tests.
pub(crate) fn read_sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    let texts: Vec<_> = files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("sources are UTF-8");
            (file, text)
        })
        .collect();
    let test_files: Vec<_> = texts
        .iter()
        .flat_map(|(file, text)| test_modules(file, text))
        .collect();
    let texts = texts
        .into_iter()
        .filter(|(file, _)| !test_files.contains(file));
    texts
        .map(|(file, text)| Source {
            path: file
                .strip_prefix(&src)
                .expect("the file was found there")
                .to_string_lossy()
                .replace('\\', "/"),
            code: remove_tests(&text),
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("the sources are there");
    for entry in entries {
        let path = entry.expect("a folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files of the modules that are declared with `#[cfg(test)]`.
fn test_modules(file: &Path, text: &str) -> Vec<PathBuf> {
    let parent = file.parent().expect("a file is in a folder");
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => parent.to_path_buf(),
        stem => parent.join(stem.expect("sources have names in UTF-8")),
    };
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    declared
        .filter_map(|pair| pair[1].strip_prefix("mod ")?.strip_suffix(';'))
        .map(|module| folder.join(format!("{module}.rs")))
        .collect()
}

/// Removes the items that are marked `#[cfg(test)]`, as rustfmt lays them out.
fn remove_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let ends = |line: &str| {
            line.strip_prefix(indent)
                .is_some_and(|rest| rest.starts_with(['}', ']', ')']) || is_single_line_item(rest))
        };
        lines.find(|line| ends(line));
    }
    code
}

/// Whether an item starts and ends on this line.
fn is_single_line_item(line: &str) -> bool {
    let is_item = line.starts_with(|c: char| c.is_ascii_lowercase());
    is_item && (line.ends_with(';') || line.ends_with('}'))
}

#[test]
fn removes_test_code_from_sources() {
    let text = "\
use a;
#[cfg(test)]
use b;
#[cfg(test)]
mod oracle;

impl C {
    #[cfg(test)]
    fn d() {
        {
        }
    }
    fn e() {}
}

#[cfg(test)]
mod tests {
    fn f() {}
}
fn g() {}
";
    let code = "use a;\n\nimpl C {\n    fn e() {}\n}\n\nfn g() {}\n";
    assert_eq!(remove_tests(text), code);
    let modules = test_modules(Path::new("src/x/y.rs"), text);
    assert_eq!(modules, [Path::new("src/x/y/oracle.rs")]);
}
