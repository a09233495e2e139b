//! Proofs that one secret was used: of Schnorr for one base, of Chaum and Pedersen for two, made non-interactive by Fiat and Shamir.
//!
//! A prover knows s with Q = s·B for each base B and its image Q. She commits to w·B for a fresh w, takes as challenge c the hash of
//! everything that the statement and the commitments are made of, and answers z = w + c·s. A verifier computes z·B - c·Q for each and
//! looks whether the same challenge comes out.

use mimicred_keys::Random;
use mimicred_keys::group::{POINT_LEN, Point, SCALAR_LEN, Scalar};
use zeroize::Zeroizing;

use crate::Error;
use crate::octets::Reader;

/// What is proven: a name of its own for each kind, which separates the challenges, and what it is said about.
pub(crate) struct Statement<'a> {
    /// The domain of the challenge and, with a suffix, of the nonce.
    pub(crate) domain: &'a str,
    /// Everything but points: whom and what this is about.
    pub(crate) context: &'a [&'a [u8]],
    /// Each base with its image.
    pub(crate) pairs: &'a [(&'a Point, &'a Point)],
}

/// Challenge and response.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    pub(crate) const LEN: usize = 2 * SCALAR_LEN;

    /// Proves the statement, which must be true of the secret.
    pub(crate) fn new(statement: &Statement<'_>, secret: &Scalar, random: &mut dyn Random) -> Result<Self, Error> {
        // A nonce that comes twice, for two challenges, gives the secret away: it depends on the secret and the statement as well, so
        // that a random source that repeats itself does no harm.
        let mut fresh = Zeroizing::new([0; 32]);
        random.fill(&mut *fresh)?;
        let secret_octets = secret.to_octets();
        let points = statement.points();
        let mut parts: Vec<&[u8]> = vec![&*fresh, &*secret_octets];
        parts.extend(statement.context);
        parts.extend(points.iter().map(|point| &point[..]));
        let nonce = Scalar::hash(&format!("{} nonce", statement.domain), &parts)?;

        let generator = Point::generator();
        let multiple = |base: &Point| if *base == generator { Point::base(&nonce) } else { base.mul(&nonce) };
        let commitments: Result<Vec<Point>, _> = statement.pairs.iter().map(|(base, _)| multiple(base)).collect();
        let challenge = statement.challenge(points, &commitments?)?;
        let response = nonce.add(&challenge.mul(secret));
        Ok(Self { challenge, response })
    }

    pub(crate) fn holds(&self, statement: &Statement<'_>) -> bool {
        let minus = self.challenge.negate();
        let commitment = |(base, image): &(&Point, &Point)| Point::combine(&[(&self.response, *base), (&minus, *image)]);
        // The identity is never what an honest prover committed to.
        let commitments: Result<Vec<Point>, _> = statement.pairs.iter().map(commitment).collect();
        let challenge = commitments.and_then(|commitments| statement.challenge(statement.points(), &commitments));
        challenge.is_ok_and(|challenge| challenge == self.challenge)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { challenge: reader.scalar()?, response: reader.scalar()? })
    }

    pub(crate) fn write_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&*self.challenge.to_octets());
        out.extend_from_slice(&*self.response.to_octets());
    }
}

