"""Writes one case of everything in crates/escrow, from its documentation alone and without its code: the curve is computed here, the
rest is hashlib and cryptography (PyPI). crates/escrow/tests/another_implementation.rs reads what this printed:

    python3 scripts/interop/escrow.py > crates/escrow/tests/another_implementation.txt

The numbers are fixed ones and no secrets.
"""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def mul(k, p):
    total = None
    for bit in bin(k % N)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, p)
    return total


def i32(number):
    return number.to_bytes(32, "big")


def sec1(point):
    return b"\x04" + i32(point[0]) + i32(point[1])


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def digest(label, *parts):
    return sha256(label.encode(), b"\0", *parts)


def scalar_hash(domain, *parts):
    """RFC 9380 5.2 and 5.3.1: one field element, L = 48, each part behind its length."""
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    dst = domain.encode() + bytes([len(domain)])
    first = sha256(bytes(64), message, (48).to_bytes(2, "big"), b"\0", dst)
    block, out = bytes(32), b""
    for counter in (1, 2):
        block = sha256(bytes(a ^ b for a, b in zip(first, block)), bytes([counter]), dst)
        out += block
    return int.from_bytes(out[:48], "big") % N


def proof(domain, secret, nonce, context, pairs):
    points = [sec1(point) for pair in pairs for point in pair]
    commitments = [sec1(mul(nonce, base)) for base, _ in pairs]
    challenge = scalar_hash(domain, *context, *points, *commitments)
    return i32(challenge) + i32((nonce + challenge * secret) % N)


def extract(salt, data):
    return hmac.new(salt or bytes(32), data, "sha256").digest()


def expand(key, info, length):
    block, out, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([counter]), "sha256").digest()
        out, counter = out + block, counter + 1
    return out[:length]


def hpke_seal(dh_x, enc, public, info, aad, plaintext):
    """RFC 9180 4.1 and 5.1, base mode, from the Diffie-Hellman value on."""

    def labelled_extract(suite, salt, label, data):
        return extract(salt, b"HPKE-v1" + suite + label + data)

    def labelled_expand(suite, key, label, info, length):
        return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)

    kem, suite = b"KEM\0\x10", b"HPKE\0\x10\0\x01\0\x02"
    shared = labelled_expand(kem, labelled_extract(kem, b"", b"eae_prk", dh_x), b"shared_secret", enc + public, 32)
    context = b"\0" + labelled_extract(suite, b"", b"psk_id_hash", b"") + labelled_extract(suite, b"", b"info_hash", info)
    secret = labelled_extract(suite, shared, b"secret", b"")
    key = labelled_expand(suite, secret, b"key", context, 32)
    nonce = labelled_expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def seeded(name):
    """A number below the order that looks like any other."""
    return int.from_bytes(hashlib.sha512(b"escrow.py " + name.encode()).digest(), "big") % N


def show(name, octets):
    print(name, octets.hex())


# Custody: 3 of 5.
coefficients = [seeded(f"coefficient {n}") for n in range(3)]
public = mul(coefficients[0], G)
shares = [sum(c * i**n for n, c in enumerate(coefficients)) % N for i in range(1, 6)]
seeds = [i32(seeded(f"seed {i}")) for i in range(1, 6)]
signers = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
keys = [signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for signer in signers]
custody = b"mimicred custody\x01\x03\x05" + sec1(public)
custody += b"".join(sec1(mul(share, G)) + key for share, key in zip(shares, keys))
custody_digest = digest("mimicred escrow custody 1", custody)
show("custody", custody)
for i, (share, seed) in enumerate(zip(shares, seeds), 1):
    show(f"share-{i}", b"mimicred share\x01" + bytes([i]) + custody_digest + i32(share) + seed)


# A record.
def record_of(name, mode, handle, content):
    aad = mode.encode() + b"\0" + handle
    ephemeral = seeded(name + " ephemeral")
    encapsulated = mul(ephemeral, G)
    info = b"mimicred escrow record 1\0" + custody_digest
    padded = (bytes([len(content)]) + content).ljust(128, b"\0")
    dh_x = i32(mul(ephemeral, public)[0])
    record = b"\x01" + sec1(encapsulated) + hpke_seal(dh_x, sec1(encapsulated), sec1(public), info, aad, padded)
    context = [custody_digest, aad, record]
    pairs = [(G, encapsulated)]
    record += proof("mimicred escrow record proof 1", ephemeral, seeded(name + " nonce"), context, pairs)
    return record, encapsulated, digest("mimicred escrow record digest 1", aad, record)


handle = bytes(range(32))
record, encapsulated, record_digest = record_of("record", "sealed", handle, b"an account of old")
show("record", record)

# The log: two entries, the second of which names the record, signed by custodians 5, 1 and 3.
start = digest("mimicred escrow log start 1", custody_digest)


def entry_of(index, previous, at, record, purpose, case):
    octets = b"\x01" + index.to_bytes(8, "big") + previous + at.to_bytes(8, "big") + record
    octets += bytes([purpose, len(case)]) + case
    return octets, digest("mimicred escrow log head 1", octets)


first, first_head = entry_of(0, start, 1_800_000_000, bytes(32), 5, b"")
second, second_head = entry_of(1, first_head, 1_800_003_600, record_digest, 1, b"2027-3")


def countersign(i, index, head):
    header = json.dumps({"alg": "EdDSA", "typ": "escrow-head+jws"}, separators=(",", ":"))
    payload = {"custody": b64(custody_digest), "custodian": i, "entry": index, "head": b64(head)}
    payload = json.dumps(payload, separators=(",", ":"))
    text = b64(header.encode()) + "." + b64(payload.encode())
    return text + "." + b64(signers[i - 1].sign(text.encode()))


log = f"{b64(first)}\n" + " ".join([b64(second)] + [countersign(i, 1, second_head) for i in (5, 1, 3)]) + "\n"
show("log", log.encode())
show("memory", b"mimicred memory\x01" + (2).to_bytes(8, "big") + second_head)

# The parts of custodians 2, 4 and 5.
for i in (2, 4, 5):
    share, point = shares[i - 1], mul(shares[i - 1], encapsulated)
    context = [custody_digest, bytes([i]), record_digest]
    pairs = [(G, mul(share, G)), (encapsulated, point)]
    octets = b"\x01" + bytes([i]) + record_digest + sec1(point)
    octets += proof("mimicred escrow partial decryption 1", share, seeded(f"partial nonce {i}"), context, pairs)
    show(f"partial-{i}", octets)

# Rows of threshold mode, for t = 4.
secret, account, t = i32(seeded("issuer")), b"sixteen octets! ", 4


def prf(label, number, length):
    return expand(secret, label.encode() + bytes([0, t, number]) + account, length)


tag = prf("mimicred escrow tag 1", 0, 16)
checksum = digest("mimicred escrow account 1", bytes([t]), tag, account)[:15]
polynomial = [int.from_bytes(account + checksum, "big")]
polynomial += [int.from_bytes(prf("mimicred escrow coefficient 1", n, 48), "big") % N for n in range(1, t)]
show("issuer", secret)
for i in range(1, 6):
    x = scalar_hash("mimicred escrow pseudonym 1", f"key {i}".encode())
    y = sum(c * pow(x, n, N) for n, c in enumerate(polynomial)) % N
    show(f"row-{i}", tag + i32(x) + i32(y))
