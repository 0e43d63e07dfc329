//! Compares which module of the program uses which with the list in the documentation of `lib.rs`.
//!
//! The modules are those that `lib.rs` declares, each with everything below it. Test code does not
//! count.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::source_files::{Source, read_sources};

/// The modules that each module uses.
type Dependencies = BTreeMap<String, BTreeSet<String>>;

#[test]
fn lists_every_dependency_between_modules() {
    let sources = read_sources();
    let program = Program::new(&sources);
    let (used, listed) = (program.dependencies(), listed(program.lib));
    let rows: Dependencies = listed.iter().cloned().collect();
    assert_eq!(rows.len(), listed.len(), "no module has two rows");
    let unlisted = difference(&used, &rows);
    let unused = difference(&rows, &used);
    assert!(
        unlisted.is_empty() && unused.is_empty() && rows.keys().eq(used.keys()),
        "not in the list of src/lib.rs: {unlisted:?}; listed but not used: {unused:?}; this fits the \
         code:\n{}",
        rendered(&used)
    );
}

/// The dependencies that only the first has.
fn difference(dependencies: &Dependencies, others: &Dependencies) -> Vec<String> {
    let pairs = dependencies
        .iter()
        .flat_map(|(module, targets)| targets.iter().map(move |target| (module, target)));
    let is_other = |module, target| {
        let targets = others.get(module);
        targets.is_some_and(|targets: &BTreeSet<String>| targets.contains(target))
    };
    pairs
        .filter(|(module, target)| !is_other(*module, *target))
        .map(|(module, target)| format!("{module} → {target}"))
        .collect()
}

/// The rows of the list, each module above those it uses.
fn rendered(dependencies: &Dependencies) -> String {
    let mut remaining: Vec<_> = dependencies.iter().collect();
    let mut rows = String::new();
    while !remaining.is_empty() {
        let is_used = |module: &String| remaining.iter().any(|(_, used)| used.contains(module));
        let Some(next) = remaining.iter().position(|(module, _)| !is_used(module)) else {
            let circle: Vec<_> = remaining.iter().map(|(module, _)| *module).collect();
            return format!("{rows}a circle is among {circle:?}");
        };
        let (module, used) = remaining.remove(next);
        let used: Vec<_> = used.iter().map(String::as_str).collect();
        rows.push_str(format!("//! {module} → {}", used.join(" ")).trim_end());
        rows.push('\n');
    }
    rows
}

/// So that no modules use each other in a circle.
#[test]
fn lists_each_module_above_those_it_uses() {
    let sources = read_sources();
    let listed = listed(Program::new(&sources).lib);
    for (row, (module, targets)) in listed.iter().enumerate() {
        let below: BTreeSet<_> = listed[row + 1..].iter().map(|(name, _)| name).collect();
        let above: Vec<_> = targets
            .iter()
            .filter(|name| !below.contains(name))
            .collect();
        assert!(
            above.is_empty(),
            "{module} uses modules that are not below it: {above:?}"
        );
    }
}

/// The sources by module.
struct Program<'a> {
    /// The text of `lib.rs`.
    lib: &'a str,
    sources: &'a [Source],
    /// The module of each file or folder directly below `src`, by its name without `.rs`.
    modules: BTreeMap<String, String>,
}

