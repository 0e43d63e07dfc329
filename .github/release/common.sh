# What the scripts for a release share; they run it in the root of the repository.

# Git reads a repository of another user, such as one that is mounted into a container.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$PWD

host_target() { rustc -vV | sed -n 's/^host: //p'; }

# The target of the program that is shipped for this machine. `check` runs as root, who has no Rust.
shipped_target() {
    case $(uname -sm) in
    "Linux "*) echo "$(uname -m)-unknown-linux-musl" ;;
    "Darwin arm64") echo aarch64-apple-darwin ;;
    "Darwin "*) echo x86_64-apple-darwin ;;
    esac
}

# Where everything is built.
target_folder() {
    local folder=${CARGO_TARGET_DIR:-target}
    [[ $folder == /* ]] || folder=$PWD/$folder
    echo "$folder"
}

built_program() { echo "$(target_folder)/$1/release/cognito-sync"; }

# Where `tools` installs.
tools_folder() { echo "$(target_folder)/release-tools"; }

# Where the files of a target are put.
output_folder() { echo "$(target_folder)/dist/$1"; }

# Whether this machine runs a target's program with QEMU alone.
is_foreign() { # TARGET
    [[ $1 == *-linux-* && ${1%%-*} != "$(uname -m)" ]]
}

# Runs a target's program.
run_for() { # TARGET PROGRAM ARGS...
    if is_foreign "$1"; then
        need "qemu-${1%%-*}-static:qemu-user-static"
        "qemu-${1%%-*}-static" "${@:2}"
    else
        "${@:2}"
    fi
}

# The names of files that are released begin with this.
file_prefix() { echo "cognito-sync-$(package_version)-$1"; }

package_version() { package_field version; }

# A field of Cargo.toml.
package_field() { sed -n "/^\[package\]/,/^\[/s/^$1 = \"\(.*\)\"/\1/p" Cargo.toml; }

# The commit of the sources, as build.rs puts it into the program; none outside of a repository.
source_commit() {
    local changes
    [ -e .git ] || return 0
    changes=$(git status --porcelain -- .cargo Cargo.lock Cargo.toml build.rs src)
    echo "$(git rev-parse --short=12 HEAD)${changes:+-dirty}"
}

# The time of the commit; sources without one are as old as `git archive` has made their files.
source_date() {
    if [ -e .git ]; then
        need git:git
        git log -1 --format=%ct
    else
        python3 -c 'import os; print(int(os.stat("Cargo.toml").st_mtime))'
    fi
}

# Exits unless programs are installed, and names Debian's packages that have them.
need() { # PROGRAM:PACKAGE...
    local pair missing=()
    for pair; do
        command -v "${pair%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} = 0 ] || { echo "${0##*/}: programs are missing; run: apt-get install ${missing[*]}" >&2; exit 2; }
}
