// @sd-jwt/core (npm) behind the lines of JSON that crates/peers/examples/sd_jwt_lines.rs describes.

import { createInterface } from "node:readline";
import { SDJwtGeneralJSONInstance, SDJwtInstance, GeneralJSON, FlattenJSON } from "@sd-jwt/core";
import { ES256, digest, generateSalt } from "@sd-jwt/crypto-nodejs";

// The library writes no typ unless it is told one; our Verifier asks for one by default (JWT-I-016, JWT-V-027).
const TYP = "example+sd-jwt";

const publicJwk = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
const privateJwk = ({ kty, crv, x, y, d }) => ({ kty, crv, x, y, d });
const config = { hasher: digest, hashAlg: "sha-256", saltGenerator: generateSalt, signAlg: ES256.alg, kbSignAlg: ES256.alg };

// The object or array that a path's last step is taken from, in a frame.
function parent(frame, path) {
  return path.slice(0, -1).reduce((inner, step) => (inner[step] ??= {}), frame);
}

function disclosureFrame({ redact, decoys }) {
  if (redact.length === 0 && decoys === 0) return undefined;
  const frame = decoys > 0 ? { _sd_decoy: decoys } : {};
  for (const path of redact) (parent(frame, path)._sd ??= []).push(path.at(-1));
  return frame;
}

function presentationFrame({ disclose }) {
  const frame = {};
  for (const path of [...disclose].sort((a, b) => a.length - b.length)) {
    let inner = frame;
    // A claim that is disclosed, and another one in it: the object stands for both.
    for (const step of path.slice(0, -1)) inner = typeof inner[step] === "object" ? inner[step] : (inner[step] = {});
    inner[path.at(-1)] ??= true;
  }
  return frame;
}

async function issue(request) {
  const claims = structuredClone(request.claims);
  if (request.holder_key) claims.cnf = { jwk: publicJwk(request.holder_key) };
  const signers = await Promise.all(request.issuer_keys.map((jwk) => ES256.getSigner(privateJwk(jwk))));
  if (request.serialization === "general") {
    const sigs = signers.map((signer, n) => ({ signer, alg: ES256.alg, kid: request.issuer_keys[n].kid, header: { typ: TYP } }));
    const token = await new SDJwtGeneralJSONInstance(config).issue(claims, disclosureFrame(request), { sigs });
    return { token: JSON.stringify(token.toJson()) };
  }
  const issuer = new SDJwtInstance({ ...config, signer: signers[0] });
  const token = await issuer.issue(claims, disclosureFrame(request), { header: { typ: TYP } });
  return { token: request.serialization === "flattened" ? JSON.stringify(issuer.toFlattenJSON(token).toJson()) : token };
}

async function present(request) {
  const { binding, now, token, serialization } = request;
  const kb = binding && { payload: { iat: now, aud: binding.audience, nonce: binding.nonce } };
  const holder = binding ? { ...config, kbSigner: await ES256.getSigner(privateJwk(request.holder_key)) } : config;
  const frame = presentationFrame(request);
  if (serialization === "compact") return { token: await new SDJwtInstance(holder).present(token, frame, { kb }) };
  const json = JSON.parse(token);
  if (serialization === "general") {
    const shown = await new SDJwtGeneralJSONInstance(holder).present(GeneralJSON.fromSerialized(json), frame, { kb });
    return { token: JSON.stringify(shown.toJson()) };
  }
  const shown = await new SDJwtInstance(holder).present(FlattenJSON.fromSerialized(json).toEncoded(), frame, { kb });
  return { token: JSON.stringify(FlattenJSON.fromEncode(shown).toJson()) };
}

async function verify({ token, serialization, issuer, issuer_keys, binding, now }) {
  const keys = {
    ...config,
    verifier: await ES256.getVerifier(publicJwk(issuer_keys[0])),
    kbVerifier: async (data, signature, payload) => (await ES256.getVerifier(publicJwk(payload.cnf.jwk)))(data, signature),
  };
  const options = { currentDate: now, keyBindingNonce: binding?.nonce };
  const read = {
    compact: () => new SDJwtInstance(keys).verify(token, options),
    flattened: () => new SDJwtInstance(keys).verify(FlattenJSON.fromSerialized(JSON.parse(token)).toEncoded(), options),
    general: () => new SDJwtGeneralJSONInstance(keys).verify(GeneralJSON.fromSerialized(JSON.parse(token)), options),
  };
  const { payload, kb } = await read[serialization]();
  if (payload.iss !== issuer) throw new Error("another issuer");
  // The library leaves the audience to its caller.
  if (binding && kb.payload.aud !== binding.audience) throw new Error("another audience");
  return { claims: payload };
}

const roles = { issue, present, verify };
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = await roles[request.do](request).catch((error) => ({ error: `${error.name}: ${error.message}` }));
  console.log(JSON.stringify(answer));
}
