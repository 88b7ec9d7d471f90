//! The objects of a step's cases: what the compiler makes of `cases.rs` before it links. They depend on the interface of
//! the student's library and not on the bodies of its functions, so most edits only need a new library and the linker.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, PipeReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::filled;
use course::interface::interface;
use fs_err as fs;
use process::{How, Input, Order, supervise};
use serde::{Deserialize, Serialize};

use super::inputs::{Further, Inputs, content_of, hash_of};
use super::own_files;
use super::plan::Plan;
use super::run_folder::empty;
use crate::workspace::Workspace;

/// The name of their folder, in the one where a step is compiled.
pub(super) const FOLDER: &str = "objects";

/// The objects of a step's cases that fit its library.
pub(super) struct Objects<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    /// A hash of what decides them.
    key: String,
    inputs: &'a Inputs,
}

/// How they are linked.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    /// What the compiler read for them beyond the inputs.
    further: Further,
    /// A hash of each: a disk or a program may have damaged them since.
    hashes: BTreeMap<PathBuf, Option<String>>,
    /// The linker's arguments, with its own name in front.
    command: Vec<String>,
    environment: BTreeMap<String, String>,
}

impl<'a> Objects<'a> {
    /// The objects that fit a library, in the folder where its step is compiled; none if they depend on more than its
    /// interface. The inputs leave out the library.
    pub(super) fn of(
        workspace: &'a Workspace,
        folder: &Path,
        plan: &Plan,
        inputs: &'a Inputs,
        library: &Path,
    ) -> Option<Self> {
        // Elsewhere, linking is not one call of one program, or was not tried.
        if !cfg!(target_os = "linux") || plan.inlines() {
            return None;
        }
        let interface = interface(&fs::read_to_string(library).ok()?)?;
        // The linker is looked for on the path.
        let path = env::var_os("PATH");
        let key = hash_of(format!("{} {plan:?} {path:?} {interface}", inputs.in_short()).as_bytes());
        let folder = folder.join(FOLDER);
        own_files::create_folder(&workspace.scratch(), &folder).ok()?;
        Some(Self { workspace, folder, key, inputs })
    }

    /// The plan with which the compiler leaves them where they are kept.
    pub(super) fn left_by(&self, plan: &Plan) -> Plan {
        plan.keeping_objects(&self.folder, &self.list())
    }

    /// Links them with the library of a plan, which has been compiled; returns the program. None if none are kept that
    /// fit, or the linker refuses them: then there is room for what the compiler leaves.
    pub(super) fn link(&self, plan: &Plan) -> Option<PathBuf> {
        let is_linked = self.kept().is_some_and(|kept| self.call(&kept));
        if !is_linked {
            empty(&self.folder, &[]);
        }
        is_linked.then(|| plan.program())
    }

    fn kept(&self) -> Option<Kept> {
        let kept: Kept = serde_json::from_slice(&own_files::kept(&self.record())?).ok()?;
        let holds = kept.key == self.key
            && kept.further.holds()
            && kept.hashes.iter().all(|(object, hash)| content_of(object) == *hash);
        holds.then_some(kept)
    }

    /// Calls the linker; returns whether it made a program.
    fn call(&self, kept: &Kept) -> bool {
        let Some((program, arguments)) = kept.command.split_first() else { return false };
        let mut command = Command::new(program);
        command.args(arguments).envs(&kept.environment).env("TMPDIR", &self.folder);
        let order = Order { bounds: Some(self.workspace.limits().compiler), input: Input::Nothing };
        let silently = |mut output: PipeReader| io::copy(&mut output, &mut io::sink());
        let hear = |_| ControlFlow::Continue(());
        let ended = supervise(&command, &order, self.workspace.interrupt(), silently, hear);
        ended.is_ok_and(|(ended, _)| ended.how == How::Exited(Some(0)))
    }

    /// Keeps those that the compiler has left. If they cannot be kept, they are compiled again.
    pub(super) fn keep(&self, plan: &Plan) {
        let Some(linker) = fs::read_to_string(self.list()).ok().and_then(|call| Linker::of(&call)) else { return };
        let Linker { command, environment } = linker;
        let further = Further::of(plan.read_for_cases(self.workspace.root()), self.inputs);
        let is_object = |word: &PathBuf| word.starts_with(&self.folder) && word.is_file() && *word != plan.program();
        let objects = command.iter().map(PathBuf::from).filter(is_object);
        let hashes = filled(objects.map(|object| (object.clone(), content_of(&object))));
        let kept = Kept { key: self.key.clone(), further, hashes, command, environment };
        if let Ok(text) = serde_json::to_vec(&kept) {
            let _ = own_files::keep(&self.workspace.scratch(), &self.record(), &text);
        }
    }

    /// Where the compiler says how it calls the linker.
    fn list(&self) -> PathBuf {
        self.folder.join("link-args")
    }

    fn record(&self) -> PathBuf {
        self.folder.join("kept.json")
    }
}

/// A call of the linker, as the compiler prints it: variables, the program and its arguments, each in quotes.
#[derive(Debug, PartialEq, Eq)]
struct Linker {
    command: Vec<String>,
    environment: BTreeMap<String, String>,
}

impl Linker {
    fn of(call: &str) -> Option<Self> {
        // The compiler escapes as Rust does, and a shell reads that in another way.
        if call.contains('\\') {
            return None;
        }
        let mut words = shell_words::split(call).ok()?;
        let is_variable = |word: &&String| {
            word.split_once('=')
                .is_some_and(|(name, _)| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
        };
        let command = words.split_off(words.iter().take_while(is_variable).count());
        let environment = words.iter().filter_map(|word| word.split_once('='));
        let environment = filled(environment.map(|(name, value)| (name.to_owned(), value.to_owned())));
        (!command.is_empty()).then_some(Self { command, environment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_the_linker_is_read_as_the_compiler_prints_it() {
        let call = "LC_ALL=\"C\" PATH=\"/a b/bin:/usr/bin\" VSLANG=\"1033\" \"cc\" \"-m64\" \"/my course/a.o\" \"-Wl,--x=1\"\n";
        let linker = Linker::of(call).unwrap();
        assert_eq!(linker.command, ["cc", "-m64", "/my course/a.o", "-Wl,--x=1"]);
        assert_eq!(linker.environment["PATH"], "/a b/bin:/usr/bin");
        assert_eq!(linker.environment.len(), 3);
        for call in ["", "PATH=\"a\"", "\"cc\" \"a\\\"b\"", "\"cc"] {
            assert_eq!(Linker::of(call), None, "{call}");
        }
    }
}
