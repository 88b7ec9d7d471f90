//! Panics of our own code. Nothing may print while a full screen is shown, so the message of a panic is kept for the
//! code that catches it.

use std::panic;
use std::sync::{Mutex, PoisonError};

static MESSAGE: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the messages of panics from now on, instead of printing them.
pub fn keep() {
    panic::set_hook(Box::new(|info| {
        *MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
    }));
}

/// The message of the last panic.
pub fn take() -> String {
    let message = MESSAGE.lock().unwrap_or_else(PoisonError::into_inner).take();
    message.unwrap_or_else(|| "a panic without a message".to_owned())
}
