//! DEFLATE (RFC 1951) in ZLIB framing (RFC 1950), in both directions, the way back bounded.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress as inflate, inflate_flags};

use crate::{Code, Error};

/// The highest there is, as the draft recommends.
const LEVEL: u8 = 10;
/// Room made for the result of the smallest input.
const MIN_ROOM: usize = 1024;
/// The way back in one piece, framing and checksum checked.
const FLAGS: u32 = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;

pub(super) fn compress(octets: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(octets, LEVEL)
}

/// The room grows with what is really there, from twice the input on and up to `max`: what an input announces costs nothing.
pub(super) fn decompress(compressed: &[u8], max: usize) -> Result<Vec<u8>, Error> {
    let mut inflator = Box::<DecompressorOxide>::default();
    let mut octets = vec![0; compressed.len().saturating_mul(2).max(MIN_ROOM).min(max)];
    let (mut rest, mut written) = (compressed, 0);
    loop {
        let (status, taken, put) = inflate(&mut inflator, rest, &mut octets, written, FLAGS);
        rest = rest.get(taken..).unwrap_or_default();
        written += put;
        match status {
            TINFLStatus::Done if rest.is_empty() => {
                octets.truncate(written);
                return Ok(octets);
            }
            TINFLStatus::Done => return Err(Error::new(Code::Compression).note("something follows the ZLIB stream")),
            TINFLStatus::HasMoreOutput if octets.len() < max => {
                octets.resize(octets.len().saturating_mul(2).min(max), 0);
            }
            TINFLStatus::HasMoreOutput => {
                return Err(Error::new(Code::Limit).note(format!("more than {max} octets when decompressed")));
            }
            TINFLStatus::Adler32Mismatch => return Err(Error::new(Code::Compression).note("the checksum is wrong")),
            _ => return Err(Error::new(Code::Compression)),
        }
    }
}
