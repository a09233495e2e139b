"""One case of test-vectors/ on standard input, one answer on standard output: an example for implementers, on PyPI's packages only.

    mimicred vectors check test-vectors/sd-jwt/verify.json --exec "python3 scripts/interop/vectors.py"

SD-JWT is answered by the package sd-jwt, as it is. For SD-CWT there is no package: the KBT is taken apart with cbor2, both signatures are
verified with cryptography, and the disclosures are put back as draft-ietf-spice-sd-cwt says; what it checks besides is written below, and
everything else is "unsupported".
"""

import base64
import hashlib
import json
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

REDACTED_KEYS = cbor2.CBORSimpleValue(59)
REDACTED_ELEMENT = 60
HASHES = {None: "sha256", -16: "sha256", -43: "sha384", -44: "sha512"}
CURVES = {"P-256": (ec.SECP256R1(), hashes.SHA256()), "P-384": (ec.SECP384R1(), hashes.SHA384()), "P-521": (ec.SECP521R1(), hashes.SHA512())}


class Unsupported(Exception):
    """The case is about something that is not done here."""


def octets(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sd_jwt_verify(case):
    """The package knows one serialization at a time, one key, and neither dates nor types."""
    beyond = {"audience_of_token", "type", "vct", "known_keys", "required_claims", "status", "leeway", "certified_issuers"}
    if beyond & case.keys():
        raise Unsupported
    [trusted] = case["issuers"]

    def key(issuer, _header):
        if issuer not in (None, trusted["issuer"]):
            raise ValueError("another issuer")
        return JWK.from_json(json.dumps(trusted["key"]))

    text = case["presentation"]
    form = "json" if text.lstrip().startswith("{") else "compact"
    bound = (case["audience"], case["nonce"]) if case["key_binding"] == "required" else ()
    return {"claims": SDJWTVerifier(text, key, *bound, serialization_format=form).get_verified_payload()}


def public_key(jwk):
    if jwk["kty"] == "OKP":
        return ed25519.Ed25519PublicKey.from_public_bytes(octets(jwk["x"]))
    x, y = (int.from_bytes(octets(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, CURVES[jwk["crv"]][0]).public_key()


def cose_public_key(key):
    if key[1] == 1:
        return ed25519.Ed25519PublicKey.from_public_bytes(key[-2])
    curve = {1: "P-256", 2: "P-384", 3: "P-521"}[key[-1]]
    if isinstance(key[-3], bool):
        raise Unsupported
    x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
    return ec.EllipticCurvePublicNumbers(x, y, CURVES[curve][0]).public_key()


def verify(key, signature, message):
    """A signature as JOSE and COSE write it."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.verify(signature, message)
    half = len(signature) // 2
    if half != (key.curve.key_size + 7) // 8 or len(signature) % 2:
        raise InvalidSignature
    der = utils.encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
    digest = next(digest for curve, digest in CURVES.values() if curve.name == key.curve.name)
    return key.verify(der, message, ec.ECDSA(digest))


def sign1(item):
    if item.tag != 18:
        raise Unsupported
    protected, unprotected, payload, signature = item.value
    return protected, unprotected, payload, signature, cbor2.dumps(["Signature1", protected, b"", payload])


def restore(value, disclosures):
    """The value with what is disclosed in its place; each disclosure is used once."""
    if isinstance(value, dict):
        claims = {key: restore(inner, disclosures) for key, inner in value.items() if key != REDACTED_KEYS}
        for digest in value.get(REDACTED_KEYS, []):
            found = disclosures.pop(digest, None)
            if found is not None and len(found) == 3:
                _salt, inner, key = found
                if key in claims:
                    raise ValueError("a claim is there twice")
                claims[key] = restore(inner, disclosures)
        return claims
    if isinstance(value, list):
        elements = []
        for element in value:
            if isinstance(element, cbor2.CBORTag) and element.tag == REDACTED_ELEMENT:
                found = disclosures.pop(element.value, None)
                # A decoy has nothing but its salt.
                if found is not None and len(found) > 1:
                    elements.append(restore(found[1], disclosures))
            else:
                elements.append(restore(element, disclosures))
        return elements
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, restore(value.value, disclosures))
    return value


def sd_cwt_verify(case):
    """Both signatures, audience and nonce of the KBT, and the disclosures."""
    beyond = {"certified_issuers", "audience_rule", "nonce_rule", "audience_of_token", "type", "vct", "vct_rule", "known_keys"}
    beyond |= {"disclosure_keys", "required_claims", "claims_answer", "replay_answer", "status", "max_disclosures", "leeway"}
    if beyond & case.keys():
        raise Unsupported
    protected, _, payload, signature, message = sign1(cbor2.loads(bytes.fromhex(case["presentation"])))
    bound = cbor2.loads(payload)
    token_protected, unprotected, claims, token_signature, token_message = sign1(cbor2.loads(protected)[13])
    claims = cbor2.loads(claims)
    if 15 in cbor2.loads(token_protected):
        raise Unsupported
    [trusted] = case["issuers"]
    if claims.get(1, trusted["issuer"]) != trusted["issuer"]:
        raise ValueError("another issuer")
    verify(public_key(trusted["key"]), token_signature, token_message)
    verify(cose_public_key(claims[8][1]), signature, message)
    if bound.get(3) not in (case["audience"], [case["audience"]]) or ("nonce" in case and bound.get(39) != bytes.fromhex(case["nonce"])):
        raise ValueError("for somebody else, or of another transaction")
    algorithm = HASHES[cbor2.loads(token_protected).get(170)]
    received = {hashlib.new(algorithm, cbor2.dumps(text)).digest(): cbor2.loads(text) for text in unprotected.get(17, [])}
    restored = restore(claims, received)
    if received:
        raise ValueError("a disclosure matches no digest")
    return {"claims_cbor": cbor2.dumps(restored, canonical=True).hex()}


OPERATIONS = {"sd-jwt/verify": sd_jwt_verify, "sd-cwt/verify": sd_cwt_verify}


def answer(question):
    operation = OPERATIONS.get(question["operation"])
    if operation is None:
        return {"result": "unsupported"}
    try:
        return {"result": "valid", "output": operation(question["input"])}
    except Unsupported:
        return {"result": "unsupported"}
    except Exception as error:  # Whatever a package raises is its way to refuse.
        return {"result": "invalid", "why": f"{type(error).__name__}: {error}"}


print(json.dumps(answer(json.load(sys.stdin))))
