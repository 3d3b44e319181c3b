"""A machine for tests: a throwaway copy of this one, in which installing for real harms nothing.

Its disk is an overlay in memory over this machine's. Until it boots it shares this machine's
network, to install from; from then on it has a systemd and a network of its own.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

import pytest
from waiting import eventually

AS_ROOT = () if os.geteuid() == 0 else ("sudo", "-n")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TOOLS = ("unshare", "nsenter", "mount", "pivot_root", "ip", "systemctl")
CHECKOUT = "/srv/veilleur"
"""Where the copy has this checkout, read-only."""

COPY = """
read -r pid _ < /proc/self/stat
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
cd "$1"
mkdir up work disk
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" disk
cd disk
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p srv/veilleur
mount -o bind,ro "$2" srv/veilleur
pivot_root . mnt
umount -l /mnt
echo "$pid"
exec sleep infinity
"""
BOOT = """
read -r pid _ < /proc/self/stat
exec nsenter --target "$1" --mount --root unshare --mount sh -euc '
    cd /
    mount -t proc proc /proc
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    ip link set lo up
    echo "$1"
    exec env -i container=veilleur PATH="$PATH" /lib/systemd/systemd --unit=house.target
' sh "$pid"
"""
# What a boot does beside our services would reach the kernel, and so this machine.
NOTHING_MORE = "[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service\n"


class Machine:
    """Use it in a `with`; what runs in it ends there."""

    def __init__(self, folder: Path) -> None:
        """`folder` is an empty one, to mount the copy on."""
        self._folder = folder
        self._holder = self._booted = 0
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        tools = (*AS_ROOT[:1], *TOOLS)
        missing = [name for name in tools if not shutil.which(name, path=SYSTEM_PATH)]
        if missing:
            pytest.skip(f"no {', no '.join(missing)} here to make a copy of this machine with")
        checkout = Path(__file__).parents[1]
        self._holder = self._unshare(("--mount", "--pid"), COPY, str(self._folder), str(checkout))
        return self

    def __exit__(self, *_error: object) -> None:
        for pid in filter(None, (self._booted, self._holder)):
            subprocess.run([*AS_ROOT, "kill", "-KILL", str(pid)], check=True)
        for process in self._processes:
            process.communicate()

    def boot(self) -> None:
        """Start its systemd, with no service but the journal."""
        for target in ("sysinit", "basic", "house"):
            self.write(f"/etc/systemd/system/{target}.target", NOTHING_MORE)
        own = ("--pid", "--net", "--uts", "--ipc", "--cgroup")
        self._booted = self._unshare(own, BOOT, str(self._holder))
        assert eventually(
            lambda: self.run("systemctl", "is-system-running", check=False) == "running\n"
        )

    def run(self, *command: str, check: bool = True, told: str = "") -> str:
        """What a command says that root runs in it, `told` being its input."""
        whole = ("--all",) if self._booted else ("--mount", "--pid")
        done = subprocess.run(
            [
                *(*AS_ROOT, "nsenter", "--target", str(self._booted or self._holder)),
                *(*whole, "--root", "env", "--chdir=/", f"PATH={SYSTEM_PATH}"),
                *command,
            ],
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{' '.join(command)}:\n{done.stdout}"
        return done.stdout

    def write(self, path: str, text: str) -> None:
        self.run("sh", "-c", f'mkdir -p "$(dirname {path})" && cat > {path}', told=text)

    def _unshare(self, spaces: tuple[str, ...], script: str, *arguments: str) -> int:
        """Run a script in namespaces of its own, and return the process id that it prints."""
        process = subprocess.Popen(
            [
                *(*AS_ROOT, "unshare", "--fork", "--kill-child", *spaces),
                *("env", f"PATH={SYSTEM_PATH}", "sh", "-euc", script, "sh", *arguments),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._processes.append(process)
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if not said.isdigit():
            pytest.skip(f"this machine lets no copy of it run: {said}")
        return int(said)
