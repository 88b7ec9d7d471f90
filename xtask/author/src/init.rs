//! `cargo xtask init`: a course without steps, in a folder of its own. It has the grader, the commands and the guide
//! of this one, and nothing of its steps and data.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fs_err as fs;
use grader::course::{list, read};
use grader::{Error, Result, Workspace, path_with_line};
use toml_edit::{Array, DocumentMut, Item, TomlError};
use walkdir::{DirEntry, WalkDir};
use xtask::cli::InitArgs;
use xtask::shell;

use crate::files::{is_kind, normal};
use crate::new_folder::{Files, NewFolder};
use crate::pages::links;

/// Makes a course without steps.
///
/// # Errors
/// If the folder cannot take it, or a file cannot be read or written; nothing is left then.
pub fn init(workspace: &Workspace, args: &InitArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let root = workspace.root();
    let place = NewFolder::named(&args.folder, root)?;
    let draft = place.draft(&files_of(root, args)?, workspace.interrupt())?;
    fs::create_dir_all(draft.course().join("solutions"))?;
    grader::check_interrupt(workspace.interrupt())?;
    draft.finish()?;
    tell(&args.folder)?;
    Ok(ExitCode::SUCCESS)
}

/// What is made for the new course.
const MADE: [(&str, &str); 7] = [
    ("README.md", include_str!("../templates/course/README.md.in")),
    ("exercises/README.md", include_str!("../templates/course/map.md.in")),
    ("exercises/course.toml", include_str!("../templates/course/course.toml.in")),
    ("datasets/Cargo.toml", include_str!("../templates/course/datasets.toml.in")),
    ("datasets/src/lib.rs", include_str!("../templates/course/datasets.rs.in")),
    ("xtask/author/handout/README.md", include_str!("../templates/course/handout/README.md.in")),
    (
        "xtask/author/handout/.devcontainer/devcontainer.json",
        include_str!("../templates/course/handout/devcontainer.json.in"),
    ),
];

/// What is taken as it is, if it is there.
const TAKEN: [&str; 13] = [
    ".cargo",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "Cargo.lock",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "datasets/.cargo",
    "exercises/.cargo",
    "grader",
    "rustfmt.toml",
    "solutions/.cargo",
    "xtask",
];

fn files_of(root: &Path, args: &InitArgs) -> Result<Files> {
    let mut files = Files::new();
    for taken in TAKEN.iter().map(|taken| root.join(taken)).filter(|taken| taken.exists()) {
        for entry in WalkDir::new(taken).sort_by_file_name().into_iter().filter_entry(is_taken) {
            let entry = entry.map_err(io::Error::from)?;
            if entry.file_type().is_file()
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                files.insert(path.to_owned(), fs::read(entry.path())?);
            }
        }
    }
    let title = args.title.as_deref().unwrap_or("A new course");
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    for (path, template) in MADE {
        let path = PathBuf::from(path);
        let title = if is_kind(&path, "md") { in_markdown(&title) } else { in_quotes(&title) };
        files.insert(path, template.replace("{{title}}", &title).into_bytes());
    }
    let manifest = manifest_without_steps(&read(root, &list::manifest())?)?;
    files.insert(list::manifest(), manifest.into_bytes());
    let guide = Path::new("exercises").join("CONTRIBUTING.md");
    let text = without_dead_links(&read(root, &guide)?, |link| {
        let path = guide.with_file_name("").join(link);
        files.keys().any(|known| known.starts_with(normal(&path)))
    });
    files.insert(guide, text.into_bytes());
    Ok(files)
}

/// Not what was built, and not the tests: they are of this course.
fn is_taken(entry: &DirEntry) -> bool {
    let is_of_tests = || {
        let crates = entry.path().parent().is_some_and(|folder| folder.join("Cargo.toml").is_file());
        entry.file_name() == "tests" && entry.file_type().is_dir() && crates
    };
    entry.file_name() != "target" && entry.file_name() != ".git" && !is_of_tests()
}

/// A text as it stands in Markdown, where nothing in it is mark-up.
fn in_markdown(text: &str) -> String {
    let escaped = |letter: char| if "\\`*_[]<>".contains(letter) { format!("\\{letter}") } else { letter.to_string() };
    text.chars().map(escaped).collect()
}

