//! What a grade is doing and how far it is: told by the stations, shown by whoever has a place for it.

/// What happens at a moment of a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Cargo builds.
    Building {
        /// How many units are done; what was built before counts.
        done: usize,
        /// How many there are.
        of: usize,
        /// Those at work, as cargo lists them: `serde, toml`.
        units: &'a str,
    },
    /// Cargo waits until another cargo has done.
    Waiting,
    /// Cases run.
    Running {
        /// How many have ended.
        done: usize,
        /// How many there are.
        of: usize,
        /// The step of the one that ended last, by its folder's name; of the first one while none has.
        step: &'a str,
    },
}

/// Whom the stations tell of it, from any of their threads.
pub type Listener<'a> = dyn Fn(Progress<'_>) + Sync + 'a;
