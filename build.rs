//! Names the commit of a release build for `--version`, and chooses linker options on Linux, where
//! most of a short command's time is spent loading the program. Options that the toolchain does not
//! support are left out.

use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// Folds identical functions and vtables, of which generic code produces many: fewer pages to
/// relocate. This is safe since no code distinguishes functions or constants by their addresses.
const FOLD: &[&str] = &["-Wl,--icf=all", "-Wl,--ignore-data-address-equality"];

/// Packs relocations (RELR) to a fiftieth of their size. A static program resolves them itself; a
/// dynamic one would need glibc 2.36 or newer on the system it runs on.
const PACK_RELOCATIONS: &[&str] = &["-Wl,-z,pack-relative-relocs"];

/// What a release is built from. `.github/release/common.sh` has the same list.
const SOURCES: &[&str] = &[".cargo", "Cargo.lock", "Cargo.toml", "build.rs", "src"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if variable("PROFILE") == "release"
        && let Some(commit) = commit()
    {
        println!("cargo::rustc-env=COGNITO_SYNC_COMMIT={commit}");
    }
    if variable("CARGO_CFG_TARGET_OS") != "linux" {
        return Ok(());
    }
    let out_dir = variable("OUT_DIR");
    let out_dir = Path::new(&out_dir);
    if variable("CARGO_CFG_TARGET_ENV") == "gnu" && has_static_unwinder() {
        // The standard library links `gcc_s`. This script of that name links GCC's unwinder from
        // its archive instead, so that the loader maps one shared library less.
        let script = "GROUP ( -lgcc_eh -lgcc )\n";
        fs::write(out_dir.join("libgcc_s.so"), script)?;
        println!("cargo::rustc-link-search=native={}", out_dir.display());
    }
    if variable("PROFILE") != "release" {
        return Ok(());
    }
    if links_and_runs(FOLD, out_dir)? {
        emit(FOLD);
    }
    let is_static = variable("CARGO_CFG_TARGET_FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if is_static && links_and_runs(PACK_RELOCATIONS, out_dir)? {
        emit(PACK_RELOCATIONS);
    }
    Ok(())
}

/// The commit that the sources are of: its first digits, and `-dirty` if they differ from it. Debug
/// builds do without, since each commit would compile the package again.
fn commit() -> Option<String> {
    packaged_commit().or_else(checked_out_commit)
}

/// The commit that `cargo package` has noted.
fn packaged_commit() -> Option<String> {
    let note = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = note.split_once("\"sha1\": \"")?;
    let dirty = note.contains("\"dirty\": true");
    let suffix = if dirty { "-dirty" } else { "" };
    Some(format!("{}{suffix}", rest.get(..12)?))
}

/// The commit that is checked out. `None` if this package is a part of another repository.
fn checked_out_commit() -> Option<String> {
    if !git(&["rev-parse", "--show-cdup"])?.is_empty() {
        return None;
    }
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    for path in SOURCES {
        println!("cargo::rerun-if-changed={path}");
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&[&["status", "--porcelain", "--"], SOURCES].concat())?;
    let suffix = if changes.is_empty() { "" } else { "-dirty" };
    Some(commit + suffix)
}

fn git(args: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    let output = git.arg("--no-optional-locks").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn emit(options: &[&str]) {
    for option in options {
        println!("cargo::rustc-link-arg-bins={option}");
    }
}

/// Whether the linker driver is GCC-compatible and has the archive; it then prints the full path.
fn has_static_unwinder() -> bool {
    let linker = env::var("RUSTC_LINKER").unwrap_or("cc".into());
    let output = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    output.is_ok_and(|output| output.stdout.starts_with(b"/"))
}

/// Whether an empty program links with the options and then runs. Running it detects C libraries
/// without support for packed relocations. For another architecture it cannot run: there, linking is
/// enough with musl, which comes with Rust and has that support.
fn links_and_runs(options: &[&str], out_dir: &Path) -> io::Result<bool> {
    let (source, program) = (out_dir.join("probe.rs"), out_dir.join("probe"));
    fs::write(&source, "fn main() {}\n")?;
    let mut rustc = Command::new(variable("RUSTC"));
    rustc
        .args(["--target", &variable("TARGET"), "-o"])
        .arg(&program)
        .arg(&source);
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    let flags = variable("CARGO_ENCODED_RUSTFLAGS");
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    rustc.args(options.iter().map(|option| format!("-Clink-arg={option}")));
    if !rustc.output()?.status.success() {
        return Ok(false);
    }
    let architecture = |name| variable(name).split('-').next().map(str::to_owned);
    if architecture("HOST") != architecture("TARGET") {
        return Ok(variable("CARGO_CFG_TARGET_ENV") == "musl");
    }
    let status = Command::new(program).status();
    Ok(status.is_ok_and(|status| status.success()))
}