impl<'a> Program<'a> {
    fn new(sources: &'a [Source]) -> Program<'a> {
        let lib = sources.iter().find(|source| source.path == "lib.rs");
        let lib = &lib.expect("the library has a root").code;
        let mut modules = BTreeMap::from([
            ("lib".to_string(), "lib".to_string()),
            ("main".to_string(), "main".to_string()),
        ]);
        let mut path = None;
        for line in lib.lines() {
            if let Some(named) = line.strip_prefix("#[path = \"") {
                path = named.strip_suffix(".rs\"]").map(str::to_string);
            } else if let Some(name) = declared_module(line) {
                modules.insert(path.take().unwrap_or(name.to_string()), name.to_string());
            }
        }
        Program {
            lib,
            sources,
            modules,
        }
    }

    fn dependencies(&self) -> Dependencies {
        let mut dependencies = Dependencies::new();
        for Source { path, code } in self.sources {
            let path: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
            // What is no module of the library is one of the binary.
            let module = self.modules.get(path[0]).map_or("main", String::as_str);
            let depth = path.iter().filter(|name| **name != "mod").count();
            let used = match module {
                "main" if code.contains("cognito_sync::") => vec!["lib".to_string()],
                "main" => Vec::new(),
                "lib" => self.used_by_root(code),
                _ => used_by_module(code, depth),
            };
            let names: BTreeSet<_> = self.modules.values().collect();
            let used = used.into_iter().map(|name| match names.contains(&name) {
                true => name,
                // An item of the root.
                false => "lib".to_string(),
            });
            let targets = dependencies.entry(module.to_string()).or_default();
            targets.extend(used.filter(|name| name != module));
        }
        dependencies
    }

    /// The modules that the root uses, where their paths need no `crate::`.
    fn used_by_root(&self, code: &str) -> Vec<String> {
        let code = without_comments(code);
        let starts_path = |name: &str| {
            let path = format!("{name}::");
            code.match_indices(&path)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let names = self.modules.values().filter(|name| starts_path(name));
        names.cloned().collect()
    }
}

/// The name of the module that a line of the root declares.
fn declared_module(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}

/// The names behind `crate::`, and behind as many `super::` as lead to the root from a module that
/// is `depth` modules deep.
fn used_by_module(code: &str, depth: usize) -> Vec<String> {
    let code = without_comments(code);
    let from_root = "super::".repeat(depth);
    let mut used = Vec::new();
    for prefix in ["crate::", &from_root] {
        for (at, _) in code.match_indices(prefix) {
            if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                used.extend(first_segments(&code[at + prefix.len()..]));
            }
        }
    }
    used
}

/// The first names of the paths of a `use` tree.
fn first_segments(tree: &str) -> Vec<String> {
    let Some(group) = tree.strip_prefix('{') else {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let end = tree.find(|c| !is_name(c)).unwrap_or(tree.len());
        return vec![tree[..end].to_string()];
    };
    let mut depth = 0;
    let mut starts = vec![0];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    let paths = starts.into_iter().map(|at| group[at..].trim_start());
    paths
        .flat_map(first_segments)
        .filter(|name| !name.is_empty())
        .collect()
}

fn without_comments(code: &str) -> String {
    let lines = code.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The rows `module → modules` of the documentation of `lib.rs`. A row goes on in lines without an
/// arrow.
fn listed(lib: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut rows: Vec<(String, BTreeSet<String>)> = Vec::new();
    let block = lib
        .split_once("//! # Modules")
        .and_then(|(_, rest)| rest.split_once("```text\n"))
        .and_then(|(_, rest)| rest.split_once("//! ```"));
    let (block, _) = block.expect("the modules are listed");
    for line in block.lines() {
        let line = line.trim_start_matches("//!");
        let names = match line.split_once('→') {
            Some((module, names)) => {
                rows.push((module.trim().to_string(), BTreeSet::new()));
                names
            }
            None => line,
        };
        let (_, targets) = rows.last_mut().expect("the first row has an arrow");
        targets.extend(names.split_whitespace().map(str::to_string));
    }
    rows
}

#[test]
fn finds_modules_in_paths() {
    let code = "\
use crate::a;
use crate::{b, c::{d, e}, f as g};
use super::super::{h::i, j};
/// See [`crate::k`].
fn l() -> crate::m::N { not_crate::o() }
";
    assert_eq!(used_by_module(code, 1).join(" "), "a b c f m super");
    assert_eq!(used_by_module(code, 2).join(" "), "a b c f m h j");
    assert_eq!(used_by_module(code, 3).join(" "), "a b c f m");
}
