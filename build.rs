//! Has GCC's unwinder linked from its archive where that is there, and not from `libgcc_s.so`: one
//! library less to find, map and relocate is a tenth of a short command's time. Nothing is generated.

use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |part| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" || !has_archive() {
        return Ok(());
    }
    // The standard library asks for `gcc_s`, come what may; so this is what goes by that name.
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(
        Path::new(&folder).join("libgcc_s.so"),
        "GROUP ( -lgcc_eh -lgcc )\n",
    )?;
    println!("cargo::rustc-link-search=native={folder}");
    Ok(())
}

/// Whether the compiler that links has the archive: then it tells its whole path.
fn has_archive() -> bool {
    let linker = env::var("RUSTC_LINKER").unwrap_or("cc".into());
    let asked = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    asked.is_ok_and(|told| told.stdout.starts_with(b"/"))
}
