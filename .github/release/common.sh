# What the scripts for a release share; they run it in the root of the repository.

host_target() { rustc -vV | sed -n 's/^host: //p'; }

# The target of the program that is shipped for this machine.
shipped_target() { host_target | sed 's/-linux-gnu$/-linux-musl/'; }

built_program() { echo "${CARGO_TARGET_DIR:-target}/$1/release/cognito-sync"; }

package_version() { sed -n '/^\[package\]/,/^version/s/^version = "\(.*\)"/\1/p' Cargo.toml; }

# Where the files of a target are put.
output_folder() { echo "target/dist/$1"; }

# The names of files that are released begin with this.
file_prefix() { echo "cognito-sync-$(package_version)-$1"; }
