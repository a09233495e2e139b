# Every issuer key with every leaf key, in every format: issue, present in a bundle by the room's policy, verify.
set -eu
room=mimi://hub.example/r/clubhouse
nonce=abababababababababababababababababababababababababababababababab
where="--room $room --nonce $nonce --group-id 01020304 --epoch 3 --policy room.toml"

cat > alice.json <<END
{ "iss": "https://id.a.example", "sub": "mimi://a.example/u/alice", "name": "Alice Möller 🦊", "email": "alice@a.example" }
END
for issuer in ed25519 p256 p384; do
  for leaf in ed25519 p256; do
    mkdir "$issuer-$leaf" "$issuer-$leaf/trust"
    cd "$issuer-$leaf"
    mimicred key generate --alg $issuer -o issuer.jwk
    mimicred key generate --alg $leaf --format pem -o leaf.pem
    issue="mimicred issue --issuer-key issuer.jwk"
    $issue --format x509 --ca --name "A Example" -o trust/ca.pem
    certify="$issue --format x509 --issuer-cert trust/ca.pem --holder leaf.pem --no-possession-proof"
    $certify --pseudonym --provider a.example -o pseudonym.pem 2> minted
    $certify --claims ../alice.json -o alice.x509
    $issue --format sd-jwt --holder leaf.pem --no-possession-proof --claims ../alice.json --min-digests 6 -o alice.sd-jwt
    $issue --format sd-cwt --holder leaf.pem --no-possession-proof --claims ../alice.json --min-digests 6 -o alice.sd-cwt

    mimicred key public issuer.jwk --to cose -o trust/issuer.cose
    cat > trust/trust.toml <<END
[[issuers]]
issuer = "https://id.a.example"
hosts = ["a.example"]
key_file = "issuer.cose"
[[issuers]]
hosts = ["a.example"]
certificate_file = "ca.pem"
END
    spki=$(mimicred key thumbprint issuer.jwk --only spki)
    cat > room.toml <<END
pseudonyms = "required"
identity_reveal = "required"
accepted_formats = ["mls_credential", "sd_jwt_kb", "sd_kbt"]
max_presentation_age = 300
disclosure_deadline = 3600
[[claim_rules]]
claim_name = "name"
paths = [{ jwt = ["name"] }, { cwt = [170] }, { x509 = { oid = "2.5.4.3" } }]
presence = "required"
[[trusted_issuers]]
issuer = "https://id.a.example"
subject_domains = ["a.example"]
formats = ["sd_jwt_kb", "sd_kbt"]
anchors = [{ spki_sha256 = "$spki" }]
[[trusted_issuers]]
issuer = ""
subject_domains = ["a.example"]
formats = ["mls_credential"]
anchors = [{ spki_sha256 = "$spki" }]
END
    user=$(sed -n 's/^user *//p' minted)
    for format in sd-jwt sd-cwt x509; do
      mimicred present alice.$format --holder-key leaf.pem $where --subject $user --bundle -o bundle.$format 2> revealed
      echo "$issuer $leaf $format: $(mimicred verify bundle.$format $where --trust trust --leaf pseudonym.pem | head -1)"
    done
    cd ..
  done
done
