//! Half, single and double precision, converted by their bits so that nothing is rounded.

/// Mantissa bits of a double.
const DOUBLE_MANTISSA: u32 = 52;
const DOUBLE_BIAS: i64 = 1023;
const DOUBLE_MAX_EXPONENT: u64 = 0x7ff;

/// The value of a half-precision number.
pub(crate) fn from_half(bits: u16) -> f64 {
    let exponent = i32::from((bits >> 10) & 0x1f);
    let mantissa = bits & 0x3ff;
    let magnitude = match exponent {
        0 => f64::from(mantissa) * 2f64.powi(-24),
        31 if mantissa == 0 => f64::INFINITY,
        31 => f64::NAN,
        _ => f64::from(0x400 | mantissa) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

/// The half-precision bits of a number that half precision holds exactly.
pub(crate) fn to_half(value: f64) -> Option<u16> {
    narrow(value, 5, 10).and_then(|bits| u16::try_from(bits).ok())
}

/// The single-precision bits of a number that single precision holds exactly.
pub(crate) fn to_single(value: f64) -> Option<u32> {
    narrow(value, 8, 23).and_then(|bits| u32::try_from(bits).ok())
}

/// The bits of `value` in a narrower format of `exponent_bits` and `mantissa_bits`, if no bit is lost.
fn narrow(value: f64, exponent_bits: u32, mantissa_bits: u32) -> Option<u64> {
    let bits = value.to_bits();
    let sign = (bits >> 63) << (exponent_bits + mantissa_bits);
    let biased = (bits >> DOUBLE_MANTISSA) & DOUBLE_MAX_EXPONENT;
    let mantissa = bits & ((1 << DOUBLE_MANTISSA) - 1);
    if biased == 0 {
        // Doubles below their normal range are below every narrower format's range.
        return (mantissa == 0).then_some(sign);
    }
    let all_ones = (1 << exponent_bits) - 1;
    if biased == DOUBLE_MAX_EXPONENT {
        return (mantissa == 0).then_some(sign | (all_ones << mantissa_bits));
    }
    let bias = (1_i64 << (exponent_bits - 1)) - 1;
    let exponent = i64::try_from(biased).ok()? - DOUBLE_BIAS;
    if exponent > bias {
        return None;
    }
    let dropped = DOUBLE_MANTISSA - mantissa_bits;
    if exponent > -bias {
        let kept = shift_exactly(mantissa, dropped)?;
        return Some(sign | (u64::try_from(exponent + bias).ok()? << mantissa_bits) | kept);
    }
    // Below the normal range the leading one becomes explicit and moves right.
    let right = u32::try_from(1 - bias - exponent).ok()?;
    shift_exactly((1 << DOUBLE_MANTISSA) | mantissa, dropped + right).filter(|kept| *kept != 0).map(|kept| sign | kept)
}

/// `value >> by`, if only zeros fall out.
fn shift_exactly(value: u64, by: u32) -> Option<u64> {
    let shifted = value.checked_shr(by)?;
    (shifted.checked_shl(by)? == value).then_some(shifted)
}
