//! What is to be run: the cases of a step's program, and which of them share a process.

use std::path::Path;

use harness::Trial;

use crate::choice::Choice;
use crate::habits::Sharing;

/// An exercise's program, and the cases to run in it.
#[derive(Debug)]
pub struct Job<'a> {
    /// The exercise, by its folder's name.
    pub step: String,
    /// The built `cases.rs`.
    pub program: &'a Path,
    /// Which bodies its functions take, if a stage has built it with several for each.
    pub choice: Option<&'a Choice>,
    /// The folder it runs in.
    pub folder: &'a Path,
    /// The cases, by name.
    pub cases: Vec<&'a str>,
    /// The inputs of each case.
    pub trials: &'a [Trial],
    /// Whether cases may share a process.
    pub sharing: Sharing,
}

/// Cases to run in one process.
#[derive(Debug, Clone)]
pub(super) struct Task<'a> {
    pub(super) job: usize,
    pub(super) cases: Vec<&'a str>,
    pub(super) share: Share,
}

/// How much of a case's time limit applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    Whole,
    Part,
}

impl<'a> Task<'a> {
    /// Cases that share a process get little time together: if it ends early, each runs again with its own.
    pub(super) fn together(job: usize, cases: Vec<&'a str>) -> Self {
        Self { job, cases, share: Share::Part }
    }

    pub(super) fn alone(job: usize, case: &'a str) -> Self {
        Self { job, cases: vec![case], share: Share::Whole }
    }

    pub(super) fn is_alone(&self) -> bool {
        self.cases.len() == 1
    }
}
