"""A small OpenID Connect provider on loopback. It signs in one person without a password."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

SECRET = "a secret of at least thirty-two characters"


class Provider(HTTPServer):
    """`claims` are what the provider says about the person. A client needs its secret and a PKCE verifier."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.claims = {}


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            addresses = {f"{name}_endpoint": f"{self.server.url}/{end}" for name, end in ends.items()}
            self.tell({**addresses, "issuer": self.server.url, "jwks_uri": f"{self.server.url}/keys"})
        elif path == "/authorize" and asked["code_challenge_method"] == ["S256"]:
            back = urlencode({"code": "one-use", "state": asked["state"][0]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?{back}")
            self.end_headers()
        else:
            self.tell(self.server.claims)

    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert asked["client_secret"] == [SECRET] and asked["code_verifier"]
        now = int(time.time())
        claims = {"iss": self.server.url, "aud": "embassy", "iat": now, "exp": now + 60, **self.server.claims}
        self.tell({"access_token": "access", "token_type": "Bearer", "id_token": jwt.encode(claims, SECRET)})

    def tell(self, answer):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        pass


@contextmanager
def running():
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()


def settings_for(provider) -> dict:
    """SOCIALACCOUNT_PROVIDERS for this provider."""
    how = {"server_url": provider.url, "oauth_pkce_enabled": True, "token_auth_method": "client_secret_post"}
    app = {
        "provider_id": "ministry",
        "name": "the ministry",
        "client_id": "embassy",
        "secret": SECRET,
        "settings": how,
    }
    return {"openid_connect": {"APPS": [app]}}
