//! What a grade is doing and how far it has come. `build` and `run` report it, and a report may show it.

/// What a grade is doing at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Cargo builds what the steps need, and plans how to build the steps themselves.
    Preparing {
        /// How many units are done, including those that were built before.
        done: usize,
        /// How many there are.
        total: usize,
        /// Those at work, as cargo lists them: `serde, toml`.
        units: &'a str,
    },
    /// Cargo waits for another cargo.
    Waiting,
    /// Steps are built.
    Building {
        /// How many are built.
        done: usize,
        /// How many there are.
        total: usize,
        /// The step that was built last, by its folder's name.
        step: &'a str,
    },
    /// Cases run.
    Running {
        /// How many have ended.
        done: usize,
        /// How many there are.
        total: usize,
        /// The step of the case that ended last, by its folder's name; that of the first case until one has ended.
        step: &'a str,
    },
    /// Pairs of known mistakes are tried.
    Pairing,
}

/// Receives the progress, on any thread.
pub type Listener<'a> = dyn Fn(Progress<'_>) + Sync + 'a;
