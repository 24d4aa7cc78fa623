"""The product's own commands, as its contract for scripts says."""

import json
import os
from pathlib import Path

import process

BINARY = os.environ["MEASURED_BINARY"]
ORGANIZATION = "acme"
COMPANY = Path(__file__).parent / "company.py"


class Product:
    """One database with one organization."""

    def __init__(self, database, folder):
        self.database, self.folder = database, Path(folder)
        self.keys = self.folder / "keys"
        self.environment = {"TAIWA_DATABASE_URL": database, "TAIWA_KEY_RING": str(self.keys)}
        if not self.keys.exists():
            process.run([BINARY, "keys", "generate", str(self.keys)])
        self.id = self.call("organization", "create", ORGANIZATION, "--name", "Acme",
                            "--time-zone", "Asia/Tokyo")["id"]

    def run(self, *words):
        return process.run([BINARY, *words], self.environment)

    def call(self, *words):
        return json.loads(self.run(*words, "--json").output)

    def people(self, count):
        """A file of so many people, made once."""
        path = self.folder / f"{count}.csv"
        if not path.exists():
            path.write_text(process.run(["python3", str(COMPANY), str(count)]).output)
        return path

    def bring(self, path, *words):
        return self.run("import", str(path), "--organization", ORGANIZATION, *words)

    def plan(self, monday, weeks):
        return self.run("plan", "--organization", ORGANIZATION, "--from", str(monday),
                        "--weeks", str(weeks), "--apply", "--json")

    def token(self, number):
        return self.call("token", "--organization", ORGANIZATION, "--person", number)

    def serve(self):
        return [BINARY, "serve", "--listen", "127.0.0.1:PORT"]
