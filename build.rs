//! How the program is linked on Linux with glibc, where a short command spends most of its time on
//! being loaded. Nothing is generated but a linker script.
//!
//! - GCC's unwinder comes from its archive and not from `libgcc_s.so`: a library less to find and map.
//! - The program stands at a fixed address, so that the loader need not adjust its 15,000 pointers,
//!   in a copy of each of 60 pages. Stack, heap and libraries are put at random places as ever.

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
    println!("cargo::rustc-link-arg-bins=-no-pie");
    Ok(())
}

/// Whether what links is a compiler of GCC's kind and has the archive: then it tells its whole path.
fn has_archive() -> bool {
    let linker = env::var("RUSTC_LINKER").unwrap_or("cc".into());
    let asked = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    asked.is_ok_and(|told| told.stdout.starts_with(b"/"))
}
