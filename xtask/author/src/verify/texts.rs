//! The texts of a step alone: they name the same functions, cases and experiments, and nothing is left to write.

use std::collections::BTreeMap;
use std::path::Path;

use grader::answers::snapshot;
use grader::course::{Course, Experiment, Source, line_of, read};
use grader::{Result, path_with_line};

use super::{Findings, Note, to_do};
use crate::readme;
use crate::recording::{self, Sources};

impl Findings<'_> {
    /// Lists what is still to be written, also on the map, which is no text of the step.
    pub(super) fn check_to_do(&mut self, course: &Course) {
        self.to_do.extend(to_do::of_step(course, self.step).iter().map(Note::from));
    }

    /// Checks the texts alone.
    pub(super) fn check_texts(&mut self, course: &Course) -> Result<()> {
        let step = self.step;
        let Some(mut sources) = self.keep(Sources::load(course, step))? else { return Ok(()) };
        let all_fit = sources.misfits.is_empty();
        for misfit in sources.misfits.drain(..).chain(sources.misfit_forms.drain(..)) {
            self.keep::<()>(Err(misfit))?;
        }
        let toml_path = step.toml();

        for function in &step.functions {
            let name = &function.name;
            let line = Some(function.line);
            if sources.solution.body(name).is_none() {
                let solution = sources.solution.path.display();
                self.fault(
                    &toml_path,
                    line,
                    format!("`{name}` has no body between `// todo!(…)` and `// done` in {solution}"),
                );
            }
            if !step.cases.iter().any(|case| case.function == *name) {
                self.fault(&toml_path, line, format!("`{name}` has no case"));
            }
            if function.hints.iter().any(|hint| hint.trim().is_empty()) {
                self.fault(&toml_path, line, format!("`{name}` has an empty hint"));
            }
            if all_fit && sources.mistakes.iter().all(|mistake| mistake.function != *name) {
                let message =
                    format!("`{name}` has no known mistake in {}/mistakes.toml yet", step.solution().display());
                self.to_do.push(Note { place: path_with_line(&toml_path, line), message });
            }
        }
        for body in &sources.solution.bodies {
            if !step.functions.iter().any(|function| function.name == body.function) {
                let message =
                    format!("`{}` is to be written, but exercise.toml has no [[function]] for it", body.function);
                self.fault(&sources.solution.path, Some(body.line), message);
            }
        }
        self.check_kept(course, &sources)?;
        self.check_case_names(course, &toml_path)?;
        self.check_readme(course, &sources)?;
        self.sources = Some(sources);
        Ok(())
    }

    /// Checks that the student's file is the stub.
    pub(super) fn check_stub_text(&mut self, course: &Course) -> Result<()> {
        let Some(sources) = self.sources.take() else { return Ok(()) };
        let path = self.step.source();
        let wanted = sources.solution.stub();
        if let Some(stub) = self.keep(read(&course.root, &path))?
            && let Some((at, expected)) = first_difference(&stub, &wanted)
        {
            let message = format!(
                "the stub does not match the solution: {expected} expected here; rewrite it: \
                 `cargo xtask bless --stub {}`",
                self.step.name
            );
            self.fault(&path, Some(at), message);
        }
        self.sources = Some(sources);
        Ok(())
    }

    /// Checks what a recording has kept of the solution, the manifest and the mistakes beside the answers. What is
    /// not there is found where the answers are checked.
    fn check_kept(&mut self, course: &Course, sources: &Sources<'_>) -> Result<()> {
        let (root, remedy) = (&course.root, format!("record it: `cargo xtask bless {}`", self.step.name));
        for (path, text) in self.keep(recording::kept_files(course, sources))?.into_iter().flatten() {
            if !root.join(&path).is_file() {
                self.fault(&path, None, format!("the file is missing; {remedy}"));
            } else if let Some(kept) = self.keep(read(root, &path))?
                && let Some((at, expected)) = first_difference(&kept, &text)
            {
                self.fault(&path, Some(at), format!("the file is out of date: {expected} expected here; {remedy}"));
            }
        }
        for (path, header) in recording::headers(sources) {
            if root.join(&path).is_file()
                && self.keep(snapshot::header(root, &path))?.is_some_and(|recorded| recorded != header)
            {
                self.fault(&path, Some(1), format!("the snapshot has an old header; {remedy}"));
            }
        }
        Ok(())
    }

    /// Checks that `cases.rs` runs the cases that `exercise.toml` grades.
    fn check_case_names(&mut self, course: &Course, toml_path: &Path) -> Result<()> {
        let path = self.step.folder.join("cases.rs");
        let Some(text) = self.keep(read(&course.root, &path))? else { return Ok(()) };
        let run = cases_in(&text);
        for (name, line) in &run {
            if self.step.case(name).is_none() {
                let message = format!("case `{name}` is run here, but {} does not name it", toml_path.display());
                self.fault(&path, Some(*line), message);
            }
        }
        let step = self.step;
        let listed = parts_in(&text, "experiment");
        for (name, line) in &listed {
            if step.experiment(name).is_none() {
                let message = format!("experiment `{name}` is run here, but {} does not name it", toml_path.display());
                self.fault(&path, Some(*line), message);
            }
        }
        for Experiment { name, line, .. } in &step.experiments {
            if !listed.contains_key(name.as_str()) {
                self.fault(toml_path, Some(*line), format!("experiment `{name}` is not in {}", path.display()));
                self.can_run = false;
            }
        }
        for case in &self.step.cases {
            let name = &case.name;
            if !run.contains_key(name.as_str()) {
                self.fault(toml_path, Some(case.line), format!("case `{name}` is not in {}", path.display()));
                self.can_run = false;
            }
        }
        Ok(())
    }

    /// Checks that the README names the functions of `exercise.toml`, and lists no others to write.
    fn check_readme(&mut self, course: &Course, sources: &Sources<'_>) -> Result<()> {
        let path = self.step.readme();
        let Some(text) = self.keep(read(&course.root, &path))? else { return Ok(()) };
        for function in &self.step.functions {
            let name = &function.name;
            if !text.contains(&format!("`{name}`")) && !text.contains(&format!("`{name}(")) {
                self.fault(&path, None, format!("the README does not name `{name}`"));
            }
        }
        let solution = Source::new(&sources.solution.text);
        for (at, line) in text.lines().enumerate() {
            let item = line.trim_start().trim_start_matches(|letter: char| letter.is_ascii_digit());
            let item = ["- `", "* `", ". `"].iter().find_map(|bullet| item.strip_prefix(bullet));
            let Some((name, _)) = item.and_then(|item| item.split_once('(')) else { continue };
            let word = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_:".contains(letter));
            if word && solution.declaration(name).is_none() {
                self.fault(&path, Some(at + 1), format!("the README lists `{name}`, which the step does not have"));
            }
        }
        if readme::tables_in(&text) == 0 {
            self.fault(&path, None, "the README quotes no table of the solution (a block ```text case=NAME)");
        }
        Ok(())
    }
}

