//! The launcher, as `cargo xtask` runs it in a subfolder of the course.

fn main() -> std::process::ExitCode {
    launcher::main()
}