impl Statement<'_> {
    fn points(&self) -> Vec<[u8; POINT_LEN]> {
        self.pairs.iter().flat_map(|(base, image)| [base.to_octets(), image.to_octets()]).collect()
    }

    /// The hash of all there is; how many parts there are is fixed by the domain, and each stands behind its length.
    fn challenge(&self, mut points: Vec<[u8; POINT_LEN]>, commitments: &[Point]) -> Result<Scalar, mimicred_keys::Error> {
        points.extend(commitments.iter().map(Point::to_octets));
        let parts: Vec<&[u8]> = self.context.iter().copied().chain(points.iter().map(|point| &point[..])).collect();
        Scalar::hash(self.domain, &parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mimicred_keys::SystemRandom;

    struct Stuck;

    impl Random for Stuck {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
            out.fill(7);
            Ok(())
        }
    }

    fn points() -> (Scalar, Point, Point, Point, Point) {
        let secret = Scalar::random(&mut SystemRandom).unwrap();
        let base = Point::generator();
        let other = Point::base(&Scalar::random(&mut SystemRandom).unwrap()).unwrap();
        (secret.clone(), base.clone(), base.mul(&secret).unwrap(), other.clone(), other.mul(&secret).unwrap())
    }

    #[test]
    fn what_is_true_is_proven() {
        let (secret, g, y, e, d) = points();
        for pairs in [&[(&g, &y)][..], &[(&g, &y), (&e, &d)]] {
            let statement = Statement { domain: "test", context: &[b"a", b"b"], pairs };
            let proof = Proof::new(&statement, &secret, &mut SystemRandom).unwrap();
            assert!(proof.holds(&statement));
        }
    }

    /// Whatever of the statement is another, the proof does not hold: the transcript is complete.
    #[test]
    fn everything_in_the_statement_counts() {
        let (secret, g, y, e, d) = points();
        fn of<'a>(pairs: &'a [(&'a Point, &'a Point)]) -> Statement<'a> {
            Statement { domain: "test", context: &[b"a", b"b"], pairs }
        }
        let pairs = [(&g, &y), (&e, &d)];
        let proof = Proof::new(&of(&pairs), &secret, &mut SystemRandom).unwrap();
        assert!(proof.holds(&of(&pairs)));
        let two = Scalar::from_u64(2);
        let twice = |point: &Point| point.mul(&two).unwrap();
        let (g2, y2, e2, d2) = (twice(&g), twice(&y), twice(&e), twice(&d));
        let others: [&[(&Point, &Point)]; 9] = [
            &[(&g2, &y), (&e, &d)],
            &[(&g, &y2), (&e, &d)],
            &[(&g, &y), (&e2, &d)],
            &[(&g, &y), (&e, &d2)],
            // True statements, all of them, and not the one that was proven.
            &[(&g2, &y2), (&e, &d)],
            &[(&g, &y), (&e2, &d2)],
            &[(&e, &d), (&g, &y)],
            &[(&g, &y)],
            &[],
        ];
        for pairs in others {
            assert!(!proof.holds(&of(pairs)));
        }
        for (domain, context) in [
            ("tests", &[&b"a"[..], b"b"][..]),
            ("test", &[b"a", b"c"]),
            ("test", &[b"ab"]),
            ("test", &[b"ab", b""]),
            ("test", &[]),
        ] {
            assert!(!proof.holds(&Statement { domain, context, pairs: &pairs }));
        }
    }

    #[test]
    fn what_is_false_is_not_proven() {
        let (secret, g, y, e, d) = points();
        let stranger = Scalar::random(&mut SystemRandom).unwrap();
        // A partial decryption with another secret than that of the share.
        let wrong = e.mul(&stranger).unwrap();
        let statement = Statement { domain: "test", context: &[], pairs: &[(&g, &y), (&e, &wrong)] };
        for secret in [&secret, &stranger] {
            assert!(!Proof::new(&statement, secret, &mut SystemRandom).unwrap().holds(&statement));
        }
        let right = Statement { domain: "test", context: &[], pairs: &[(&g, &y), (&e, &d)] };
        assert!(!Proof::new(&right, &stranger, &mut SystemRandom).unwrap().holds(&right));
        let zeros = Proof { challenge: Scalar::from_u64(0), response: Scalar::from_u64(0) };
        assert!(!zeros.holds(&right));
    }

    /// With one nonce for two challenges, the secret would be the difference of the answers by that of the challenges.
    #[test]
    fn a_source_that_repeats_itself_gives_nothing_away() {
        let (secret, g, y, ..) = points();
        let prove = |context: &[&[u8]]| {
            Proof::new(&Statement { domain: "test", context, pairs: &[(&g, &y)] }, &secret, &mut Stuck).unwrap()
        };
        let (one, two) = (prove(&[b"one"]), prove(&[b"two"]));
        let difference = one.challenge.sub(&two.challenge).invert().unwrap();
        assert!(one.response.sub(&two.response).mul(&difference) != secret);
    }
}
