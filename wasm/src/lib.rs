//! One function for whoever embeds the module: the text of a question, as `mimicred vectors check --exec` puts it to a program, to the
//! text of the answer.
//!
//! Texts go through the module's memory. [`question`] makes room and says where; then [`answer`] reads what was written there and says
//! how long the answer is; [`text`] says where that stands, until the next call. There are no imports: no clock, no randomness, no files.

use std::sync::Mutex;

/// The question on the way in, the answer on the way out.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Makes room for a question of so many octets of UTF-8, and says where.
#[allow(unsafe_code, reason = "the name is exported")]
#[unsafe(no_mangle)]
pub extern "C" fn question(length: usize) -> *mut u8 {
    with(|text| {
        text.clear();
        text.resize(length, 0);
        text.as_mut_ptr()
    })
}

/// Answers the question that was written. The result is the length of the answer; below zero, that of a sentence about a question that
/// is none.
#[allow(unsafe_code, reason = "the name is exported")]
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> i32 {
    with(|text| {
        let question = std::mem::take(text);
        let answered = match std::str::from_utf8(&question) {
            Ok(question) => mimicred_vectors::answer_text(question).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let (answer, sign) = match answered {
            Ok(answer) => (answer, 1),
            Err(sentence) => (sentence, -1),
        };
        *text = answer.into_bytes();
        i32::try_from(text.len()).map_or(i32::MIN, |length| sign * length)
    })
}

/// Where the answer stands.
#[allow(unsafe_code, reason = "the name is exported")]
#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    with(|text| text.as_ptr())
}

fn with<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    // A panic ends the module, so that nothing is left in disorder.
    work(&mut TEXT.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}
