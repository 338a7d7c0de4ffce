"""What of a folder other users of the machine could read, write or enter."""

from pathlib import Path


def open_to_others(folder: Path) -> list[str]:
    """Every path from this folder on with a right for its group or for all; links are judged by what they point to."""
    paths = [folder, *folder.rglob("*")]
    return sorted(
        f"{path} {path.stat().st_mode & 0o777:o}" for path in paths if path.exists() and path.stat().st_mode & 0o077
    )
