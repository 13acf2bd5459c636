"""Fails when a source file has grown too long to be read in one go."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_LINES = {".py": 300, ".ts": 300, ".tsx": 250}
FOLDERS = ("src", "tests", "tools", "benchmarks", "web/src")
EXEMPT = ("node_modules", "schema.gen.ts", "migrations/versions", "src/taskchat/static")


def _too_long(path: Path) -> str | None:
    most = MOST_LINES.get(path.suffix)
    if most is None or any(part in path.as_posix() for part in EXEMPT):
        return None
    lines = len(path.read_text("utf-8").splitlines())
    return f"{path.relative_to(ROOT)}: {lines} lines, at most {most}" if lines > most else None


def main() -> None:
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    if found := [problem for path in paths if path.is_file() and (problem := _too_long(path))]:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
