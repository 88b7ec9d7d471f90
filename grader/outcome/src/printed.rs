//! What a program printed.

use serde::{Deserialize, Serialize};

/// What a program printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Its beginning, up to a limit.
    pub text: String,
    /// Its end, if not all of it is kept.
    pub end: String,
    /// How many bytes there were in all.
    pub bytes: u64,
}
