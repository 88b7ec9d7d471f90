//! Processes that are at work in a folder, also those that have left their parents, their group and their session.

use std::fs;
use std::path::Path;

/// The processes whose working folder is this one or lies in it, by number and command line.
pub fn processes_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let process = |name: String| {
        let process = Path::new("/proc").join(&name);
        // What has ended meanwhile, or waits to be reaped, has none.
        fs::read_link(process.join("cwd")).ok().filter(|cwd| cwd.starts_with(folder))?;
        let command = fs::read(process.join("cmdline")).ok()?;
        Some(format!("{name} {}", String::from_utf8_lossy(&command).replace('\0', " ")))
    };
    entries.filter_map(|entry| process(entry.file_name().into_string().ok()?)).collect()
}
