"""On what kind of disk a path lies; refuses nothing itself."""

from __future__ import annotations

import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

# Another machine may have the same file open, and its locks are not ours to see. A shared folder of
# a virtual machine's host (9p, virtiofs, vboxsf, vmhgfs) is such a place, too.
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "davfs"),
        *("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs"),
        *("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "orangefs", "pvfs2", "ocfs2", "gfs2"),
    }
)

# What FUSE mounts is a network more often than not; these are disks, or a layer over a folder.
_LOCAL_FUSE = frozenset(
    {
        *("fuseblk", "fuse.ext2", "fuse.ext4", "fuse.zfs", "fuse.lxcfs", "fuse.fuse-overlayfs"),
        *("fuse.bindfs", "fuse.mergerfs", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs"),
        *("fuse.ntfs-3g", "fuse.exfat"),
    }
)


def network_disk(path: Path) -> str | None:
    """The kind of network file system on which `path` lies, such as `nfs4`; None where the disk is local.

    None, too, on a system that does not tell what is mounted.
    """
    try:
        mounts = _MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return None
    kind = file_system(path.resolve(), mounts)
    return kind if kind is not None and is_network(kind) else None


def file_system(path: Path, mounts: str) -> str | None:
    """The type of the file system on which the absolute `path` lies, links resolved.

    `mounts` is the text of /proc/self/mountinfo (proc_pid_mountinfo(5)): of two mounts on one place
    the later covers the earlier.
    """
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        place = Path(_unescaped(fields[4]))
        if path.is_relative_to(place) and (found is None or len(place.parts) >= found[0]):
            found = len(place.parts), after.split(" ")[0]
    return found[1] if found else None


def is_network(kind: str) -> bool:
    """Can another machine have the files of such a file system open?"""
    if kind.startswith("fuse"):
        return kind not in _LOCAL_FUSE
    return kind in _NETWORK


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
