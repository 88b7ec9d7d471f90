//! What a grade is doing and how far it has come. `build` and `run` report it, and a report may show it.

/// What happens at a moment of a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Cargo builds what the steps need, and plans how to build the steps themselves.
    Preparing {
        /// How many units are done; what was built before counts.
        done: usize,
        /// How many there are.
        total: usize,
        /// Those at work, as cargo lists them: `serde, toml`.
        units: &'a str,
    },
    /// Cargo waits until another cargo has done.
    Waiting,
    /// Steps are built.
    Building {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
        /// The step that was done last, by its folder's name.
        step: &'a str,
    },
    /// Cases run.
    Running {
        /// How many have ended.
        done: usize,
        /// How many there are.
        total: usize,
        /// The step of the one that ended last, by its folder's name; of the first one while none has.
        step: &'a str,
    },
    /// Pairs of known mistakes are tried.
    Pairing,
}

/// Who is told of it, from any thread.
pub type Listener<'a> = dyn Fn(Progress<'_>) + Sync + 'a;
