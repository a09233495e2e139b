//! `mimicred link`: what another implementation reads in the codes, where the secret goes and where it does not.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/link.txt")
}

fn link() -> String {
    fs::read_to_string(fixture()).unwrap().trim().to_owned()
}

fn mimicred(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.args(arguments).envs(environment.iter().copied()).current_dir(directory).stdin(fs::File::open(fixture()).unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What is read in half blocks; `is_dark` says what a half that is drawn stands for.
fn read(blocks: &str, drawn_is_dark: bool) -> String {
    let lines: Vec<Vec<char>> = blocks.lines().map(|line| line.chars().collect()).collect();
    let side = lines[0].len() - 8;
    let grid = rqrr::SimpleGrid::from_func(side, |column, row| {
        let c = lines[(row + 4) / 2][column + 4];
        (c == '█' || c == if row.is_multiple_of(2) { '▀' } else { '▄' }) == drawn_is_dark
    });
    rqrr::Grid::new(grid).decode().unwrap().1
}

#[test]
fn a_code_on_the_terminal_is_the_link() {
    let directory = tempfile::tempdir().unwrap();
    let printed = |arguments: &[&str], environment: &[(&str, &str)]| {
        let output = mimicred(directory.path(), &[&["link", "qr"], arguments].concat(), environment);
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // Into a pipe: no colours, and nothing else is said.
    let (plain, said) = printed(&[], &[]);
    assert_eq!((read(&plain, true), said.as_str()), (link(), ""));
    assert_eq!(printed(&[], &[("NO_COLOR", "1")]).0, plain);
    let (inverted, _) = printed(&["--invert"], &[("CLICOLOR_FORCE", "1")]);
    assert_eq!(read(&inverted, false), link());
    // Black on white by number, whatever the terminal's colours are.
    let (coloured, _) = printed(&[], &[("CLICOLOR_FORCE", "1")]);
    let lines =
        coloured.lines().map(|line| line.strip_prefix("\u{1b}[38;5;16;48;5;231m").unwrap().strip_suffix("\u{1b}[0m").unwrap());
    assert_eq!(lines.map(|line| format!("{line}\n")).collect::<String>(), plain);
    // A terminal that is too narrow would show nothing that can be read.
    assert!(printed(&[], &[("COLUMNS", "64")]).1.starts_with("the terminal has 64 columns and the code needs 65"));
    assert_eq!(printed(&[], &[("COLUMNS", "65")]).1, "");
}

/// A picture is the link, so it is for its owner only; the form is what the name of the file says.
#[test]
fn pictures_are_files_of_their_owner() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for (name, start) in [("code.svg", &b"<svg xmlns"[..]), ("code.PNG", b"\x89PNG\r\n\x1a\n")] {
        let output = mimicred(directory, &["link", "qr", "-o", name], &[]);
        assert!(output.stdout.is_empty() && output.stderr.is_empty());
        assert!(fs::read(directory.join(name)).unwrap().starts_with(start));
    }
    mimicred(directory, &["link", "qr", "-o", "code.txt", "--format", "terminal"], &[]);
    assert_eq!(read(&fs::read_to_string(directory.join("code.txt")).unwrap(), true), link());
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/issuer.pub.jwk");
    let room = ["--room", "mimi://hub.example/r/clubhouse", "--group-id", "0101", "--no-policy", "--expires", "1h"];
    mimicred(directory, &[&["link", "make", "--inviter", key.to_str().unwrap(), "-o", "link"], &room[..]].concat(), &[]);
    assert!(fs::read_to_string(directory.join("link")).unwrap().starts_with("mimi://hub.example/r/clubhouse#jl1."));
    #[cfg(unix)]
    for entry in fs::read_dir(directory).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn json_has_the_picture_or_the_file() {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Drawn {
        format: String,
        squares: usize,
        file: Option<String>,
        picture: Option<String>,
        picture_base64url: Option<String>,
    }
    let directory = tempfile::tempdir().unwrap();
    let drawn = |arguments: &[&str]| -> Drawn {
        let output = mimicred(directory.path(), &[&["link", "qr", "--json"], arguments].concat(), &[]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let Drawn { format, squares, file: None, picture: Some(picture), picture_base64url: None } = drawn(&[]) else { panic!() };
    assert_eq!((format.as_str(), squares, read(&picture, true)), ("terminal", 57, link()));
    let Drawn { picture: Some(svg), .. } = drawn(&["--format", "svg"]) else { panic!() };
    assert!(svg.starts_with("<svg"));
    let Drawn { picture: None, picture_base64url: Some(png), .. } = drawn(&["--format", "png"]) else { panic!() };
    assert!(png.starts_with("iVBORw0KGgo"));
    let Drawn { file: Some(file), picture: None, picture_base64url: None, .. } = drawn(&["-o", "code.png"]) else { panic!() };
    assert_eq!(file, "code.png");
}

/// Neither what is shown nor an error repeats a link.
#[test]
fn nothing_repeats_a_link() {
    let link = link();
    let payload = link.split_once("#jl1.").unwrap().1;
    let cut = &link[..link.len() - 3];
    let longer = format!("{link}AAAA");
    for arguments in [
        ["link", "show", &link].as_slice(),
        &["link", "show", &link, "--json"],
        &["link", "show", cut],
        &["link", "show", &longer, "--json"],
        &["link", "qr", cut],
        &["inspect", fixture().to_str().unwrap(), "--json"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        let output = command.args(arguments).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!said.is_empty() && !said.contains(&payload[..16]) && !said.contains(&"09".repeat(16)), "{said}");
    }
}
