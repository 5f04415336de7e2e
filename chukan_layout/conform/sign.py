"""Statements and signatures: in-toto Statement v1 in a DSSE envelope, Ed25519.

Sources: in-toto Attestation Framework (Statement v1, predicate test-result v0.1) and DSSE protocol v1 (pre-authentication
encoding).  The cryptography is that of the ``cryptography`` package (extra ``conform``); only verifying and signing need it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from chukan_layout.model.refusal import Refused

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class BadSignature(Refused):
    """The envelope is not what the holder of the key signed; the texts say why."""


def new_key() -> tuple[bytes, bytes]:
    """A private key (PEM, PKCS #8, not encrypted) and its public key (PEM)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


def envelope(statement: dict[str, Any], private: bytes | None) -> dict[str, Any]:
    """The DSSE envelope of a statement; without a key it has no signature.  BadSignature for what is no Ed25519 key."""
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signatures = []
    if private is not None:
        key = _private(private)
        public = _raw(key.public_key())
        signatures.append({"keyid": key_id(public), "sig": _b64(key.sign(encoded(payload)))})
    return {"payloadType": PAYLOAD_TYPE, "payload": _b64(payload), "signatures": signatures}


def opened(sealed: Any, public: bytes | None) -> dict[str, Any]:
    """The statement of an envelope, its signature checked when there is a key.

    BadSignature when it is no such envelope, is not signed though a key is given, or the signature is another's.
    """
    try:
        payload = base64.b64decode(sealed["payload"], validate=True)
        if sealed["payloadType"] != PAYLOAD_TYPE:
            raise ValueError
        signatures = [(str(s["keyid"]), base64.b64decode(s["sig"], validate=True)) for s in sealed["signatures"]]
        statement = json.loads(payload)
        if not isinstance(statement, dict):
            raise TypeError
    except (KeyError, TypeError, ValueError, binascii.Error, RecursionError):
        raise BadSignature("署名の封筒 (DSSE) が読めません。", "the DSSE envelope cannot be read") from None
    if public is not None:
        _verify(payload, signatures, public)
    return statement


def _verify(payload: bytes, signatures: list[tuple[str, bytes]], public: bytes) -> None:
    from cryptography.exceptions import InvalidSignature

    key = _public(public)
    if not signatures:
        raise BadSignature("署名がありません。", "it is not signed")
    for _, signature in signatures:
        try:
            key.verify(signature, encoded(payload))
        except InvalidSignature:
            continue
        return
    raise BadSignature(
        "署名がこの公開鍵のものではないか、署名の後に書き換えられています。",
        "the signature is not of this key, or the statement was changed after it was signed",
    )


def encoded(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def key_id(public_raw: bytes) -> str:
    """SHA-256 of the raw public key, short enough to read out on the telephone."""
    return hashlib.sha256(public_raw).hexdigest()[:16]


def _private(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        raise BadSignature("秘密鍵が読めません (PEM、パスワードなし)。", "cannot read the private key (PEM, not encrypted)") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSignature("秘密鍵が Ed25519 ではありません。", "the private key is not Ed25519")
    return key


def _public(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise BadSignature("公開鍵が読めません (PEM)。", "cannot read the public key (PEM)") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadSignature("公開鍵が Ed25519 ではありません。", "the public key is not Ed25519")
    return key


def _raw(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    raw: bytes = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return raw


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
