//! Every file in `cmd/` is one behaviour, and its name is the sentence. Beside it, `.in` is where the commands run (the fixtures),
//! and `.out` says that they run in a copy, because they write.

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/cmd/*.md").case("tests/cmd/*.toml");
}
