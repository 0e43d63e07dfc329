//! The program that a bench measures.

use std::env;
use std::path::PathBuf;

/// Returns the path in `PROGRAM`, which may name another build of the program, such as the static
/// one. Without it, that of the program that is built with the bench.
pub fn our_program() -> PathBuf {
    let built = env!("CARGO_BIN_EXE_cognito-sync");
    env::var_os("PROGRAM").map_or_else(|| built.into(), PathBuf::from)
}
