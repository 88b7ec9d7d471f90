//! What `cargo xtask` runs in a folder within the course: the launcher.

fn main() -> std::process::ExitCode {
    launcher::main()
}
