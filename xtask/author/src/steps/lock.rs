//! `Cargo.lock`, in which each step has two packages: kept as cargo would write it, so that cargo has nothing to
//! change.

/// The lock file with other names for steps (old and new), and without the packages of one that is gone.
pub fn rewritten(lock: &str, renamed: &[(&str, &str)], gone: Option<&str>) -> String {
    const HEAD: &str = "[[package]]\n";
    let ending = if lock.contains("\r\n") { "\r\n" } else { "\n" };
    let text = lock.replace("\r\n", "\n");
    let mut parts = text.split(HEAD);
    let head = parts.next().unwrap_or_default();
    let is_gone = |package: &str| {
        gone.is_some_and(|gone| [gone.to_owned(), format!("{gone}-solution")].contains(&name_of(package).to_owned()))
    };
    let mut packages: Vec<String> =
        parts.filter(|package| !is_gone(package)).map(|package| with_names(package.trim_end(), renamed)).collect();
    packages.sort_by(|one, other| name_of(one).cmp(name_of(other)));
    let packages = packages.join(&format!("\n\n{HEAD}"));
    format!("{head}{HEAD}{packages}\n").replace('\n', ending)
}

/// The name of a package, from its part of the file.
fn name_of(package: &str) -> &str {
    package.strip_prefix("name = \"").and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// A package with other names, in itself and in what it is built with, which is listed in order.
fn with_names(package: &str, renamed: &[(&str, &str)]) -> String {
    let is_own = !package.contains("\nsource = ");
    let mut lines: Vec<String> = package.lines().map(str::to_owned).collect();
    for (old, new) in renamed.iter().filter(|(old, new)| is_own && old != new) {
        for tail in ["", "-solution"] {
            for line in &mut lines {
                for quoted in [format!("name = \"{old}{tail}\""), format!(" \"{old}{tail}\",")] {
                    if *line == quoted {
                        *line = quoted.replace(&format!("\"{old}{tail}\""), &format!("\"{new}{tail}\""));
                    }
                }
            }
        }
    }
    if let Some(at) = lines.iter().position(|line| line == "dependencies = [") {
        let end = lines.iter().position(|line| line == "]").unwrap_or(lines.len());
        lines[at + 1..end].sort();
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "# Made by cargo.\nversion = 4\n\n[[package]]\nname = \"loss\"\nversion = \"0.1.0\"\ndependencies = [\n \"datasets\",\n \
                        \"harness\",\n]\n\n[[package]]\nname = \"loss-solution\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"memchr\"\n\
                        version = \"1.0.0\"\nsource = \"registry\"\n\n[[package]]\nname = \"other\"\nversion = \"0.1.0\"\ndependencies = [\n \
                        \"loss\",\n \"memchr\",\n]\n";

    #[test]
    fn the_real_file_is_already_as_it_is_written() {
        let lock = include_str!("../../../../Cargo.lock");
        assert_eq!(rewritten(lock, &[], None), lock);
    }

    #[test]
    fn packages_have_their_new_names_in_order() {
        let renamed = rewritten(LOCK, &[("loss", "zero")], None);
        let names: Vec<&str> =
            renamed.lines().filter(|line| line.starts_with("name") || line.starts_with(' ')).collect();
        let wanted = [
            "name = \"memchr\"",
            "name = \"other\"",
            " \"memchr\",",
            " \"zero\",",
            "name = \"zero\"",
            " \"datasets\",",
            " \"harness\",",
            "name = \"zero-solution\"",
        ];
        assert_eq!(names, wanted);
        assert_eq!(rewritten(&renamed, &[("zero", "loss")], None), LOCK);
        let windows = LOCK.replace('\n', "\r\n");
        assert_eq!(rewritten(&windows, &[("loss", "zero")], None), renamed.replace('\n', "\r\n"));
    }

    #[test]
    fn the_packages_of_a_step_that_is_gone_go_too() {
        let names = |lock: &str| lock.lines().filter(|line| line.starts_with("name")).count();
        assert_eq!((names(LOCK), names(&rewritten(LOCK, &[], Some("loss")))), (4, 2));
    }
}