/// A text as it stands between the quotes of JSON or TOML.
fn in_quotes(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The workspace's manifest with an empty list of steps, and with the data alone to be tested by a plain `cargo test`.
///
/// # Errors
/// If it is malformed.
fn manifest_without_steps(text: &str) -> Result<String> {
    let malformed = |error: TomlError| Error::in_file(&list::manifest(), error.message().to_owned());
    let mut manifest: DocumentMut = text.parse().map_err(malformed)?;
    let workspace = &mut manifest["workspace"];
    if let Some(members) = workspace.get_mut("members").and_then(Item::as_array_mut) {
        // A comment before the steps belongs to the list.
        let head = members.get(0).and_then(|first| first.decor().prefix().cloned());
        members.retain(|member| !member.as_str().is_some_and(list::is_of_step));
        if let (Some(first), Some(head)) = (members.get_mut(0), head) {
            first.decor_mut().set_prefix(head);
        }
    }
    if let Some(tested) = workspace.get_mut("default-members").and_then(Item::as_array_mut) {
        *tested = Array::from_iter(["datasets"]);
    }
    Ok(manifest.to_string())
}

/// A page without the paragraphs that lead to what is not there.
fn without_dead_links(text: &str, is_there: impl Fn(&str) -> bool) -> String {
    let leads_nowhere = |paragraph: &&str| {
        links(paragraph).iter().any(|link| {
            let file = link.target.split('#').next().unwrap_or_default();
            !file.is_empty() && !file.contains("://") && !file.starts_with("pictures/") && !is_there(file)
        })
    };
    let paragraphs = text.split("\n\n").filter(|paragraph| !leads_nowhere(paragraph));
    let page = paragraphs.collect::<Vec<_>>().join("\n\n");
    if page.ends_with('\n') { page } else { page + "\n" }
}

fn tell(folder: &Path) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Made a course without steps in {}.\n\nNext:", path_with_line(folder, None))?;
    writeln!(out, "  cd {}", shell::path(folder))?;
    writeln!(out, "  git init")?;
    writeln!(out, "  cargo xtask new NAME            # the first step")?;
    writeln!(out, "\nIts guide is {}.", Path::new("exercises").join("CONTRIBUTING.md").display())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_loses_its_steps_alone() {
        let without = |members: &str, tested: &str| {
            let text = format!("[workspace]\nmembers = [{members}]\n# Those.\ndefault-members = [{tested}]\n");
            manifest_without_steps(&text).unwrap()
        };
        let expected =
            |members: &str| format!("[workspace]\nmembers = [{members}]\n# Those.\ndefault-members = [\"datasets\"]\n");
        assert_eq!(
            without("\n    # The list.\n    \"[es]*s/01-a\",\n    \"[es]*s/02-b\",\n    \"x\",\n", "\"x\", \"y\""),
            expected("\n    # The list.\n    \"x\",\n")
        );
        assert_eq!(without("\"*s/01-a\", \"x\"", "\n    \"x\",\n    \"y\",\n"), expected("\"x\""));
        assert_eq!(without("\"x\", \"exercises/01-a\", \"solutions/01-a\"", ""), expected("\"x\""));
    }

    #[test]
    fn a_title_may_have_any_letter() {
        let title = r#"The "C" \ `course` [new]"#;
        assert_eq!(in_markdown(title), r#"The "C" \\ \`course\` \[new\]"#);
        let text = format!("title = \"{}\"\n", in_quotes(title));
        assert_eq!(text.parse::<DocumentMut>().unwrap()["title"].as_str(), Some(title));
    }

    #[test]
    fn a_page_loses_the_paragraphs_that_lead_nowhere() {
        let page = "# Head\n\nSee [this](here.md#part) and [that](https://example.org).\n\nSee\n[the lists](../gone).\n\nEnd.\n";
        let expected = "# Head\n\nSee [this](here.md#part) and [that](https://example.org).\n\nEnd.\n";
        assert_eq!(without_dead_links(page, |link| link == "here.md"), expected);
    }
}
