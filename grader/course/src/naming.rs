//! Which steps a person means: by number, by name, or by the path of anything in the folder of a step, as a report
//! prints it.

use std::env;
use std::path::{Component, Path, PathBuf};

use super::{Asked, Course, FaultyStep, Step};
use crate::{Error, Result};

/// Steps that were asked for, in the course's order.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Selection<'a> {
    /// Those that can be graded.
    pub steps: Vec<&'a Step>,
    /// Those that cannot.
    pub faulty: Vec<&'a FaultyStep>,
    /// Whether they are the whole course, or steps that were named.
    pub asked: Asked,
}

/// The step that a name stands for.
#[derive(Debug, Clone, Copy)]
enum Meant<'a> {
    Sound(&'a Step),
    Faulty(&'a FaultyStep),
}

impl Course {
    /// The steps that these names mean; all of them if there is no name.
    ///
    /// # Errors
    /// If a step is unknown or named twice.
    pub fn selection(&self, names: &[String]) -> Result<Selection<'_>> {
        let mut chosen: Vec<Meant<'_>> = Vec::new();
        for name in names {
            let meant = self.meant(name)?;
            if chosen.iter().any(|other| other.number() == meant.number()) {
                return Err(Error::StepTwice(meant.name().to_owned()));
            }
            chosen.push(meant);
        }
        if names.is_empty() {
            chosen.extend(self.all());
        }
        chosen.sort_by_key(Meant::number);
        let asked = if names.is_empty() { Asked::Course } else { Asked::Steps };
        let mut selection = Selection { steps: Vec::new(), faulty: Vec::new(), asked };
        for meant in chosen {
            match meant {
                Meant::Sound(step) => selection.steps.push(step),
                Meant::Faulty(step) => selection.faulty.push(step),
            }
        }
        Ok(selection)
    }

    /// The steps that these names mean; all that can be graded if there is no name.
    ///
    /// # Errors
    /// If a step is unknown, named twice, or cannot be graded.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Step>> {
        let Selection { steps, faulty, .. } = self.selection(names)?;
        match faulty.first() {
            Some(step) if !names.is_empty() => Err(step.fault.clone().into()),
            _ => Ok(steps),
        }
    }

    /// The step that a name means.
    ///
    /// # Errors
    /// If there is none, or it cannot be graded.
    pub fn step(&self, name: &str) -> Result<&Step> {
        match self.meant(name)? {
            Meant::Sound(step) => Ok(step),
            Meant::Faulty(step) => Err(step.fault.clone().into()),
        }
    }

    fn meant(&self, typed: &str) -> Result<Meant<'_>> {
        let path = typed.replace('\\', "/");
        let path = without_place(&path);
        let all = self.all();
        let named = all.iter().find(|step| step.is_called(path.trim_end_matches('/')));
        let named = named.or_else(|| with_folder_in(&from_here(&self.root, path)?, &all));
        let named = named.or_else(|| with_folder_in(Path::new(path), &all));
        named.copied().ok_or_else(|| Error::UnknownStep {
            name: typed.to_owned(),
            suggestion: nearest(path, all.iter().map(Meant::name)),
            known: self.labels(),
        })
    }

    /// All steps by number and name, as a part of a sentence.
    pub fn labels(&self) -> String {
        self.all().iter().map(Meant::label).collect::<Vec<_>>().join(", ")
    }

    /// All steps, by number.
    fn all(&self) -> Vec<Meant<'_>> {
        let mut all: Vec<Meant<'_>> = self.steps.iter().map(Meant::Sound).collect();
        all.extend(self.faulty.iter().map(Meant::Faulty));
        all.sort_by_key(Meant::number);
        all
    }
}

impl<'a> Selection<'a> {
    /// These steps, each of which must pass.
    pub fn of_steps(steps: Vec<&'a Step>) -> Self {
        Self { steps, faulty: Vec::new(), asked: Asked::Steps }
    }
}

impl<'a> Meant<'a> {
    fn number(&self) -> u32 {
        match self {
            Meant::Sound(step) => step.number,
            Meant::Faulty(step) => step.number,
        }
    }

    fn name(&self) -> &'a str {
        match self {
            Meant::Sound(step) => &step.name,
            Meant::Faulty(step) => &step.name,
        }
    }

    fn folder_name(&self) -> String {
        let folder = match self {
            Meant::Sound(step) => &step.folder,
            Meant::Faulty(step) => &step.folder,
        };
        folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn label(&self) -> String {
        format!("{} {}", self.number(), self.name())
    }

    /// Whether a word names it. Names are in lower case, so a name in another case can mean no other step.
    fn is_called(&self, word: &str) -> bool {
        word.eq_ignore_ascii_case(self.name()) || word.parse() == Ok(self.number())
    }
}

/// The step whose folder is part of a path.
fn with_folder_in<'a, 'b>(path: &Path, steps: &'b [Meant<'a>]) -> Option<&'b Meant<'a>> {
    let mut parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    parts.find_map(|part| steps.iter().find(|step| part.eq_ignore_ascii_case(&step.folder_name())))
}

/// A path without the line and column that a report or a compiler puts behind it.
fn without_place(path: &str) -> &str {
    let mut path = path;
    while let Some((before, number)) = path.rsplit_once(':')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        path = before;
    }
    path
}

/// A path relative to the course, if it leads into the course from the folder in which the command was called.
fn from_here(root: &Path, path: &str) -> Option<PathBuf> {
    let mut whole = PathBuf::new();
    for part in env::current_dir().ok()?.join(path).components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    whole.exists().then(|| whole.strip_prefix(root).ok().map(Path::to_owned))?
}

/// The name that is most like what was typed, if it is near enough.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = names.map(|name| (strsim::jaro_winkler(typed, name), name));
    let (likeness, name) = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (likeness > 0.75).then(|| name.to_owned())
}
