//! Every file in `cmd/` is one behaviour, and its name is the sentence. Beside it, `.in` is where the commands run (the fixtures),
//! and `.out` says that they run in a copy, because they write.
//!
//! `TRYCMD=overwrite cargo test -p mimicred --test commands` writes the outputs anew. It fills `.out` too, which must stay empty but
//! for `.keep`, and knows nothing of `[..]`: look at the difference before keeping it.

#[test]
fn commands() {
    // Whatever terminal the tests run on, lines are whole.
    trycmd::TestCases::new().env("COLUMNS", "").case("tests/cmd/*.md").case("tests/cmd/*.toml");
}
