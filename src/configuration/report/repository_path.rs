//! Paths of state files as CI services want them: relative to the root of the repository.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The directories that paths are made relative to.
#[derive(Debug, Default)]
pub struct RepositoryRoot {
    current_dir: PathBuf,
    /// In order of preference.
    roots: Vec<PathBuf>,
}

impl RepositoryRoot {
    /// Returns the root that an environment variable of the CI service gives, if it is set, and
    /// the working directory.
    pub fn new(root: Option<&str>) -> RepositoryRoot {
        let current_dir = std::env::current_dir().unwrap_or_default();
        let given = root.map(PathBuf::from);
        let resolved = given.as_ref().and_then(|root| fs::canonicalize(root).ok());
        let roots = given.into_iter().chain(resolved);
        let roots = roots.chain([current_dir.clone()]);
        RepositoryRoot {
            roots: roots.map(|root| normalized(&root)).collect(),
            current_dir,
        }
    }

    /// Returns the path of a file below one of the roots, or else the path as it was given.
    pub fn relative(&self, file: &str) -> String {
        let absolute = normalized(&self.current_dir.join(file));
        let mut found = self.roots.iter().filter(|root| root.has_root());
        let found = found.find_map(|root| absolute.strip_prefix(root).ok());
        match found {
            Some(relative) => relative.to_string_lossy().into_owned(),
            None => file.to_string(),
        }
    }
}

/// The path without `.` and `..`, regardless of symbolic links.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_paths_below_roots() {
        let roots = |roots: &[&str]| RepositoryRoot {
            current_dir: "/w/repo/infra".into(),
            roots: roots.iter().map(PathBuf::from).collect(),
        };
        let (given, none) = (
            roots(&["/w/repo", "/w/repo/infra"]),
            roots(&["/w/repo/infra"]),
        );
        let table = [
            (&given, "pools.yaml", "infra/pools.yaml"),
            (&given, "./a/../pools.yaml", "infra/pools.yaml"),
            (&given, "../pools.yaml", "pools.yaml"),
            (&given, "/w/repo/./a.yaml", "a.yaml"),
            (&given, "/w/repository/a.yaml", "/w/repository/a.yaml"),
            (&given, "../../a.yaml", "../../a.yaml"),
            (&none, "./pools.yaml", "pools.yaml"),
            (&none, "/w/repo/infra/a.yaml", "a.yaml"),
            (&none, "/w/repo/a.yaml", "/w/repo/a.yaml"),
        ];
        for (roots, file, want) in table {
            assert_eq!(roots.relative(file), want, "{file}");
        }
    }
}
