//! The smallest PNG (ISO/IEC 15948) that holds a QR code: one bit to a pixel, no filter, one compressed chunk.

use super::squares::Squares;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
/// Pixels to a side of a square.
const SCALE: usize = 8;
/// What zlib takes by itself.
const LEVEL: u8 = 6;

/// The picture, of eight pixels to a square, so that a row of squares is a row of octets.
pub(super) fn of(squares: &Squares) -> Vec<u8> {
    let side = squares.columns();
    let pixels = u32::try_from(side * SCALE).unwrap_or(u32::MAX).to_be_bytes();
    let mut rows = Vec::with_capacity(side * SCALE * (side + 1));
    for row in 0..side {
        for _ in 0..SCALE {
            // Filter 0: as it is. A light pixel is 1.
            rows.push(0);
            rows.extend((0..side).map(|column| if squares.is_dark(column, row) { 0x00 } else { 0xff }));
        }
    }
    // Bit depth 1, greyscale, and the only methods there are.
    let header = [&pixels[..], &pixels, &[1, 0, 0, 0, 0]].concat();
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(&rows, LEVEL));
    chunk(&mut png, b"IEND", b"");
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc(kind.iter().chain(data)).to_be_bytes());
}

/// The CRC of ISO 3309.
fn crc<'o>(octets: impl Iterator<Item = &'o u8>) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !octets.fold(u32::MAX, |crc, octet| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::super::squares::tests::{read, text};
    use super::*;

    /// The check value of the catalogues, and the end of every PNG.
    #[test]
    fn the_crc_is_the_one_of_png() {
        assert_eq!(crc(b"123456789".iter()), 0xcbf4_3926);
        assert_eq!(crc(b"IEND".iter()), 0xae42_6082);
    }

    /// Chunks, rows and pixels are taken apart again.
    #[test]
    fn the_picture_is_read_again() {
        let squares = Squares::of(&text()).unwrap();
        let png = of(&squares);
        let mut rest = png.strip_prefix(&SIGNATURE).unwrap();
        let mut chunks = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
            let (kind, data) = (&after[..4], &after[4..4 + length]);
            assert_eq!(after[4 + length..8 + length], crc(kind.iter().chain(data)).to_be_bytes());
            chunks.push((kind, data));
            rest = &after[8 + length..];
        }
        let [(b"IHDR", header), (b"IDAT", data), (b"IEND", [])] = chunks.as_slice() else { panic!("{chunks:?}") };
        assert_eq!(header, b"\x00\x00\x02\x08\x00\x00\x02\x08\x01\x00\x00\x00\x00");
        let rows = miniz_oxide::inflate::decompress_to_vec_zlib(data).unwrap();
        assert_eq!(rows.len(), 520 * 66);
        let is_dark = |column: usize, row: usize| {
            // The middle of the square, and every filter octet is 0.
            let row = &rows[(8 * row + 4) * 66..][..66];
            assert_eq!(row[0], 0);
            row[1 + column] & 0x10 == 0
        };
        assert_eq!(read(57, is_dark), text());
    }
}
