"""sd-jwt (PyPI) behind the lines of JSON that crates/peers/examples/sd_jwt_lines.rs describes."""

import json
import logging
import sys

import sd_jwt.holder
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier


def key(jwk):
    return JWK.from_json(json.dumps(jwk))


def public(jwk):
    return JWK.from_json(key(jwk).export_public())


def marked(value, paths, here=()):
    """The claims with the library's own marks where a path points."""
    mark = lambda step, item: SDObj(item) if [*here, step] in paths else item
    if isinstance(value, dict):
        return {mark(name, name): marked(item, paths, (*here, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [mark(n, marked(item, paths, (*here, n))) for n, item in enumerate(value)]
    return value


def form(request):
    """The library's own name of a serialization: it has one JSON form."""
    return "compact" if request["serialization"] == "compact" else "json"


def issue(request):
    if request["serialization"] == "general":
        return {"error": "pypi/flattened-only"}
    holder = request.get("holder_key")
    issuer = SDJWTIssuer(
        marked(request["claims"], request["redact"]),
        key(request["issuer_keys"][0]),
        public(holder) if holder else None,
        add_decoy_claims=request["decoys"] > 0,
        serialization_format=form(request),
    )
    return {"token": issuer.sd_jwt_issuance}


def choice(claims, paths, here=()):
    """What the holder discloses, in the library's own form: the claims' shape, with true where a path points."""
    if isinstance(claims, dict):
        below = {name: choice(item, paths, (*here, name)) for name, item in claims.items()}
        below = {name: item for name, item in below.items() if item}
    elif isinstance(claims, list):
        below = [choice(item, paths, (*here, n)) for n, item in enumerate(claims)]
        below = below if any(below) else []
    else:
        below = None
    return below or (True if list(here) in paths else None)


def present(request):
    # The library asks the clock itself.
    sd_jwt.holder.time = lambda: request["now"]
    binding, holder_key = request.get("binding"), request.get("holder_key")
    holder = SDJWTHolder(request["token"], serialization_format=form(request))
    bound = (binding["nonce"], binding["audience"], key(holder_key)) if binding else ()
    disclosed = choice(request["claims"], request["disclose"])
    holder.create_presentation(disclosed or {}, *bound)
    return {"token": holder.sd_jwt_presentation}


def verify(request):
    def issuer_key(issuer, _header):
        if issuer != request["issuer"]:
            raise ValueError("another issuer")
        return public(request["issuer_keys"][0])

    binding = request.get("binding")
    bound = (binding["audience"], binding["nonce"]) if binding else ()
    serialization = {"serialization_format": form(request)}
    return {"claims": SDJWTVerifier(request["token"], issuer_key, *bound, **serialization).get_verified_payload()}


logging.disable()
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"issue": issue, "present": present, "verify": verify}[request["do"]](request)
    except Exception as error:  # What it raises is what the table shows.
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
