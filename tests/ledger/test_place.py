import subprocess
import sys
from pathlib import Path

import pytest

from bot.ledger.place import file_system, is_network

# As proc_pid_mountinfo(5) has it; optional fields stand before the dash, and a space is \040.
MOUNTS = r"""
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
40 22 0:35 /export /srv rw,relatime shared:2 master:7 - nfs4 files.example.org:/export rw,vers=4.2
41 40 254:2 / /srv/local rw - xfs /dev/vdb rw
42 22 0:36 / /mnt/Ufficio\040Stampa rw - cifs //files/stampa rw
43 22 0:37 / /home/anna/remote rw - fuse.sshfs anna@host:/ rw
44 22 254:3 / /covered rw - ext4 /dev/vdc rw
45 44 0:38 / /covered rw - nfs files.example.org:/covered rw
46 22 0:39 / /stick rw - fuseblk /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/banditore/banditore.db", "ext4"),
        ("/srv/banditore.db", "nfs4"),
        ("/srvice/banditore.db", "ext4"),
        ("/srv/local/banditore.db", "xfs"),
        ("/mnt/Ufficio Stampa/banditore.db", "cifs"),
        ("/home/anna/remote/banditore.db", "fuse.sshfs"),
        ("/covered/banditore.db", "nfs"),
    ],
)
def test_a_path_lies_on_the_deepest_mount_above_it_and_the_last_on_a_place_counts(
    path: str, kind: str
) -> None:
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("mounts", ["", "nonsense\n", "1 2 3 - \n", "a b c d /other rw - ext4 x\n"])
def test_what_is_not_told_is_not_known(mounts: str) -> None:
    assert file_system(Path("/srv/banditore.db"), mounts) is None


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone"])
def test_what_another_machine_may_have_open_is_a_network(kind: str) -> None:
    assert is_network(kind)


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.gocryptfs"]
)
def test_a_disk_of_this_machine_is_none(kind: str) -> None:
    assert not is_network(kind)


# Says what happens to a ledger that is opened, and to one that is made.
OPENER = """
import sys
from bot.ledger import LedgerError, create, open_store
for attempt in (open_store, create):
    try:
        attempt(sys.argv[1])
        print("opened")
    except LedgerError as error:
        print(error)
"""


def test_a_ledger_on_a_network_is_refused_and_not_made(tmp_path: Path) -> None:
    """In a namespace of its own, where the kernel seems to say that the root is an NFS."""
    (tmp_path / "mountinfo").write_text("22 1 0:35 / / rw - nfs4 files.example.org:/ rw\n")
    covered = 'mount --bind "$1" /proc/$$/mountinfo && shift && exec "$@"'
    ran = subprocess.run(
        [
            *("unshare", "--mount", "sh", "-c", covered, "sh", str(tmp_path / "mountinfo")),
            *(sys.executable, "-c", OPENER, str(tmp_path / "banditore.db")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in ran.stderr or "mount:" in ran.stderr:
        pytest.skip(f"this user may not mount: {ran.stderr.strip()}")
    assert ran.stderr == ""
    first, second = ran.stdout.splitlines()
    assert first == second
    assert f"{tmp_path}/banditore.db (nfs4)" in first
    assert "use PostgreSQL" in first
    assert not (tmp_path / "banditore.db").exists()
