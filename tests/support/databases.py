"""Fresh databases for tests, each in a folder the caller owns."""
import pathlib
import shutil
import sqlite3
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJ = pathlib.Path("/usr/share/proj/proj.db")


def make(name, folder, scripts=()):
    """Makes the database `name` (proof, music, proj, empty) in `folder`, runs SQL `scripts` on it, and returns its path."""
    path = pathlib.Path(folder) / f"{name}.db"
    if name == "proof":
        connection = sqlite3.connect(path)
        connection.executescript((ROOT / "tests/data/proof.sql").read_text(encoding="utf-8"))
        connection.close()
    elif name == "music":
        subprocess.run([sys.executable, str(ROOT / "demo/music.py"), str(path)], check=True)
    elif name == "proj":
        if not PROJ.exists():
            raise FileNotFoundError(f"{PROJ} is missing: install Debian's proj-data")
        shutil.copyfile(PROJ, path)
    elif name == "empty":
        sqlite3.connect(path).execute("VACUUM").connection.close()
    else:
        raise ValueError(f"no database is called {name!r}")
    if scripts:
        connection = sqlite3.connect(path)
        for script in scripts:
            connection.executescript(script)
        connection.close()
    return path
