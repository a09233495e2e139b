//! `mimicred link qr`: a link as a QR code.

mod png;
mod squares;

use clap::ValueEnum;
use serde::Serialize;

use self::squares::{Drawn, Squares};
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::out::page::stdout_columns;
use crate::out::{Out, carried};

const AFTER_HELP: &str = "\
A link is a secret: whoever has it can join the room, and whoever photographs the code has it. What stands on a command line can be \
seen by others on the machine, and stays in the history of the shell; so better give the link in a FILE, or on standard input. A \
picture of it is readable by its owner only.

On a terminal the code is black on white whatever the terminal's own colours are. Without colours (NO_COLOR, or into a pipe) it is drawn \
in the terminal's: on a dark background give --invert, because some readers do not see a code whose dark squares are bright.";

/// The link, and the form of its picture.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// A join link, or the file that holds one.
    #[arg(value_name = "LINK|FILE", default_value = "-")]
    link: Source,
    /// The form of the picture; if not given, what the name of the file ends with, and without a file terminal.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// On the terminal, without colours: draw what is to be light, for a terminal with a dark background.
    #[arg(long)]
    invert: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text of half blocks.
    Terminal,
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics, eight pixels to a square.
    Png,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Told {
    /// Terminal, svg or png.
    format: &'static str,
    /// How many squares a side has, without the margin.
    squares: usize,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The picture, if it is text and no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    /// The picture in base64url, if it is octets and no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_base64url: Option<String>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let format = format(args)?;
    if args.invert && format != Format::Terminal {
        return Err(Failure::note(Code::Usage, "--invert is for the terminal").hint("leave it out: a picture is black on white"));
    }
    let link = super::read(&Inputs::default(), &args.link)?;
    let squares = Squares::of(&link.to_text()?)?;
    let drawn = if args.invert { Drawn::Light } else { Drawn::Dark };
    let title = format!("join link to {}", link.room_uri);
    let file = args.output.file().map(|file| file.display().to_string());
    if format == Format::Terminal && file.is_none() && !out.is_json() {
        out.text(&if args.invert { squares.blocks(drawn) } else { squares.black_on_white() })?;
        if let Some(columns) = stdout_columns().filter(|columns| *columns < squares.columns()) {
            let needed = squares.columns();
            out.warning(&format!("the terminal has {columns} columns and the code needs {needed}: write it with -o FILE.png"));
        }
        return Ok(Done::Accepted);
    }
    let (name, octets, form) = match format {
        Format::Terminal => ("terminal", squares.blocks(drawn).into_bytes(), ArtefactForm::SecretText),
        Format::Svg => ("svg", squares.svg(&title).into_bytes(), ArtefactForm::SecretText),
        Format::Png => ("png", png::of(&squares), ArtefactForm::SecretBinary),
    };
    args.output.write(&Artefact { octets: &octets, form }, out)?;
    if out.is_json() {
        let (picture, picture_base64url) = carried(file.is_none(), &octets, form);
        out.result(&Told { format: name, squares: squares.side(), file, picture, picture_base64url }, |_| String::new())?;
    }
    Ok(Done::Accepted)
}

/// What was asked for, in words or by the name of the file.
fn format(args: &Args) -> Result<Format, Failure> {
    let Some(file) = args.output.file() else { return Ok(args.format.unwrap_or(Format::Terminal)) };
    let ends = |ending: &str| file.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    match args.format {
        Some(format) => Ok(format),
        None if ends("svg") => Ok(Format::Svg),
        None if ends("png") => Ok(Format::Png),
        None => Err(Failure::note(Code::OptionMissing, "--format, for a file whose name ends with neither .svg nor .png")),
    }
}
