use mimicred_benches::claims::{flat, names};
use mimicred_benches::format::Format;
use mimicred_benches::sd_cwt::SdCwt;
use mimicred_benches::sd_jwt::SdJwt;
use mimicred_claims::Selection;
use mimicred_keys::Algorithm;
fn go<F: Format>(what: &str, alg: Algorithm, count: usize) {
    let f = F::new(alg);
    let n = names(count);
    let claims = flat(F::visible(), &n);
    let start = std::time::Instant::now();
    let mut k = 0u32;
    let secs = 4;
    if what == "verify" {
        let p = f.present(&f.issue(claims), &Selection::All);
        while start.elapsed().as_secs() < secs {
            f.verify(&p);
            k += 1;
        }
    } else {
        while start.elapsed().as_secs() < secs {
            std::hint::black_box(f.issue(claims.clone()));
            k += 1;
        }
    }
    println!("{what} {count} {:.1} us", start.elapsed().as_secs_f64() * 1e6 / k as f64);
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let alg = if a[3] == "p256" { Algorithm::P256 } else { Algorithm::Ed25519 };
    let n = a[4].parse().unwrap();
    if a[1] == "sd-jwt" { go::<SdJwt>(&a[2], alg, n) } else { go::<SdCwt>(&a[2], alg, n) }
}
