//! What `Cargo.lock` says about one program. The file is about all steps, too, and changes whenever a student adds a
//! dependency to one, which does not concern the program.

use std::collections::BTreeMap;

use crate::contents::hash;

/// Identifies the packages that the package with this name is built from, and their versions.
pub fn mark(lock: &str, name: &str) -> String {
    let mut packages = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let field = |key| package.lines().find_map(|line| line.strip_prefix(key)?.strip_suffix('"'));
        let (name, version) = (field("name = \"").unwrap_or_default(), field("version = \"").unwrap_or_default());
        // With its version, it is listed where there are several of this name.
        packages.insert(format!("{name} {version}"), package);
        packages.insert(name.to_owned(), package);
    }
    let mut found = String::new();
    let mut needed = vec![name];
    while let Some(name) = needed.pop() {
        let (name, _source) = name.split_once(" (").unwrap_or((name, ""));
        let Some(package) = packages.remove(name) else { continue };
        let (itself, dependencies) = package.split_once("dependencies = [").unwrap_or((package, ""));
        found += itself;
        needed.extend(dependencies.lines().filter_map(|line| line.strip_prefix(" \"")?.strip_suffix("\",")));
    }
    format!("{:016x}", hash(found.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "hash"
version = "1.0.0"
checksum = "aa"

[[package]]
name = "hash"
version = "2.0.0"
checksum = "bb"

[[package]]
name = "loss"
version = "0.1.0"
dependencies = [
 "grader",
 "hash 1.0.0",
]

[[package]]
name = "grader"
version = "0.1.0"
dependencies = [
 "hash 2.0.0 (registry+https://example.org)",
]

[[package]]
name = "xtask"
version = "0.1.0"
dependencies = [
 "grader",
]
"#;

    #[test]
    fn only_the_packages_of_the_program_count() {
        let before = mark(LOCK, "xtask");
        let changed = |from, to| {
            let lock = LOCK.replace(from, to);
            assert_ne!(lock, LOCK);
            mark(&lock, "xtask") != before
        };
        for (from, to) in [("bb", "cc"), ("2.0.0", "2.0.1"), (" \"grader\",\n]", "]"), ("\"xtask\"", "\"other\"")] {
            assert!(changed(from, to), "{from}");
        }
        for (from, to) in [("aa", "cc"), ("1.0.0", "1.0.1"), (" \"hash 1.0.0\",\n", " \"hash 1.0.0\",\n \"new\",\n")] {
            assert!(!changed(from, to), "{from}");
        }
        assert_ne!(mark("", "xtask"), before);
    }

    /// Another version of a package makes cargo list the first one with its version.
    #[test]
    fn a_package_is_the_same_with_its_version_and_without() {
        let one = LOCK.replace(" \"hash 1.0.0\",\n", "").replacen("name = \"hash\"", "name = \"mash\"", 1);
        let one = one.replace("hash 2.0.0 (registry+https://example.org)", "hash");
        assert_eq!(mark(&one, "xtask"), mark(LOCK, "xtask"));
    }
}
