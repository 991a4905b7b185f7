"""A real OpenID provider, oidc-provider-mock, as a process of its own: `python tests/oidc_provider.py PORT`.

Whoever signs in by a name of SPOILED gets the provider's own token with that one thing wrong; anybody else gets a good one.
"""

import base64
import json
import os
import sys
import time
from collections.abc import Callable

import flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

SECRET = "only the provider and the site know this"
CLIENT = "accord"
HOUR_S = 3600
Claims = dict[str, object]


def _signed(claims: Claims, kid: str | None = None, key: RSAKey | None = None) -> str:
    from oidc_provider_mock._storage import storage

    own = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
    return jwt.encode({"alg": "RS256", "kid": kid or own.kid}, claims, key or own)


def _unsigned(claims: Claims) -> str:
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none", "typ": "JWT"}, claims))
    return f"{head}.{body}."


def _by_secret(claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def _ago(hours: float, lasts: float) -> Callable[[Claims], Claims]:
    return lambda claims: claims | {"iat": int(time.time() - hours * HOUR_S), "exp": int(time.time() + (lasts - hours) * HOUR_S)}


SPOILED: dict[str, Callable[[Claims], str]] = {
    "expired": lambda claims: _signed(_ago(2, 1)(claims)),
    "forged": lambda claims: _signed(claims, RSAKey.import_key(_kid_of()).kid, RSAKey.generate_key(2048)),
    "unsigned": _unsigned,
    "by_secret": _by_secret,
    "for_another": lambda claims: _signed(claims | {"aud": "another"}),
    "for_another_through_us": lambda claims: _signed(claims | {"aud": "another", "azp": CLIENT}),
    "of_another": lambda claims: _signed(claims | {"iss": "http://127.0.0.1:1"}),
    "replayed": lambda claims: _signed(claims | {"nonce": "of an earlier sign-in"}),
    "without_nonce": lambda claims: _signed({name: value for name, value in claims.items() if name != "nonce"}),
    "old": lambda claims: _signed(_ago(13, 24)(claims)),
    "of_tomorrow": lambda claims: _signed(_ago(-24, 1)(claims)),
}


def _kid_of() -> dict:
    from oidc_provider_mock._storage import storage

    return storage.jwk.as_dict(is_private=True)


def _spoil(response: flask.Response) -> flask.Response:
    """Puts the spoiled token in the place of the good one."""
    if flask.request.path != "/oauth2/token" or response.status_code != 200:
        return response
    answer = response.get_json()
    payload = answer["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    how = str(claims["sub"]).partition("@")[0]
    if how in SPOILED:
        answer["id_token"] = SPOILED[how](claims | {"email": "cro@example.com"})
    elif how == "silent":
        del answer["id_token"]
    response.set_data(json.dumps(answer))
    return response


def main() -> None:
    """Serves on this machine until it is stopped."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http:// on this machine
    from oidc_provider_mock import User, app

    people = {
        "cro@example.com": {"name": "Cora Oldham"}, "enterprise@example.com": {"name": "Enno Prise"}, "emea@example.com": {"name": "Emma Ea"},
        "viewer@example.com": {"name": "Vi Ewer"}, "unchecked@example.com": {"email": "cro@example.com", "email_verified": False},
    }  # fmt: skip
    provider = app(user_claims=[User(sub=sub, claims={"email": sub, "email_verified": True} | claims) for sub, claims in people.items()])
    provider.after_request(_spoil)
    provider.run(port=int(sys.argv[1]), threaded=True, debug=False)


if __name__ == "__main__":
    main()
