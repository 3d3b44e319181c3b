"""A Debian archive of our own, with one package, that the system's apt-get fetches from."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def build_package(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Build a real package that holds these files."""
    tree = folder / name
    for path, content in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(content)
    (tree / "DEBIAN").mkdir(mode=0o755)
    (tree / "DEBIAN/control").write_text(_control(name))
    deb = folder / f"{name}_1.0_all.deb"
    subprocess.run(["dpkg-deb", "--build", str(tree), str(deb)], check=True, capture_output=True)
    shutil.rmtree(tree)
    return deb


def archive(folder: Path, deb: Path, name: str) -> dict[str, str]:
    """Offer the package in an archive; return what apt-get needs in its environment."""
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    listing = f"Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n"
    (folder / "Packages").write_text(_control(name) + listing)
    (folder / "sources.list").write_text(f"deb [trusted=yes] file:{folder} ./\n")
    for place in ("state/lists/partial", "cache/archives/partial"):
        (folder / place).mkdir(parents=True)
    (folder / "apt.conf").write_text(
        f'Dir::Etc::SourceList "{folder}/sources.list";\nDir::Etc::SourceParts "{folder}/none";\n'
        f'Dir::State "{folder}/state";\nDir::Cache "{folder}/cache";\n'
        'APT::Sandbox::User "root";\n'
    )
    environment = {"APT_CONFIG": f"{folder}/apt.conf"}
    subprocess.run(
        ["apt-get", "update"], check=True, capture_output=True, env={**os.environ, **environment}
    )
    return environment


def _control(name: str) -> str:
    return (
        f"Package: {name}\nVersion: 1.0\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: a sound for tests\n"
    )
