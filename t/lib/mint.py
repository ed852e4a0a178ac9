# Copyright (C) mcp-nginx contributors
#
# Keys, tokens and certificates of every shape, also of those that nothing
# but an attacker makes: "token" signs claims, "raw" signs any bytes.

import base64
import copy
import datetime
import hashlib
import hmac
import ipaddress
import json
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, padding, rsa, utils)
from cryptography.x509.oid import NameOID

CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1,
          "P-521": ec.SECP521R1, "secp256k1": ec.SECP256K1}
OF_ALG = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521",
          "ES256K": "secp256k1"}


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def digest_of(alg):
    return {"256": hashes.SHA256, "384": hashes.SHA384,
            "512": hashes.SHA512}[alg[2:5]]()


class Key:
    """A signing key; "alg" says of which kind, and signs by default."""

    def __init__(self, alg="RS256", kid=None, size=2048, exponent=65537,
                 secret=None):
        self.alg = alg
        self.kid = kid if kid is not None else "%s-%d" % (alg.lower(),
                                                          id(self))
        self.secret = secret

        if alg[:2] in ("RS", "PS"):
            self.private = rsa.generate_private_key(exponent, size)
        elif alg[:2] == "ES":
            self.private = ec.generate_private_key(CURVES[OF_ALG[alg]]())
        elif alg == "EdDSA":
            self.private = ed25519.Ed25519PrivateKey.generate()
        else:
            self.private = None

    def jwk(self, **more):
        """The public JWK; "more" replaces members, None takes them away."""

        members = {"kid": self.kid, "use": "sig", "alg": self.alg}

        if self.private is None:
            members.update(kty="oct", k=b64(self.secret))
        elif isinstance(self.private, rsa.RSAPrivateKey):
            n = self.private.public_key().public_numbers()
            members.update(kty="RSA", n=number(n.n), e=number(n.e))
        elif isinstance(self.private, ec.EllipticCurvePrivateKey):
            n = self.private.public_key().public_numbers()
            size = (n.curve.key_size + 7) // 8
            members.update(kty="EC", crv=OF_ALG[self.alg],
                           x=number(n.x, size), y=number(n.y, size))
        else:
            members.update(kty="OKP", crv="Ed25519", x=b64(
                self.private.public_key().public_bytes(
                    serialization.Encoding.Raw,
                    serialization.PublicFormat.Raw)))

        members.update(more)
        return {k: v for k, v in members.items() if v is not None}

    def public_pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo)

    def pem(self):
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption())

    def named(self, kid):
        """The same key under another kid."""

        key = copy.copy(self)
        key.kid = kid
        return key

    def sign(self, data, alg=None):
        """As "alg" asks, whether that suits the key's curve or not."""

        alg = alg or self.alg

        if alg[:2] == "HS":
            return mac(self.secret, data, alg)
        if alg == "EdDSA":
            return self.private.sign(data)
        if alg[:2] == "RS":
            return self.private.sign(data, padding.PKCS1v15(),
                                     digest_of(alg))
        if alg[:2] == "PS":
            digest = digest_of(alg)
            return self.private.sign(
                data, padding.PSS(padding.MGF1(digest), digest.digest_size),
                digest)

        r, s = utils.decode_dss_signature(
            self.private.sign(data, ec.ECDSA(digest_of(alg))))
        size = (self.private.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def mac(secret, data, alg="HS256"):
    return hmac.new(secret, data, "sha" + alg[2:]).digest()


def changed(members, changes):
    """A copy with changes; None takes a member away."""

    members = dict(members, **changes)
    return {k: v for k, v in members.items() if v is not None}


def claims(iss, aud, /, **changes):
    now = int(time.time())
    return changed({"iss": iss, "aud": aud, "sub": "ada", "azp": "desk-app",
                    "iat": now, "exp": now + 300, "scope": "orders.read"},
                   changes)


def raw(header, payload, sign):
    """Signs two byte strings by sign(bytes); the three parts as a list."""

    parts = [b64(header), b64(payload)]
    return parts + [b64(sign(".".join(parts).encode()))]


def dumps(value):
    return json.dumps(value, separators=(",", ":"))


def token(key, members, alg=None, header=None):
    """A token; "header" replaces members of the header."""

    alg = alg or key.alg
    header = changed({"alg": alg, "typ": "JWT", "kid": key.kid},
                     header or {})
    return ".".join(raw(dumps(header), dumps(members),
                        lambda data: key.sign(data, alg)))


def token_of_text(key, payload, header=None):
    """A token of JSON texts, or of bytes that are none."""

    if header is None:
        header = dumps({"alg": key.alg, "kid": key.kid})
    return ".".join(raw(header, payload, key.sign))


def thumbprint(der):
    return b64(hashlib.sha256(der).digest())


class Authority:
    """A certificate authority for tests; certificates last an hour."""

    def __init__(self, name="Test CA"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME,
                                                  name)])
        self.certificate = self.build(self.name, self.key, [], True)

    def build(self, subject, key, names, ca, own=False, hours=1):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateBuilder()
                   .subject_name(subject)
                   .issuer_name(subject if own else self.name)
                   .public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(hours=2))
                   .not_valid_after(now + datetime.timedelta(hours=hours))
                   .add_extension(x509.BasicConstraints(ca, None), True))

        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(
                [general_name(name) for name in names]), False)

        return builder.sign(key if own else self.key, hashes.SHA256())

    def issue(self, *names, own=False, hours=1):
        """
        PEM of a certificate for these names and its key: signed by the
        authority or ("own") by itself; of the past with negative hours.
        """

        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME,
                                                names[0])])
        certificate = self.build(subject, key, names, False, own, hours)
        return (certificate.public_bytes(serialization.Encoding.PEM)
                + key.private_bytes(serialization.Encoding.PEM,
                                    serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption()))

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
