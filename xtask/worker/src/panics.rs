//! Panics of our own. Nothing may print while the screen is ours, so the message of a panic is kept, and the code that
//! catches the panic shows it.

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
