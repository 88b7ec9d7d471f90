//! Panics of our own. Nothing may print while the screen is ours, so what a panic says is kept, and whoever catches it
//! shows it in its place.

use std::panic;
use std::sync::{Mutex, PoisonError};

static MESSAGE: Mutex<Option<String>> = Mutex::new(None);

/// From now on keeps what panics say.
pub fn keep() {
    panic::set_hook(Box::new(|info| {
        *MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
}

/// What the last panic said.
pub fn take() -> String {
    let message = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner).take();
    message.unwrap_or_else(|| "a panic without a message".to_owned())
}