/// The first line, from 1, where a text differs from the one that is wanted, and what is wanted there.
fn first_difference(text: &str, wanted: &str) -> Option<(usize, String)> {
    let [text, wanted] = [text, wanted].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let at = text.iter().zip(&wanted).take_while(|(line, wanted)| line == wanted).count();
    let expected = match (text.get(at), wanted.get(at)) {
        (None, None) => return None,
        (Some(_), None) => "the end of the file is".to_owned(),
        (Some(line), Some(wanted)) if line.trim_end() == wanted.trim_end() => "another end of the line is".to_owned(),
        (_, Some(wanted)) => format!("`{}` is", wanted.trim()),
    };
    Some((at + 1, expected))
}

/// The cases that a `cases.rs` runs, and the line of each.
pub(super) fn cases_in(text: &str) -> BTreeMap<&str, usize> {
    parts_in(text, "case")
}

/// The parts of this kind that a `cases.rs` lists, and the line of each.
fn parts_in<'a>(text: &'a str, kind: &str) -> BTreeMap<&'a str, usize> {
    let calls = text.match_indices(kind).filter_map(|(at, call)| {
        let name = text[at + call.len()..].strip_prefix('(')?.trim_start().strip_prefix('"')?;
        Some((name.split('"').next()?, line_of(text, &(at..at))))
    });
    calls.collect()
}
