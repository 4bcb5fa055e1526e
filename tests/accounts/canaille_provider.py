"""Runs Canaille, an OpenID Connect provider, with one user. Arguments: its port, and the address of this site."""

import sys

from canaille import create_app
from canaille.app import models
from werkzeug.serving import make_server

PERSON = {
    "user_name": "rosalba",
    "emails": ["rosalba@orlemar.example"],
    "given_name": "Rosalba",
    "family_name": "Moss",
}


def main(port: int, back: str):
    app = create_app(
        {
            "SECRET_KEY": "a secret of the provider's own",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False},
            "CANAILLE_OIDC": {"REQUIRE_NONCE": False},
        }
    )
    with app.app_context():
        save = app.backend.save
        person = models.User(**PERSON, formatted_name="Rosalba Moss", password="a long enough one")
        save(person)
        save(models.Group(display_name="port-brennick/Authors", members=[person]))
        client = models.Client(
            client_id="embassy",
            client_secret="a secret of at least thirty-two characters",
            client_name="Embassy",
            # Canaille does not ask its user for consent to a client on its own machine.
            client_uri="http://127.0.0.1/",
            redirect_uris=[back],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_post",
        )
        save(client)
        client.audience = [client]
        save(client)
    server = make_server("127.0.0.1", port, app)
    sys.stdout.write("It listens.\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
