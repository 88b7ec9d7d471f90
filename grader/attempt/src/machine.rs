//! Whether the machine is to blame for a failure of the compiler, and no code: a disk without room, a limit that the user
//! has set, a missing linker. This is asked before a failure is believed.

use std::io::{self, Write};
use std::path::Path;

use process::{Inherited, Limit, inherited};

use super::CompilerError;
use super::compile::remedied;
use crate::workspace::Workspace;

/// What was going on when the compiler failed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure<'a> {
    /// It said this.
    Errors(&'a [CompilerError]),
    /// It met a limit.
    Limit(Limit),
    /// It crashed, with these last words.
    Crash(&'a str),
}

/// What is wrong with the machine, and what to do, if it explains why the compiler failed. The compiler wrote into this
/// folder.
pub(crate) fn fault(failure: Failure<'_>, folder: &Path, workspace: &Workspace) -> Option<String> {
    let limits = || inherited(&workspace.limits().compiler);
    let said = match failure {
        Failure::Limit(met) => return limits().iter().find(|limit| limit.on == met).map(limited),
        Failure::Errors(errors) => match errors.iter().find(|error| is_of_the_machine(error, workspace)) {
            Some(error) => Some(remedied(error.rendered.trim_end())),
            None if errors.iter().any(|error| error.place.is_some()) => return None,
            None => None,
        },
        Failure::Crash(words) => is_of_the_system(words).then(|| words.to_owned()),
    };
    let is_tight = |limit: &&Inherited| limit.on == Limit::Memory || limit.most < PROGRAM as u64;
    limits().iter().find(is_tight).map(limited).or_else(|| no_room(folder)).or(said)
}

/// How many bytes a program is sure to fit into, with all that is written on the way to it.
const PROGRAM: usize = 32 << 20;

fn limited(limit: &Inherited) -> String {
    let (what, unit) = match limit.on {
        Limit::Cpu => ("the CPU time of a program", format!("{} s", limit.most)),
        Limit::File => ("the size of a file", format!("{} KiB", limit.most >> 10)),
        _ => ("the memory of a program", format!("{} MiB", limit.most >> 20)),
    };
    let option = limit.option;
    format!(
        "{what} is limited to {unit} (`ulimit {option}`), which is too little for the compiler; grade in a terminal without \
         that limit"
    )
}

/// What is wrong with a folder, if no program fits into it.
fn no_room(folder: &Path) -> Option<String> {
    let path = folder.join(format!("room-{}", std::process::id()));
    let write = || {
        let mut file = std::fs::File::create(&path)?;
        let zeros = vec![0; 1 << 20];
        (0..PROGRAM / zeros.len()).try_for_each(|_| file.write_all(&zeros))
    };
    let written = write();
    let _ = std::fs::remove_file(&path);
    let error = written.err()?;
    let folder = folder.display();
    Some(match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!(
            "the disk is full: no program fits into {folder}; make room for some 100 MB, or set CARGO_TARGET_DIR to a folder \
             on another disk"
        ),
        _ => format!("the compiler cannot write into {folder}: {error}"),
    })
}

/// Whether the machine causes an error, and no code.
fn is_of_the_machine(error: &CompilerError, workspace: &Workspace) -> bool {
    // No code knows where the grader has its files.
    if error.message.contains(&*workspace.scratch().to_string_lossy()) {
        return true;
    }
    // The linker itself was ended from outside, or by a full disk.
    const ENDED: [&str; 3] = ["failed: signal: ", "terminated with signal ", NO_SPACE];
    let linker_ended =
        error.message.starts_with("linking with `") && ENDED.iter().any(|ended| error.rendered.contains(ended));
    const FAULTS: [&str; 4] =
        ["` not found", "could not exec the linker", "can't find crate for `std`", "can't find crate for `core`"];
    let of_the_linker = error.message.starts_with("linker `") || !error.message.starts_with("linker");
    let is_fault = of_the_linker && FAULTS.iter().any(|fault| error.message.contains(fault));
    error.place.is_none() && (linker_ended || is_fault || is_of_the_system(&error.message))
}

/// Whether words hold an error of the system's, as Rust writes them.
fn is_of_the_system(words: &str) -> bool {
    ["(os error ", NO_SPACE].iter().any(|sign| words.contains(sign))
}

/// What the system says when a disk is full.
const NO_SPACE: &str = "No space left on device";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    fn workspace() -> Workspace {
        Workspace::new(Path::new("."), |_| "/course/target".into()).unwrap()
    }

    fn error(message: &str, notes: &str, place: Option<&str>) -> CompilerError {
        let place = place.map(|file| Place { file: file.to_owned(), line: 3 });
        CompilerError { message: message.to_owned(), rendered: format!("error: {message}\n{notes}\n"), place }
    }

    #[test]
    fn the_machines_errors_are_told_from_those_of_code() {
        let workspace = workspace();
        let linking = "linking with `cc` failed: exit status: 1";
        for (message, notes) in [
            ("output file /course/target/grader/builds/01-loss/a.o is not writeable -- check its permissions", ""),
            ("error writing dependencies to `/course/target/grader/builds/a.d`: No such file (os error 2)", ""),
            ("failed to create file encoder: No such file or directory (os error 2)", ""),
            (linking, "ld: final link failed: No space left on device"),
            ("linking with `cc` failed: signal: 7 (SIGBUS)", "linking with `cc` failed: signal: 7 (SIGBUS)"),
            ("linker `cc` not found", ""),
        ] {
            assert!(is_of_the_machine(&error(message, notes, None), &workspace), "{message} {notes}");
        }
        let lost = "extern location for loss does not exist: /course/target/grader/run-1/libloss.rlib";
        assert!(is_of_the_machine(&error(lost, "", Some("exercises/01-loss/cases.rs")), &workspace));
        let source = Some("exercises/01-loss/src/lib.rs");
        for (message, place) in [
            (linking, None),
            ("could not find native static library `mine`, perhaps an -L flag is missing?", None),
            ("couldn't read `src/missing.rs`: No such file or directory (os error 2)", source),
            ("cannot find value `weight` in this scope", source),
        ] {
            assert!(!is_of_the_machine(&error(message, "", place), &workspace), "{message}");
        }
    }

    #[test]
    fn a_folder_has_room_or_the_reason_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(no_room(folder.path()), None);
        let gone = folder.path().join("gone");
        assert!(no_room(&gone).unwrap().contains("cannot write into"), "{:?}", no_room(&gone));
    }
}
