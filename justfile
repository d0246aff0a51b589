# Short names for what is done all day; `just` lists them. CONTRIBUTING.md says more.

_default:
    @just --list --unsorted

# Format, lints and compilation of everything: seconds after an edit
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Tests whose path contains NAME, like `just test probe::metrics`
test NAME:
    tests/run {{NAME}}

# The unit tests of one crate, like `just crate lldp`
crate NAME:
    cargo test -p voiceport-{{NAME}}

# Everything that needs no other program and no guest kernel
quick:
    tests/run --quick

# Everything this machine can run; installs what is missing
all:
    tests/run

# Expected files, manual pages and schemas, written anew: read the difference
bless:
    VOICEPORT_BLESS=1 tests/run --quick
    git diff --stat

# The binary killed some thousand times, on every kind of switch; resumable, its table is target/crash.md
crash KILLS="2000":
    VOICEPORT_CRASH_KILLS={{KILLS}} cargo test --test suite -- --ignored --exact crash::long::thousands_of_kills_leave_no_difference
