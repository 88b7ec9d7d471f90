//! What `cargo xtask` runs in the course's folder: the launcher.

fn main() -> std::process::ExitCode {
    launcher::main()
}
