"""Judges what the mimicred binary makes with a Python stack that shares no code with it: sd-jwt, cbor2, cryptography (PyPI).

Run by scripts/evidence; needs a built binary (MIMICRED, else target/release/mimicred). Every check raises; silence is no success,
so each prints a line.
"""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

ROOM = "mimi://hub.example/r/clubhouse"
NONCE = "8720987091c3de2987d40883deab675c8bb21d87e77361ffee00be8835c7863e"
CLAIMS = {
    "iss": "https://id.a.example",
    "sub": "mimi://a.example/d/client",
    "name": "Alice Example",
    "email": "alice@a.example",
    "address": {"country": "DE", "locality": "Springfield"},
    "nationalities": ["DE", "FR"],
}
CURVES = {"p256": hashes.SHA256(), "p384": hashes.SHA384()}


def mimicred(*args):
    binary = os.environ.get("MIMICRED", "target/release/mimicred")
    return subprocess.run([binary, *map(str, args)], check=True, capture_output=True).stdout


def verify(key, signature, message):
    """A raw signature as JOSE and COSE write it."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.verify(signature, message)
    half = len(signature) // 2
    der = utils.encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
    return key.verify(der, message, ec.ECDSA(CURVES[{32: "p256", 48: "p384"}[half]]))


def check_sd_jwt(folder, issuer):
    token = folder / "token.sdjwt"
    mimicred("issue", "--format", "sd-jwt", "--issuer-key", folder / "issuer.jwk", "--holder", folder / "leaf.jwk", "--no-possession-proof",
             "--claims", folder / "claims.json", "-o", token)
    text = mimicred("present", token, "--holder-key", folder / "leaf.jwk", "--room", ROOM, "--nonce", NONCE,
                    "--disclose", "email", "address.country").decode().strip()
    key = JWK.from_json(mimicred("key", "public", folder / "issuer.jwk").decode())
    nonce = base64.urlsafe_b64encode(bytes.fromhex(NONCE)).rstrip(b"=").decode()
    payload = SDJWTVerifier(text, lambda iss, header: key, ROOM, nonce).get_verified_payload()
    assert payload["email"] == CLAIMS["email"] and payload["address"] == {"country": "DE"} and "name" not in payload, payload
    print(f"ok  SD-JWT+KB, issuer {issuer}: sd-jwt accepts it and sees email and address.country")


def sign1(item):
    assert item.tag == 18
    protected, unprotected, payload, signature = item.value
    return protected, unprotected, payload, signature, cbor2.dumps(["Signature1", protected, b"", payload])


def check_sd_cwt(folder, issuer):
    token = folder / "token.sdcwt"
    mimicred("issue", "--format", "sd-cwt", "--issuer-key", folder / "issuer.jwk", "--holder", folder / "leaf.jwk", "--no-possession-proof",
             "--claims", folder / "claims.json", "-o", token)
    octets = mimicred("present", token, "--holder-key", folder / "leaf.jwk", "--room", ROOM, "--nonce", NONCE,
                      "--disclose", "email", "-o", "-")
    public = lambda name: load_pem_public_key(mimicred("key", "convert", "--to", "pem", folder / f"{name}.pub"))
    protected, _, payload, signature, message = sign1(cbor2.loads(octets))
    verify(public("leaf"), signature, message)
    claims = cbor2.loads(payload)
    assert claims[3] == ROOM and claims[39] == bytes.fromhex(NONCE), claims
    _, unprotected, inner, signature, message = sign1(cbor2.loads(protected)[13])
    verify(public("issuer"), signature, message)
    digests = cbor2.loads(inner)[cbor2.CBORSimpleValue(59)]
    algorithm = {None: "sha256", -16: "sha256", -43: "sha384", -44: "sha512"}[cbor2.loads(sign1(cbor2.loads(protected)[13])[0]).get(170)]
    [disclosure] = unprotected[17]
    assert hashlib.new(algorithm, cbor2.dumps(disclosure)).digest() in digests
    salt, value, key = cbor2.loads(disclosure)
    assert (len(salt), value, key) == (16, CLAIMS["email"], 179)
    print(f"ok  KBT, issuer {issuer}: cbor2 and cryptography verify both signatures and find the one disclosed digest")


def check_certificates(folder, issuer):
    ca, leaf = folder / "ca.pem", folder / "pseudonym.pem"
    mimicred("issue", "--format", "x509", "--ca", "--issuer-key", folder / "issuer.jwk", "--name", "A Example CA", "-o", ca)
    mimicred("issue", "--format", "x509", "--issuer-key", folder / "issuer.jwk", "--issuer-cert", ca, "--holder", folder / "leaf.jwk", "--no-possession-proof",
             "--pseudonym", "--provider", "a.example", "-o", leaf)
    ca, leaf = (x509.load_pem_x509_certificate(path.read_bytes()) for path in (ca, leaf))
    ca.verify_directly_issued_by(ca)
    leaf.verify_directly_issued_by(ca)
    san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    uris = san.value.get_values_for_type(x509.UniformResourceIdentifier)
    assert san.critical and [uri[:19] for uri in uris] == ["mimi://a.example/p/", "mimi://a.example/d/"], uris
    assert not list(leaf.subject) and len(leaf.extensions) == 5
    print(f"ok  pseudonym certificate, issuer {issuer}: cryptography verifies it, subject empty, two URIs")


for issuer, leaf in [("ed25519", "ed25519"), ("ed25519", "p256"), ("p256", "p256"), ("p384", "p256")]:
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "claims.json").write_text(json.dumps(CLAIMS))
        for name, algorithm in [("issuer", issuer), ("leaf", leaf)]:
            mimicred("key", "generate", "--alg", algorithm, "-o", folder / f"{name}.jwk")
            mimicred("key", "public", folder / f"{name}.jwk", "-o", folder / f"{name}.pub")
        # sd-jwt 0.10 verifies every KB-JWT as ES256 and computes every sd_hash with SHA-256 (JWT-P-005), while a P-384 issuer's
        # tokens say sha-384.
        if leaf == "p256" and issuer != "p384":
            check_sd_jwt(folder, issuer)
        check_sd_cwt(folder, issuer)
        check_certificates(folder, issuer)
